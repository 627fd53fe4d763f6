//! `POST /v1/documents/{oid}/annulment`: annul a document (DOC-04).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use super::{oid_in_path, use_context};
use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn operation() -> Operation {
    let mut parameters =
        vec![oid_in_path("Identifier of any version, or the original identifier.")];
    parameters.extend(use_context());
    Operation {
        method: Method::Post,
        path: "/v1/documents/{oid}/annulment",
        id: "annul_document",
        tag: "documents",
        summary: "Annul a document",
        description: "The document leaves searches and the citizen's view, and stays in the archive \
            and in the logs. The professional is the one in the token. Annulling again is answered \
            with the first annulment.",
        caller: Caller::Professional,
        parameters,
        request: Some(BodyForm::json("AnnulmentRequest")),
        answers: vec![Answer {
            status: 200,
            description: "The document has been annulled.",
            forms: vec![BodyForm::json("AnnulmentReceipt")],
        }],
        problems: vec![
            "register-access-suspended",
            "register-access-ended",
            "unknown-code",
            "document-not-found",
            "service-task-not-permitted",
            "not-the-author",
        ],
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
    let annulled = app.service().annul_document(&context, &oid, &query, &body).await?;
    Ok(Json(annulled).into_response())
}
