//! `POST /v1/citizen/uses/search`: who has used a citizen's data.

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
        path: "/v1/citizen/uses/search",
        id: "search_citizen_uses",
        tag: "citizens",
        summary: "List who has used one's data",
        description: "Uses in all registers, newest first: when, in which organisation and unit, for what, on \
            which basis, and what was done. The worker's name is told by the controller, on a log request. Of the \
            documents those are named that are shown to the citizen. A representative is told of uses with such a \
            document alone, and not who used the data.",
        caller: Caller::Citizen,
        parameters: vec![],
        request: Some(BodyForm::json("CitizenUseSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of uses.",
            forms: vec![BodyForm::json("CitizenUses")],
        }],
        problems: vec![],
        handler: post(handle),
    }
}

async fn handle(
    caller::Citizen(context): caller::Citizen,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let found = app.service().search_citizen_uses(&context, &body).await?;
    Ok(pace::marked(Json(found).into_response(), true))
}
