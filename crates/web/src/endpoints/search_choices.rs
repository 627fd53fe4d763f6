//! `POST /v1/register-access/choices/search`: reports of clients' choices (RA-12).

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
        path: "/v1/register-access/choices/search",
        id: "search_choices",
        tag: "register access",
        summary: "List reports of clients' choices",
        description: "Newest first. In the view `controller` those made to the own register, with whose \
            they are; in the view `producer` those of the own organisation, with what became of them.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("ChoiceSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of reports.",
            forms: vec![BodyForm::json("Choices")],
        }],
        problems: vec![
            "strong-authentication-required",
            "service-task-not-permitted",
            "not-the-controller",
            "unknown-code",
        ],
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
    let choices = app.service().search_choices(&context, &body).await?;
    Ok(Json(choices).into_response())
}
