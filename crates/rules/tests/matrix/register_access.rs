//! Reading and storing under a register access right: rules W2, R2, R8.

use jiff::civil::{Date, date};
use varanto_rules::{Action, Facts, Refusal, Rule};

use crate::base::Base;
use crate::parts::{
    ORGANISER, OTHER_CASE, PRODUCER, TODAY, TOMORROW, document, instant, oid, register, right,
};
use crate::{Break, hold};
use Action::{Annul, Read, Search, Store, StoreVersion};

const STORING: &[Base] = &[Base::Right(Store), Base::Right(StoreVersion)];
const SEARCHING: &[Base] = &[Base::Right(Search)];
const OF_A_DOCUMENT: &[Base] = &[Base::Right(Read), Base::Right(Annul)];
const ALL: &[Base] = &[
    Base::Right(Store),
    Base::Right(StoreVersion),
    Base::Right(Annul),
    Base::Right(Search),
    Base::Right(Read),
];

const NOT_STORED: &[(Rule, Refusal)] = &[(Rule::W2, Refusal::RegisterAccessMissing)];
const NOT_FOUND: &[(Rule, Refusal)] = &[(Rule::R2, Refusal::RegisterAccessMissing)];
const AS_IF_ABSENT: &[(Rule, Refusal)] = &[(Rule::R2, Refusal::NotUnderRegisterAccess)];
const HAS_ENDED: &[(Rule, Refusal)] = &[(Rule::R8, Refusal::RegisterAccessEnded)];

/// The last service day whose seventh working day was yesterday.
const CLOSED_YESTERDAY: Date = date(2026, 8, 21);
/// The last service day whose seventh working day is today.
const CLOSES_TODAY: Date = date(2026, 8, 24);

fn no_right(facts: &mut Facts) {
    facts.clients[0].rights.clear();
}

fn of_another_unit(facts: &mut Facts) {
    facts.professional.unit = oid("1.2.246.10.99990002.10.2");
}

fn of_another_case(facts: &mut Facts) {
    right(facts).case = oid(OTHER_CASE);
}

fn of_another_client(facts: &mut Facts) {
    facts.clients[0] = varanto_rules::ClientFacts {
        stay: facts.clients[0].stay,
        ..varanto_rules::ClientFacts::default()
    };
}

fn from_tomorrow(facts: &mut Facts) {
    right(facts).spells[0].first = TOMORROW;
}

pub(crate) const MISSING: &[Break] = &[
    Break { what: "there is no right", bases: STORING, change: no_right, refusals: NOT_STORED },
    Break { what: "there is no right", bases: SEARCHING, change: no_right, refusals: NOT_FOUND },
    Break {
        what: "there is no right",
        bases: OF_A_DOCUMENT,
        change: no_right,
        refusals: AS_IF_ABSENT,
    },
    Break {
        what: "another unit of the producer has it",
        bases: STORING,
        change: of_another_unit,
        refusals: NOT_STORED,
    },
    Break {
        what: "another unit of the producer has it",
        bases: SEARCHING,
        change: of_another_unit,
        refusals: NOT_FOUND,
    },
    Break {
        what: "another unit of the producer has it",
        bases: OF_A_DOCUMENT,
        change: of_another_unit,
        refusals: AS_IF_ABSENT,
    },
    Break {
        what: "it reaches another case",
        bases: STORING,
        change: of_another_case,
        refusals: NOT_STORED,
    },
    Break {
        what: "it reaches another case",
        bases: SEARCHING,
        change: of_another_case,
        refusals: NOT_FOUND,
    },
    Break {
        what: "it reaches another case",
        bases: OF_A_DOCUMENT,
        change: of_another_case,
        refusals: AS_IF_ABSENT,
    },
    Break {
        what: "it is to another client's data",
        bases: STORING,
        change: of_another_client,
        refusals: NOT_STORED,
    },
    Break {
        what: "it is to another client's data",
        bases: OF_A_DOCUMENT,
        change: of_another_client,
        refusals: AS_IF_ABSENT,
    },
    Break {
        what: "it begins tomorrow",
        bases: STORING,
        change: from_tomorrow,
        refusals: NOT_STORED,
    },
    Break {
        what: "it begins tomorrow",
        bases: SEARCHING,
        change: from_tomorrow,
        refusals: NOT_FOUND,
    },
    Break {
        what: "it begins tomorrow",
        bases: OF_A_DOCUMENT,
        change: from_tomorrow,
        refusals: AS_IF_ABSENT,
    },
    Break {
        what: "it begins today",
        bases: ALL,
        change: |f| right(f).spells[0].first = TODAY,
        refusals: &[],
    },
    Break {
        what: "the search names no case",
        bases: SEARCHING,
        change: |f| f.sought_case = None,
        refusals: NOT_FOUND,
    },
    Break {
        what: "the document is of another case than the one named",
        bases: OF_A_DOCUMENT,
        change: |f| f.sought_case = Some(oid(OTHER_CASE)),
        refusals: AS_IF_ABSENT,
    },
    Break {
        what: "the document names no case",
        bases: OF_A_DOCUMENT,
        change: |f| document(f).case = None,
        refusals: AS_IF_ABSENT,
    },
    Break {
        what: "the fetch names no case",
        bases: OF_A_DOCUMENT,
        change: |f| f.sought_case = None,
        refusals: &[],
    },
    Break {
        what: "the register is the own one",
        bases: SEARCHING,
        change: |f| register(f).organiser = oid(PRODUCER),
        refusals: NOT_FOUND,
    },
    Break {
        what: "the register is the own one",
        bases: &[Base::Right(Read)],
        change: |f| register(f).organiser = oid(PRODUCER),
        refusals: AS_IF_ABSENT,
    },
];

