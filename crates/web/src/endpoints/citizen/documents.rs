//! `POST /v1/citizen/documents/search`, `GET /v1/citizen/documents/{oid}`: a citizen's own documents.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::app::App;
use crate::endpoints::fetch_document::{in_form, wanted};
use crate::endpoints::oid_in_path;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller, pace};

pub(crate) fn search() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/citizen/documents/search",
        id: "search_citizen_documents",
        tag: "citizens",
        summary: "Search one's own documents",
        description: "The documents of all controllers that are shown to the citizen, newest written \
            first: those that a fetch would give. Nothing tells of documents that are not shown, neither a \
            count nor a gap. Links are left out, and by what other clients of a document are known.",
        caller: Caller::Citizen,
        parameters: vec![],
        request: Some(BodyForm::json("CitizenDocumentSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of documents.",
            forms: vec![BodyForm::json("CitizenDocuments")],
        }],
        problems: vec![],
        handler: post(handle_search),
    }
}

pub(crate) fn fetch() -> Operation {
    let bytes = |media_type| BodyForm { media_type, schema: None };
    Operation {
        method: Method::Get,
        path: "/v1/citizen/documents/{oid}",
        id: "fetch_citizen_document",
        tag: "citizens",
        summary: "Fetch one of one's own documents",
        description: "The newest version, by its own or the original identifier, where it is shown to the \
            citizen. With `Accept: application/xhtml+xml` or `application/pdf` the bytes of that form alone. \
            Identity codes of others are taken out, and links; where another client of the document is \
            under turvakielto, or the client for whom somebody acts, contact data are too. Where anything \
            was taken out, digest and signatures are left out.",
        caller: Caller::Citizen,
        parameters: vec![oid_in_path("Identifier of the newest version, or the original one.")],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The document, or one form of it.",
            forms: vec![
                BodyForm::json("CitizenDocument"),
                bytes("application/xhtml+xml"),
                bytes("application/pdf"),
            ],
        }],
        problems: vec!["document-not-found", "form-not-available"],
        handler: get(handle_fetch),
    }
}

async fn handle_search(
    caller::Citizen(context): caller::Citizen,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let found = app.service().search_citizen_documents(&context, &body).await?;
    Ok(pace::marked(Json(found).into_response(), true))
}

async fn handle_fetch(
    caller::Citizen(context): caller::Citizen,
    State(app): State<App>,
    Path(oid): Path<String>,
    caller::Query(query): caller::Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = wanted(&headers);
    let document = app.service().fetch_citizen_document(&context, &oid, &query, wanted).await?;
    in_form(&document, wanted)
}
