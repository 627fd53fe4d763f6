//! Answers that must tell nothing, not even by the time that they took.
//!
//! A refusal, or an empty list, is the same in every word whether there is something or not. To find
//! that out takes the store a little longer where there is something; so these answers leave at whole
//! steps of time after their request came, which are long beside that difference.
//!
//! The runtime's own timers are too coarse for that: they wait whole milliseconds from the moment at
//! which they are set, and so hand on the very difference. A thread sleeps to the microsecond.

use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use tokio::task::spawn_blocking;

/// The step: some ten times what a refusal takes, and hardly felt by a person.
const STEP: Duration = Duration::from_millis(5);

/// Marks an answer that tells nothing though its status does not say so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TellsNothing;

/// The same answer, marked where it tells nothing.
pub(crate) fn marked(mut response: Response, tells_nothing: bool) -> Response {
    if tells_nothing {
        response.extensions_mut().insert(TellsNothing);
    }
    response
}

/// Lets an answer that tells nothing wait for its step.
pub(crate) async fn even_out(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let response = next.run(request).await;
    let is_refusal = matches!(response.status(), StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
    if is_refusal || response.extensions().get::<TellsNothing>().is_some() {
        let leaves = begun + next_step(begun.elapsed());
        let sleep = move || std::thread::sleep(leaves.saturating_duration_since(Instant::now()));
        if spawn_blocking(sleep).await.is_err() {
            tracing::error!("an answer left before its time");
        }
    }
    response
}

/// The end of the step that is running.
fn next_step(elapsed: Duration) -> Duration {
    let steps = elapsed.as_micros() / STEP.as_micros() + 1;
    STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_takes_no_longer_than_a_step_ends_with_it() {
        for micros in [0, 1, 480, 530, 4_999] {
            assert_eq!(next_step(Duration::from_micros(micros)), STEP);
        }
        assert_eq!(next_step(STEP), 2 * STEP);
        assert_eq!(next_step(Duration::from_micros(5_400)), 2 * STEP);
    }
}
