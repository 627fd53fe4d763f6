//! The application: what every handler has, the route table, and what surrounds every request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use varanto_service::Service;

use crate::limits::RateLimits;
use crate::operation::{Method, Operation};
use crate::problem::Problem;
use crate::{drain, endpoints, openapi, pace, request_line};

/// What the web layer may be set to.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Where callers reach the server, such as `https://localhost:8443`; without a slash at the end.
    pub base_url: String,
    /// The time that a request may take.
    pub request_time: Duration,
    /// Requests a second of one organisation, in the long run.
    pub requests_per_second: u32,
    /// Requests of one organisation at once.
    pub request_burst: u32,
}

/// What every handler has.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    service: Service,
    limits: RateLimits,
    openapi: String,
    docs: String,
}

impl App {
    /// The use cases.
    pub(crate) fn service(&self) -> &Service {
        &self.0.service
    }

    /// The rate limits.
    pub(crate) fn limits(&self) -> &RateLimits {
        &self.0.limits
    }

    /// The OpenAPI document, as text.
    pub(crate) fn openapi(&self) -> &str {
        &self.0.openapi
    }

    /// The readable page about the interface.
    pub(crate) fn docs(&self) -> &str {
        &self.0.docs
    }
}

/// Every operation, in the order in which they are described.
pub fn operations() -> Vec<Operation> {
    vec![
        endpoints::issue_token::operation(),
        endpoints::store_document::operation(),
        endpoints::fetch_document::operation(),
        endpoints::list_versions::operation(),
        endpoints::search_documents::operation(),
        endpoints::fetch_documents::operation(),
        endpoints::annul_document::operation(),
        endpoints::transfer_document::operation(),
        endpoints::join_client::operation(),
        endpoints::search_record_entries::operation(),
        endpoints::search_cases::operation(),
        endpoints::find_case::operation(),
        endpoints::search_clientships::operation(),
        endpoints::summarise::operation(),
        endpoints::information_texts::operation(),
        endpoints::search_wills::operation(),
        endpoints::explain::operation(),
        endpoints::search_register_access::operation(),
        endpoints::find_register_access::operation(),
        endpoints::order_register_access::suspension(),
        endpoints::order_register_access::resumption(),
        endpoints::order_register_access::reopening(),
        endpoints::order_register_access::destruction(),
        endpoints::reconcile_register_access::operation(),
        endpoints::report_choice::operation(),
        endpoints::search_choices::operation(),
        endpoints::refuse_choice::operation(),
        endpoints::recipients::register(),
        endpoints::recipients::list(),
        endpoints::recipients::end(),
        endpoints::disclosure_requests::record(),
        endpoints::disclosure_requests::search(),
        endpoints::disclosure_requests::find(),
        endpoints::disclosure_requests::decide(),
        endpoints::disclosure_requests::deliver(),
        endpoints::patient_data::pass_on(),
        endpoints::patient_data::find(),
        endpoints::breaches::report(),
        endpoints::breaches::search(),
        endpoints::breaches::find(),
        endpoints::breaches::step(),
        endpoints::search_use_log::operation(),
        endpoints::supervision::search(),
        endpoints::supervision::decide(),
        endpoints::search_disclosure_log::operation(),
        endpoints::log_tree::checkpoint(),
        endpoints::log_tree::earlier_checkpoint(),
        endpoints::log_tree::key(),
        endpoints::log_tree::tile(),
        endpoints::log_tree::entries(),
        endpoints::log_tree::prove_entry(),
        endpoints::log_tree::prove_growth(),
        endpoints::log_requests::register(),
        endpoints::log_requests::search(),
        endpoints::log_requests::find(),
        endpoints::log_requests::extend(),
        endpoints::log_requests::preview(),
        endpoints::log_requests::answer(),
        endpoints::log_requests::fetch_answer(),
        endpoints::citizen::documents::search(),
        endpoints::citizen::documents::fetch(),
        endpoints::citizen::store::operation(),
        endpoints::citizen::control::cases(),
        endpoints::citizen::control::clientships(),
        endpoints::citizen::will::operation(),
        endpoints::citizen::disclosures::operation(),
        endpoints::citizen::uses::operation(),
        endpoints::structures::list(),
        endpoints::structures::find(),
        endpoints::structures::schema(),
        endpoints::code_sets::list(),
        endpoints::code_sets::find(),
        endpoints::organisations::list(),
        endpoints::organisations::find(),
        endpoints::deployments::list(),
        endpoints::users::search(),
        endpoints::about::openapi(),
        endpoints::about::docs(),
        endpoints::health::alive(),
        endpoints::health::ready(),
    ]
}

/// The router over all operations.
pub fn router(service: Service, settings: &WebSettings) -> Router {
    let operations = operations();
    let document = openapi::document(&operations, &settings.base_url);
    let app = App(Arc::new(Inner {
        service,
        limits: RateLimits::new(settings.requests_per_second, settings.request_burst),
        openapi: document.to_string(),
        docs: openapi::page(&document),
    }));
    let mut router = Router::new();
    for operation in operations {
        debug_assert!(matches!(operation.method, Method::Get | Method::Post));
        router = router.route(operation.path, operation.handler);
    }
    let time = settings.request_time;
    let fixed =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    router
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
        .layer(DefaultBodyLimit::disable()) // bodies are bounded where they are read
        .layer(axum::middleware::from_fn(move |request, next| within(time, request, next)))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"))
        .layer(axum::middleware::from_fn(pace::even_out))
        .layer(axum::middleware::from_fn(drain::rest))
        .layer(axum::middleware::from_fn(request_line::note))
        .with_state(app)
}

async fn within(
    time: Duration,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new("timeout", StatusCode::REQUEST_TIMEOUT, "The request took too long")
            .into_response(),
    }
}

async fn unknown_path() -> Problem {
    Problem::new("not-found", StatusCode::NOT_FOUND, "There is nothing at this path")
}

async fn unknown_method() -> Problem {
    Problem::new(
        "method-not-allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "The path has no such method",
    )
}

/// A panic is a defect of ours: told as such, without its text, which could hold personal data.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a request ended in a panic");
    metrics::counter!("varanto_panics_total").increment(1);
    Problem::new(
        "internal-error",
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something failed in the repository",
    )
    .into_response()
}
