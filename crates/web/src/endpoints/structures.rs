//! `GET /v1/structures…`: the document structures that are known here (DIR-05).

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use super::oid_in_path;
use crate::app::App;
use crate::caller;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;

fn base() -> Operation {
    Operation {
        method: Method::Get,
        path: "/v1/structures",
        id: "list_structures",
        tag: "directories",
        summary: "List the document structures",
        description: "Every structure that documents may follow, by identifier.",
        caller: Caller::System,
        parameters: vec![],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The structures.",
            forms: vec![BodyForm::json("Structures")],
        }],
        problems: vec![],
        handler: get(handle_list),
    }
}

pub(crate) fn list() -> Operation {
    base()
}

pub(crate) fn find() -> Operation {
    Operation {
        path: "/v1/structures/{oid}",
        id: "find_structure",
        summary: "One document structure",
        description: "What the structure is called and who writes such documents.",
        parameters: vec![oid_in_path("Identifier of the structure.")],
        answers: vec![Answer {
            status: 200,
            description: "The structure.",
            forms: vec![BodyForm::json("Structure")],
        }],
        handler: get(handle_find),
        ..base()
    }
}

pub(crate) fn schema() -> Operation {
    Operation {
        path: "/v1/structures/{oid}/schema",
        id: "fetch_structure_schema",
        summary: "The JSON Schema of a structure",
        description: "The file as it was published or imported, byte for byte.",
        parameters: vec![oid_in_path("Identifier of the structure.")],
        answers: vec![Answer {
            status: 200,
            description: "The schema.",
            forms: vec![BodyForm { media_type: "application/schema+json", schema: None }],
        }],
        handler: get(handle_schema),
        ..base()
    }
}

async fn handle_list(_: caller::System, State(app): State<App>) -> Result<Response, Problem> {
    let structures = app.service().list_structures().await?;
    Ok(Json(json!({"structures": structures})).into_response())
}

async fn handle_find(
    _: caller::System,
    State(app): State<App>,
    Path(oid): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(app.service().find_structure(&oid).await?).into_response())
}

async fn handle_schema(
    _: caller::System,
    State(app): State<App>,
    Path(oid): Path<String>,
) -> Result<Response, Problem> {
    let schema = app.service().structure_schema(&oid).await?;
    let kind = HeaderValue::from_static("application/schema+json");
    Ok(([(header::CONTENT_TYPE, kind)], schema).into_response())
}
