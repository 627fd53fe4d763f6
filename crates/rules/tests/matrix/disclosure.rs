//! What other controllers' registers give on the basis of disclosure: rule R4.

use varanto_model::{Generation, Group};
use varanto_rules::{Action, ClientFacts, Denial, Facts, Refusal, Rule, WillFacts, decide};

use crate::base::Base;
use crate::parts::{
    CONTROLLER, DOCUMENT, NEIGHBOURS_CONTROLLER, ORGANISERS_UNIT, OTHER_CASE, OTHER_DOCUMENT,
    PRODUCERS_UNIT, TODAY, client, code, document, oid, role, will,
};
use crate::{Break, hold, refusals};
use Action::{Read, Search, Summarise};

const FETCH: &[Base] = &[Base::Disclosure(Read)];
/// Where no document is named, nothing of what is kept back is told: less is found.
const SEARCHES: &[Base] = &[Base::Disclosure(Search), Base::Disclosure(Summarise)];
const ALL: &[Base] =
    &[Base::Disclosure(Search), Base::Disclosure(Read), Base::Disclosure(Summarise)];
const NOTHING: &[(Rule, Refusal)] = &[(Rule::R4, Refusal::NothingToDisclose)];

fn deny(facts: &mut Facts, denial: Denial) {
    will(facts).denials.push(denial);
}

pub(crate) const DECLARED: &[Break] = &[
    Break {
        what: "the client has not been informed",
        bases: FETCH,
        change: |f| will(f).informed = false,
        refusals: NOTHING,
    },
    Break {
        what: "the client has taken no stand",
        bases: FETCH,
        change: |f| will(f).permit = None,
        refusals: NOTHING,
    },
    Break {
        what: "the client has refused the permit",
        bases: FETCH,
        change: |f| will(f).permit = Some(false),
        refusals: NOTHING,
    },
    Break {
        what: "everything is denied",
        bases: FETCH,
        change: |f| deny(f, Denial::Everything),
        refusals: NOTHING,
    },
    Break {
        what: "what the document's controller has is denied",
        bases: FETCH,
        change: |f| deny(f, Denial::Controller(oid(NEIGHBOURS_CONTROLLER))),
        refusals: NOTHING,
    },
    Break {
        what: "the document's service task is denied",
        bases: FETCH,
        change: |f| deny(f, Denial::ServiceTask(code("10"))),
        refusals: NOTHING,
    },
    Break {
        what: "the document is denied",
        bases: FETCH,
        change: |f| deny(f, Denial::Document(oid(DOCUMENT))),
        refusals: NOTHING,
    },
    Break {
        what: "another denial stands before the one that covers it",
        bases: FETCH,
        change: |f| {
            deny(f, Denial::ServiceTask(code("20")));
            deny(f, Denial::Document(oid(DOCUMENT)));
        },
        refusals: NOTHING,
    },
    Break {
        what: "another controller, service task and document are denied",
        bases: FETCH,
        change: |f| {
            deny(f, Denial::Controller(oid(CONTROLLER)));
            deny(f, Denial::ServiceTask(code("20")));
            deny(f, Denial::Document(oid(OTHER_DOCUMENT)));
        },
        refusals: &[],
    },
    Break {
        what: "a service task is denied, and the document has none",
        bases: FETCH,
        change: |f| {
            document(f).service_task = None;
            deny(f, Denial::ServiceTask(code("10")));
        },
        refusals: &[],
    },
    Break {
        what: "the client has declared nothing",
        bases: SEARCHES,
        change: |f| *will(f) = WillFacts::default(),
        refusals: &[],
    },
    Break {
        what: "everything is denied",
        bases: SEARCHES,
        change: |f| deny(f, Denial::Everything),
        refusals: &[],
    },
    Break {
        what: "the client is known by a temporary identifier",
        bases: FETCH,
        change: |f| f.clients[0].has_identity_code = false,
        refusals: NOTHING,
    },
];

/// REQ DIS-02, DIS-03, DIS-04: rule R4
#[test]
fn a_document_is_disclosed_where_its_client_lets_it_out() {
    hold(DECLARED);
}

