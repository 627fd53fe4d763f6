//! `/v1/disclosure-requests…`: what recipients outside ask for, what is decided and what is delivered
//! (DIS-07).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::recipients::TAG;
use super::use_context;
use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation, Parameter};
use crate::problem::Problem;
use crate::{body, caller};

const PROBLEMS: [&str; 4] =
    ["service-task-not-permitted", "not-the-controller", "special-reason-required", "unknown-code"];

pub(crate) fn record() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/disclosure-requests",
        id: "record_disclosure_request",
        tag: TAG,
        summary: "Record what a recipient outside asks for",
        description: "Documents of one client in the own register, by the identifier of a version or, for the \
            newest one, the original identifier. Each is weighed at once, and every fault is named with its \
            place: declarations of will, annulled documents and documents of another register or another \
            client are as if they were not there.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("DisclosureRequestRecord")),
        answers: vec![Answer {
            status: 201,
            description: "The request has been recorded, and waits for somebody else's decision.",
            forms: vec![BodyForm::json("DisclosureRequest")],
        }],
        problems: PROBLEMS.into(),
        handler: post(handle_record),
    }
}

pub(crate) fn search() -> Operation {
    Operation {
        path: "/v1/disclosure-requests/search",
        id: "search_disclosure_requests",
        summary: "Search requests of recipients outside",
        description: "Those about one client; all of the register only for a special reason. Newest first.",
        request: Some(BodyForm::json("DisclosureRequestSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of requests.",
            forms: vec![BodyForm::json("DisclosureRequests")],
        }],
        handler: post(handle_search),
        ..record()
    }
}

pub(crate) fn find() -> Operation {
    let mut parameters = vec![id_in_path()];
    parameters.extend(use_context());
    Operation {
        method: Method::Get,
        path: "/v1/disclosure-requests/{id}",
        id: "find_disclosure_request",
        summary: "Look at a request of a recipient outside",
        description: "With what was decided, and whether it was delivered; then also with the content of a record \
            entry on it, ready for the client's file.",
        parameters,
        request: None,
        answers: vec![request_answer("The request.")],
        handler: get(handle_find),
        ..record()
    }
}

pub(crate) fn decide() -> Operation {
    let mut problems: Vec<_> = PROBLEMS.into();
    problems.extend(["four-eyes", "already-decided", "document-withheld"]);
    Operation {
        path: "/v1/disclosure-requests/{id}/decision",
        id: "decide_disclosure_request",
        summary: "Decide on a request of a recipient outside",
        description: "Once, with the reason, by another professional than the one who recorded it. Some of the \
            documents may be approved and the others left out.",
        parameters: vec![id_in_path()],
        request: Some(BodyForm::json("DisclosureDecision")),
        answers: vec![request_answer("It has been decided.")],
        problems,
        handler: post(handle_decide),
        ..record()
    }
}

pub(crate) fn deliver() -> Operation {
    let mut problems: Vec<_> = PROBLEMS.into();
    problems.extend([
        "not-approved",
        "already-delivered",
        "recipient-ended",
        "document-withheld",
        "package-too-large",
        "signing-not-configured",
    ]);
    Operation {
        path: "/v1/disclosure-requests/{id}/package",
        id: "deliver_disclosure_request",
        summary: "Fetch the package of an approved request, once",
        description: "A zip: `manifest.json` says who gives what to whom and on which ground and names every \
            file with its digest, `manifest.jws` is the repository's detached signature over it, and each \
            document has a folder with its metadata, content and signatures. All is weighed anew at this \
            moment; contact data of a client under turvakielto are masked. The package is given once: who \
            loses it records a new request.",
        parameters: vec![id_in_path()],
        request: Some(BodyForm::json("PackageRequest")),
        answers: vec![Answer {
            status: 200,
            description: "The package.",
            forms: vec![BodyForm { media_type: "application/zip", schema: None }],
        }],
        problems,
        handler: post(handle_deliver),
        ..record()
    }
}

const fn id_in_path() -> Parameter {
    let description = "Names the request.";
    Parameter { name: "id", description, in_path: true, schema: "DisclosureRequestId" }
}

fn request_answer(description: &'static str) -> Answer {
    Answer { status: 200, description, forms: vec![BodyForm::json("DisclosureRequest")] }
}

async fn handle_record(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let recorded = app.service().record_disclosure_request(&context, &body).await?;
    Ok((StatusCode::CREATED, Json(recorded)).into_response())
}

async fn handle_search(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    Ok(Json(app.service().search_disclosure_requests(&context, &body).await?).into_response())
}

async fn handle_find(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    caller::Query(query): caller::Query,
) -> Result<Response, Problem> {
    Ok(Json(app.service().find_disclosure_request(&context, &id, &query).await?).into_response())
}

async fn handle_decide(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    Ok(Json(app.service().decide_disclosure_request(&context, &id, &body).await?).into_response())
}

async fn handle_deliver(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let package =
        app.service().deliver_disclosure_request(&context, &id, &body).await?.into_inner();
    let name = format!("attachment; filename=\"disclosure-{}.zip\"", package.request);
    let disposition =
        HeaderValue::try_from(name).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/zip");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, package.bytes).into_response())
}
