//! `/v1/breaches…`: the register of breaches (LOG-07, REG-07).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::use_context;
use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation, Parameter};
use crate::problem::Problem;
use crate::{body, caller};

const TAG: &str = "breaches";

pub(crate) fn report() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/breaches",
        id: "report_breach",
        tag: TAG,
        summary: "Report a suspected breach",
        description: "To the own controller, or to one in whose register the unit works: by a register access \
            right or by wide access. The controller is told at once. Whoever reports learns that the report was \
            taken, and nothing else. The same report again within an hour is answered as it was before and opens no \
            second breach. A user reports at most 20 breaches to a controller within 24 hours.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("BreachReport")),
        answers: vec![Answer {
            status: 201,
            description: "The report was taken.",
            forms: vec![BodyForm::json("BreachReceipt")],
        }],
        problems: vec!["unknown-code", "too-many-reports"],
        handler: post(handle_report),
    }
}

pub(crate) fn search() -> Operation {
    Operation {
        path: "/v1/breaches/search",
        id: "search_breaches",
        summary: "Search the breaches of the own register",
        description: "For a privacy officer, with the purpose `supervision`. Newest first. A list names neither \
            clients nor workers.",
        request: Some(BodyForm::json("BreachSearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of breaches.",
            forms: vec![BodyForm::json("Breaches")],
        }],
        problems: handling(),
        handler: post(handle_search),
        ..report()
    }
}

pub(crate) fn find() -> Operation {
    let mut parameters = vec![id_in_path()];
    parameters.extend(use_context());
    Operation {
        method: Method::Get,
        path: "/v1/breaches/{id}",
        id: "find_breach",
        summary: "Look at a breach of the own register",
        description: "For a privacy officer, with the purpose `supervision`: what was told, whom it concerns, and \
            every step that was taken about it. That the clients were shown is noted of each of them.",
        parameters,
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The breach.",
            forms: vec![BodyForm::json("FoundBreach")],
        }],
        problems: handling(),
        handler: get(handle_find),
        ..report()
    }
}

pub(crate) fn step() -> Operation {
    let mut problems = handling();
    problems.extend(["breach-closed", "own-use"]);
    Operation {
        path: "/v1/breaches/{id}/steps",
        id: "step_breach",
        summary: "Take a step about a breach of the own register",
        description: "For a privacy officer, with the purpose `supervision`. An assessment says how great the risk \
            is; the newest one counts. The authority is to be told within 72 hours after the controller became \
            aware: who tells it later says why (`delay_reason`). Closing wants an assessment, and – where there \
            is a risk – that the authority, and where it is high also the persons, have been told, or a reason \
            why not. Nothing follows the closing. Whose own use it is by the log neither assesses nor closes it.",
        parameters: vec![id_in_path()],
        request: Some(BodyForm::json("BreachStep")),
        answers: vec![Answer {
            status: 201,
            description: "The step was taken: the breach as it stands after it.",
            forms: vec![BodyForm::json("Breach")],
        }],
        problems,
        handler: post(handle_step),
        ..report()
    }
}

/// The problems of who handles breaches.
fn handling() -> Vec<&'static str> {
    vec!["document-not-found", "unknown-code"]
}

const fn id_in_path() -> Parameter {
    Parameter { name: "id", description: "Names the breach.", in_path: true, schema: "BreachId" }
}

async fn handle_report(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let taken = app.service().report_breach(&context, &body).await?;
    Ok((StatusCode::CREATED, Json(taken)).into_response())
}

async fn handle_search(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    Ok(Json(app.service().search_breaches(&context, &body).await?).into_response())
}

async fn handle_find(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    caller::Query(query): caller::Query,
) -> Result<Response, Problem> {
    Ok(Json(app.service().find_breach(&context, &id, &query).await?).into_response())
}

async fn handle_step(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let stepped = app.service().step_breach(&context, &id, &body).await?;
    Ok((StatusCode::CREATED, Json(stepped)).into_response())
}
