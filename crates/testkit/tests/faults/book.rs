//! What a caller notes of each call: what it was about, under which number it was answered, and how it ended.

use std::collections::BTreeMap;
use std::fmt;

use varanto_client::{Answer, ClientError};
use varanto_model::Oid;

/// The causes for which a use is refused while the database is away, or in the way of others.
const NOT_DONE: [&str; 2] = ["log-unavailable", "try-again"];
const NOT_KNOWN: &str = "outcome-unknown";

/// What is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Store,
    Read,
    Search,
}

/// What a call came to, as its caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// It was done.
    Done,
    /// It was not done, and the server says so.
    NotDone,
    /// The server does not know whether it was done.
    NotKnown,
    /// There was no answer.
    Unanswered,
    /// It never came to the call: no connection, or no token.
    NotSent,
}

/// A call.
pub(crate) struct Call {
    pub(crate) kind: Kind,
    /// The document, where it is about one.
    pub(crate) oid: Option<Oid>,
    pub(crate) end: End,
    /// The number of the request, where it was answered.
    pub(crate) request: Option<String>,
}

/// Reads what came back; what comes back otherwise than it may is a failure of the test.
pub(crate) fn read(
    kind: Kind,
    oid: Option<Oid>,
    came: Result<Answer, ClientError>,
    tolerated: &[&str],
) -> (Call, Option<Answer>) {
    let call = |end, request| Call { kind, oid, end, request };
    let answer = match came {
        Ok(answer) => answer,
        Err(ClientError::Transport(error)) if error.is_connect() => {
            return (call(End::NotSent, None), None);
        }
        Err(ClientError::Transport(_)) => return (call(End::Unanswered, None), None),
        Err(ClientError::Refused(problem)) => {
            let slug = problem.slug();
            let may_be = NOT_DONE.contains(&slug) || slug == NOT_KNOWN || tolerated.contains(&slug);
            assert!(may_be, "a token is refused: {problem}");
            return (call(End::NotSent, None), None);
        }
        Err(error) => panic!("{error}"),
    };
    let request = answer.headers.get("x-request-id").expect("every answer has a number");
    let request = Some(request.to_str().expect("a number").to_owned());
    if answer.is_success() {
        return (call(End::Done, request), Some(answer));
    }
    let problem = answer.problem();
    let problem = problem.unwrap_or_else(|| panic!("no problem document: {}", answer.status));
    let slug = problem.slug();
    if slug == NOT_KNOWN || slug == "log-unavailable" {
        assert_eq!(problem.status, 503);
        assert!(answer.headers.contains_key("retry-after"), "it may pass");
    }
    if slug == NOT_KNOWN {
        return (call(End::NotKnown, request), None);
    }
    assert!(NOT_DONE.contains(&slug) || tolerated.contains(&slug), "{kind:?}: {problem}");
    (call(End::NotDone, request), None)
}

/// How many calls of each kind ended how.
pub(crate) struct Sum(BTreeMap<(Kind, End), u64>);

impl Sum {
    pub(crate) fn of<'a>(calls: impl Iterator<Item = &'a Call>) -> Self {
        let mut sum = BTreeMap::new();
        for call in calls {
            *sum.entry((call.kind, call.end)).or_default() += 1;
        }
        Self(sum)
    }

    /// How many ended so.
    pub(crate) fn ended(&self, end: End) -> u64 {
        self.0.iter().filter(|((_, one), _)| *one == end).map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<_> = self.0.iter().map(|((k, e), n)| format!("{k:?} {e:?} {n}")).collect();
        f.write_str(&all.join(", "))
    }
}
