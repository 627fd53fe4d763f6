//! `GET /v1/documents/{oid}`: one document, whole or in one form.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use varanto_model::MediaType;
use varanto_rules::Disclosed;
use varanto_service::{FetchedDocument, WantedForm};

use super::{oid_in_path, use_context};
use crate::app::App;
use crate::caller;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation, Parameter};
use crate::problem::Problem;

/// A display form is shown, if at all, without any power: no script, no outside reference.
pub(super) const WITHOUT_POWER: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";

pub(crate) fn operation() -> Operation {
    let bytes = |media_type| BodyForm { media_type, schema: None };
    let mut parameters = vec![oid_in_path(
        "Identifier of a version, or the original identifier for the newest version.",
    )];
    parameters.push(Parameter {
        name: "version",
        description: "The number of a version: the first version shares its identifier with the document.",
        in_path: false,
        schema: "VersionNumber",
    });
    parameters.extend(use_context());
    Operation {
        method: Method::Get,
        path: "/v1/documents/{oid}",
        id: "fetch_document",
        tag: "documents",
        summary: "Fetch a document",
        description: "The document as it was stored: the signed metadata, the exact content, the \
            signatures. With `Accept: application/xhtml+xml` or `application/pdf` the bytes of that \
            form alone. Under a register access right, where a client is under turvakielto and another \
            organisation wrote the document, municipality and addresses are taken out, the display \
            form is made anew, and what cannot be masked is held back. The use is logged before anything is shown.",
        caller: Caller::Professional,
        parameters,
        request: None,
        answers: vec![Answer {
            status: 200,
            description: "The document, or one form of it.",
            forms: vec![
                BodyForm::json("StoredDocument"),
                bytes("application/xhtml+xml"),
                bytes("application/pdf"),
            ],
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
            "document-not-found",
            "form-not-available",
            "service-task-not-permitted",
        ],
        handler: get(handle),
    }
}

async fn handle(
    caller::Professional(context): caller::Professional,
    State(app): State<App>,
    Path(oid): Path<String>,
    caller::Query(query): caller::Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = wanted(&headers);
    let document = app.service().fetch_document(&context, &oid, &query, wanted).await?;
    in_form(&document, wanted)
}

/// The answer with a document: whole, or in the one form that is wanted.
pub(super) fn in_form(
    document: &Disclosed<FetchedDocument>,
    wanted: WantedForm,
) -> Result<Response, Problem> {
    let WantedForm::Only(media_type) = wanted else {
        return Ok(Json(document.get()).into_response());
    };
    let form = document.get().form(media_type);
    let Some(bytes) = form else {
        return Err(varanto_service::Error::FormNotAvailable.into());
    };
    let kind = HeaderValue::from_static(media_type.as_str());
    let policy = HeaderValue::from_static(WITHOUT_POWER);
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)];
    Ok((headers, bytes.to_vec()).into_response())
}

/// The form that `Accept` asks for; the whole document where JSON or anything will do.
pub(super) fn wanted(headers: &HeaderMap) -> WantedForm {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("*/*");
    let mut kinds = accept.split(',').map(|part| part.split(';').next().unwrap_or_default().trim());
    kinds
        .find_map(|kind| match kind {
            "application/xhtml+xml" => Some(WantedForm::Only(MediaType::Xhtml)),
            "application/pdf" => Some(WantedForm::Only(MediaType::Pdf)),
            "application/json" | "application/*" | "*/*" => Some(WantedForm::Whole),
            _ => None,
        })
        .unwrap_or(WantedForm::Whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ DOC-07
    #[test]
    fn the_first_form_that_accept_names_is_given() {
        let form = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            wanted(&headers)
        };
        assert_eq!(form("*/*"), WantedForm::Whole);
        assert_eq!(form("application/json"), WantedForm::Whole);
        assert_eq!(form("application/pdf"), WantedForm::Only(MediaType::Pdf));
        assert_eq!(
            form("text/html, application/xhtml+xml;q=0.9, */*;q=0.8"),
            WantedForm::Only(MediaType::Xhtml)
        );
        assert_eq!(wanted(&HeaderMap::new()), WantedForm::Whole);
    }
}
