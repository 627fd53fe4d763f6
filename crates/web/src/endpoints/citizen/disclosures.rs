//! `POST /v1/citizen/disclosures/search`: who has received a citizen's data.

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
        path: "/v1/citizen/disclosures/search",
        id: "search_citizen_disclosures",
        tag: "citizens",
        summary: "List who has received one's data",
        description: "Disclosures of all controllers, newest first. Of the documents those are named that are \
            shown to the citizen. Uses within a register are listed by themselves.",
        caller: Caller::Citizen,
        parameters: vec![],
        request: Some(BodyForm::json("CitizenDisclosureSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of disclosures.",
            forms: vec![BodyForm::json("CitizenDisclosures")],
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
    let found = app.service().search_citizen_disclosures(&context, &body).await?;
    Ok(pace::marked(Json(found).into_response(), true))
}
