//! `POST /v1/logs/disclosure/search`: the disclosure log of the own register, for the privacy officer.

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
        path: "/v1/logs/disclosure/search",
        id: "search_disclosure_log",
        tag: "logs",
        summary: "Look at the disclosure log of the own register",
        description: "For a privacy officer, with the purpose `supervision`: what of the register's \
            data went to whom, and on which ground. Newest first. Looking at the log is itself a use and \
            is logged in the use log.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("DisclosureLogSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of entries.",
            forms: vec![BodyForm::json("DisclosureLogEntries")],
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
    let entries = app.service().search_disclosure_log(&context, &body).await?;
    Ok(Json(entries).into_response())
}
