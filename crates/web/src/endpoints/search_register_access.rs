//! `POST /v1/register-access/search`: register access rights, as their units and their controllers see
//! them (RA-03, AC-08).

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
        path: "/v1/register-access/search",
        id: "search_register_access",
        tag: "register access",
        summary: "List register access rights",
        description: "In the view `producer`: the rights of the unit in the token, with whose they are. \
            This is how a producer learns of the clients and cases that it serves. In the view \
            `controller`: the rights that the own register's documents have given. A right that has not \
            begun is shown to nobody. A page may be short and still name a `next`: how a right stands \
            is reckoned as it is read, and one request reads a bounded number of them. Each client \
            shown is noted in the log of the register.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("RegisterAccessSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of rights, by unit.",
            forms: vec![BodyForm::json("RegisterAccessRights")],
        }],
        problems: vec![
            "strong-authentication-required",
            "special-reason-required",
            "service-task-not-permitted",
            "not-the-controller",
            "unknown-code",
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
    let rights = app.service().search_register_access(&context, &body).await?;
    Ok(Json(rights).into_response())
}
