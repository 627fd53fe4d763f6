//! `POST /v1/register-access/choices/{id}/refusal`: refuse a report of a client's choice (RA-12).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation, Parameter};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn operation() -> Operation {
    let id = "Names the report.";
    Operation {
        method: Method::Post,
        path: "/v1/register-access/choices/{id}/refusal",
        id: "refuse_choice",
        tag: "register access",
        summary: "Refuse a report of a client's choice",
        description: "By the controller that it was made to, once, with the reason. A report whose right \
            has been opened is not refused.",
        caller: Caller::Professional,
        parameters: vec![Parameter {
            name: "id",
            description: id,
            in_path: true,
            schema: "ChoiceId",
        }],
        request: Some(BodyForm::json("ChoiceRefusalRequest")),
        answers: vec![Answer {
            status: 200,
            description: "The report has been refused.",
            forms: vec![BodyForm::json("ChoiceReceipt")],
        }],
        problems: vec!["service-task-not-permitted", "not-the-controller", "register-access-state"],
        handler: post(handle),
    }
}

async fn handle(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let refused = app.service().refuse_choice(&context, &id, &body).await?;
    Ok(Json(refused).into_response())
}
