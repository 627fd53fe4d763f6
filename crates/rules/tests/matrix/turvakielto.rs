//! What is masked: rule R7.

use varanto_rules::{Action, ClientFacts, Masking, Rule, decide};

use crate::base::{Base, ORGANISER, document, oid};

/// The organiser's document, of a client under turvakielto, read by a producer.
fn masked() -> varanto_rules::Facts {
    let mut facts = Base::Right(Action::Read).facts();
    facts.clients[0].turvakielto = true;
    document(&mut facts).author_organisation = oid(ORGANISER);
    facts
}

/// REQ CASE-07: rule R7
#[test]
fn contact_data_are_masked_where_a_client_is_under_turvakielto() {
    let decision = decide(&masked());
    assert!(decision.outcome().is_ok());
    assert_eq!(decision.masking(), Masking::ContactData);
    assert!(decision.applied().iter().any(|a| a.rule == Rule::R7 && a.refusal.is_none()));

    let mut second = masked();
    second.clients.insert(0, ClientFacts::default());
    assert_eq!(decide(&second).masking(), Masking::ContactData);
}

/// REQ CASE-07: rule R7
#[test]
fn nothing_is_masked_without_turvakielto_for_the_writer_or_in_the_own_register() {
    let plain = |facts: &varanto_rules::Facts| {
        let decision = decide(facts);
        assert_eq!(decision.masking(), Masking::None);
        assert!(decision.applied().iter().all(|applied| applied.rule != Rule::R7));
    };
    let mut none = masked();
    none.clients[0].turvakielto = false;
    plain(&none);

    let mut writer = masked();
    document(&mut writer).author_organisation = writer.system.organisation.clone();
    plain(&writer);
    document(&mut writer).others_wrote = true;
    assert_eq!(decide(&writer).masking(), Masking::ContactData);

    for base in [Base::Own(Action::Read), Base::Archive(Action::Read)] {
        let mut own = base.facts();
        own.clients[0].turvakielto = true;
        plain(&own);
    }
}
