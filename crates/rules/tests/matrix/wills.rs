//! What clients declare, and who looks at it: rules W7, and W1 and W6 for wills in joint control.

use varanto_model::Group;
use varanto_rules::{Action, Facts, Purpose, Refusal, Rule};

use crate::base::Base;
use crate::parts::{
    CASE, CONTROLLER, ORGANISER, TOMORROW, client, code, document, oid, register, role, will,
};
use crate::{Break, hold};
use Action::{Annul, ReadWills, Store, StoreVersion};

const INFORMINGS: &[Base] = &[
    Base::Will(Store, Group::Informing),
    Base::Will(StoreVersion, Group::Informing),
    Base::JointWill(Group::Informing),
];

const PERMITS: &[Base] = &[
    Base::Will(Store, Group::Permit),
    Base::Will(StoreVersion, Group::Permit),
    Base::JointWill(Group::Permit),
];

const DENIALS: &[Base] = &[
    Base::Will(Store, Group::Denial),
    Base::Will(StoreVersion, Group::Denial),
    Base::JointWill(Group::Denial),
];

const REPRESENTATIONS: &[Base] = &[
    Base::Will(Store, Group::Representation),
    Base::Will(StoreVersion, Group::Representation),
    Base::JointWill(Group::Representation),
];

const HETU_REQUIRED: &[(Rule, Refusal)] = &[(Rule::W7, Refusal::HetuRequired)];
const NOT_INFORMED: &[(Rule, Refusal)] = &[(Rule::W7, Refusal::NotInformed)];

fn uninformed(facts: &mut Facts) {
    *will(facts) = varanto_rules::WillFacts::default();
}

fn temporary(facts: &mut Facts) {
    facts.clients[0].has_identity_code = false;
}

fn two(facts: &mut Facts) {
    facts.clients.push(client());
}

fn childs(facts: &mut Facts) {
    facts.clients[0].is_minor = true;
}

fn by_another(facts: &mut Facts) {
    document(facts).by_representative = true;
}

pub(crate) const WILLS: &[Break] = &[
    Break {
        what: "the client has not been informed before a permit",
        bases: PERMITS,
        change: uninformed,
        refusals: NOT_INFORMED,
    },
    Break {
        what: "the client has not been informed before a denial",
        bases: DENIALS,
        change: uninformed,
        refusals: NOT_INFORMED,
    },
    Break {
        what: "the client has not been informed before the informing",
        bases: INFORMINGS,
        change: uninformed,
        refusals: &[],
    },
    Break {
        what: "the client has not been informed before a representation",
        bases: REPRESENTATIONS,
        change: uninformed,
        refusals: &[],
    },
    Break {
        what: "a client known by a temporary identifier is informed",
        bases: INFORMINGS,
        change: temporary,
        refusals: HETU_REQUIRED,
    },
    Break {
        what: "a client known by a temporary identifier gives a permit",
        bases: PERMITS,
        change: temporary,
        refusals: HETU_REQUIRED,
    },
    Break {
        what: "a client known by a temporary identifier denies",
        bases: DENIALS,
        change: temporary,
        refusals: HETU_REQUIRED,
    },
    Break {
        what: "a client known by a temporary identifier is represented",
        bases: REPRESENTATIONS,
        change: temporary,
        refusals: HETU_REQUIRED,
    },
    Break { what: "two are informed", bases: INFORMINGS, change: two, refusals: HETU_REQUIRED },
    Break { what: "two give a permit", bases: PERMITS, change: two, refusals: HETU_REQUIRED },
    Break { what: "two deny", bases: DENIALS, change: two, refusals: HETU_REQUIRED },
    Break {
        what: "two are represented",
        bases: REPRESENTATIONS,
        change: two,
        refusals: HETU_REQUIRED,
    },
    Break {
        what: "nobody gives a permit",
        bases: &[Base::Will(Store, Group::Permit), Base::Will(StoreVersion, Group::Permit)],
        change: |f| f.clients.clear(),
        refusals: HETU_REQUIRED,
    },
];

/// REQ DIS-01, DIS-02: rule W7
#[test]
fn a_permit_or_denial_is_one_informed_persons_known_by_a_personal_identity_code() {
    hold(WILLS);
}

pub(crate) const MINORS: &[Break] = &[
    Break {
        what: "a representative denies for a minor",
        bases: DENIALS,
        change: |f| {
            childs(f);
            by_another(f);
        },
        refusals: &[(Rule::W7, Refusal::DenialByGuardian)],
    },
    Break { what: "a minor denies", bases: DENIALS, change: childs, refusals: &[] },
    Break {
        what: "a representative denies for an adult",
        bases: DENIALS,
        change: by_another,
        refusals: &[],
    },
    Break {
        what: "a representative gives a permit for a minor",
        bases: PERMITS,
        change: |f| {
            childs(f);
            by_another(f);
        },
        refusals: &[],
    },
    Break {
        what: "a representative is informed for a minor",
        bases: INFORMINGS,
        change: |f| {
            childs(f);
            by_another(f);
        },
        refusals: &[],
    },
];

/// REQ DIS-03, CIT-05: rule W7
#[test]
fn nobody_but_the_minor_denies_for_a_minor() {
    hold(MINORS);
}

