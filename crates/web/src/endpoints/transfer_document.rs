//! `POST /v1/documents/{oid}/transfer`: move a document to the register where it belongs (REG-07).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use varanto_service::Error;

use super::{oid_in_path, store_document, use_context};
use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn operation() -> Operation {
    let mut parameters =
        vec![oid_in_path("Identifier of any version, or the original identifier.")];
    parameters.extend(use_context());
    let mut problems = store_document::operation().problems;
    problems.push("document-not-found");
    Operation {
        method: Method::Post,
        path: "/v1/documents/{oid}/transfer",
        id: "transfer_document",
        tag: "documents",
        summary: "Move a document that went into the wrong register",
        description: "The corrected document of the request – under new identifiers, signed anew, of the \
            same group and type – is stored in the register that its metadata name, and the wrong one \
            is annulled; both or neither. Each is decided as if it were done alone. The controller of \
            the wrong register is told of it as a suspected breach. Faults of the corrected document \
            stand below `/document`. The same again is answered as it was the first time.",
        caller: Caller::Professional,
        parameters,
        request: Some(BodyForm::json("DocumentTransfer")),
        answers: vec![Answer {
            status: 200,
            description: "The document has been moved.",
            forms: vec![BodyForm::json("TransferReceipt")],
        }],
        problems,
        handler: post(handle),
    }
}

async fn handle(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(oid): Path<String>,
    caller::Query(query): caller::Query,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let moved = app.service().transfer_document(&context, &oid, &query, &body).await;
    Ok(Json(moved.map_err(problem)?).into_response())
}

/// A refusal that has its place in a document has it in the one of the request.
fn problem(error: Error) -> Problem {
    let is_refusal = matches!(error, Error::Refused { .. });
    let problem = Problem::from(error);
    if is_refusal { problem.below("document") } else { problem }
}
