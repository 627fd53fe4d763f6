//! Use of the own register: rule R1, and W1 for what is only the controller's.

use varanto_rules::{Action, ClientFacts, Facts, Refusal, Rule};

use crate::base::Base;
use crate::parts::{PRODUCER, TODAY, TOMORROW, code, instant, oid, register};
use crate::{Break, hold, refusals};
use Action::{
    Annul, DiscloseOutside, JoinClient, ManageAccess, ManageRecipients, Read, ReadAccess, ReadLog,
    ReadWills, Search, Summarise,
};

const CLIENT_WORK: &[Base] = &[
    Base::Own(Search),
    Base::Own(Read),
    Base::Own(Summarise),
    Base::Own(JoinClient),
    Base::Own(ReadAccess),
    Base::Own(ReadWills),
    Base::Recording(ReadWills),
    Base::Own(DiscloseOutside),
    Base::Outside,
    Base::Disclosure(Search),
    Base::Disclosure(Summarise),
];
const REQUIRED: &[(Rule, Refusal)] = &[(Rule::R1, Refusal::SpecialReasonRequired)];

fn unit(facts: &mut Facts) -> &mut varanto_rules::ContextUnit {
    &mut facts.clients[0].context[0]
}

pub(crate) const CONTEXTS: &[Break] = &[
    Break {
        what: "the person is no client of any unit",
        bases: CLIENT_WORK,
        change: |f| f.clients[0].context.clear(),
        refusals: REQUIRED,
    },
    Break {
        what: "nobody of whom the register knows is sought",
        bases: CLIENT_WORK,
        change: |f| f.clients.clear(),
        refusals: REQUIRED,
    },
    Break {
        what: "the person is a client of another unit of the organisation",
        bases: CLIENT_WORK,
        change: |f| unit(f).unit = oid("1.2.246.10.99990001.10.2"),
        refusals: REQUIRED,
    },
    Break {
        what: "the clientship ended yesterday",
        bases: CLIENT_WORK,
        change: |f| unit(f).spell.last = TODAY.yesterday().ok(),
        refusals: REQUIRED,
    },
    Break {
        what: "the clientship ends today",
        bases: CLIENT_WORK,
        change: |f| unit(f).spell.last = Some(TODAY),
        refusals: &[],
    },
    Break {
        what: "the clientship begins tomorrow",
        bases: CLIENT_WORK,
        change: |f| unit(f).spell.first = TOMORROW,
        refusals: REQUIRED,
    },
    Break {
        what: "the clientship begins today",
        bases: CLIENT_WORK,
        change: |f| unit(f).spell.first = TODAY,
        refusals: &[],
    },
    Break {
        what: "a new version of the clientship document has just left the unit out",
        bases: CLIENT_WORK,
        change: |f| unit(f).spell.withdrawn_at = Some(f.now),
        refusals: REQUIRED,
    },
    Break {
        what: "a new version leaves the unit out in an hour",
        bases: CLIENT_WORK,
        change: |f| unit(f).spell.withdrawn_at = Some(instant("2026-09-02T13:00:00+03:00")),
        refusals: &[],
    },
    Break {
        what: "there is no context, and a special reason is given",
        bases: CLIENT_WORK,
        change: |f| {
            f.clients[0].context.clear();
            f.special_reason = Some(code("1"));
        },
        refusals: &[],
    },
    Break {
        what: "one of the document's clients is a client of the unit",
        bases: CLIENT_WORK,
        change: |f| f.clients.insert(0, ClientFacts::default()),
        refusals: &[],
    },
    Break {
        what: "the archivist's work has no context",
        bases: &[Base::Archive(Read), Base::Archive(Search), Base::Archive(Annul)],
        change: |f| f.clients[0].context.clear(),
        refusals: &[],
    },
];

/// REQ AC-01: rule R1
#[test]
fn the_own_register_is_used_in_a_context_or_for_a_special_reason() {
    hold(CONTEXTS);
}

const USES: &[Base] = &[
    Base::Own(Read),
    Base::Own(Search),
    Base::Own(Summarise),
    Base::Outside,
    Base::Archive(Read),
    Base::Archive(Search),
];

pub(crate) const OTHERS_REGISTERS: &[Break] = &[
    Break {
        what: "another organises the services",
        bases: USES,
        change: |f| register(f).organiser = oid(PRODUCER),
        refusals: &[(Rule::R1, Refusal::NotOfOwnRegister)],
    },
    Break {
        what: "no controller is known",
        bases: USES,
        change: |f| f.controller = None,
        refusals: &[(Rule::R1, Refusal::NotOfOwnRegister)],
    },
    Break {
        what: "the document is another controller's",
        bases: &[Base::Own(Read), Base::Archive(Read), Base::Outside],
        change: |f| f.document.as_mut().unwrap().controller = oid("1.2.246.10.99990002.19.0"),
        refusals: &[(Rule::R1, Refusal::NotOfOwnRegister)],
    },
    Break {
        what: "another organises the services, and there is no context",
        bases: &[Base::Own(Read), Base::Own(Search), Base::Own(Summarise), Base::Outside],
        change: |f| {
            register(f).organiser = oid(PRODUCER);
            f.clients.clear();
        },
        refusals: &[
            (Rule::R1, Refusal::NotOfOwnRegister),
            (Rule::R1, Refusal::SpecialReasonRequired),
        ],
    },
    Break {
        what: "the log is another's",
        bases: &[Base::Supervision(ReadLog)],
        change: |f| register(f).organiser = oid(PRODUCER),
        refusals: &[(Rule::A2, Refusal::NotOfOwnRegister)],
    },
    Break {
        what: "an annulment names a document that nobody knows, of another's register",
        bases: &[Base::Own(Annul)],
        change: |f| {
            register(f).organiser = oid(PRODUCER);
            f.document = None;
        },
        refusals: &[(Rule::W1, Refusal::NotOfOwnRegister), (Rule::W6, Refusal::NotTheAuthor)],
    },
    Break {
        what: "rights, clients, wills and recipients are looked after in another's register",
        bases: &[
            Base::Own(ManageAccess),
            Base::Own(JoinClient),
            Base::Own(ReadAccess),
            Base::Own(ReadWills),
            Base::Recording(ReadWills),
            Base::Own(ManageRecipients),
            Base::Own(DiscloseOutside),
            Base::Supervision(ReadAccess),
        ],
        change: |f| register(f).organiser = oid(PRODUCER),
        refusals: &[(Rule::W1, Refusal::NotTheController)],
    },
];

/// REQ REG-01: rules R1, W1, A2
#[test]
fn registers_are_kept_apart() {
    hold(OTHERS_REGISTERS);
}

/// REQ REG-01
#[test]
fn what_is_in_anothers_register_looks_as_if_it_were_not_there() {
    for base in
        [Base::Own(Read), Base::Own(Annul), Base::Own(Search), Base::Outside, Base::Archive(Read)]
    {
        let mut facts = base.facts();
        register(&mut facts).organiser = oid(PRODUCER);
        assert!(refusals(&facts)[0].1.hides_existence(), "{base:?}");
    }
}

/// A document that is not there: what is told is about the caller, or nothing.
#[test]
fn a_fetch_of_nothing_is_decided_on_the_caller_alone() {
    for base in [
        Base::Own(Read),
        Base::Right(Read),
        Base::Disclosure(Read),
        Base::Broad(Read),
        Base::Archive(Read),
    ] {
        let mut facts = base.facts();
        facts.document = None;
        facts.clients.clear();
        assert_eq!(refusals(&facts), [], "{base:?}");
    }
}
