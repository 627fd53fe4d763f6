//! One structured line for every request, and its metrics.
//!
//! The line has the route and not the path, the organisation and not the professional, the slug and
//! not the detail: nothing in it is personal.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;
use varanto_model::Oid;

use crate::problem::ProblemSlug;

/// The number of a request: in the log, in the answer's header, in the use log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId(pub(crate) Uuid);

/// The organisation that an answer went to, for the request line.
#[derive(Clone, Debug)]
pub(crate) struct AnsweredTo(pub(crate) Oid);

/// Numbers the request, lets it be answered, and notes how it went.
pub(crate) async fn note(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::now_v7();
    request.extensions_mut().insert(RequestId(id));
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    let status = response.status().as_u16();
    let problem = response.extensions().get::<ProblemSlug>().map_or("", |slug| slug.0);
    let organisation = response.extensions().get::<AnsweredTo>().map(|to| to.0.to_string());
    let took = started.elapsed();
    metrics::counter!("varanto_requests_total", "route" => route.clone(), "status" => status.to_string(), "problem" => problem).increment(1);
    metrics::histogram!("varanto_request_seconds", "route" => route.clone())
        .record(took.as_secs_f64());
    tracing::info!(
        request_id = %id,
        method = %method,
        route,
        status,
        problem,
        organisation = organisation.as_deref().unwrap_or(""),
        microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
}
