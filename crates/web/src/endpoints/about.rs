//! `GET /openapi.json` and `/docs`: the interface described, for programs and for people.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};

pub(crate) fn openapi() -> Operation {
    Operation {
        method: Method::Get,
        path: "/openapi.json",
        id: "describe_interface",
        tag: "operation",
        summary: "This document",
        description: "OpenAPI 3.1.",
        caller: Caller::Anyone,
        parameters: vec![],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The OpenAPI document.",
            forms: vec![BodyForm { media_type: "application/json", schema: None }],
        }],
        problems: vec![],
        handler: get(handle_openapi),
    }
}

pub(crate) fn docs() -> Operation {
    Operation {
        path: "/docs",
        id: "read_about_interface",
        summary: "The interface for people",
        description: "The same as a readable page.",
        answers: vec![Answer {
            status: 200,
            description: "The page.",
            forms: vec![BodyForm { media_type: "text/html", schema: None }],
        }],
        handler: get(handle_docs),
        ..openapi()
    }
}

async fn handle_openapi(State(app): State<App>) -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], app.openapi().to_owned()).into_response()
}

async fn handle_docs(State(app): State<App>) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)];
    (headers, app.docs().to_owned()).into_response()
}
