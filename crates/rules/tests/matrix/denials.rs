//! What a client's will leaves as it is: rule R6.

use varanto_rules::{Action, Denial, WillFacts, decide};

use crate::base::Base;
use crate::parts::{CONTROLLER, DOCUMENT, NEIGHBOURS_CONTROLLER, code, oid, will};
use Action::Read;

/// Everything that a client can forbid.
fn forbidding() -> WillFacts {
    WillFacts {
        informed: true,
        permit: Some(false),
        denials: vec![
            Denial::Everything,
            Denial::Controller(oid(CONTROLLER)),
            Denial::Controller(oid(NEIGHBOURS_CONTROLLER)),
            Denial::ServiceTask(code("10")),
            Denial::Document(oid(DOCUMENT)),
        ],
    }
}

/// REQ RA-10: rule R6
#[test]
fn what_a_client_forbids_cuts_disclosure_alone() {
    for base in Base::ALL.iter().filter(|base| **base != Base::Disclosure(Read)) {
        let mut facts = base.facts();
        let before = decide(&facts);
        *will(&mut facts) = forbidding();
        assert_eq!(decide(&facts), before, "{base:?}");
    }
}

/// REQ RA-10: rule R6
#[test]
fn without_any_stand_the_own_register_and_a_register_access_right_are_as_before() {
    let stores = |base: &Base| matches!(base, Base::Will(..) | Base::JointWill(_));
    let cut = |base: &Base| stores(base) || *base == Base::Disclosure(Read);
    for base in Base::ALL.iter().filter(|base| !cut(base)) {
        let mut facts = base.facts();
        let before = decide(&facts);
        *will(&mut facts) = WillFacts::default();
        facts.clients[0].has_identity_code = false;
        facts.clients[0].is_minor = true;
        assert_eq!(decide(&facts), before, "{base:?}");
    }
}
