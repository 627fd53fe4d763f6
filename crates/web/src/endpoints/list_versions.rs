//! `GET /v1/documents/{oid}/versions`: the versions of a document.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use super::{oid_in_path, use_context};
use crate::app::App;
use crate::caller;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;

pub(crate) fn operation() -> Operation {
    let mut parameters =
        vec![oid_in_path("Identifier of any version, or the original identifier.")];
    parameters.extend(use_context());
    Operation {
        method: Method::Get,
        path: "/v1/documents/{oid}/versions",
        id: "list_versions",
        tag: "documents",
        summary: "List the versions of a document",
        description: "Newest first.",
        caller: Caller::Professional,
        parameters,
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The versions.",
            forms: vec![BodyForm::json("Versions")],
        }],
        problems: vec![
            "special-reason-required",
            "strong-authentication-required",
            "not-the-controller",
            "ground-required",
            "not-an-authority",
            "broad-right-not-permitted",
            "register-access-suspended",
            "register-access-ended",
            "unknown-code",
            "document-not-found",
            "service-task-not-permitted",
        ],
        handler: get(handle),
    }
}

async fn handle(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(oid): Path<String>,
    caller::Query(query): caller::Query,
) -> Result<Response, Problem> {
    let versions = app.service().list_versions(&context, &oid, &query).await?;
    Ok(Json(json!({"versions": versions})).into_response())
}
