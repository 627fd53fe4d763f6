//! `GET /v1/citizen/will`: what a citizen has declared.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{caller, pace};

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Get,
        path: "/v1/citizen/will",
        id: "find_citizen_will",
        tag: "citizens",
        summary: "Tell what one has declared",
        description: "Informing, permit, denials and representatives as they stand, wherever they were \
            recorded. To somebody who acts for the client a denial is told where its document is shown to \
            them.",
        caller: Caller::Citizen,
        parameters: vec![],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The will of the client.",
            forms: vec![BodyForm::json("Will")],
        }],
        problems: vec![],
        handler: get(handle),
    }
}

async fn handle(
    caller::Citizen(context): caller::Citizen,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let will = app.service().citizen_will(&context).await?;
    Ok(pace::marked(Json(will).into_response(), true))
}
