//! `/v1/patient-data…`: patient data that was born in social welfare is passed on under a mandate, and
//! never stored here (DIS-08).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation, Parameter};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn pass_on() -> Operation {
    Operation {
        method: Method::Post,
        path: "/v1/patient-data",
        id: "pass_on_patient_data",
        tag: "patient data",
        summary: "Pass on patient data",
        description: "By the producer of a purchased service, under the organiser's mandate: a JWS in the \
            compact form, signed by the organiser's system, with the claims `organiser`, `producer`, `unit` \
            (where it is for one), `client`, `service`, `valid_from`, `valid_to` and `jti`. The envelope is \
            carried as it came to the repository of patient data; nobody looks into the document, and nothing \
            of it stays here once it is handed over.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("PatientDataEnvelope")),
        answers: vec![Answer {
            status: 202,
            description: "It has been taken, and will be handed over.",
            forms: vec![BodyForm::json("PatientDataState")],
        }],
        problems: vec![
            "service-task-not-permitted",
            "mandate-invalid",
            "patient-data-not-configured",
            "outbox-full",
        ],
        handler: post(handle_pass_on),
    }
}

pub(crate) fn find() -> Operation {
    Operation {
        method: Method::Get,
        path: "/v1/patient-data/{id}",
        id: "find_patient_data",
        summary: "How patient data that is passed on stands",
        description: "For the organisation that sent it. It is tried for a week, ever more seldom; what has \
            failed is sent anew.",
        parameters: vec![Parameter {
            name: "id",
            description: "Names what was taken.",
            in_path: true,
            schema: "PatientDataId",
        }],
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "How it stands.",
            forms: vec![BodyForm::json("PatientDataState")],
        }],
        problems: vec!["service-task-not-permitted"],
        handler: get(handle_find),
        ..pass_on()
    }
}

async fn handle_pass_on(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let taken = app.service().pass_on_patient_data(&context, &body).await?;
    Ok((StatusCode::ACCEPTED, Json(taken)).into_response())
}

async fn handle_find(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(app.service().find_patient_data(&context, &id).await?).into_response())
}
