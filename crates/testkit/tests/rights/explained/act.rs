//! Acts that are asked about and then done.

use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_model::{Code, Oid};
use varanto_testkit::{Draft, Expect, TestPerson};

/// An act of somebody.
pub(crate) enum Act {
    Read(Oid, UseContext),
    Annul(Oid, UseContext),
    Search(String, UseContext),
    Store(Box<Draft>),
}

use Act::{Annul, Read, Search, Store};

pub(crate) fn own() -> UseContext {
    UseContext::default()
}

pub(crate) fn by_reason() -> UseContext {
    UseContext { special_reason: Code::parse("X-OTHER").ok(), ..own() }
}

pub(crate) fn for_archive() -> UseContext {
    UseContext { purpose: Code::parse("archive").ok(), ..own() }
}

fn body(context: &UseContext) -> Value {
    let UseContext { basis, purpose, case, special_reason, ground } = context;
    let text = |code: &Option<Code>| code.as_ref().map(Code::as_str).map(str::to_owned);
    json!({
        "basis": text(basis), "purpose": text(purpose), "case": case.as_ref().map(Oid::as_str),
        "special_reason": text(special_reason), "ground": text(ground)
    })
}

impl Act {
    /// The request for its explanation.
    pub(crate) fn question(&self) -> Value {
        match self {
            Read(oid, context) => {
                json!({"action": "read", "oid": oid.as_str(), "context": body(context)})
            }
            Annul(oid, context) => {
                json!({"action": "annul", "oid": oid.as_str(), "context": body(context)})
            }
            Search(client, context) => {
                json!({"action": "search", "client": {"id": client}, "context": body(context)})
            }
            Store(draft) => {
                let mut metadata = json!({});
                for name in [
                    "controller",
                    "group",
                    "generation",
                    "service_task",
                    "service_process",
                    "type_code",
                    "case",
                    "clients",
                    "written_at",
                ] {
                    metadata[name] = draft.metadata[name].clone();
                }
                if draft.metadata["group"] == "case" {
                    let details = &draft.data()["asia_asiakirja"]["asian_tiedot"];
                    metadata["case"] = details["asiatunnus"]["value"].clone();
                }
                let original = &draft.metadata["original_oid"];
                if draft.metadata["version"] == 1 {
                    json!({"action": "store", "metadata": metadata})
                } else {
                    json!({"action": "store-version", "oid": original, "metadata": metadata})
                }
            }
        }
    }

    /// Does it. Gives the slug of the refusal.
    async fn carry_out(&self, session: &Session) -> Option<String> {
        let answer = match self {
            Read(oid, context) => session.fetch(oid, context).await,
            Annul(oid, context) => session.annul(oid, "Väärä asiakas.", context).await,
            Search(client, context) => {
                let search = json!({"client": {"id": client}, "context": body(context)});
                session.search(&search).await
            }
            Store(draft) => session.store(&draft.build()).await,
        };
        let answer = answer.unwrap();
        let refusal = answer.problem().map(|problem| problem.slug().to_owned());
        assert_eq!(refusal.is_none(), answer.is_success());
        refusal
    }
}

/// Asks, and does it directly after: both must agree, and come to what is expected.
pub(crate) async fn agree(
    what: &str,
    session: &Session,
    act: &Act,
    expected: Option<&str>,
) -> Value {
    let told = session.explain(&act.question()).await.unwrap().expect_status(200);
    let done = act.carry_out(session).await;
    assert_eq!(done.as_deref(), expected, "{what}");
    assert_eq!(told["permitted"], done.is_none(), "{what}: {told}");
    assert_eq!(told["refusal"].as_str(), done.as_deref(), "{what}: {told}");
    let rules = told["rules"].as_array().unwrap();
    let refused: Vec<_> = rules.iter().filter(|rule| rule["held"] == false).collect();
    // What is not there, or has changed, is no matter of the rules.
    let beyond = ["document-not-found", "version-conflict", "document-annulled"];
    let by_rules = done.as_deref().is_some_and(|slug| !beyond.contains(&slug));
    assert!(!by_rules || refused.len() == 1, "{what}: {told}");
    if let Some(refused) = refused.first() {
        assert_eq!(refused["refusal"].as_str(), done.as_deref(), "{what}");
        assert_eq!(rules.last(), Some(*refused), "{what}: nothing is told behind it");
    }
    for about in ["document", "case", "clients"] {
        let is_told = told["facts"].get(about).is_some();
        assert!(done.is_none() || !is_told, "{what}: {about} of a refused act is told");
    }
    told
}

/// Somebody who acts, and what comes of it.
pub(crate) type Row<'a> = (&'static str, &'a TestPerson, Act, Option<&'static str>);

pub(crate) async fn agree_all<const N: usize>(rows: [Row<'_>; N]) {
    for (what, who, act, expected) in rows {
        agree(what, &who.session(), &act, expected).await;
    }
}
