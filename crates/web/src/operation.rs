//! One operation of the interface: its route, its handler and its description, in one value.
//!
//! The router and the OpenAPI document are both made from the table of operations, so that neither
//! can tell of what the other does not have.

use axum::routing::MethodRouter;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::catalogue;

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Anyone.
    Anyone,
    /// A system with a client certificate.
    System,
    /// A professional with a token, behind a system with a client certificate.
    Professional,
    /// A citizen with a token, behind a service for citizens with a client certificate.
    Citizen,
}

/// The HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
}

impl Method {
    /// In lower case, as OpenAPI has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
        }
    }
}

/// A parameter in the path or the query.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub description: &'static str,
    /// In the path, or else in the query.
    pub in_path: bool,
    /// The name of its schema.
    pub schema: &'static str,
}

/// A body, of a request or of an answer.
#[derive(Clone, Copy, Debug)]
pub struct BodyForm {
    /// The media type.
    pub media_type: &'static str,
    /// The name of its schema; none for bytes.
    pub schema: Option<&'static str>,
}

impl BodyForm {
    /// JSON of a schema.
    pub const fn json(schema: &'static str) -> Self {
        Self { media_type: "application/json", schema: Some(schema) }
    }
}

/// An answer that is no problem.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// When it is given.
    pub description: &'static str,
    /// Its forms; none where there is no body.
    pub forms: Vec<BodyForm>,
}

/// One operation.
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// Its name: verb and noun, the same as the use case's.
    pub id: &'static str,
    /// The group under which it is described.
    pub tag: &'static str,
    /// One line.
    pub summary: &'static str,
    /// More, in Markdown.
    pub description: &'static str,
    /// Who may call.
    pub caller: Caller,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it takes.
    pub request: Option<BodyForm>,
    /// What it gives.
    pub answers: Vec<Answer>,
    /// The slugs of its own problems; those that every operation of its kind has are added.
    pub problems: Vec<&'static str>,
    /// What answers it.
    pub handler: MethodRouter<App>,
}

impl Operation {
    /// The slugs of all problems that it may answer with.
    pub fn all_problems(&self) -> Vec<&'static str> {
        let mut slugs =
            vec!["internal-error", "not-found", "method-not-allowed", "rate-limited", "timeout"];
        if self.caller != Caller::Anyone {
            slugs.extend([
                "client-certificate-required",
                "certificate-not-bound",
                "certificate-revoked",
            ]);
            slugs.extend(["log-unavailable", "outcome-unknown"]);
        }
        if self.caller == Caller::Professional {
            slugs.extend(["token-missing", "token-invalid", "try-again"]);
            slugs.extend([
                "not-joined",
                "unit-unknown",
                "user-unknown",
                "outsider",
                "purpose-not-permitted",
            ]);
        }
        if self.caller == Caller::Citizen {
            slugs.extend(["token-missing", "token-invalid", "try-again"]);
            slugs.extend(["not-joined", "not-a-representative"]);
        }
        if self.request.is_some() {
            slugs.extend(["invalid-request", "request-too-large", "unsupported-media-type"]);
        }
        if !self.parameters.is_empty() {
            slugs.push("invalid-request");
        }
        slugs.extend(&self.problems);
        slugs.sort_unstable();
        slugs.dedup();
        slugs
    }

    /// The operation as OpenAPI has it.
    pub fn describe(&self) -> Value {
        let mut responses = Map::new();
        for answer in &self.answers {
            let content: Map<_, _> = answer.forms.iter().map(content).collect();
            let mut response = Map::new();
            response.insert("description".into(), answer.description.into());
            if !content.is_empty() {
                response.insert("content".into(), content.into());
            }
            responses.insert(answer.status.to_string(), response.into());
        }
        for (status, slugs) in catalogue::by_status(&self.all_problems(), &self.problems) {
            let list: Vec<_> = slugs.iter().map(|s| format!("`{s}`")).collect();
            let response = json!({
                "description": format!("A problem: {}.", list.join(", ")),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            });
            responses.insert(status.to_string(), response);
        }
        let mut description = Map::new();
        description.insert("operationId".into(), self.id.into());
        description.insert("tags".into(), json!([self.tag]));
        description.insert("summary".into(), self.summary.into());
        description.insert("description".into(), self.description.into());
        description.insert("responses".into(), responses.into());
        description.insert("security".into(), security(self.caller));
        if !self.parameters.is_empty() {
            description
                .insert("parameters".into(), self.parameters.iter().map(parameter).collect());
        }
        if let Some(form) = &self.request {
            let (media_type, schema) = content(form);
            let body = json!({"required": true, "content": {media_type: schema}});
            description.insert("requestBody".into(), body);
        }
        description.into()
    }
}

fn content(form: &BodyForm) -> (String, Value) {
    let schema = match form.schema {
        Some(name) => json!({"schema": {"$ref": format!("#/components/schemas/{name}")}}),
        None => json!({}),
    };
    (form.media_type.to_owned(), schema)
}

fn parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": if parameter.in_path { "path" } else { "query" },
        "required": parameter.in_path,
        "description": parameter.description,
        "schema": {"$ref": format!("#/components/schemas/{}", parameter.schema)},
    })
}

fn security(caller: Caller) -> Value {
    match caller {
        Caller::Anyone => json!([]),
        Caller::System => json!([{"client_certificate": []}]),
        Caller::Professional | Caller::Citizen => json!([{"client_certificate": [], "token": []}]),
    }
}
