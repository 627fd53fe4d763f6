//! Into whose register is stored: rules W1, W5.

use varanto_model::{Generation, Group};
use varanto_rules::{Action, Facts, Refusal, Rule};

use crate::base::Base;
use crate::parts::{
    CASE, ORGANISER, ORGANISERS_UNIT, PRODUCER, TOMORROW, code, coming, document, ended, oid,
    register,
};
use crate::{Break, hold};
use Action::{Annul, Read, Store, StoreVersion};

const STORING: &[Base] = &[Base::Own(Store), Base::Own(StoreVersion)];

fn anothers(facts: &mut Facts) {
    register(facts).organiser = oid(PRODUCER);
}

pub(crate) const REGISTERS: &[Break] = &[
    Break {
        what: "an old document without a case is for another's register",
        bases: STORING,
        change: |f| {
            anothers(f);
            document(f).generation = Generation::Old;
            document(f).case = None;
        },
        refusals: &[(Rule::W1, Refusal::NotTheController)],
    },
    Break {
        what: "a permit is for another's register",
        bases: &[Base::Own(Store)],
        change: |f| {
            anothers(f);
            document(f).group = Group::Permit;
            document(f).case = None;
        },
        refusals: &[(Rule::W1, Refusal::NotTheController)],
    },
    Break {
        what: "no controller is known",
        bases: &[Base::Own(Store), Base::Own(StoreVersion), Base::Right(Store), Base::Wide(Store)],
        change: |f| f.controller = None,
        refusals: &[(Rule::W1, Refusal::NotTheController), (Rule::W3, Refusal::RegisterNotOpen)],
    },
    Break {
        what: "a document with a case is for another's register",
        bases: STORING,
        change: anothers,
        refusals: &[(Rule::W2, Refusal::RegisterAccessMissing)],
    },
];

/// REQ REG-02: rule W1
#[test]
fn nobody_stores_into_anothers_register() {
    hold(REGISTERS);
}

/// The document opens the case that it names.
fn case_document(facts: &mut Facts, task: &str) {
    document(facts).group = Group::Case;
    document(facts).case = Some(oid(CASE));
    document(facts).service_task = Some(code(task));
}

const NOT_STORED: &[(Rule, Refusal)] = &[(Rule::W5, Refusal::NotTheOrganiser)];

pub(crate) const WIDE_ACCESS: &[Break] = &[
    Break {
        what: "the unit has no wide right",
        bases: &[Base::Wide(Store), Base::Wide(StoreVersion)],
        change: |f| register(f).wide_access.clear(),
        refusals: NOT_STORED,
    },
    Break {
        what: "the unit has no wide right",
        bases: &[Base::Wide(Annul)],
        change: |f| register(f).wide_access.clear(),
        refusals: &[(Rule::W5, Refusal::NotUnderRegisterAccess)],
    },
    Break {
        what: "the unit has no wide right",
        bases: &[Base::Wide(Read)],
        change: |f| register(f).wide_access.clear(),
        refusals: &[(Rule::R2, Refusal::NotUnderRegisterAccess)],
    },
    Break {
        what: "the wide right is another unit's",
        bases: &[Base::Wide(Store), Base::Wide(StoreVersion)],
        change: |f| register(f).wide_access[0].unit = oid(ORGANISERS_UNIT),
        refusals: NOT_STORED,
    },
    Break {
        what: "the wide right ended yesterday",
        bases: &[Base::Wide(Store), Base::Wide(StoreVersion)],
        change: |f| register(f).wide_access[0].period = ended(),
        refusals: NOT_STORED,
    },
    Break {
        what: "the wide right begins tomorrow",
        bases: &[Base::Wide(Store), Base::Wide(StoreVersion)],
        change: |f| register(f).wide_access[0].period = coming(),
        refusals: NOT_STORED,
    },
    Break {
        what: "a case is opened under the wide right",
        bases: &[Base::Wide(Store), Base::Wide(StoreVersion)],
        change: |f| case_document(f, "10"),
        refusals: &[],
    },
    Break {
        what: "the case is of a service task that the wide right does not have",
        bases: &[Base::Wide(Store), Base::Wide(StoreVersion)],
        change: |f| case_document(f, "20"),
        refusals: NOT_STORED,
    },
    Break {
        what: "a case is closed by a unit with a right to it, but not a wide one",
        bases: &[Base::Right(StoreVersion)],
        change: |f| {
            case_document(f, "10");
            register(f).wide_access.clear();
        },
        refusals: NOT_STORED,
    },
    Break {
        what: "a clientship that the organiser wrote is read under a wide right",
        bases: &[Base::Wide(Read)],
        change: |f| document(f).author_organisation = oid(ORGANISER),
        refusals: &[(Rule::R2, Refusal::NotUnderRegisterAccess)],
    },
    Break {
        what: "a wide right is no right to client documents",
        bases: &[Base::Right(Store)],
        change: |f| f.clients[0].rights[0].spells[0].first = TOMORROW,
        refusals: &[(Rule::W2, Refusal::RegisterAccessMissing)],
    },
    Break {
        what: "the organiser stores a clientship in the own register",
        bases: STORING,
        change: |f| {
            document(f).group = Group::Clientship;
            document(f).case = None;
            register(f).wide_access.clear();
        },
        refusals: &[],
    },
];

/// REQ RA-08: rule W5
#[test]
fn cases_and_clientships_are_the_organisers_or_those_of_a_wide_right() {
    hold(WIDE_ACCESS);
}
