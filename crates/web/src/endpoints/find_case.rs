//! `GET /v1/cases/{oid}`: one case with its clients.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::{oid_in_path, use_context};
use crate::app::App;
use crate::caller;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;

pub(crate) fn operation() -> Operation {
    let mut parameters = vec![oid_in_path("The identifier of the case.")];
    parameters.extend(use_context());
    Operation {
        method: Method::Get,
        path: "/v1/cases/{oid}",
        id: "find_case",
        tag: "cases",
        summary: "Look up a case with its clients",
        description: "Decided as a read of the case document: who may read that, sees the case and its \
            clients, those who have left it too. To everybody else there is no such case, and an \
            annulled one is none.",
        caller: Caller::Professional,
        parameters,
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The case.",
            forms: vec![BodyForm::json("CaseWithClients")],
        }],
        problems: vec![
            "special-reason-required",
            "strong-authentication-required",
            "register-access-suspended",
            "register-access-ended",
            "service-task-not-permitted",
            "unknown-code",
            "document-not-found",
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
    let case = app.service().find_case(&context, &oid, &query).await?;
    Ok(Json(case).into_response())
}
