//! The OpenAPI 3.1 document, made from the table of operations, the file of schemas and the
//! catalogue of problems; and a readable page made from the document.
//!
//! The document holds nothing that it was not given by these three, so it cannot tell of an
//! operation or a problem that the server does not have. The schemas are JSON Schema 2020-12 and
//! written by hand: what they take is what the readers of `varanto-model` take, which the tests show.

mod html;
mod page;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use crate::catalogue;
use crate::operation::Operation;

pub(crate) use self::page::page;

/// The schemas by name.
const SCHEMAS: &str = include_str!("../openapi/schemas.json");

/// The introduction, in Markdown of paragraphs and spans of code.
const INTRODUCTION: &str = include_str!("openapi/introduction.md");

/// The groups of operations, in the order in which they are described.
const TAGS: &[(&str, &str)] = &[
    ("authentication", "How a professional or a citizen is made known to the repository."),
    ("documents", "Storing, finding, reading and annulling client documents."),
    ("wills", "What clients declare about their data, as it stands."),
    ("cases", "Cases and clientships, as their documents tell of them."),
    (
        "register access",
        "The rights of producers in a controller's register: seen, suspended, reopened, brought to an end.",
    ),
    (
        "disclosure outside",
        "What parties outside social and health care get by law: asked for, decided by two, given once.",
    ),
    (
        "patient data",
        "Patient data born in social welfare, passed on under a mandate and not kept.",
    ),
    ("citizens", "What citizens see of their own data, and what they declare."),
    ("decisions", "Why something is permitted or refused."),
    ("logs", "Who has used whose data."),
    ("supervision", "What privacy officers review and decide."),
    ("breaches", "What may have been a breach of clients' data, and what is done about it."),
    ("directories", "Document structures, code sets and organisations."),
    ("operation", "The interface itself, and whether it is there."),
];

/// The OpenAPI 3.1 document of `operations`, as reached at `base_url`.
///
/// Besides what OpenAPI asks for, the member `x-problems` is the catalogue of problems:
/// `[{type, slug, status, meaning}]`.
pub fn document(operations: &[Operation], base_url: &str) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        // OpenAPI has no sign of its own for a parameter that takes the rest of the path.
        let path = operation.path.replace("{*", "{");
        let path = paths.entry(path).or_insert_with(|| json!({}));
        path[operation.method.as_str()] = operation.describe();
    }
    let tags: Vec<_> =
        TAGS.iter().map(|(name, text)| json!({"name": name, "description": text})).collect();
    let problems: Vec<_> = catalogue::ENTRIES.iter().map(problem).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Varanto",
            "summary": "A repository of client data of social welfare",
            "description": INTRODUCTION,
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": base_url}],
        "tags": tags,
        "paths": paths,
        "components": {"schemas": schemas(), "securitySchemes": security_schemes()},
        "x-problems": problems,
    })
}

fn problem(entry: &catalogue::Entry) -> Value {
    json!({
        "type": format!("urn:varanto:problem:{}", entry.slug),
        "slug": entry.slug,
        "status": entry.status,
        "meaning": entry.meaning,
    })
}

#[expect(clippy::expect_used, reason = "the file is a part of the program, which a test reads")]
fn schemas() -> Value {
    serde_json::from_str(SCHEMAS).expect("the schemas are JSON")
}

fn security_schemes() -> Value {
    json!({
        "client_certificate": {
            "type": "mutualTLS",
            "description": "The certificate of a system, bound to an organisation that has joined.",
        },
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of a professional, from `/oauth2/token`. It works only over the \
                client certificate that it was given to (RFC 8705).",
        },
    })
}
