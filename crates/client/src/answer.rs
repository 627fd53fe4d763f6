//! Answers of the repository, and the problem documents among them.

use std::fmt;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::Deserialize;
use serde_json::Value;

use crate::error::ClientError;

/// The largest answer that is taken, in bytes (256 MiB).
pub const MAX_ANSWER_BYTES: usize = 256 * 1024 * 1024;

/// An answer, whatever its status. `Debug` hides the body.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// A problem document (RFC 9457). Members that are not known here are passed over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// The URN of the cause: `urn:varanto:problem:` and the slug.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every problem of the cause.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// More on this one.
    #[serde(default)]
    pub detail: Option<String>,
    /// The faults of the request.
    #[serde(default)]
    pub errors: Vec<ProblemFault>,
    /// How many faults are not named.
    #[serde(default)]
    pub errors_left_out: u64,
    /// The access rules that refused.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ProblemFault {
    /// Where it is in the request (RFC 6901).
    pub pointer: String,
    /// Which kind, a stable word.
    pub code: String,
    /// For people.
    pub detail: String,
}

impl Problem {
    /// The stable word of the cause; the whole type where it is none of the repository's.
    pub fn slug(&self) -> &str {
        self.kind.strip_prefix("urn:varanto:problem:").unwrap_or(&self.kind)
    }
}

/// Status, slug and title, and each fault with its place on a line of its own.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.slug(), self.title)?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        for ProblemFault { pointer, detail, .. } in &self.errors {
            write!(f, "\n  {}: {detail}", if pointer.is_empty() { "/" } else { pointer })?;
        }
        if self.errors_left_out > 0 {
            write!(f, "\n  and {} more", self.errors_left_out)?;
        }
        Ok(())
    }
}

impl Answer {
    /// Takes in an answer, up to [`MAX_ANSWER_BYTES`].
    pub(crate) async fn read(mut response: reqwest::Response) -> Result<Self, ClientError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(ClientError::AnswerTooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Self { status: response.status().as_u16(), headers, body })
    }

    /// Did the repository do what it was asked to?
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The media type, without its parameters; empty where none is told.
    pub fn media_type(&self) -> &str {
        let told = self.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        told.split(';').next().unwrap_or_default().trim()
    }

    /// The body as JSON, whatever the status.
    pub fn json(&self) -> Result<Value, ClientError> {
        serde_json::from_slice(&self.body).map_err(|_| self.unexpected())
    }

    /// The problem, where the answer is one.
    pub fn problem(&self) -> Option<Problem> {
        let told = self.media_type() == "application/problem+json";
        if told { serde_json::from_slice(&self.body).ok() } else { None }
    }

    /// The answer where the repository did what it was asked to, and else its refusal.
    pub fn success(self) -> Result<Self, ClientError> {
        if self.is_success() {
            return Ok(self);
        }
        let unexpected = self.unexpected();
        Err(self.problem().map_or(unexpected, |problem| ClientError::Refused(Box::new(problem))))
    }

    /// The JSON of a success, and else the refusal.
    pub fn into_json(self) -> Result<Value, ClientError> {
        self.success()?.json()
    }

    fn unexpected(&self) -> ClientError {
        ClientError::UnexpectedAnswer { status: self.status }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use serde_json::json;

    use super::*;

    fn answer(status: u16, media_type: &'static str, body: &Value) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        Answer { status, headers, body: body.to_string().into_bytes() }
    }

    fn refusal() -> Value {
        json!({
            "type": "urn:varanto:problem:invalid-request", "title": "The request is not of the right form",
            "status": 400, "errors": [{"pointer": "/metadata/unit", "code": "missing", "detail": "`unit` is missing"}],
            "errors_left_out": 2, "rules": ["W1"], "later": true
        })
    }

    #[test]
    fn a_refusal_is_read_with_its_faults_and_rules() {
        let problem =
            answer(400, "application/problem+json; charset=utf-8", &refusal()).problem().unwrap();
        assert_eq!(problem.slug(), "invalid-request");
        assert_eq!(
            (problem.rules.as_slice(), problem.errors_left_out),
            (["W1".to_owned()].as_slice(), 2)
        );
        assert_eq!(
            problem.to_string(),
            "400 invalid-request: The request is not of the right form\n  \
             /metadata/unit: `unit` is missing\n  and 2 more"
        );
    }

    #[test]
    fn only_a_success_gives_its_json() {
        let body = json!({"documents": []});
        assert_eq!(answer(200, "application/json", &body).into_json().unwrap(), body);
        let refused = answer(400, "application/problem+json", &refusal()).into_json().unwrap_err();
        assert!(matches!(refused, ClientError::Refused(p) if p.status == 400));
        let strange = answer(502, "text/html", &body).into_json().unwrap_err();
        assert!(matches!(strange, ClientError::UnexpectedAnswer { status: 502 }));
    }

    #[test]
    fn what_is_not_a_problem_document_gives_no_problem() {
        assert_eq!(answer(200, "application/json", &refusal()).problem(), None);
        assert_eq!(answer(500, "application/problem+json", &json!({"title": 1})).problem(), None);
    }

    #[test]
    fn debugging_output_hides_the_body() {
        let text = format!("{:?}", answer(200, "application/json", &json!("010594Y9032")));
        assert_eq!(text, "Answer(200, 13 bytes)");
    }
}
