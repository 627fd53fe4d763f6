//! `POST /v1/citizen/cases/search`, `POST /v1/citizen/clientships/search`: where a citizen is a client.

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

pub(crate) fn cases() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/citizen/cases/search",
        id: "search_citizen_cases",
        tag: "citizens",
        summary: "List one's own cases",
        description: "The cases at all controllers whose documents are shown to the citizen.",
        caller: Caller::Citizen,
        parameters: vec![],
        request: Some(BodyForm::json("CitizenListRequest")),
        answers: vec![Answer {
            status: 200,
            description: "A page of cases, by the identifiers of their documents.",
            forms: vec![BodyForm::json("CitizenCases")],
        }],
        problems: vec![],
        handler: post(handle_cases),
    }
}

pub(crate) fn clientships() -> Operation {
    Operation {
        path: "/v1/citizen/clientships/search",
        id: "search_citizen_clientships",
        summary: "List one's own clientships",
        description: "The clientships at all controllers whose documents are shown to the citizen, with the \
            units that serve the client now or will, their services, and the workers who answer for them.",
        answers: vec![Answer {
            status: 200,
            description: "A page of clientships, by the identifiers of their documents.",
            forms: vec![BodyForm::json("CitizenClientships")],
        }],
        handler: post(handle_clientships),
        ..cases()
    }
}

async fn handle_cases(
    caller::Citizen(context): caller::Citizen,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let found = app.service().search_citizen_cases(&context, &body).await?;
    Ok(pace::marked(Json(found).into_response(), true))
}

async fn handle_clientships(
    caller::Citizen(context): caller::Citizen,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let found = app.service().search_citizen_clientships(&context, &body).await?;
    Ok(pace::marked(Json(found).into_response(), true))
}
