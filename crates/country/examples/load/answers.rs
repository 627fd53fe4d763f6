//! Sending a request, and holding the answer against what it must be: status and content.
//!
//! What is told of a wrong answer names no client and no document.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::time::Instant;
use uuid::Uuid;
use varanto_client::{Answer, ClientError};
use varanto_country::Document;
use varanto_country::load::record::Outcome;
use varanto_model::Oid;

use crate::requests::{Ask, Request};

/// What an answer must be.
#[derive(Clone)]
pub(crate) enum Wanted {
    /// The document was stored.
    Stored(Oid),
    /// Some of the client's documents; those of one case, if one is named.
    Found { client: String, case: Option<Oid> },
    /// This document.
    Document(Oid),
    /// At least one clientship.
    Clientships,
    /// A summary with at least one clientship.
    Summary,
    /// A refusal with this status and word.
    Refusal(u16, &'static str),
    /// A token.
    Token,
    /// Rows, as the bare service gives them.
    Rows,
}

/// A request was answered, or was not.
pub(crate) struct Answered {
    /// When the answer was whole.
    pub(crate) at: Instant,
    pub(crate) outcome: Outcome,
    /// How many bytes the answer had.
    pub(crate) bytes: usize,
}

impl Wanted {
    pub(crate) fn found(document: &Document, case: Option<Oid>) -> Self {
        Self::Found { client: document.clients[0].code().to_owned(), case }
    }
}

#[derive(Deserialize)]
struct Stored {
    oid: String,
}

#[derive(Deserialize)]
struct Page {
    documents: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    group: String,
    clients: Vec<Named>,
    case: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    id: Option<String>,
}

#[derive(Deserialize)]
struct Whole {
    metadata: Stored,
    content: Vec<Form>,
}

#[derive(Deserialize)]
struct Form {
    size: u64,
}

#[derive(Deserialize)]
struct Clientships {
    clientships: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct Summary {
    clientships: Entries,
}

#[derive(Deserialize)]
struct Entries {
    entries: Vec<IgnoredAny>,
}

/// Sends a request; tells when its answer was whole, and what it was.
pub(crate) async fn carry_out(request: Request) -> Answered {
    let Request { ask, wanted, .. } = request;
    let answer = match ask {
        Ask::Get { session, path } => session.get(&path).await,
        Ask::Post { session, path, body } => session.post(path, body).await,
        Ask::Token { system, credentials } => {
            let jti = Uuid::now_v7().to_string();
            let given = system.token(&credentials, Timestamp::now(), &jti).await;
            let at = Instant::now();
            let outcome = given.map_or_else(|error| missing(&error), |_| Outcome::Right);
            return Answered { at, outcome, bytes: 0 };
        }
    };
    let at = Instant::now();
    let outcome = match &answer {
        Ok(answer) => judge(answer, &wanted),
        Err(error) => missing(error),
    };
    Answered { at, outcome, bytes: answer.map_or(0, |answer| answer.body.len()) }
}

fn missing(error: &ClientError) -> Outcome {
    Outcome::Missing(match error {
        ClientError::Refused(problem) => format!("{} {}", problem.status, problem.slug()),
        ClientError::Transport(_) => "the connection failed".to_owned(),
        other => other.to_string(),
    })
}

fn judge(answer: &Answer, wanted: &Wanted) -> Outcome {
    let problem = answer.problem();
    let word = problem.as_ref().map_or("", |problem| problem.slug());
    if matches!(answer.status, 429 | 503) {
        return Outcome::Missing(format!("{} {word}", answer.status));
    }
    let status = match wanted {
        Wanted::Stored(_) => 201,
        Wanted::Refusal(status, _) => *status,
        _ => 200,
    };
    if answer.status != status {
        return Outcome::Wrong(format!("status {} {word}, not {status}", answer.status));
    }
    let found = match wanted {
        Wanted::Refusal(_, wanted) if word == *wanted => Ok(()),
        Wanted::Refusal(_, wanted) => Err(format!("refused as {word}, not as {wanted}")),
        Wanted::Stored(oid) => read::<Stored>(answer).and_then(|stored| same(&stored.oid, oid)),
        Wanted::Document(oid) => read::<Whole>(answer).and_then(|whole| {
            let empty = whole.content.iter().all(|form| form.size == 0);
            if empty {
                Err("a document without content".to_owned())
            } else {
                same(&whole.metadata.oid, oid)
            }
        }),
        Wanted::Found { client, case } => {
            read::<Page>(answer).and_then(|page| page.is_of(client, case.as_ref()))
        }
        Wanted::Clientships => {
            read::<Clientships>(answer).and_then(|found| some(&found.clientships, "clientship"))
        }
        Wanted::Summary => {
            read::<Summary>(answer).and_then(|found| some(&found.clientships.entries, "clientship"))
        }
        Wanted::Rows => read::<Vec<IgnoredAny>>(answer).and_then(|rows| some(&rows, "row")),
        Wanted::Token => Ok(()),
    };
    found.map_or_else(Outcome::Wrong, |()| Outcome::Right)
}

fn read<T: for<'a> Deserialize<'a>>(answer: &Answer) -> Result<T, String> {
    serde_json::from_slice(&answer.body).map_err(|_| "an answer of another form".to_owned())
}

fn some(found: &[IgnoredAny], what: &str) -> Result<(), String> {
    if found.is_empty() { Err(format!("no {what}")) } else { Ok(()) }
}

fn same(found: &str, wanted: &Oid) -> Result<(), String> {
    if found == wanted.as_str() { Ok(()) } else { Err("another document".to_owned()) }
}

impl Page {
    fn is_of(&self, client: &str, case: Option<&Oid>) -> Result<(), String> {
        if self.documents.is_empty() {
            return Err("no documents".to_owned());
        }
        let names = |d: &Listed| d.clients.iter().any(|named| named.id.as_deref() == Some(client));
        if !self.documents.iter().all(names) {
            return Err("a document of another client".to_owned());
        }
        // The document of a case itself names none.
        let within = |d: &Listed| match case {
            Some(case) => d.case.as_deref() == Some(case.as_str()) || d.group == "case",
            None => true,
        };
        if self.documents.iter().all(within) {
            Ok(())
        } else {
            Err("a document of another case".to_owned())
        }
    }
}
