//! `GET /healthz` and `/readyz`: is the process alive, and can it serve?

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};

pub(crate) fn alive() -> Operation {
    Operation {
        method: Method::Get,
        path: "/healthz",
        id: "is_alive",
        tag: "operation",
        summary: "Is the process alive?",
        description: "Answers as long as the process runs.",
        caller: Caller::Anyone,
        parameters: vec![],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "It is.",
            forms: vec![BodyForm::json("Health")],
        }],
        problems: vec![],
        handler: get(|| async { Json(json!({"status": "alive"})) }),
    }
}

pub(crate) fn ready() -> Operation {
    let answer =
        |status, description| Answer { status, description, forms: vec![BodyForm::json("Health")] };
    Operation {
        path: "/readyz",
        id: "is_ready",
        summary: "Can it serve?",
        description: "Whether the store answers, the revocation lists are in date, and the log is sealed in \
            time and goes on from what its witness has seen.",
        answers: vec![answer(200, "It can."), answer(503, "It cannot now; `reasons` says why.")],
        handler: get(handle_ready),
        ..alive()
    }
}

async fn handle_ready(State(app): State<App>) -> Response {
    let reasons = app.service().reasons_not_ready().await;
    if reasons.is_empty() {
        return Json(json!({"status": "ready"})).into_response();
    }
    let body = Json(json!({"status": "not ready", "reasons": reasons}));
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}
