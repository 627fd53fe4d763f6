//! `POST /v1/summaries`: a client's summary.

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
        path: "/v1/summaries",
        id: "summarise",
        tag: "documents",
        summary: "Get a client's summary",
        description: "What the client's documents say today: decisions and plans in force, services, own \
            workers, valid risks and the latest assessments, each with the document in which it stands; in \
            the own register with clientships and open cases, under a register access right with the open \
            case. It is made of exactly those documents that a search in the same context shows and a \
            fetch would give, and is a use of each of them. Contact data are never in it; where they are \
            masked, free text is left out too. Which values are taken is set by rules that an installation \
            can replace.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("SummaryRequest")),
        answers: vec![Answer {
            status: 200,
            description: "The summary.",
            forms: vec![BodyForm::json("ClientSummary")],
        }],
        problems: vec![
            "special-reason-required",
            "strong-authentication-required",
            "register-access-missing",
            "register-access-suspended",
            "register-access-ended",
            "not-the-controller",
            "ground-required",
            "not-an-authority",
            "broad-right-not-permitted",
            "service-task-not-permitted",
            "purpose-not-permitted",
            "unknown-code",
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
    let summary = app.service().summarise(&context, &body).await?;
    let tells_nothing = summary.get().tells_nothing();
    Ok(pace::marked(Json(summary).into_response(), tells_nothing))
}
