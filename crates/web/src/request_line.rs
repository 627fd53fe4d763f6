//! One structured line for every request, and its metrics.
//!
//! The line has the route and not the path, the organisation and not the professional, the slug and
//! not the detail: nothing in it is personal.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;
use varanto_model::Oid;

use crate::problem::Told;

/// The number of a request: in the log, in the answer's header, in the use log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId(pub(crate) Uuid);

/// The organisation that calls, for the request line: told by the extractor that finds it.
#[derive(Clone, Debug, Default)]
pub(crate) struct CalledBy(Arc<OnceLock<Oid>>);

impl CalledBy {
    /// Notes the organisation.
    pub(crate) fn note(&self, organisation: &Oid) {
        // A request has one caller: a second telling is the same.
        let _ = self.0.set(organisation.clone());
    }
}

/// Numbers the request, lets it be answered, and notes how it went.
pub(crate) async fn note(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::now_v7();
    let called_by = CalledBy::default();
    request.extensions_mut().insert(RequestId(id));
    request.extensions_mut().insert(called_by.clone());
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    let status = response.status().as_u16();
    let told = response.extensions_mut().remove::<Told>();
    let problem = told.as_ref().map_or("", |told| told.slug);
    if let Some(told) = told {
        *response.body_mut() = Body::from(told.numbered(id));
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
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
        organisation = called_by.0.get().map_or("", Oid::as_str),
        microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
}
