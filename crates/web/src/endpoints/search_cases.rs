//! `POST /v1/cases/search`: the cases of a client.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller, pace};

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/cases/search",
        id: "search_cases",
        tag: "cases",
        summary: "List a client's cases",
        description: "The cases of the own register, or under a register access right the one that the \
            context names. A case is listed where its document can be read: the work task covers its \
            group and its service task. Annulled cases are not listed.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("ClientControlSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of cases, by the identifiers of their documents.",
            forms: vec![BodyForm::json("Cases")],
        }],
        problems: vec![
            "special-reason-required",
            "strong-authentication-required",
            "register-access-missing",
            "register-access-suspended",
            "register-access-ended",
            "service-task-not-permitted",
            "unknown-code",
            "document-not-found",
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
    let found = app.service().search_cases(&context, &body).await?;
    let is_empty = found.get().is_empty();
    Ok(pace::marked(Json(found).into_response(), is_empty))
}
