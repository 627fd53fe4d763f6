//! Old data, stored in bulk: rule W9, and what the other rules say of it.

use jiff::civil::date;
use varanto_model::{Generation, Group};
use varanto_rules::{Action, CaseFacts, Refusal, Rule};

use crate::base::Base;
use crate::parts::{
    NEIGHBOUR, NEIGHBOURS_CONTROLLER, TODAY, TOMORROW, controller, document, instant, named_role,
    register,
};
use crate::{Break, hold, refusals};
use Action::{Import, ImportVersion};
use varanto_rules::Purpose;

const IMPORTING: &[Base] = &[Base::Archive(Import), Base::Archive(ImportVersion)];

pub(crate) const KINDS: &[Break] = &[
    Break {
        what: "it was written on the day on which the register opened",
        bases: IMPORTING,
        change: |f| document(f).written_at = instant("2026-09-01T00:00:00+03:00"),
        refusals: &[(Rule::W9, Refusal::NotOldData)],
    },
    Break {
        what: "it was written a moment before the register opened",
        bases: IMPORTING,
        change: |f| document(f).written_at = instant("2026-08-31T23:59:59+03:00"),
        refusals: &[],
    },
    Break {
        what: "it was written long before",
        bases: IMPORTING,
        change: |f| {
            document(f).written_at = instant("1999-01-01T12:00:00+02:00");
            document(f).generation = Generation::Old;
        },
        refusals: &[],
    },
    Break {
        what: "an old document names no case",
        bases: IMPORTING,
        change: |f| {
            f.case = None;
            document(f).case = None;
            document(f).generation = Generation::Old;
        },
        refusals: &[],
    },
    Break {
        what: "a phase-1 document names no case",
        bases: IMPORTING,
        change: |f| {
            f.case = None;
            document(f).case = None;
            document(f).generation = Generation::Phase1;
        },
        refusals: &[(Rule::W4, Refusal::CaseMissing)],
    },
    Break {
        what: "a record entry of the time before",
        bases: IMPORTING,
        change: |f| document(f).group = Group::RecordEntry,
        refusals: &[],
    },
    Break {
        what: "a case that was put into words after the opening",
        bases: IMPORTING,
        change: |f| {
            f.case = None;
            f.clients[0].stay = None;
            document(f).group = Group::Case;
            document(f).written_at = instant("2026-09-02T10:00:00+03:00");
        },
        refusals: &[],
    },
    Break {
        what: "a clientship that was put into words after the opening",
        bases: IMPORTING,
        change: |f| {
            document(f).group = Group::Clientship;
            document(f).written_at = instant("2026-09-02T10:00:00+03:00");
        },
        refusals: &[],
    },
    Break {
        what: "a notice of a disclosure",
        bases: IMPORTING,
        change: |f| document(f).group = Group::DisclosureNotice,
        refusals: &[(Rule::W9, Refusal::NotOldData)],
    },
    Break {
        what: "the case was closed before it was written",
        bases: &[Base::Archive(Import)],
        change: |f| f.case = Some(CaseFacts { closed: Some(date(2026, 8, 30)) }),
        refusals: &[(Rule::W4, Refusal::CaseClosed)],
    },
    Break {
        what: "the case was closed before this version of it was written",
        bases: &[Base::Archive(ImportVersion)],
        change: |f| f.case = Some(CaseFacts { closed: Some(date(2026, 8, 30)) }),
        refusals: &[],
    },
    Break {
        what: "the case was closed after it was written",
        bases: &[Base::Archive(Import)],
        change: |f| f.case = Some(CaseFacts { closed: Some(TODAY) }),
        refusals: &[],
    },
    Break {
        what: "it has no professional's signature, which its structure asks for",
        bases: IMPORTING,
        change: |f| document(f).has_professional_signature = false,
        refusals: &[],
    },
    Break {
        what: "the archivist has no right to practise",
        bases: IMPORTING,
        change: |f| f.professional.right_to_practise = Some(false),
        refusals: &[],
    },
    Break {
        what: "the register opens tomorrow",
        bases: IMPORTING,
        change: |f| register(f).opens = Some(TOMORROW),
        refusals: &[(Rule::W3, Refusal::RegisterNotOpen)],
    },
    Break {
        what: "nobody has said when the register opens",
        bases: IMPORTING,
        change: |f| register(f).opens = None,
        refusals: &[(Rule::W3, Refusal::RegisterNotOpen), (Rule::W9, Refusal::NotOldData)],
    },
];

/// REQ DOC-10, DOC-08: rule W9
#[test]
fn only_what_was_written_before_the_register_opened_is_stored_in_bulk() {
    hold(KINDS);
}

pub(crate) const IMPORTERS: &[Break] = &[
    Break {
        what: "it is another's register",
        bases: &[Base::Archive(Import)],
        change: |f| {
            f.controller = Some(controller(NEIGHBOURS_CONTROLLER, NEIGHBOUR));
            document(f).controller = crate::parts::oid(NEIGHBOURS_CONTROLLER);
        },
        refusals: &[(Rule::W1, Refusal::NotTheController)],
    },
    Break {
        what: "a social worker calls it client work",
        bases: IMPORTING,
        change: |f| {
            f.purpose = Purpose::ClientWork;
            f.professional.role = named_role("social_worker");
        },
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "a social worker calls it the archive's work",
        bases: IMPORTING,
        change: |f| f.professional.role = named_role("social_worker"),
        refusals: &[(Rule::A1, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "the archivist's role does not write such documents",
        bases: IMPORTING,
        change: |f| {
            f.professional.role.as_mut().unwrap().writes.remove(&Group::ClientDocument);
        },
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
];

/// REQ DOC-10, ARC-01: rules W1, A1
#[test]
fn old_data_is_stored_by_the_archivist_of_the_registers_own_organiser() {
    hold(IMPORTERS);
}

/// REQ DOC-10, DIS-09: rule W9
#[test]
fn no_declaration_of_will_is_old_data() {
    for group in Group::ALL.iter().filter(|group| group.is_will()) {
        for base in IMPORTING {
            let mut facts = base.facts();
            document(&mut facts).group = *group;
            facts.professional.role.as_mut().unwrap().writes.insert(*group);
            let told = refusals(&facts);
            assert!(told.contains(&(Rule::W9, Refusal::NotOldData)), "{base:?} {group:?}");
            assert!(told.contains(&(Rule::A1, Refusal::HiddenFromArchivist)), "{base:?} {group:?}");
        }
    }
}
