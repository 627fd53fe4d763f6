//! What a citizen is shown: rule C1.

use varanto_model::{CitizenView, Generation, GuardianView};
use varanto_rules::{Denial, Refusal, Representing, Rule, WillFacts, decide_citizen};

use super::representatives::GUARDIANS_VIEW;
use super::{Break, Side, document, hold};
use crate::parts::{TODAY, TOMORROW, code};
use Representing::{Guardian, Mandate, Trustee};
use varanto_rules::CitizenAction::{Read, Search};

const CLIENTS: &[Side] = &[Side::Client(Read), Side::Minor(Read)];
const ALL_READERS: &[Side] = &[
    Side::Client(Read),
    Side::Minor(Read),
    Side::ForMinor(Guardian, Read),
    Side::ForAdult(Trustee, Read),
    Side::ForAdult(Mandate, Read),
];
const NOT_SHOWN: &[(Rule, Refusal)] = &[(Rule::C1, Refusal::NotShown)];

pub(super) const DOCUMENTS: &[Break] = &[
    Break {
        what: "it is somebody else's",
        sides: ALL_READERS,
        change: |f| document(f).is_clients = false,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is from before the controller joined",
        sides: ALL_READERS,
        change: |f| document(f).generation = Generation::Old,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is of the first phase",
        sides: ALL_READERS,
        change: |f| document(f).generation = Generation::Phase1,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is annulled",
        sides: ALL_READERS,
        change: |f| document(f).annulled = true,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "an older version is meant",
        sides: ALL_READERS,
        change: |f| document(f).is_newest = false,
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is of a shelter",
        sides: ALL_READERS,
        change: |f| document(f).type_code = Some(code("1011")),
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is a payment commitment, which other controllers may get",
        sides: ALL_READERS,
        change: |f| document(f).type_code = Some(code("9001")),
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it has no type",
        sides: ALL_READERS,
        change: |f| document(f).type_code = None,
        refusals: &[],
    },
    Break {
        what: "a professional has restricted it",
        sides: ALL_READERS,
        change: |f| document(f).citizen_view = CitizenView::Hidden { reason: "worry".into() },
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is delayed until tomorrow",
        sides: ALL_READERS,
        change: |f| document(f).citizen_view = CitizenView::Delayed { release_on: TOMORROW },
        refusals: NOT_SHOWN,
    },
    Break {
        what: "it is delayed until today",
        sides: ALL_READERS,
        change: |f| document(f).citizen_view = CitizenView::Delayed { release_on: TODAY },
        refusals: &[],
    },
    Break {
        what: "it is kept from guardians, and the client looks",
        sides: CLIENTS,
        change: |f| document(f).guardian_view = GuardianView::Denied,
        refusals: &[],
    },
    Break {
        what: "nobody has said whether guardians see it, and the client looks",
        sides: CLIENTS,
        change: |f| document(f).guardian_view = GuardianView::Unknown,
        refusals: &[],
    },
    Break {
        what: "the client denies everything, which concerns other controllers",
        sides: ALL_READERS,
        change: |f| f.will.denials.push(Denial::Everything),
        refusals: &[],
    },
    Break {
        what: "the client has not been informed",
        sides: ALL_READERS,
        change: |f| f.will = WillFacts::default(),
        refusals: &[],
    },
];

/// REQ CIT-02: rule C1
#[test]
fn a_citizen_sees_what_stands_and_may_be_shown() {
    hold(DOCUMENTS);
}

/// A list may ask of each of its documents whether it is shown.
///
/// REQ CIT-02: rule C1
#[test]
fn a_document_in_a_list_is_shown_where_it_could_be_read() {
    for case in DOCUMENTS.iter().chain(GUARDIANS_VIEW) {
        for side in case.sides {
            let mut facts = side.facts();
            (case.change)(&mut facts);
            let read = decide_citizen(&facts);
            facts.action = Search;
            assert_eq!(decide_citizen(&facts), read, "{side:?}: {}", case.what);
        }
    }
}

/// REQ CIT-02: rule C1
#[test]
fn what_is_not_shown_looks_as_if_it_were_not_there() {
    for case in DOCUMENTS.iter().chain(GUARDIANS_VIEW) {
        for (_, refusal) in case.refusals {
            assert!(refusal.hides_existence(), "{}", case.what);
        }
    }
}
