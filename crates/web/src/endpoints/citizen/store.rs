//! `POST /v1/citizen/documents`: what a citizen declares.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;

use crate::app::App;
use crate::endpoints::store_document::{receipts, stored};
use crate::operation::{BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/citizen/documents",
        id: "store_citizen_document",
        tag: "citizens",
        summary: "Declare one's will",
        description: "Stores a document of informing, a permit or denials, or a new version of one wherever it \
            was recorded. A first version goes into the register of the service for citizens. It has no \
            author and is signed by the service; whoever acts for another is named in it as the \
            representative. It is checked like any document and is in force at once.",
        caller: Caller::Citizen,
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
            "not-informed",
            "denial-by-guardian",
            "capacity-not-assessed",
            "version-conflict",
            "document-exists",
            "document-annulled",
        ],
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
    Ok(stored(
        &app.service().store_citizen_document(&context, &body).await?,
        "/v1/citizen/documents",
    ))
}
