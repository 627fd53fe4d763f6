//! `GET /v1/register-access/{oid}`: one register access right with its history.

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
    let mut parameters = vec![oid_in_path("Names the right.")];
    parameters.extend(use_context());
    Operation {
        method: Method::Get,
        path: "/v1/register-access/{oid}",
        id: "find_register_access",
        tag: "register access",
        summary: "Look at a register access right",
        description: "For the unit that has it and for the controller; to anybody else there is none. \
            Adds what the unit's organisation has stored in the case, and the orders about the right. \
            The basis of the use follows from who asks.",
        caller: Caller::Professional,
        parameters,
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The right.",
            forms: vec![BodyForm::json("RegisterAccessWithHistory")],
        }],
        problems: vec![
            "strong-authentication-required",
            "special-reason-required",
            "service-task-not-permitted",
            "not-the-controller",
            "unknown-code",
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
    let right = app.service().find_register_access(&context, &oid, &query).await?;
    Ok(Json(right).into_response())
}
