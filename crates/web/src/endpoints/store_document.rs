//! `POST /v1/documents`: store a document or a new version of one.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use varanto_service::Stored;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller};

/// What storing answers.
pub(super) fn receipts() -> Vec<Answer> {
    let receipt = |status, description| Answer {
        status,
        description,
        forms: vec![BodyForm::json("StoringReceipt")],
    };
    vec![receipt(201, "Stored."), receipt(200, "The very same document was stored before.")]
}

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/documents",
        id: "store_document",
        tag: "documents",
        summary: "Store a document or a new version",
        description: "Everything is checked before anything is stored: metadata, codes, structure, \
            display form, PDF/A, signatures, and the right to store. A refusal names every fault. \
            Sending the very same document again is answered as already stored.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("Envelope")),
        answers: receipts(),
        problems: vec![
            "unknown-structure",
            "unknown-code",
            "structure-violation",
            "display-form-missing",
            "display-form-unsafe",
            "not-pdf-a",
            "signature-missing",
            "signature-invalid",
            "certificate-untrusted",
            "certificate-revoked",
            "author-not-entitled",
            "service-task-not-permitted",
            "not-the-controller",
            "register-access-missing",
            "register-access-suspended",
            "register-access-ended",
            "not-the-organiser",
            "case-missing",
            "case-closed",
            "case-of-another-client",
            "unknown-unit",
            "case-exists",
            "clientship-exists",
            "hetu-required",
            "not-informed",
            "denial-by-guardian",
            "special-reason-required",
            "register-not-open",
            "not-the-author",
            "version-conflict",
            "document-exists",
            "document-annulled",
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
    let stored = app.service().store_document(&context, &body).await?;
    Ok(self::stored(&stored, "/v1/documents"))
}

/// The answer with a receipt; the document stands below `path`.
pub(super) fn stored(stored: &Stored, path: &str) -> Response {
    let status = if stored.created { StatusCode::CREATED } else { StatusCode::OK };
    let location = format!("{path}/{}", stored.receipt.oid);
    let mut response = (status, Json(&stored.receipt)).into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
