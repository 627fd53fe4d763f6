//! `POST /v1/clients/joining`: join a temporary identifier to a person (CASE-06).

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
        path: "/v1/clients/joining",
        id: "join_client",
        tag: "documents",
        summary: "Join a temporary identifier to a person",
        description: "All that the own register has under the temporary identifier – documents, cases, \
            the clientship, register access rights – goes under the person, at once or not at all. \
            From then on both identifiers lead to the same file; documents stay as they were signed. \
            The same again is answered as it was the first time.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("ClientJoining")),
        answers: vec![Answer {
            status: 200,
            description: "The temporary identifier has been joined to the person.",
            forms: vec![BodyForm::json("JoiningReceipt")],
        }],
        problems: vec![
            "special-reason-required",
            "unknown-code",
            "service-task-not-permitted",
            "not-the-controller",
            "client-not-found",
            "already-joined",
            "too-many-documents",
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
    let joined = app.service().join_client(&context, &body).await?;
    Ok(Json(joined).into_response())
}
