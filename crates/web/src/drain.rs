//! Reading on after an early answer.
//!
//! Some requests are answered before their body is read: it is too large, of a wrong media type, or
//! the caller is not known. If the connection were closed on the rest of the body, a client that is
//! still sending would never see the answer. So the rest is read and thrown away, within bounds of
//! size and time; where it goes beyond them the connection is closed, and the answer says so.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};

/// The most that is thrown away: twice the largest body.
const MOST: usize = 2 * crate::body::MAX_BYTES;
/// The longest that it may take.
const LONGEST: Duration = Duration::from_secs(10);

/// A body that is lent to a handler, and of which the lender keeps what is not read.
struct Lent(Arc<Mutex<Body>>);

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// Lets a request be answered, then reads what is left of its body.
pub(crate) async fn rest(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let version = parts.version;
    // Such a client waits to be told to send, and is answered instead.
    let waits = parts.headers.contains_key(header::EXPECT);
    let lent = Arc::new(Mutex::new(body));
    let request = Request::from_parts(parts, Body::new(Lent(Arc::clone(&lent))));
    let mut response = next.run(request).await;
    let body = std::mem::take(&mut *lent.lock().unwrap_or_else(PoisonError::into_inner));
    let read_whole = body.is_end_stream() || (!waits && throw_away(body).await);
    if !read_whole && version <= Version::HTTP_11 {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Reads a body to its end; `false` where it is too large, too slow, or breaks off.
async fn throw_away(mut body: Body) -> bool {
    let read = async {
        let mut size = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            size += frame.data_ref().map_or(0, Bytes::len);
            if size > MOST {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(LONGEST, read).await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    fn request(size: usize, expect: bool) -> (Request, Arc<Mutex<usize>>) {
        let taken = Arc::new(Mutex::new(0));
        let count = Arc::clone(&taken);
        let chunks = (0..size / 1024).map(move |_| {
            *count.lock().unwrap() += 1024;
            Ok::<_, std::io::Error>(Bytes::from_static(&[0; 1024]))
        });
        let body = Body::from_stream(futures_util::stream::iter(chunks));
        let mut builder = Request::builder().method("POST").uri("/");
        if expect {
            builder = builder.header("expect", "100-continue");
        }
        (builder.body(body).unwrap(), taken)
    }

    async fn answer(size: usize, expect: bool) -> (bool, usize) {
        let router =
            Router::new().route("/", post(async || "early")).layer(axum::middleware::from_fn(rest));
        let (request, taken) = request(size, expect);
        let response = router.oneshot(request).await.unwrap();
        let closes = response.headers().contains_key(header::CONNECTION);
        let taken = *taken.lock().unwrap();
        (closes, taken)
    }

    #[tokio::test]
    async fn what_a_handler_leaves_of_a_body_is_read_within_bounds() {
        assert_eq!(answer(1024 * 1024, false).await, (false, 1024 * 1024));
        let (closes, taken) = answer(MOST * 2, false).await;
        assert!(closes && taken <= MOST + 1024);
    }

    #[tokio::test]
    async fn a_client_that_waits_to_be_told_is_not_told_to_send() {
        assert_eq!(answer(1024 * 1024, true).await, (true, 0));
    }
}