pub(crate) const JOINT_DOCUMENTS: &[Break] = &[
    Break {
        what: "the other client of the document lets it out too",
        bases: FETCH,
        change: |f| f.clients.push(client()),
        refusals: &[],
    },
    Break {
        what: "the last client of the document has declared nothing",
        bases: FETCH,
        change: |f| f.clients.push(ClientFacts { will: WillFacts::default(), ..client() }),
        refusals: NOTHING,
    },
    Break {
        what: "the first client of the document has declared nothing",
        bases: FETCH,
        change: |f| f.clients.insert(0, ClientFacts { will: WillFacts::default(), ..client() }),
        refusals: NOTHING,
    },
    Break {
        what: "one client of the document denies it",
        bases: FETCH,
        change: |f| {
            f.clients.push(client());
            deny(f, Denial::Document(oid(DOCUMENT)));
        },
        refusals: NOTHING,
    },
    Break {
        what: "one client of the document is known by a temporary identifier",
        bases: FETCH,
        change: |f| f.clients.push(ClientFacts { has_identity_code: false, ..client() }),
        refusals: NOTHING,
    },
    Break {
        what: "one client of the document is nobody's client here",
        bases: FETCH,
        change: |f| f.clients.insert(0, ClientFacts { context: Vec::new(), ..client() }),
        refusals: &[],
    },
    Break {
        what: "nobody's document is read for a special reason",
        bases: FETCH,
        change: |f| {
            f.clients.clear();
            f.special_reason = Some(code("1"));
        },
        refusals: NOTHING,
    },
];

/// REQ DIS-04: rule R4
#[test]
fn every_client_of_a_document_must_let_it_out() {
    hold(JOINT_DOCUMENTS);
}

pub(crate) const DOCUMENTS: &[Break] = &[
    Break {
        what: "it is of the first phase",
        bases: FETCH,
        change: |f| document(f).generation = Generation::Phase1,
        refusals: NOTHING,
    },
    Break {
        what: "it is from before the controller joined",
        bases: FETCH,
        change: |f| document(f).generation = Generation::Old,
        refusals: NOTHING,
    },
    Break {
        what: "it is annulled",
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
        what: "its type never leaves",
        bases: FETCH,
        change: |f| document(f).type_code = Some(code("1011")),
        refusals: NOTHING,
    },
    Break {
        what: "its type is only kept from citizens",
        bases: FETCH,
        change: |f| document(f).type_code = Some(code("1014")),
        refusals: &[],
    },
    Break {
        what: "it has no type",
        bases: FETCH,
        change: |f| document(f).type_code = None,
        refusals: &[],
    },
    Break {
        what: "it is a record entry",
        bases: FETCH,
        change: |f| document(f).group = Group::RecordEntry,
        refusals: &[],
    },
    Break {
        what: "it is in the own register",
        bases: FETCH,
        change: |f| document(f).controller = oid(CONTROLLER),
        refusals: NOTHING,
    },
    Break {
        what: "the role does not cover its service task",
        bases: FETCH,
        change: |f| role(f).coverage.service_tasks = Some([code("20")].into()),
        refusals: NOTHING,
    },
    Break {
        what: "the role does not cover its service process",
        bases: FETCH,
        change: |f| role(f).coverage.service_processes = Some([code("2")].into()),
        refusals: NOTHING,
    },
    Break {
        what: "the role does not cover its type",
        bases: FETCH,
        change: |f| role(f).coverage.type_codes = Some([code("1012")].into()),
        refusals: NOTHING,
    },
    Break {
        what: "the role does not read its group",
        bases: FETCH,
        change: |f| {
            role(f).reads.remove(&Group::ClientDocument);
        },
        refusals: NOTHING,
    },
];

/// REQ DIS-04: rule R4
#[test]
fn what_stands_of_the_second_phase_is_disclosed_to_those_whose_role_covers_it() {
    hold(DOCUMENTS);
}

/// REQ DIS-04, DIS-05: rules R4, R5
#[test]
fn nothing_that_steers_the_registers_leaves_them() {
    for group in Group::ALL {
        let leaves = matches!(group, Group::ClientDocument | Group::RecordEntry);
        for (base, rule) in [(Base::Disclosure(Read), Rule::R4), (Base::Broad(Read), Rule::R5)] {
            let mut facts = base.facts();
            document(&mut facts).group = *group;
            let expected = [(rule, Refusal::NothingToDisclose)];
            let expected = if leaves { &[][..] } else { &expected[..] };
            assert_eq!(refusals(&facts), expected, "{base:?} {group:?}");
        }
    }
}

