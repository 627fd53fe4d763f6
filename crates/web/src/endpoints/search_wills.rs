//! `POST /v1/wills/search`: what a client has declared.

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
        path: "/v1/wills/search",
        id: "search_wills",
        tag: "wills",
        summary: "Tell what a client has declared",
        description: "Informing, permit, denials and representatives as they stand, wherever they were \
            recorded. In client work only those denials are shown that were recorded for the own \
            register or concern it; with `purpose: will`, for recording together with the client, all of \
            them. A denial that is not shown works all the same.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("WillSearch")),
        answers: vec![Answer {
            status: 200,
            description: "The will of the client.",
            forms: vec![BodyForm::json("Will")],
        }],
        problems: vec![
            "special-reason-required",
            "not-the-controller",
            "service-task-not-permitted",
            "purpose-not-permitted",
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
    let found = app.service().search_wills(&context, &body).await?;
    // Not even the time tells of denials that are left out.
    Ok(pace::marked(Json(found).into_response(), true))
}
