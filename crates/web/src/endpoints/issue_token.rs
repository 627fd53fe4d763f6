//! `POST /oauth2/token`: a token for a professional or a citizen, against an assertion (RFC 7523, RFC 8705).

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::json;
use varanto_model::{Faults, Pointer};
use varanto_service::Error;

use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

pub(crate) fn operation() -> Operation {
    Operation {
        method: Method::Post,
        path: "/oauth2/token",
        id: "issue_token",
        tag: "authentication",
        summary: "Get a token for a professional or a citizen",
        description: "Takes an assertion (RFC 7523) signed with the professional's card, or with the \
            organisation's system certificate for a professional whom the organisation has \
            authenticated. The token works only over the client certificate that it was got with \
            (RFC 8705), for 15 minutes at most. An assertion is taken once. A service for citizens vouches \
            for a citizen with `authentication: citizen_strong`; whoever acts for another represents them \
            today.",
        caller: Caller::System,
        parameters: vec![],
        request: Some(BodyForm {
            media_type: "application/x-www-form-urlencoded",
            schema: Some("TokenRequest"),
        }),
        answers: vec![Answer {
            status: 200,
            description: "The token.",
            forms: vec![BodyForm::json("Token")],
        }],
        problems: vec!["assertion-invalid", "not-joined", "not-a-representative"],
        handler: post(handle),
    }
}

async fn handle(
    caller::System(system): caller::System,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let form = caller::form_pairs(&body::form(&headers, body).await?);
    let find = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let mut faults = Faults::none();
    let at = |name| Pointer::root().member(name);
    match find("grant_type") {
        Some(GRANT) => {}
        Some(_) => faults.add(at("grant_type"), "not-in-list", format!("`{GRANT}` is wanted here")),
        None => faults.add(at("grant_type"), "missing", "`grant_type` is missing"),
    }
    let assertion = find("assertion").unwrap_or_default();
    if assertion.is_empty() {
        faults.add(at("assertion"), "missing", "`assertion` is missing");
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults).into());
    }
    let token = app.service().issue_token(&system, assertion).await?;
    let answer = json!({
        "access_token": token.access_token,
        "token_type": "Bearer",
        "expires_in": token.expires_in,
    });
    Ok(Json(answer).into_response())
}