/// REQ RA-01, RA-04, RA-05, REG-02: rules W2, R2
#[test]
fn a_right_is_that_of_a_unit_to_a_case_of_a_client() {
    hold(MISSING);
}

fn suspended(facts: &mut Facts) {
    right(facts).suspended_since = Some(instant("2026-09-02T09:00:00+03:00"));
}

/// The organiser wrote the document, and stored it at this instant.
fn of_organiser(facts: &mut Facts, stored_at: &str) {
    document(facts).author_organisation = oid(ORGANISER);
    document(facts).stored_at = Some(instant(stored_at));
}

pub(crate) const SUSPENDED: &[Break] = &[
    Break {
        what: "the right is suspended",
        bases: STORING,
        change: suspended,
        refusals: &[(Rule::W2, Refusal::RegisterAccessSuspended)],
    },
    Break {
        what: "the right is suspended",
        bases: &[Base::Right(Search), Base::Right(Read), Base::Right(Annul)],
        change: suspended,
        refusals: &[(Rule::R2, Refusal::RegisterAccessSuspended)],
    },
    Break {
        what: "the document was stored before the right was suspended",
        bases: &[Base::Right(Read)],
        change: |f| {
            suspended(f);
            of_organiser(f, "2026-09-02T08:59:59+03:00");
        },
        refusals: &[(Rule::R2, Refusal::RegisterAccessSuspended)],
    },
    Break {
        what: "the document was stored after the right was suspended, on the same day",
        bases: &[Base::Right(Read)],
        change: |f| {
            suspended(f);
            of_organiser(f, "2026-09-02T09:00:00+03:00");
        },
        refusals: &[
            (Rule::R2, Refusal::NotUnderRegisterAccess),
            (Rule::R2, Refusal::RegisterAccessSuspended),
        ],
    },
    Break {
        what: "the right is suspended in an hour",
        bases: ALL,
        change: |f| right(f).suspended_since = Some(instant("2026-09-02T13:00:00+03:00")),
        refusals: &[],
    },
];

/// REQ RA-07: rules W2, R2
#[test]
fn a_suspended_right_gives_nothing() {
    hold(SUSPENDED);
}

fn last(facts: &mut Facts, day: Date) {
    right(facts).spells[0].last = Some(day);
}

