//! `GET /v1/information-texts`: what clients are told before they declare anything.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use crate::app::App;
use crate::caller;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Get,
        path: "/v1/information-texts",
        id: "list_information_texts",
        tag: "wills",
        summary: "Tell the information texts of today",
        description: "The texts about the use of data, permits and denials that are given today, with the \
            versions that a document of informing names.",
        caller: Caller::System,
        parameters: vec![],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "One text of each kind.",
            forms: vec![BodyForm::json("InformationTexts")],
        }],
        problems: vec![],
        handler: get(handle),
    }
}

async fn handle(_: caller::System, State(app): State<App>) -> Response {
    Json(json!({"texts": app.service().information_texts()})).into_response()
}
