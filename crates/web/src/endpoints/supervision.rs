//! `/v1/supervision/…`: the lists of uses to review, and the decisions on them (LOG-06).

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn search() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/supervision/search",
        id: "search_supervision",
        tag: "supervision",
        summary: "List uses to review",
        description: "For a privacy officer, with the purpose `supervision`. A controller sees the uses of its \
            register, its producers' among them; an organisation without a register what its own staff did, in lists \
            that need nothing of the register of another: no home addresses, and neither `after-end`, \
            `wills-without-context` nor `own-unit`. \
            Newest first. Lists are computed when they are asked for, and a call looks at a bounded number of \
            entries: there may be fewer items than a page holds, or none, and yet a `next`. An item tells who \
            used data, and never whose data they were. Looking at a list is itself logged.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("ReviewSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of items.",
            forms: vec![BodyForm::json("ReviewItems")],
        }],
        problems: vec!["document-not-found"],
        handler: post(handle_search),
    }
}

pub(crate) fn decide() -> Operation {
    Operation {
        path: "/v1/supervision/decisions",
        id: "decide_supervision",
        summary: "Record a decision on a use",
        description: "For a privacy officer, with the purpose `supervision`. Every decision is kept; the newest \
            one counts. `breach` opens a breach at the controller whose register it was, with the reason as \
            what is told of it; while a breach is open that a decision on the item has opened, it is that one. Nobody \
            decides on an own use.",
        request: Some(BodyForm::json("ReviewDecision")),
        answers: vec![Answer {
            status: 201,
            description: "The decision is recorded.",
            forms: vec![BodyForm::json("ReviewReceipt")],
        }],
        problems: vec!["document-not-found", "not-found", "own-use"],
        handler: post(handle_decide),
        ..search()
    }
}

async fn handle_search(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let page = app.service().search_supervision(&context, &body).await?;
    Ok(Json(page).into_response())
}

async fn handle_decide(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let receipt = app.service().decide_supervision(&context, &body).await?;
    Ok((StatusCode::CREATED, Json(receipt)).into_response())
}
