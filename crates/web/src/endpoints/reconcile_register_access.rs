//! `POST /v1/register-access/{oid}/reconciliation`: what a producer has stored and what not (RA-09).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use super::oid_in_path;
use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/register-access/{oid}/reconciliation",
        id: "reconcile_register_access",
        tag: "register access",
        summary: "Compare what was written under a right with what is stored",
        description: "By the unit that has the right, before it closes and afterwards: which of its \
            documents, by their original identifiers, its organisation has stored in the case, and \
            which are missing.",
        caller: Caller::Professional,
        parameters: vec![oid_in_path("Names the right.")],
        request: Some(BodyForm::json("Reconciliation")),
        answers: vec![Answer {
            status: 200,
            description: "The identifiers, parted.",
            forms: vec![BodyForm::json("Reconciled")],
        }],
        problems: vec!["service-task-not-permitted"],
        handler: post(handle),
    }
}

async fn handle(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(oid): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let parted = app.service().reconcile_register_access(&context, &oid, &body).await?;
    Ok(Json(parted).into_response())
}
