//! `varanto supervision`: lists of uses to review and the decisions on them, through the interface as a
//! privacy officer of a sandbox (LOG-06).
//!
//! What is listed and decided is logged like any other use. A reason can be kept off the command line:
//! `--reason @file` reads a file, `--reason -` the standard input.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_client::{Answer, Session};
use varanto_model::Oid;
use varanto_sandbox::SandboxPaths;
use varanto_service::ReviewList;

use super::call::{caller_of_role, text_of};
use super::structures::{pretty, put_out, table};
use super::{CommandError, say};
use crate::people::People;

/// Who reviews where nobody is named.
const DEFAULT_ROLE: &str = "privacy_officer";

/// The most calls that one list takes: each looks at a bounded number of entries.
const MOST_CALLS: u32 = 1_000;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Options {
    /// List uses to review, the newest first.
    List(ListOptions),
    /// Record a decision on an item of a list.
    Decide(DecideOptions),
}

/// Who calls, and where.
#[derive(Debug, Args)]
pub struct Officer {
    /// The sandbox.
    #[arg(long, value_name = "DIR")]
    sandbox: PathBuf,
    /// Who reviews: the registration number or user id. Otherwise the first privacy officer.
    #[arg(long = "as", value_name = "PERSON-ID")]
    person: Option<String>,
    /// Of which organisation the officer is.
    #[arg(long, value_name = "BUSINESS-ID")]
    organisation: Option<String>,
    /// Another address than the sandbox's own.
    #[arg(long, value_name = "BASE")]
    url: Option<String>,
}

/// Options of `varanto supervision list`.
#[derive(Debug, Args)]
pub struct ListOptions {
    /// The officer.
    #[command(flatten)]
    officer: Officer,
    /// The list.
    #[arg(value_name = "LIST", value_parser = lists())]
    list: String,
    /// Then or later, such as 2026-09-01T00:00:00+03:00; otherwise 31 days before the end.
    #[arg(long, value_name = "INSTANT")]
    from: Option<Timestamp>,
    /// Before then; otherwise now.
    #[arg(long, value_name = "INSTANT")]
    to: Option<Timestamp>,
    /// Only what this user did.
    #[arg(long, value_name = "USER-ID")]
    user: Option<String>,
    /// Only in this service unit.
    #[arg(long, value_name = "OID", value_parser = Oid::parse)]
    unit: Option<Oid>,
    /// Only through the systems of this organisation.
    #[arg(long, value_name = "OID", value_parser = Oid::parse)]
    through: Option<Oid>,
    /// Which items, by whether there is a decision.
    #[arg(long, default_value = "open", value_parser = PossibleValuesParser::new(["open", "decided", "all"]))]
    decided: String,
    /// The items whole, as JSON.
    #[arg(long)]
    json: bool,
}

/// Options of `varanto supervision decide`.
#[derive(Debug, Args)]
pub struct DecideOptions {
    /// The officer.
    #[command(flatten)]
    officer: Officer,
    /// The list.
    #[arg(value_name = "LIST", value_parser = lists())]
    list: String,
    /// The item, as the list names it.
    #[arg(value_name = "ITEM")]
    item: String,
    /// The decision; `breach` opens one.
    #[arg(value_name = "DECISION", value_parser = PossibleValuesParser::new(["justified", "clarify", "breach"]))]
    decision: String,
    /// Why: words, `@` and the name of a file, or `-` for the standard input.
    #[arg(long, value_name = "WORDS|@FILE|-")]
    reason: String,
}

fn lists() -> PossibleValuesParser {
    PossibleValuesParser::new(ReviewList::ALL.iter().map(|list| list.as_str()))
}

/// Does it.
pub async fn run(options: Options) -> Result<(), CommandError> {
    match options {
        Options::List(options) => list(&options).await,
        Options::Decide(options) => decide(&options).await,
    }
}

impl Officer {
    fn session(&self) -> Result<Session, CommandError> {
        let mut people = People::of(SandboxPaths::new(&self.sandbox))?;
        if let Some(url) = &self.url {
            url.trim_end_matches('/').clone_into(&mut people.base_url);
        }
        let who = (self.person.as_deref(), DEFAULT_ROLE);
        let (organisation, person) = caller_of_role(&people, who, self.organisation.as_deref())?;
        people.session(organisation, person)
    }
}

