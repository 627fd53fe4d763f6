//! `GET /v1/organisations…`: the organisations and service units that are known here (DIR-01).

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use super::oid_in_path;
use crate::app::App;
use crate::caller;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;

pub(crate) fn list() -> Operation {
    Operation {
        method: Method::Get,
        path: "/v1/organisations",
        id: "list_organisations",
        tag: "directories",
        summary: "List the organisations",
        description: "Every organisation with its units, its controller and its joining. Those that have ended stay, \
            with their last day.",
        caller: Caller::System,
        parameters: vec![],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The organisations.",
            forms: vec![BodyForm::json("Organisations")],
        }],
        problems: vec![],
        handler: get(handle_list),
    }
}

pub(crate) fn find() -> Operation {
    Operation {
        path: "/v1/organisations/{oid}",
        id: "find_organisation",
        summary: "One organisation",
        description: "By the identifier of its operating unit, of its controller, or of one of its units.",
        parameters: vec![oid_in_path(
            "Identifier of an operating unit, a controller or a service unit.",
        )],
        answers: vec![Answer {
            status: 200,
            description: "The organisation.",
            forms: vec![BodyForm::json("Organisation")],
        }],
        handler: get(handle_find),
        ..list()
    }
}

async fn handle_list(_: caller::System, State(app): State<App>) -> Result<Response, Problem> {
    let organisations = app.service().list_organisations().await?;
    Ok(Json(json!({"organisations": organisations})).into_response())
}

async fn handle_find(
    _: caller::System,
    State(app): State<App>,
    Path(oid): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(app.service().find_organisation(&oid).await?).into_response())
}
