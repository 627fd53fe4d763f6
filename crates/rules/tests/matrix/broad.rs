//! An authority's broad right of access: rule R5.

use varanto_model::{Generation, Group};
use varanto_rules::{Action, ClientFacts, Denial, Facts, Refusal, Rule, WillFacts};

use crate::base::Base;
use crate::parts::{
    CONTROLLER, DOCUMENT, NEIGHBOURS_CONTROLLER, client, code, document, named_role, oid, role,
    will,
};
use crate::{Break, hold};
use Action::{Read, Search, Summarise};

const FETCH: &[Base] = &[Base::Broad(Read)];
const ALL: &[Base] = &[Base::Broad(Search), Base::Broad(Read), Base::Broad(Summarise)];
const NOTHING: &[(Rule, Refusal)] = &[(Rule::R5, Refusal::NothingToDisclose)];

fn deny(facts: &mut Facts, denial: Denial) {
    will(facts).denials.push(denial);
}

pub(crate) const AUTHORITIES: &[Break] = &[
    Break {
        what: "the organisation is no public authority",
        bases: ALL,
        change: |f| f.system.is_public = false,
        refusals: &[(Rule::R5, Refusal::NotAnAuthority)],
    },
    Break {
        what: "the role has no broad right",
        bases: ALL,
        change: |f| role(f).broad = false,
        refusals: &[(Rule::R5, Refusal::BroadNotPermitted)],
    },
    Break {
        what: "a social instructor asks",
        bases: ALL,
        change: |f| f.professional.role = named_role("social_instructor"),
        refusals: &[(Rule::R5, Refusal::BroadNotPermitted)],
    },
    Break {
        what: "no ground is given",
        bases: ALL,
        change: |f| f.ground = None,
        refusals: &[(Rule::R5, Refusal::GroundRequired)],
    },
    Break {
        what: "a special reason is given instead of a ground",
        bases: ALL,
        change: |f| {
            f.ground = None;
            f.special_reason = Some(code("1"));
        },
        refusals: &[(Rule::R5, Refusal::GroundRequired)],
    },
];

/// REQ DIS-05: rule R5
#[test]
fn an_authority_states_a_ground_and_the_role_has_the_right() {
    hold(AUTHORITIES);
}

pub(crate) const PASSED: &[Break] = &[
    Break {
        what: "the client has declared nothing",
        bases: ALL,
        change: |f| *will(f) = WillFacts::default(),
        refusals: &[],
    },
    Break {
        what: "the client has refused the permit",
        bases: ALL,
        change: |f| will(f).permit = Some(false),
        refusals: &[],
    },
    Break {
        what: "everything is denied",
        bases: ALL,
        change: |f| deny(f, Denial::Everything),
        refusals: &[],
    },
    Break {
        what: "the controller is denied",
        bases: FETCH,
        change: |f| deny(f, Denial::Controller(oid(NEIGHBOURS_CONTROLLER))),
        refusals: &[],
    },
    Break {
        what: "the service task is denied",
        bases: FETCH,
        change: |f| deny(f, Denial::ServiceTask(code("10"))),
        refusals: &[],
    },
    Break {
        what: "the document is denied",
        bases: FETCH,
        change: |f| deny(f, Denial::Document(oid(DOCUMENT))),
        refusals: &[],
    },
    Break {
        what: "one of two clients has declared nothing",
        bases: FETCH,
        change: |f| f.clients.push(ClientFacts { will: WillFacts::default(), ..client() }),
        refusals: &[],
    },
    Break {
        what: "the document is of the first phase",
        bases: FETCH,
        change: |f| document(f).generation = Generation::Phase1,
        refusals: &[],
    },
    Break {
        what: "the document is from before the controller joined",
        bases: FETCH,
        change: |f| document(f).generation = Generation::Old,
        refusals: &[],
    },
    Break {
        what: "the person is nobody's client here",
        bases: ALL,
        change: |f| f.clients[0].context.clear(),
        refusals: &[],
    },
    Break {
        what: "the authority has no register of its own",
        bases: ALL,
        change: |f| f.system.controller = None,
        refusals: &[],
    },
];

/// REQ DIS-05: rule R5
#[test]
fn the_broad_right_passes_permits_denials_and_generations() {
    hold(PASSED);
}

pub(crate) const KEPT_BACK: &[Break] = &[
    Break {
        what: "the document is annulled",
        bases: FETCH,
        change: |f| document(f).annulled = true,
        refusals: NOTHING,
    },
    Break {
        what: "an older version is meant",
        bases: FETCH,
        change: |f| document(f).is_newest = false,
        refusals: NOTHING,
    },
    Break {
        what: "the document's type never leaves",
        bases: FETCH,
        change: |f| document(f).type_code = Some(code("15019")),
        refusals: NOTHING,
    },
    Break {
        what: "the document is in the own register",
        bases: FETCH,
        change: |f| document(f).controller = oid(CONTROLLER),
        refusals: NOTHING,
    },
    Break {
        what: "the role does not cover the service task",
        bases: FETCH,
        change: |f| role(f).coverage.service_tasks = Some([code("20")].into()),
        refusals: NOTHING,
    },
    Break {
        what: "the role does not read the group",
        bases: FETCH,
        change: |f| {
            role(f).reads.remove(&Group::ClientDocument);
        },
        refusals: NOTHING,
    },
];

/// REQ DIS-05: rule R5
#[test]
fn the_broad_right_passes_nothing_else() {
    hold(KEPT_BACK);
}
