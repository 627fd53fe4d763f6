//! `/v1/log-requests…`: what clients ask of the log, and what they are given (LOG-05).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use varanto_model::MediaType;
use varanto_service::WantedForm;

use super::fetch_document::{WITHOUT_POWER, wanted};
use super::use_context;
use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation, Parameter};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn register() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/log-requests",
        id: "register_log_request",
        tag: "logs",
        summary: "Register a client's request for log data",
        description: "For a privacy officer of the controller, with the purpose of supervision, as all calls about \
            log requests are. Entries of two years back are asked for unless the period says otherwise; older ones \
            with a reason. The request is due a month after the day on which it came.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("LogRequestRecord")),
        answers: vec![Answer {
            status: 201,
            description: "The request has been registered.",
            forms: vec![BodyForm::json("LogRequest")],
        }],
        problems: vec![],
        handler: post(handle_register),
    }
}

pub(crate) fn search() -> Operation {
    Operation {
        path: "/v1/log-requests/search",
        id: "search_log_requests",
        summary: "Search clients' requests for log data",
        description: "Those of the own register, newest first; in one state, or due before a day.",
        request: Some(BodyForm::json("LogRequestSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of requests.",
            forms: vec![BodyForm::json("LogRequests")],
        }],
        handler: post(handle_search),
        ..register()
    }
}

pub(crate) fn find() -> Operation {
    let mut parameters = vec![id_in_path()];
    parameters.extend(use_context());
    Operation {
        method: Method::Get,
        path: "/v1/log-requests/{id}",
        id: "find_log_request",
        summary: "Look at a request for log data",
        description: "With what was decided: for the controller's own eyes also which entries were withheld, and why.",
        parameters,
        request: None,
        answers: vec![request_answer("The request.")],
        handler: get(handle_find),
        ..register()
    }
}

pub(crate) fn extend() -> Operation {
    Operation {
        path: "/v1/log-requests/{id}/extension",
        id: "extend_log_request",
        summary: "Take more time for a request for log data",
        description: "Once, with the reason, and before the first time is over: then it is due three months after the \
            day on which it came. The client is to be told.",
        parameters: vec![id_in_path()],
        request: Some(BodyForm::json("LogRequestExtension")),
        answers: vec![request_answer("The time has been extended.")],
        problems: vec!["log-request-state"],
        handler: post(handle_extend),
        ..register()
    }
}

pub(crate) fn preview() -> Operation {
    Operation {
        path: "/v1/log-requests/{id}/preview",
        id: "preview_log_request",
        summary: "List the entries that would be given",
        description: "Permitted uses and disclosures of the client's data in the own register, newest first, in the \
            language of the request. What was noted under a temporary identifier that was joined to the client is \
            among them. An entry that names a document or case of several clients is `joint`: to say who worked on it \
            can tell where the other one lives or has found shelter. A page may hold fewer entries than were asked \
            for, and have a next one.",
        parameters: vec![id_in_path()],
        request: Some(BodyForm::json("LogRequestPreview")),
        answers: vec![Answer {
            status: 200,
            description: "A page of entries.",
            forms: vec![BodyForm::json("LogRequestEntries")],
        }],
        problems: vec!["log-request-state"],
        handler: post(handle_preview),
        ..register()
    }
}

pub(crate) fn answer() -> Operation {
    Operation {
        path: "/v1/log-requests/{id}/answer",
        id: "answer_log_request",
        summary: "Answer a request for log data",
        description: "Once: with the entries, less those that are withheld, or with a refusal of the whole. What is \
            given is kept as it is and never changes, and leaves with the log. Of joint entries is told who worked on \
            them only where `joint` says so. Each entry is given with the proof that it is in the log, by its \
            commitment, which tells nothing. `with_proofs` gives in its place the entry as it stands in the log, with \
            its salt: besides what the answer tells, that is the id of the user, role, authentication and certificate \
            of the system, the rules that decided, parameters (what was searched for), the id of the request, the \
            client's key, the hash of sealed words, and of a disclosure the name of the entry of the use log. Never \
            given in this form are joint entries of which is not told who worked on them, and entries of \
            `supervise`, `answer-log-request`, `report-breach` and `handle-breach`. One answer holds at most 5,000 \
            entries; with `in_parts` the newest are given, and the rest becomes a request of its own, due at the \
            same time.",
        parameters: vec![id_in_path()],
        request: Some(BodyForm::json("LogRequestDecision")),
        answers: vec![request_answer("It has been answered.")],
        problems: vec!["log-request-state", "log-request-too-large"],
        handler: post(handle_answer),
        ..register()
    }
}

pub(crate) fn fetch_answer() -> Operation {
    let bytes = |media_type| BodyForm { media_type, schema: None };
    let mut parameters = vec![id_in_path()];
    parameters.push(Parameter {
        name: "language",
        description: "The language of the words; that of the request where it is left out.",
        in_path: false,
        schema: "Language",
    });
    parameters.extend(use_context());
    Operation {
        method: Method::Get,
        path: "/v1/log-requests/{id}/answer",
        id: "fetch_log_answer",
        summary: "Fetch what was answered to a request for log data",
        description: "As it is given to the client: who used or received the data, when, what, for what and on which \
            basis; how many entries were withheld on which ground; or why the request was refused. It tells the same \
            each time. With `Accept: application/xhtml+xml` or `application/pdf` as a page to read.",
        parameters,
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The answer.",
            forms: vec![
                BodyForm::json("LogAnswer"),
                bytes("application/xhtml+xml"),
                bytes("application/pdf"),
            ],
        }],
        problems: vec!["log-request-state", "form-not-available"],
        handler: get(handle_fetch_answer),
        ..register()
    }
}

const fn id_in_path() -> Parameter {
    let description = "Names the request.";
    Parameter { name: "id", description, in_path: true, schema: "LogRequestId" }
}

fn request_answer(description: &'static str) -> Answer {
    Answer { status: 200, description, forms: vec![BodyForm::json("LogRequest")] }
}

async fn handle_register(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let registered = app.service().register_log_request(&context, &body).await?;
    Ok((StatusCode::CREATED, Json(registered)).into_response())
}

async fn handle_search(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    Ok(Json(app.service().search_log_requests(&context, &body).await?).into_response())
}

async fn handle_find(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    caller::Query(query): caller::Query,
) -> Result<Response, Problem> {
    Ok(Json(app.service().find_log_request(&context, &id, &query).await?).into_response())
}

async fn handle_extend(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    Ok(Json(app.service().extend_log_request(&context, &id, &body).await?).into_response())
}

async fn handle_preview(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    Ok(Json(app.service().preview_log_request(&context, &id, &body).await?).into_response())
}

async fn handle_answer(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    Ok(Json(app.service().answer_log_request(&context, &id, &body).await?).into_response())
}

async fn handle_fetch_answer(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    caller::Query(query): caller::Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let answer = app.service().fetch_log_answer(&context, &id, &query).await?;
    let (media_type, bytes) = match wanted(&headers) {
        WantedForm::Whole => return Ok(Json(answer).into_response()),
        WantedForm::Only(MediaType::Xhtml) => {
            (MediaType::Xhtml, answer.get().to_xhtml().into_bytes())
        }
        WantedForm::Only(MediaType::Pdf) => (MediaType::Pdf, answer.get().to_pdf().await?),
        WantedForm::Only(_) => return Err(varanto_service::Error::FormNotAvailable.into()),
    };
    let kind = HeaderValue::from_static(media_type.as_str());
    let policy = HeaderValue::from_static(WITHOUT_POWER);
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)];
    Ok((headers, bytes).into_response())
}