async fn list(options: &ListOptions) -> Result<(), CommandError> {
    let session = options.officer.session()?;
    let (mut items, mut cursor) = (Vec::new(), Value::Null);
    for _ in 0..MOST_CALLS {
        let body = options.body(&cursor);
        let mut page = post(&session, "/v1/supervision/search", &body).await?;
        if let Some(Value::Array(found)) = page.get_mut("items").map(Value::take) {
            items.extend(found);
        }
        cursor = page.get("next").cloned().unwrap_or_default();
        if cursor.is_null() {
            break;
        }
    }
    if options.json {
        return put_out(pretty(&items)?.as_bytes());
    }
    let rows: Vec<_> = items.iter().map(row).collect();
    put_out(table(&rows, COLUMNS)?.as_bytes())?;
    if !cursor.is_null() {
        say("there is more: ask for a shorter time");
    }
    Ok(())
}

/// What the table shows of an item.
const COLUMNS: &[(&str, &str)] = &[
    ("ITEM", "/id"),
    ("AT", "/at"),
    ("USER", "/user/id"),
    ("NAME", "/user/name"),
    ("ACTION", "/action"),
    ("DOCUMENT", "/documents/0"),
    ("FINDINGS", "/told"),
    ("DECISION", "/decisions/0/decision"),
];

/// An item with its findings in words.
fn row(item: &Value) -> Value {
    let findings = item.get("findings").and_then(Value::as_object);
    let told = findings.into_iter().flatten().filter(|(_, value)| !value.is_null());
    let words: Vec<_> = told
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        })
        .collect();
    let reason = item.get("special_reason").and_then(Value::as_str).map(str::to_owned);
    let words: Vec<_> = reason.into_iter().chain(words).collect();
    let mut row = item.clone();
    if let Some(members) = row.as_object_mut() {
        members.insert("told".to_owned(), words.join(", ").into());
    }
    row
}

impl ListOptions {
    fn body(&self, cursor: &Value) -> Value {
        json!({
            "context": {"purpose": "supervision"},
            "filter": {
                "list": self.list,
                "from": self.from.map(|at| at.to_string()),
                "to": self.to.map(|at| at.to_string()),
                "user": self.user,
                "unit": self.unit.as_ref().map(Oid::as_str),
                "organisation": self.through.as_ref().map(Oid::as_str),
                "decided": self.decided,
            },
            "page": {"size": 200, "cursor": cursor},
        })
    }
}

async fn decide(options: &DecideOptions) -> Result<(), CommandError> {
    let session = options.officer.session()?;
    let reason = text_of(&options.reason)?;
    let body = json!({
        "context": {"purpose": "supervision"},
        "list": options.list,
        "item": options.item,
        "decision": options.decision,
        "reason": reason.trim_end(),
    });
    let receipt = post(&session, "/v1/supervision/decisions", &body).await?;
    say(format_args!("decided: {}", options.decision));
    if let Some(breach) = receipt.get("breach").and_then(Value::as_str) {
        say(format_args!("breach {breach} is open: GET /v1/breaches/{breach}"));
    }
    Ok(())
}

/// A call that succeeds, or what is told of why it did not.
async fn post(session: &Session, path: &str, body: &Value) -> Result<Value, CommandError> {
    let answer: Answer =
        session.post_json(path, body).await.map_err(|e| CommandError::other(&e))?;
    if answer.is_success() {
        return answer.json().map_err(|e| CommandError::other(&e));
    }
    let told = answer.problem().map(|problem| problem.to_string());
    Err(CommandError::Other(told.unwrap_or_else(|| format!("the answer is {}", answer.status))))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(subcommand)]
        options: Options,
    }

    fn line(words: &[&str]) -> Result<Options, clap::Error> {
        let all = ["supervision"].iter().chain(words);
        Line::try_parse_from(all).map(|line| line.options)
    }

    /// REQ LOG-06
    #[test]
    fn open_items_are_listed_where_nothing_else_is_asked_for() {
        let words = ["list", "kin", "--sandbox", "s", "--user", "S-1001"];
        let Ok(Options::List(options)) = line(&words) else { unreachable!("a list is asked for") };
        let filter = options.body(&Value::Null)["filter"].clone();
        assert_eq!((&filter["list"], &filter["decided"]), (&json!("kin"), &json!("open")));
        assert_eq!((&filter["user"], &filter["from"]), (&json!("S-1001"), &Value::Null));
        for wrong in [
            &["list", "everything", "--sandbox", "s"][..],
            &["list", "kin"],
            &["decide", "kin", "x", "maybe", "--sandbox", "s", "--reason", "r"],
            &["decide", "kin", "x", "justified", "--sandbox", "s"],
        ] {
            assert!(line(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn findings_are_told_in_words_with_the_special_reason_first() {
        let item = json!({
            "special_reason": "X-OTHER",
            "findings": {"case_ended": "2026-09-01", "context_ended": null, "first_version": true}
        });
        let told = &row(&item)["told"];
        assert_eq!(told, "X-OTHER, case_ended 2026-09-01, first_version true");
        assert_eq!(row(&json!({"findings": {}}))["told"], "");
    }
}
