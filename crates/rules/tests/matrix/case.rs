//! The case of a document: rule W4.

use jiff::civil::date;
use varanto_model::{Generation, Group};
use varanto_rules::{Action, CaseFacts, ClientFacts, Facts, Refusal, Rule, Stay};

use crate::base::Base;
use crate::parts::{document, instant};
use crate::{Break, hold};
use Action::{Annul, Read, Store, StoreVersion};

const STORING: &[Base] =
    &[Base::Own(Store), Base::Own(StoreVersion), Base::Right(Store), Base::Right(StoreVersion)];

fn without_case(facts: &mut Facts) {
    facts.case = None;
    document(facts).case = None;
}

pub(crate) const CASES: &[Break] = &[
    Break {
        what: "the document names no case",
        bases: &[Base::Own(Store), Base::Own(StoreVersion)],
        change: without_case,
        refusals: &[(Rule::W4, Refusal::CaseMissing)],
    },
    Break {
        what: "the case that it names is not in the register",
        bases: STORING,
        change: |f| f.case = None,
        refusals: &[(Rule::W4, Refusal::CaseMissing)],
    },
    Break {
        what: "a record entry names no case",
        bases: &[Base::Own(Store), Base::Own(StoreVersion)],
        change: |f| {
            without_case(f);
            document(f).group = Group::RecordEntry;
        },
        refusals: &[(Rule::W4, Refusal::CaseMissing)],
    },
    Break {
        what: "an old document names no case",
        bases: &[Base::Own(Store), Base::Own(StoreVersion)],
        change: |f| {
            without_case(f);
            document(f).generation = Generation::Old;
        },
        refusals: &[],
    },
    Break {
        what: "an old document names a case that is not in the register",
        bases: STORING,
        change: |f| {
            f.case = None;
            document(f).generation = Generation::Old;
        },
        refusals: &[(Rule::W4, Refusal::CaseMissing)],
    },
    Break {
        what: "a permit names no case",
        bases: &[Base::Own(Store), Base::Own(StoreVersion)],
        change: |f| {
            without_case(f);
            document(f).group = Group::Permit;
        },
        refusals: &[],
    },
    Break {
        what: "a case document opens its case",
        bases: &[Base::Own(Store), Base::Own(StoreVersion)],
        change: |f| {
            f.case = None;
            f.clients[0].stay = None;
            document(f).group = Group::Case;
        },
        refusals: &[],
    },
    Break {
        what: "the case has left the register after the document was stored",
        bases: &[Base::Own(Read), Base::Own(Annul)],
        change: |f| f.case = None,
        refusals: &[],
    },
];

/// REQ CASE-02: rule W4
#[test]
fn a_client_document_belongs_to_a_case_of_the_register() {
    hold(CASES);
}

fn stay(facts: &mut Facts) -> &mut Stay {
    facts.clients[0].stay.as_mut().unwrap()
}

pub(crate) const JOINT_CASES: &[Break] = &[
    Break {
        what: "the client is not in the case",
        bases: STORING,
        change: |f| f.clients[0].stay = None,
        refusals: &[(Rule::W4, Refusal::CaseOfAnotherClient)],
    },
    Break {
        what: "a second client is not in the case",
        bases: STORING,
        change: |f| f.clients.push(ClientFacts::default()),
        refusals: &[(Rule::W4, Refusal::CaseOfAnotherClient)],
    },
    Break {
        what: "the client joined after the document was written",
        bases: STORING,
        change: |f| stay(f).joined_at = Some(instant("2026-09-01T12:00:01+03:00")),
        refusals: &[(Rule::W4, Refusal::CaseOfAnotherClient)],
    },
    Break {
        what: "the client joined when the document was written",
        bases: STORING,
        change: |f| stay(f).joined_at = Some(instant("2026-09-01T12:00:00+03:00")),
        refusals: &[],
    },
    Break {
        what: "the client had left when the document was written",
        bases: STORING,
        change: |f| stay(f).left_at = Some(instant("2026-09-01T12:00:00+03:00")),
        refusals: &[(Rule::W4, Refusal::CaseOfAnotherClient)],
    },
    Break {
        what: "the client has left since the document was written",
        bases: STORING,
        change: |f| stay(f).left_at = Some(instant("2026-09-01T12:00:01+03:00")),
        refusals: &[],
    },
];

/// REQ CASE-03: rule W4
#[test]
fn all_clients_of_a_document_were_in_its_case_when_it_was_written() {
    hold(JOINT_CASES);
}

pub(crate) const CLOSED_CASES: &[Break] = &[
    Break {
        what: "the case was closed the day before the document was written",
        bases: &[Base::Own(Store), Base::Right(Store)],
        change: |f| f.case = Some(CaseFacts { closed: Some(date(2026, 8, 31)) }),
        refusals: &[(Rule::W4, Refusal::CaseClosed)],
    },
    Break {
        what: "the case was closed on the day on which the document was written",
        bases: STORING,
        change: |f| f.case = Some(CaseFacts { closed: Some(date(2026, 9, 1)) }),
        refusals: &[],
    },
    Break {
        what: "a document of a closed case is corrected",
        bases: &[Base::Own(StoreVersion), Base::Right(StoreVersion)],
        change: |f| f.case = Some(CaseFacts { closed: Some(date(2026, 8, 31)) }),
        refusals: &[],
    },
];

/// REQ CASE-02: rule W4
#[test]
fn a_closed_case_takes_only_what_was_written_before_its_closing() {
    hold(CLOSED_CASES);
}
