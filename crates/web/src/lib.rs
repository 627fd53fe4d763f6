//! Listeners, TLS, tokens, endpoints and problem documents.
//!
//! The web layer translates and decides nothing: a handler takes its typed input, calls one use
//! case, and gives the result its form. The callers of a request are extractors, and the only way to
//! a use case; the route table is [`operations`], from which the OpenAPI document is made as well.

mod app;
mod body;
mod caller;
mod catalogue;
mod drain;
mod endpoints;
mod limits;
mod metrics_listener;
mod openapi;
mod operation;
mod pace;
mod problem;
mod request_line;
mod server;
mod tls;

pub use app::{App, WebSettings, operations, router};
pub use catalogue::{ENTRIES, Entry};
pub use metrics_listener::serve_metrics;
pub use openapi::document as openapi_document;
pub use operation::{Answer, BodyForm, Caller, Method, Operation, Parameter};
pub use problem::{MEDIA_TYPE, Problem};
pub use server::{ConnectionLimits, Peer, serve};
pub use tls::{ServerIdentity, TlsError};