pub(crate) const ENDED: &[Break] = &[
    Break { what: "the service ends today", bases: ALL, change: |f| last(f, TODAY), refusals: &[] },
    Break {
        what: "today is the seventh working day after the service's last",
        bases: ALL,
        change: |f| last(f, CLOSES_TODAY),
        refusals: &[],
    },
    Break {
        what: "the seventh working day was yesterday",
        bases: ALL,
        change: |f| last(f, CLOSED_YESTERDAY),
        refusals: HAS_ENDED,
    },
    Break {
        what: "the controller gives a day more",
        bases: ALL,
        change: |f| {
            last(f, CLOSED_YESTERDAY);
            register(f).closing_working_days = 8;
        },
        refusals: &[],
    },
    Break {
        what: "the controller gives a day less",
        bases: ALL,
        change: |f| {
            last(f, CLOSES_TODAY);
            register(f).closing_working_days = 6;
        },
        refusals: HAS_ENDED,
    },
    Break {
        what: "a new version of the clientship document has just left the unit out",
        bases: ALL,
        change: |f| right(f).spells[0].withdrawn_at = Some(f.now),
        refusals: HAS_ENDED,
    },
    Break {
        what: "the document was stored before the right ended",
        bases: &[Base::Right(Read)],
        change: |f| {
            last(f, CLOSED_YESTERDAY);
            of_organiser(f, "2026-09-01T23:59:59+03:00");
        },
        refusals: HAS_ENDED,
    },
    Break {
        what: "the document was stored after the right ended",
        bases: &[Base::Right(Read)],
        change: |f| {
            last(f, CLOSED_YESTERDAY);
            of_organiser(f, "2026-09-02T00:00:00+03:00");
        },
        refusals: &[
            (Rule::R2, Refusal::NotUnderRegisterAccess),
            (Rule::R8, Refusal::RegisterAccessEnded),
        ],
    },
    Break {
        what: "the document was stored after the right was withdrawn, on the same day",
        bases: &[Base::Right(Read)],
        change: |f| {
            right(f).spells[0].withdrawn_at = Some(instant("2026-09-02T09:00:00+03:00"));
            of_organiser(f, "2026-09-02T10:00:00+03:00");
        },
        refusals: &[
            (Rule::R2, Refusal::NotUnderRegisterAccess),
            (Rule::R8, Refusal::RegisterAccessEnded),
        ],
    },
    Break {
        what: "the document was stored between the ends of the rights to its clients",
        bases: &[Base::Right(Read)],
        change: |f| {
            let mut other = f.clients[0].clone();
            other.rights[0].spells[0].last = Some(date(2026, 2, 27));
            last(f, CLOSED_YESTERDAY);
            f.clients.push(other);
            of_organiser(f, "2026-06-01T12:00:00+03:00");
        },
        refusals: HAS_ENDED,
    },
    Break {
        what: "the right to another client of the document is open",
        bases: ALL,
        change: |f| {
            let client = f.clients[0].clone();
            last(f, CLOSED_YESTERDAY);
            f.clients.insert(0, client);
        },
        refusals: &[],
    },
];

/// REQ RA-06, RA-01: rule R8
#[test]
fn after_a_right_has_ended_nothing_is_read_or_stored_under_it() {
    hold(ENDED);
}

fn reopened(facts: &mut Facts) {
    last(facts, CLOSED_YESTERDAY);
    right(facts).reopened_until = Some(TODAY);
}

pub(crate) const REOPENED: &[Break] = &[
    Break {
        what: "what the producer wrote is read, corrected and annulled",
        bases: &[Base::Right(Read), Base::Right(StoreVersion), Base::Right(Annul)],
        change: reopened,
        refusals: &[],
    },
    Break {
        what: "a new document is stored, or a search made",
        bases: &[Base::Right(Store), Base::Right(Search)],
        change: reopened,
        refusals: HAS_ENDED,
    },
    Break {
        what: "the organiser's document is read",
        bases: &[Base::Right(Read)],
        change: |f| {
            reopened(f);
            of_organiser(f, "2026-08-10T12:00:00+03:00");
        },
        refusals: HAS_ENDED,
    },
    Break {
        what: "the organiser's document is corrected",
        bases: &[Base::Right(StoreVersion)],
        change: |f| {
            reopened(f);
            of_organiser(f, "2026-08-10T12:00:00+03:00");
        },
        refusals: &[(Rule::W6, Refusal::NotTheAuthor)],
    },
    Break {
        what: "the organiser's document is annulled",
        bases: &[Base::Right(Annul)],
        change: |f| {
            reopened(f);
            of_organiser(f, "2026-08-10T12:00:00+03:00");
        },
        refusals: &[(Rule::R8, Refusal::RegisterAccessEnded), (Rule::W6, Refusal::NotTheAuthor)],
    },
    Break {
        what: "the time for corrections ended yesterday",
        bases: ALL,
        change: |f| {
            reopened(f);
            right(f).reopened_until = TODAY.yesterday().ok();
        },
        refusals: HAS_ENDED,
    },
    Break {
        what: "a right that is open is reopened, which changes nothing",
        bases: ALL,
        change: |f| right(f).reopened_until = Some(TODAY),
        refusals: &[],
    },
];

/// REQ RA-07: rule R8
#[test]
fn a_reopened_right_lets_the_producer_correct_and_annul_what_it_wrote() {
    hold(REOPENED);
}
