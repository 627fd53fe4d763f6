//! `POST /v1/documents/fetch`: several documents, each with its own outcome.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use varanto_rules::Disclosed;
use varanto_service::{Error, FetchedDocument};

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller, pace};

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/documents/fetch",
        id: "fetch_documents",
        tag: "documents",
        summary: "Fetch several documents",
        description: "At most 50 at a time. Each has its own outcome: the document, or the problem \
            that a fetch of it alone would have been answered with.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("DocumentFetch")),
        answers: vec![Answer {
            status: 200,
            description: "The outcomes, in the order asked for.",
            forms: vec![BodyForm::json("FetchedDocuments")],
        }],
        problems: vec!["unknown-code"],
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
    let fetched = app.service().fetch_documents(&context, &body).await?;
    let refuses = fetched.iter().any(|(_, outcome)| outcome.is_err());
    let outcomes: Result<Vec<Value>, Problem> =
        fetched.into_iter().map(|(oid, outcome)| one(&oid, outcome)).collect();
    let answer = Json(json!({"documents": outcomes?})).into_response();
    Ok(pace::marked(answer, refuses))
}

/// A failure of the repository itself is told for the whole, everything else for its document.
fn one(oid: &str, outcome: Result<Disclosed<FetchedDocument>, Error>) -> Result<Value, Problem> {
    match outcome {
        Ok(document) => Ok(json!({"oid": oid, "status": 200, "document": document})),
        Err(error) => {
            let problem = Problem::from(error);
            if problem.status.is_server_error() {
                return Err(problem);
            }
            let status = problem.status.as_u16();
            Ok(json!({"oid": oid, "status": status, "problem": problem.document()}))
        }
    }
}
