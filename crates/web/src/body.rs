//! Request bodies: bounded, and of the media type that the operation takes.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, StatusCode, header};

use crate::problem::Problem;

/// The largest request body, in bytes (32 MiB).
pub(crate) const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Reads a body of JSON; whether it is JSON is for the use case to say.
pub(crate) async fn json(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    read(headers, body, "application/json", MAX_BYTES).await
}

/// Reads a form (`application/x-www-form-urlencoded`).
pub(crate) async fn form(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    read(headers, body, "application/x-www-form-urlencoded", 64 * 1024).await
}

async fn read(
    headers: &HeaderMap,
    body: Body,
    wanted: &str,
    most: usize,
) -> Result<Bytes, Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media_type = given.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case(wanted) {
        let problem = Problem::new(
            "unsupported-media-type",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body is not of the media type that is taken here",
        );
        return Err(problem.with_detail(format!("`{wanted}` is taken here")));
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    if announced.and_then(|n| n.parse::<usize>().ok()).is_some_and(|n| n > most) {
        return Err(too_large(most));
    }
    to_bytes(body, most).await.map_err(|_| too_large(most))
}

fn too_large(most: usize) -> Problem {
    let title = "The body is too large";
    Problem::new("request-too-large", StatusCode::PAYLOAD_TOO_LARGE, title)
        .with_detail(format!("at most {most} bytes are taken here"))
}
