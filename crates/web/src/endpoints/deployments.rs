//! `GET /v1/deployments`: who uses the client data repository since when (DIR-02).

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use crate::app::App;
use crate::caller;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;

pub(crate) fn list() -> Operation {
    Operation {
        method: Method::Get,
        path: "/v1/deployments",
        id: "list_deployments",
        tag: "directories",
        summary: "List who uses the client data repository since when",
        description: "The published deployments, and every organisation that has joined and not left \
            again, the earliest first.",
        caller: Caller::System,
        parameters: vec![],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The deployments.",
            forms: vec![BodyForm::json("Deployments")],
        }],
        problems: vec![],
        handler: get(handle_list),
    }
}

async fn handle_list(_: caller::System, State(app): State<App>) -> Result<Response, Problem> {
    let deployments = app.service().list_deployments().await?;
    Ok(Json(json!({"deployments": deployments})).into_response())
}
