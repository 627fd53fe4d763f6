//! What is masked: rule R7.

use varanto_rules::{Action, ClientFacts, Facts, Masking, Rule, decide};

use crate::base::Base;
use crate::parts::{ORGANISER, document, oid};
use Action::{Read, Search, Store, Summarise};

/// The organiser's document, of a client under turvakielto, read by a producer.
fn masked() -> Facts {
    let mut facts = Base::Right(Read).facts();
    facts.clients[0].turvakielto = true;
    document(&mut facts).author_organisation = oid(ORGANISER);
    facts
}

/// Somebody of the clients is under turvakielto.
fn with_turvakielto(base: Base) -> Facts {
    let mut facts = base.facts();
    facts.clients[0].turvakielto = true;
    facts
}

fn masks(facts: &Facts) {
    let decision = decide(facts);
    assert!(decision.outcome().is_ok());
    assert_eq!(decision.masking(), Masking::ContactData, "{:?}", facts.action);
    assert!(decision.applied().iter().any(|a| a.rule == Rule::R7 && a.refusal.is_none()));
}

fn plain(facts: &Facts) {
    let decision = decide(facts);
    assert_eq!(decision.masking(), Masking::None, "{:?}", facts.action);
    assert!(decision.applied().iter().all(|applied| applied.rule != Rule::R7));
}

/// REQ CASE-07: rule R7
#[test]
fn contact_data_are_masked_where_a_client_is_under_turvakielto() {
    masks(&masked());
    let mut second = masked();
    second.clients.insert(0, ClientFacts::default());
    masks(&second);
}

/// REQ CASE-07, SUM-01: rule R7
#[test]
fn contact_data_are_masked_wherever_data_leave_their_controller() {
    for base in [
        Base::Right(Summarise),
        Base::Disclosure(Read),
        Base::Disclosure(Summarise),
        Base::Broad(Read),
        Base::Broad(Summarise),
        Base::Own(Action::DiscloseOutside),
        Base::Outside,
    ] {
        masks(&with_turvakielto(base));
        plain(&base.facts());
    }
}

/// Whoever receives it has not written it.
///
/// REQ CASE-07, DIS-07: rule R7
#[test]
fn what_the_own_organisation_wrote_is_masked_for_those_outside() {
    let facts = with_turvakielto(Base::Outside);
    let document = facts.document.as_ref().unwrap();
    assert_eq!(document.author_organisation, facts.system.organisation);
    masks(&facts);
}

/// REQ CASE-07: rule R7
#[test]
fn nothing_is_masked_without_turvakielto_for_the_writer_or_in_the_own_register() {
    let mut none = masked();
    none.clients[0].turvakielto = false;
    plain(&none);

    let mut writer = masked();
    document(&mut writer).author_organisation = writer.system.organisation.clone();
    plain(&writer);
    document(&mut writer).others_wrote = true;
    masks(&writer);

    for base in [
        Base::Own(Read),
        Base::Own(Summarise),
        Base::Own(Store),
        Base::Archive(Read),
        Base::Right(Store),
        Base::Right(Search),
        Base::Disclosure(Search),
        Base::Broad(Search),
    ] {
        plain(&with_turvakielto(base));
    }
}