pub(crate) const READERS: &[Break] = &[
    Break {
        what: "the person is no client of the own register's",
        bases: FETCH,
        change: |f| f.clients[0].context.clear(),
        refusals: NOTHING,
    },
    Break {
        what: "the person is a client of another unit",
        bases: FETCH,
        change: |f| f.clients[0].context[0].unit = oid(PRODUCERS_UNIT),
        refusals: NOTHING,
    },
    Break {
        what: "the clientship ended yesterday",
        bases: FETCH,
        change: |f| f.clients[0].context[0].spell.last = TODAY.yesterday().ok(),
        refusals: NOTHING,
    },
    Break {
        what: "there is no context, and a special reason is given",
        bases: FETCH,
        change: |f| {
            f.clients[0].context.clear();
            f.special_reason = Some(code("1"));
        },
        refusals: &[],
    },
    Break {
        what: "there is no context, and a ground of a broad right is given",
        bases: FETCH,
        change: |f| {
            f.clients[0].context.clear();
            f.ground = Some(code("1"));
        },
        refusals: NOTHING,
    },
    Break {
        what: "the organisation organises for no controller",
        bases: ALL,
        change: |f| f.system.controller = None,
        refusals: &[(Rule::R4, Refusal::NotTheController)],
    },
    Break {
        what: "the organisation is no public authority",
        bases: ALL,
        change: |f| f.system.is_public = false,
        refusals: &[],
    },
    Break {
        what: "the role has no broad right",
        bases: ALL,
        change: |f| role(f).broad = false,
        refusals: &[],
    },
    Break {
        what: "the documents' controller is not known",
        bases: ALL,
        change: |f| f.controller = None,
        refusals: &[],
    },
    Break {
        what: "another case is named, which is for register access alone",
        bases: ALL,
        change: |f| f.sought_case = Some(oid(OTHER_CASE)),
        refusals: &[],
    },
    Break {
        what: "a register access right to the case alone is no context",
        bases: FETCH,
        change: |f| {
            f.clients[0].context.clear();
            f.clients[0].rights[0].unit = oid(ORGANISERS_UNIT);
            f.sought_case = document(f).case.clone();
        },
        refusals: NOTHING,
    },
];

/// REQ DIS-04: rule R4
#[test]
fn documents_are_disclosed_to_controllers_whose_client_the_person_is() {
    hold(READERS);
}

/// REQ DIS-01, DIS-02, DIS-03
#[test]
fn an_informed_clients_permit_opens_the_registers_until_everything_is_denied() {
    let mut will = WillFacts { informed: true, permit: Some(true), denials: Vec::new() };
    assert!(will.opens());
    will.denials = vec![
        Denial::Controller(oid(NEIGHBOURS_CONTROLLER)),
        Denial::ServiceTask(code("10")),
        Denial::Document(oid(DOCUMENT)),
    ];
    assert!(will.opens());
    for permit in [None, Some(false)] {
        assert!(!WillFacts { permit, ..will.clone() }.opens());
    }
    assert!(!WillFacts { informed: false, ..will.clone() }.opens());
    will.denials.push(Denial::Everything);
    assert!(!will.opens());
    let document = Base::Disclosure(Read).facts().document.unwrap();
    assert!(Denial::Everything.covers(&document));
    assert!(!WillFacts::default().opens());
}

/// Whatever keeps a document back, the answer is the same, and it looks as if nothing were there.
///
/// REQ DIS-04: rule R4
#[test]
fn why_a_document_is_kept_back_is_not_told() {
    let expected = {
        let mut facts = Base::Disclosure(Read).facts();
        document(&mut facts).annulled = true;
        decide(&facts)
    };
    assert!(expected.outcome().is_err_and(Refusal::hides_existence));
    let tables = [DECLARED, JOINT_DOCUMENTS, DOCUMENTS, READERS];
    for case in tables.into_iter().flatten().filter(|case| case.refusals == NOTHING) {
        let mut facts = Base::Disclosure(Read).facts();
        (case.change)(&mut facts);
        assert_eq!(decide(&facts), expected, "{}", case.what);
    }
}

/// REQ DIS-04, DIS-05: rules R4, R5
#[test]
fn a_role_that_reads_nothing_is_told_no_more_of_what_is_not_there() {
    for base in [Base::Disclosure(Read), Base::Broad(Read)] {
        let mut facts = base.facts();
        role(&mut facts).reads.clear();
        assert!(refusals(&facts)[0].1.hides_existence(), "{base:?}");
        facts.document = None;
        facts.clients.clear();
        assert_eq!(refusals(&facts), [], "{base:?}");
    }
}
