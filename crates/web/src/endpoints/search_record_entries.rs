//! `POST /v1/record-entries/search`: the continuous record of a client.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use varanto_model::{Language, MediaType};
use varanto_service::WantedForm;

use super::fetch_document::{WITHOUT_POWER, wanted};
use crate::app::App;
use crate::operation::{Answer, BodyForm, Caller, Method, Operation};
use crate::problem::Problem;
use crate::{body, caller, pace};

/// The header that carries the cursor of the next page beside a text for reading.
const NEXT: &str = "varanto-next";

pub(crate) fn operation() -> Operation {
    let text = BodyForm { media_type: "application/xhtml+xml", schema: None };
    Operation {
        method: Method::Post,
        path: "/v1/record-entries/search",
        id: "search_record_entries",
        tag: "documents",
        summary: "Read a client's continuous record",
        description: "The record entries, oldest written first, each whole as a fetch of it would give \
            it. With `Accept: application/xhtml+xml` one text for reading: all display forms one \
            after another, each under its date, time, author and service task, in the language of \
            `Accept-Language` (`fi`, `sv` or `en`); the header `Varanto-Next` then carries the cursor \
            of the next page. At most 50 entries stand on a page, and fewer where they are large.",
        caller: Caller::Professional,
        parameters: vec![],
        request: Some(BodyForm::json("RecordEntrySearch")),
        answers: vec![Answer {
            status: 200,
            description: "A page of the record.",
            forms: vec![BodyForm::json("RecordEntries"), text],
        }],
        problems: vec![
            "special-reason-required",
            "strong-authentication-required",
            "register-access-missing",
            "register-access-suspended",
            "register-access-ended",
            "service-task-not-permitted",
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
    let language = language(&headers);
    let page = app.service().search_record_entries(&context, &body, language).await?;
    let is_empty = page.is_empty();
    if wanted(&headers) != WantedForm::Only(MediaType::Xhtml) {
        return Ok(pace::marked(Json(page).into_response(), is_empty));
    }
    let kind = HeaderValue::from_static(MediaType::Xhtml.as_str());
    let policy = HeaderValue::from_static(WITHOUT_POWER);
    let mut response = page.readable().into_response();
    let told = response.headers_mut();
    told.insert(header::CONTENT_TYPE, kind);
    told.insert(header::CONTENT_SECURITY_POLICY, policy);
    if let Some(next) = page.next().and_then(|next| HeaderValue::from_str(next).ok()) {
        told.insert(NEXT, next);
    }
    Ok(pace::marked(response, is_empty))
}

/// The first language of `Accept-Language` that is known here; Finnish where there is none.
fn language(headers: &HeaderMap) -> Language {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let mut tags = accept.unwrap_or_default().split(',').map(|part| {
        let tag = part.split(';').next().unwrap_or_default().trim();
        tag.split('-').next().unwrap_or_default().to_ascii_lowercase()
    });
    tags.find_map(|tag| Language::parse(&tag)).unwrap_or(Language::Fi)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ DOC-09
    #[test]
    fn the_first_language_that_is_known_is_taken_and_else_finnish() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(value));
            language(&headers)
        };
        assert_eq!(of("sv-FI, fi;q=0.8"), Language::Sv);
        assert_eq!(of("de, EN;q=0.5, fi;q=0.1"), Language::En);
        assert_eq!(of("de"), Language::Fi);
        assert_eq!(language(&HeaderMap::new()), Language::Fi);
    }
}
