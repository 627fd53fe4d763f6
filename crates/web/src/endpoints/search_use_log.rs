//! `POST /v1/logs/use/search`: the use log of the own register or staff, for the privacy officer.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/logs/use/search",
        id: "search_use_log",
        tag: "logs",
        summary: "Look at the use log of the own register or staff",
        description: "For a privacy officer, with the purpose `supervision`. Newest first. An \
            organisation without a register sees what its own staff did. Looking at the log is itself \
            a use and is logged.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("UseLogSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of entries.",
            forms: vec![BodyForm::json("UseLogEntries")],
        }],
        problems: vec!["document-not-found"],
        handler: post(handle),
    }
}

async fn handle(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let entries = app.service().search_use_log(&context, &body).await?;
    Ok(Json(entries).into_response())
}
