//! `POST /v1/clientships/search`: the clientships of a client.

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
        path: "/v1/clientships/search",
        id: "search_clientships",
        tag: "cases",
        summary: "List a client's clientships",
        description: "Those of the own register, with every unit that ever stood in them: also old and \
            ended clientships and withdrawn units, but no annulled clientship.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("ClientControlSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of clientships, by the identifiers of their documents.",
            forms: vec![BodyForm::json("Clientships")],
        }],
        problems: vec![
            "special-reason-required",
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
    let found = app.service().search_clientships(&context, &body).await?;
    let is_empty = found.get().is_empty();
    Ok(pace::marked(Json(found).into_response(), is_empty))
}
