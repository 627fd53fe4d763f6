//! `/v1/recipients…`: parties outside social and health care to whom a controller may disclose (DIS-07).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation, Parameter};
use crate::problem::Problem;
use crate::{body, caller};

pub(super) const TAG: &str = "disclosure outside";

pub(crate) fn register() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/recipients",
        id: "register_recipient",
        tag: TAG,
        summary: "Register a recipient outside social and health care",
        description: "By one who oversees the own register. The ground in law on which the recipient is \
            entitled stands with it. A recipient is never changed: it is ended, and another registered.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("RecipientRegistration")),
        answers: vec![Answer {
            status: 201,
            description: "The recipient has been registered.",
            forms: vec![BodyForm::json("Recipient")],
        }],
        problems: vec!["service-task-not-permitted", "not-the-controller", "unknown-code"],
        handler: post(handle_register),
    }
}

pub(crate) fn list() -> Operation {
    Operation {
        method: Method::Get,
        id: "list_recipients",
        summary: "List the recipients",
        description: "Those of the caller's own controller, newest first; those that were ended stay, with \
            the time of their end. For its systems, as the directories are.",
        caller: Caller::System,
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The recipients.",
            forms: vec![BodyForm::json("Recipients")],
        }],
        problems: vec![],
        handler: get(handle_list),
        ..register()
    }
}

pub(crate) fn end() -> Operation {
    Operation {
        path: "/v1/recipients/{id}/end",
        id: "end_recipient",
        summary: "End a recipient",
        description: "By one who oversees the own register. Nothing is disclosed to the recipient from then on, \
            also where a request of it has been approved.",
        parameters: vec![Parameter {
            name: "id",
            description: "Names the recipient.",
            in_path: true,
            schema: "RecipientId",
        }],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The recipient has been ended.",
            forms: vec![BodyForm::json("Recipient")],
        }],
        problems: vec!["service-task-not-permitted", "not-the-controller", "recipient-ended"],
        handler: post(handle_end),
        ..register()
    }
}

async fn handle_register(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let recipient = app.service().register_recipient(&context, &body).await?;
    Ok((StatusCode::CREATED, Json(recipient)).into_response())
}

async fn handle_list(
    caller::System(system): caller::System,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let recipients = app.service().list_recipients(&system).await?;
    Ok(Json(json!({"recipients": recipients})).into_response())
}

async fn handle_end(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(app.service().end_recipient(&context, &id).await?).into_response())
}
