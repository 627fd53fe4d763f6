//! `POST /v1/register-access/choices`: report which producer a client has chosen (RA-12).

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

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/register-access/choices",
        id: "report_choice",
        tag: "register access",
        summary: "Report a client's choice of producer",
        description: "By the producer whom a client with a voucher has chosen. The report gives no \
            right: the organiser opens it by marking the unit on the client's clientship document, or \
            refuses the report.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("ChoiceReport")),
        answers: vec![Answer {
            status: 201,
            description: "The choice has been reported.",
            forms: vec![BodyForm::json("ChoiceReceipt")],
        }],
        problems: vec![
            "service-task-not-permitted",
            "register-not-open",
            "unknown-unit",
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
    let receipt = app.service().report_choice(&context, &body).await?;
    Ok((StatusCode::CREATED, Json(receipt)).into_response())
}
