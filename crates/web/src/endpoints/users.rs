//! `POST /v1/users/search`: user registers, for managers and privacy officers (AC-04, AC-08).

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

pub(crate) fn search() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/users/search",
        id: "search_users",
        tag: "directories",
        summary: "Look at a user register",
        description: "For managers and privacy officers: the user register of the own organisation, \
            by id. Those of a controller may name a producer, one of whose units has a register \
            access right in the controller's register. Looking at it is itself a use and is logged.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("UserSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of people.",
            forms: vec![BodyForm::json("Users")],
        }],
        problems: vec!["not-found"],
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
    let users = app.service().search_users(&context, &body).await?;
    Ok(Json(users).into_response())
}
