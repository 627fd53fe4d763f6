//! `GET /v1/code-sets…`: the code sets that are known here (DIR-04).

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
        path: "/v1/code-sets",
        id: "list_code_sets",
        tag: "directories",
        summary: "List the code sets",
        description: "Every code set with its version and whether all its codes are known here.",
        caller: Caller::System,
        parameters: vec![],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The code sets, without their codes.",
            forms: vec![BodyForm::json("CodeSets")],
        }],
        problems: vec![],
        handler: get(handle_list),
    }
}

pub(crate) fn find() -> Operation {
    Operation {
        path: "/v1/code-sets/{oid}",
        id: "find_code_set",
        summary: "One code set with its codes",
        description: "The codes with their names in Finnish, Swedish and English where known.",
        parameters: vec![oid_in_path("Identifier of the code set, with or without a version.")],
        answers: vec![Answer {
            status: 200,
            description: "The code set.",
            forms: vec![BodyForm::json("CodeSet")],
        }],
        handler: get(handle_find),
        ..list()
    }
}

async fn handle_list(_: caller::System, State(app): State<App>) -> Result<Response, Problem> {
    let sets = app.service().list_code_sets().await?;
    Ok(Json(json!({"code_sets": sets})).into_response())
}

async fn handle_find(
    _: caller::System,
    State(app): State<App>,
    Path(oid): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(app.service().find_code_set(&oid).await?).into_response())
}
