//! `POST /v1/documents/search`: find documents by metadata.

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
        path: "/v1/documents/search",
        id: "search_documents",
        tag: "documents",
        summary: "Search a client's documents by metadata",
        description: "Newest written first. A page ends with `next` where there is more; the cursor \
            stays good when documents are added. The search shows exactly what a fetch in the same \
            context would give, and counts nothing. With `basis: disclosure` or `broad` other \
            controllers' registers are searched: of what does not leave them nothing is told, nor why, \
            and links are neither shown nor searched.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("DocumentSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of documents.",
            forms: vec![BodyForm::json("FoundDocuments")],
        }],
        problems: vec![
            "special-reason-required",
            "strong-authentication-required",
            "not-the-controller",
            "ground-required",
            "not-an-authority",
            "broad-right-not-permitted",
            "register-access-suspended",
            "register-access-ended",
            "unknown-code",
            "register-access-missing",
            "service-task-not-permitted",
            "document-not-found",
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
    let found = app.service().search_documents(&context, &body).await?;
    let tells_nothing = found.get().tells_nothing();
    Ok(pace::marked(Json(found).into_response(), tells_nothing))
}
