//! `POST /v1/decisions/explain`: why an act is permitted or refused.

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
        path: "/v1/decisions/explain",
        id: "explain_decision",
        tag: "decisions",
        summary: "Explain how an act would be decided",
        description: "The rules that apply to the caller's own act, with their text and ground, and the \
            facts on which they decide. Nothing is done, and the question is logged. Of a refused act \
            it tells the rules up to the one that refuses, and nothing of document or client. What a \
            document holds – its structure, codes and signatures – is judged only when it is stored.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("ExplanationRequest")),
        answers: vec![Answer {
            status: 200,
            description: "The explanation, of a refusal too.",
            forms: vec![BodyForm::json("Explanation")],
        }],
        problems: vec!["unknown-code"],
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
    let explanation = app.service().explain_decision(&context, &body).await?;
    Ok(pace::marked(Json(explanation).into_response(), true))
}