const JOINT: &[Base] = &[
    Base::JointWill(Group::Informing),
    Base::JointWill(Group::Permit),
    Base::JointWill(Group::Denial),
    Base::JointWill(Group::Representation),
];

fn of_nobodys_client(facts: &mut Facts) {
    document(facts).controller = oid(CONTROLLER);
    register(facts).oid = oid(CONTROLLER);
    register(facts).organiser = oid(ORGANISER);
    facts.clients[0].context.clear();
}

pub(crate) const JOINT_CONTROL: &[Break] = &[
    Break {
        what: "the person is nobody's client here",
        bases: JOINT,
        change: |f| f.clients[0].context.clear(),
        refusals: &[(Rule::R1, Refusal::SpecialReasonRequired)],
    },
    Break {
        what: "the person is nobody's client here, and a special reason is given",
        bases: JOINT,
        change: |f| {
            f.clients[0].context.clear();
            f.special_reason = Some(code("1"));
        },
        refusals: &[],
    },
    Break {
        what: "the organisation organises for no controller",
        bases: JOINT,
        change: |f| f.system.controller = None,
        refusals: &[(Rule::W1, Refusal::NotTheController), (Rule::W6, Refusal::NotTheAuthor)],
    },
    Break {
        what: "it is a first version, in another's register",
        bases: JOINT,
        change: |f| f.action = Store,
        refusals: &[(Rule::W1, Refusal::NotTheController)],
    },
    Break {
        what: "another's is annulled",
        bases: JOINT,
        change: |f| f.action = Annul,
        refusals: &[(Rule::R2, Refusal::NotUnderRegisterAccess), (Rule::W6, Refusal::NotTheAuthor)],
    },
    Break {
        what: "it is a disclosure notice, which is no will",
        bases: JOINT,
        change: |f| document(f).group = Group::DisclosureNotice,
        refusals: &[(Rule::W1, Refusal::NotTheController), (Rule::W6, Refusal::NotTheAuthor)],
    },
    Break {
        what: "the other's register opens tomorrow",
        bases: JOINT,
        change: |f| register(f).opens = Some(TOMORROW),
        refusals: &[(Rule::W3, Refusal::RegisterNotOpen)],
    },
    Break {
        what: "the other's controller is not known",
        bases: JOINT,
        change: |f| f.controller = None,
        refusals: &[(Rule::W3, Refusal::RegisterNotOpen)],
    },
    Break {
        what: "it names a case, of which nothing is told",
        bases: JOINT,
        change: |f| document(f).case = Some(oid(CASE)),
        refusals: &[(Rule::W4, Refusal::CaseMissing)],
    },
    Break {
        what: "the will is of the own register, and the person is nobody's client",
        bases: &[
            Base::JointWill(Group::Informing),
            Base::JointWill(Group::Permit),
            Base::JointWill(Group::Denial),
        ],
        change: of_nobodys_client,
        refusals: &[],
    },
    Break {
        what: "who may act is recorded in the own register, and the person is nobody's client",
        bases: &[Base::JointWill(Group::Representation)],
        change: of_nobodys_client,
        refusals: &[(Rule::R1, Refusal::SpecialReasonRequired)],
    },
    Break {
        what: "who may act is recorded for the first time for nobody's client",
        bases: &[Base::Will(Store, Group::Representation)],
        change: |f| f.clients[0].context.clear(),
        refusals: &[(Rule::R1, Refusal::SpecialReasonRequired)],
    },
];

/// REQ DIS-09: rules W1, W6
#[test]
fn a_will_is_changed_by_any_controller_whose_client_the_person_is() {
    hold(JOINT_CONTROL);
}

pub(crate) const LOOKING: &[Break] = &[
    Break {
        what: "the role reads no permits",
        bases: &[Base::Own(ReadWills), Base::Recording(ReadWills)],
        change: |f| {
            role(f).reads.remove(&Group::Permit);
        },
        refusals: &[(Rule::S4, Refusal::ServiceTaskNotPermitted)],
    },
    Break {
        what: "the role reads permits alone",
        bases: &[Base::Own(ReadWills), Base::Recording(ReadWills)],
        change: |f| role(f).reads = [Group::Permit].into(),
        refusals: &[],
    },
    Break {
        what: "the role does not record wills",
        bases: &[Base::Recording(ReadWills)],
        change: |f| {
            role(f).purposes.remove(&Purpose::Will);
        },
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
    Break {
        what: "documents are stored, annulled, searched, read or given out for recording wills",
        bases: &[
            Base::Own(Store),
            Base::Own(Annul),
            Base::Own(Action::Search),
            Base::Own(Action::Read),
            Base::Own(Action::Summarise),
            Base::Will(Store, Group::Permit),
            Base::Outside,
            Base::Right(Action::Read),
            Base::Disclosure(Action::Read),
            Base::Broad(Action::Search),
        ],
        change: |f| f.purpose = Purpose::Will,
        refusals: &[(Rule::S4, Refusal::PurposeNotPermitted)],
    },
];

/// REQ DIS-01, DIS-02, DIS-03: rule S4
#[test]
fn wills_are_looked_at_by_those_who_may_read_permits() {
    hold(LOOKING);
}
