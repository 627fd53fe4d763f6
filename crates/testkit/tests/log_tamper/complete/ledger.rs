//! What a client system knows of what it has done: the entries that each request must have left.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use varanto_store::log_tree::LogKind;

use crate::stored::Stored;

/// Causes that the log has and the answer hides behind `document-not-found`.
const HIDDEN: [&str; 3] =
    ["not-of-own-register", "not-under-register-access", "nothing-to-disclose"];

/// An entry, as far as the client can know it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) log: LogKind,
    pub(crate) action: String,
    /// The slug of a refusal.
    pub(crate) refusal: Option<String>,
    pub(crate) user: String,
    pub(crate) unit: String,
    pub(crate) organisation: String,
    pub(crate) documents: Vec<String>,
}

/// A request with the entries that it leaves, in their order.
pub(crate) struct Request {
    /// Its number, where it was answered.
    pub(crate) id: Option<String>,
    /// The slug of a refusal, or `ok`, for the count.
    pub(crate) outcome: String,
    pub(crate) lines: Vec<Line>,
    /// The documents of its entries stand in the answer only.
    pub(crate) shows: bool,
}

/// What one client has done.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) requests: Vec<Request>,
    /// Tokens that came, and tokens that were asked for in vain.
    pub(crate) tokens: (usize, usize),
}

/// Entries after some of each log, by request.
struct Entries {
    by_request: BTreeMap<String, Vec<Line>>,
    tokens: usize,
}

impl Entries {
    fn of(stored: &Stored, after: [usize; 3]) -> Self {
        let (mut by_request, mut tokens) = (BTreeMap::<_, Vec<_>>::new(), 0);
        for ((log, entries), after) in LogKind::ALL.into_iter().zip(&stored.entries).zip(after) {
            for entry in entries.iter().skip(after) {
                let form: Value = serde_json::from_slice(entry.form.as_deref().unwrap()).unwrap();
                if log == LogKind::Administration {
                    match form["action"].as_str().unwrap() {
                        "issue_token" if form["refusal"].is_null() => tokens += 1,
                        "forget_old_assertions" => {}
                        other => panic!("nobody has done this: {other}"),
                    }
                    continue;
                }
                let request = form["request_id"].as_str().expect("a request").to_owned();
                by_request.entry(request).or_default().push(Line::of(log, &form));
            }
        }
        Self { by_request, tokens }
    }
}

impl Line {
    fn of(log: LogKind, form: &Value) -> Self {
        let text = |member: &str| form[member].as_str().unwrap_or_default().to_owned();
        let whose = if log == LogKind::Use { "organisation" } else { "receiver_organisation" };
        Self {
            log,
            action: text("action"),
            refusal: form["refusal"].as_str().map(told_as),
            user: text("user_id"),
            unit: text("unit"),
            organisation: text(whose),
            documents: serde_json::from_value(form["documents"].clone()).unwrap(),
        }
    }

    /// What is known of it without an answer.
    fn unanswered(&self, shows: bool) -> Self {
        let documents = if shows { Vec::new() } else { self.documents.clone() };
        Self { refusal: None, documents, ..self.clone() }
    }
}

/// What a caller is told of a refusal that stands in the log.
fn told_as(refusal: &str) -> String {
    if HIDDEN.contains(&refusal) { "document-not-found" } else { refusal }.to_owned()
}

impl Request {
    /// May these be the entries of this request, which was never answered? Where it has several they are
    /// committed one after another.
    fn may_have_left(&self, lines: &[Line]) -> bool {
        let known = |line: &Line| line.unanswered(self.shows);
        lines.len() <= self.lines.len()
            && lines.iter().zip(&self.lines).all(|(is, may)| known(is) == known(may))
    }
}

/// What the comparison found.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) requests: usize,
    pub(crate) entries: usize,
    pub(crate) without_answer: usize,
    /// Of those without answer, the ones that are in the log.
    pub(crate) carried_out: usize,
    pub(crate) outcomes: BTreeMap<String, usize>,
}

/// The log has, after some entries of each, exactly what the clients have done.
pub(crate) fn assert_exactly(ledgers: &[Ledger], stored: &Stored, after: [usize; 3]) -> Told {
    let Entries { mut by_request, tokens } = Entries::of(stored, after);
    let mut told = Told { entries: by_request.values().map(Vec::len).sum(), ..Told::default() };
    let requests = || ledgers.iter().flat_map(|ledger| &ledger.requests);
    let mut numbers = BTreeSet::new();
    for request in requests() {
        told.requests += 1;
        *told.outcomes.entry(request.outcome.clone()).or_default() += 1;
        let Some(id) = &request.id else { continue };
        assert!(numbers.insert(id), "two requests have one number");
        let mut left = by_request.remove(id).unwrap_or_default();
        let mut wanted = request.lines.clone();
        left.sort();
        wanted.sort();
        assert_eq!(left, wanted, "the entries of a request that was answered: {}", request.outcome);
    }
    let mut lost: Vec<&Request> = requests().filter(|request| request.id.is_none()).collect();
    told.without_answer = lost.len();
    told.carried_out = by_request.len();
    // Those that tell most first.
    let mut rest: Vec<_> = by_request.into_values().collect();
    rest.sort_by_key(|lines| std::cmp::Reverse(lines.len()));
    for lines in rest {
        let exact = lost.iter().position(|request| request.lines == lines);
        let place = exact.or_else(|| lost.iter().position(|request| request.may_have_left(&lines)));
        let Some(place) = place else { panic!("entries without request: {lines:?}") };
        lost.swap_remove(place);
    }
    let (came, in_vain) = ledgers.iter().fold((0, 0), |(came, in_vain), ledger| {
        (came + ledger.tokens.0, in_vain + ledger.tokens.1)
    });
    assert!((came..=came + in_vain).contains(&tokens), "{tokens} tokens for {came} (+ {in_vain})");
    told
}
