//! `POST /v1/register-access/{oid}/suspension`, `…/resumption`, `…/reopening`, `…/destruction`: orders
//! about a register access right (RA-07, RA-09, ARC-05).

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use varanto_service::AccessOrderKind;

use super::oid_in_path;
use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller};

pub(crate) fn suspension() -> Operation {
    Operation {
        path: "/v1/register-access/{oid}/suspension",
        id: "suspend_register_access",
        summary: "Suspend a register access right",
        description: "By the controller, for a right in force: from that instant nothing is read or \
            stored under it. Documents that give the right anew do not lift the suspension.",
        ..operation(AccessOrderKind::Suspension, "RegisterAccessOrder")
    }
}

pub(crate) fn resumption() -> Operation {
    Operation {
        path: "/v1/register-access/{oid}/resumption",
        id: "resume_register_access",
        summary: "Resume a suspended register access right",
        description: "By the controller. The right stands again as the documents have it: it may have \
            closed meanwhile.",
        ..operation(AccessOrderKind::Resumption, "RegisterAccessOrder")
    }
}

pub(crate) fn reopening() -> Operation {
    Operation {
        path: "/v1/register-access/{oid}/reopening",
        id: "reopen_register_access",
        summary: "Reopen a closed register access right for corrections",
        description: "By the controller: until the end of a day the producer corrects and annuls what \
            it wrote under the right, and nothing else. A right that is reopened is given another day. \
            Local copies have to be destroyed, and that confirmed, anew.",
        ..operation(AccessOrderKind::Reopening, "RegisterAccessReopening")
    }
}

pub(crate) fn destruction() -> Operation {
    Operation {
        path: "/v1/register-access/{oid}/destruction",
        id: "confirm_destruction",
        summary: "Confirm that local copies are destroyed",
        description: "By the producer's unit, after the right has closed; the controller sees it.",
        problems: vec!["service-task-not-permitted", "register-access-state"],
        ..operation(AccessOrderKind::Destruction, "DestructionConfirmation")
    }
}

/// What the orders have in common.
fn operation(kind: AccessOrderKind, request: &'static str) -> Operation {
    Operation {
        method: Method::Post,
        path: "",
        id: "",
        tag: "register access",
        summary: "",
        description: "",
        caller: Caller::Professional,
        parameters: vec![oid_in_path("Names the right.")],
        request: Some(BodyForm::json(request)),
        answers: vec![Answer {
            status: 200,
            description: "The right as it stands from now on.",
            forms: vec![BodyForm::json("RegisterAccess")],
        }],
        problems: vec!["service-task-not-permitted", "not-the-controller", "register-access-state"],
        handler: post(
            move |caller: caller::Professional,
                  app: State<App>,
                  oid: Path<String>,
                  headers: HeaderMap,
                  body: Body| handle(kind, caller, app, oid, headers, body),
        ),
    }
}

async fn handle(
    kind: AccessOrderKind,
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(oid): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body::json(&headers, body).await?;
    let right = app.service().order_register_access(&context, &oid, kind, &body).await?;
    Ok(Json(right).into_response())
}
