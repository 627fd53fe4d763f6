//! What goes to those outside social and health care, and what is passed on: rules W1, R1, R4, S4.

use varanto_model::Group;
use varanto_rules::{Action, Refusal, Rule};

use crate::base::Base;
use crate::parts::{code, document, role};
use crate::{Break, hold, refusals};
use Action::{DiscloseOutside, ManageRecipients, PassOn};

const NOT_COVERED: &[(Rule, Refusal)] = &[(Rule::S4, Refusal::ServiceTaskNotPermitted)];

pub(crate) const ROLES: &[Break] = &[
    Break {
        what: "the role does not oversee",
        bases: &[Base::Own(ManageRecipients)],
        change: |f| role(f).oversees = false,
        refusals: NOT_COVERED,
    },
    Break {
        what: "the role reads and writes nothing",
        bases: &[Base::Own(ManageRecipients)],
        change: |f| {
            role(f).reads.clear();
            role(f).writes.clear();
        },
        refusals: &[],
    },
    Break {
        what: "the role writes no disclosure notices",
        bases: &[Base::Own(DiscloseOutside), Base::Outside],
        change: |f| {
            role(f).writes.remove(&Group::DisclosureNotice);
        },
        refusals: NOT_COVERED,
    },
    Break {
        what: "the role does not read the group",
        bases: &[Base::Outside],
        change: |f| {
            role(f).reads.remove(&Group::ClientDocument);
        },
        refusals: NOT_COVERED,
    },
    Break {
        what: "the role does not cover the service task",
        bases: &[Base::Outside],
        change: |f| role(f).coverage.service_tasks = Some([code("20")].into()),
        refusals: NOT_COVERED,
    },
    Break {
        what: "the role covers no service task, and no document is named",
        bases: &[Base::Own(DiscloseOutside)],
        change: |f| role(f).coverage.service_tasks = Some([].into()),
        refusals: &[],
    },
    Break {
        what: "the role writes disclosure notices and no client documents",
        bases: &[Base::Own(DiscloseOutside), Base::Outside],
        change: |f| role(f).writes = [Group::DisclosureNotice].into(),
        refusals: &[],
    },
    Break {
        what: "the role writes no client documents",
        bases: &[Base::Own(PassOn)],
        change: |f| {
            role(f).writes.remove(&Group::ClientDocument);
        },
        refusals: NOT_COVERED,
    },
    Break {
        what: "patient data are passed on of somebody who is no client yet",
        bases: &[Base::Own(PassOn)],
        change: |f| f.clients.clear(),
        refusals: &[],
    },
];

/// REQ DIS-07, DIS-08: rule S4
#[test]
fn a_role_that_writes_disclosure_notices_gives_out_what_it_reads() {
    hold(ROLES);
}

pub(crate) const DOCUMENTS: &[Break] = &[
    Break {
        what: "the document is annulled",
        bases: &[Base::Outside],
        change: |f| document(f).annulled = true,
        refusals: &[(Rule::R4, Refusal::NothingToDisclose)],
    },
    Break {
        what: "the document is a permit",
        bases: &[Base::Outside],
        change: |f| document(f).group = Group::Permit,
        refusals: &[(Rule::R4, Refusal::NothingToDisclose)],
    },
    Break {
        what: "the document is a disclosure notice",
        bases: &[Base::Outside],
        change: |f| document(f).group = Group::DisclosureNotice,
        refusals: &[],
    },
    Break {
        what: "an older version is meant, as the request names it",
        bases: &[Base::Outside],
        change: |f| document(f).is_newest = false,
        refusals: &[],
    },
];

/// REQ DIS-07: rule R4
#[test]
fn what_is_annulled_goes_to_nobody_outside() {
    hold(DOCUMENTS);
}

/// REQ DIS-07, DIS-09: rule R4
#[test]
fn no_declaration_of_will_goes_to_anybody_outside() {
    for group in Group::ALL.iter().filter(|group| group.is_will()) {
        let mut facts = Base::Outside.facts();
        document(&mut facts).group = *group;
        assert_eq!(refusals(&facts), [(Rule::R4, Refusal::NothingToDisclose)], "{group:?}");
    }
}
