//! Evidence: signatures checked again when all that made them is gone.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::{HOLDER, SYSTEM, World, days, now};
use varanto_signatures::{
    Algorithm, CertificateKind, ChainError, Evidence, EvidenceError, RevocationRecheck,
    SignatureError, TestSubject, Usage, sign_detached, verify_detached,
};

const PAYLOAD: &[u8] = br#"{"content":[],"metadata":{}}"#;

struct Stored {
    world: World,
    jws: String,
    evidence: Evidence,
}

fn stored() -> Stored {
    let world = World::new();
    let card = world.issue(&TestSubject::ProfessionalCard(HOLDER));
    let jws = sign_detached(&card.signing_key().unwrap(), &card.chain(), PAYLOAD, now()).unwrap();
    let found = verify_detached(&jws, PAYLOAD, &world.trust, Usage::Card, now()).unwrap();
    let evidence = Evidence::of(&found);
    Stored { world, jws, evidence }
}

/// The evidence as it comes back from a store, with a change.
fn changed(evidence: &Evidence, change: impl Fn(&mut serde_json::Value)) -> Evidence {
    let mut value = serde_json::to_value(evidence).unwrap();
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

/// REQ SIG-03
#[test]
fn a_signature_is_checked_again_from_its_evidence_alone() {
    let Stored { world, jws, evidence } = stored();
    let evidence = changed(&evidence, |_| {});
    let found = evidence.recheck(PAYLOAD, &jws, &[]).unwrap();
    assert_eq!(found.root, world.authority.root().thumbprint());
    assert_eq!((found.signed_at, found.checked_at), (now(), now()));
    assert_eq!(found.revocation, RevocationRecheck::NotRepeated);
    assert_eq!(evidence.kind(), CertificateKind::ProfessionalCard);
    assert_eq!(evidence.algorithm(), Algorithm::Es256);
    assert_eq!((evidence.signed_at(), evidence.checked_at()), (now(), now()));
}

/// REQ SIG-03
#[test]
fn with_the_lists_of_then_revocation_is_checked_again_too() {
    let Stored { world, jws, evidence } = stored();
    let kept: Vec<Vec<u8>> = evidence
        .crls()
        .iter()
        .map(|list| world.trust.find_crl(list.digest).unwrap().der().to_vec())
        .collect();
    let found = evidence.recheck(PAYLOAD, &jws, &kept).unwrap();
    assert_eq!(found.revocation, RevocationRecheck::Confirmed);
    let all: Vec<Vec<u8>> = world.trust.crls().iter().map(|list| list.der().to_vec()).collect();
    assert!(evidence.recheck(PAYLOAD, &jws, &all).is_ok());
    let missing = evidence.recheck(PAYLOAD, &jws, &kept[..1]);
    assert_eq!(missing.unwrap_err(), EvidenceError::CrlMissing);
    let newer = world.authority.crls(days(1), days(9)).unwrap();
    let other = evidence.recheck(PAYLOAD, &jws, &newer);
    assert_eq!(other.unwrap_err(), EvidenceError::CrlMissing);
}

/// REQ SIG-03
#[test]
fn a_certificate_revoked_later_does_not_undo_what_was_signed_before() {
    let Stored { mut world, jws, evidence } = stored();
    let kept: Vec<Vec<u8>> = world.trust.crls().iter().map(|list| list.der().to_vec()).collect();
    let found = verify_detached(&jws, PAYLOAD, &world.trust, Usage::Card, now()).unwrap();
    world.authority.revoke(found.chain.leaf(), days(1)).unwrap();
    let newer = world.authority.crls(days(1), days(9)).unwrap();
    let all = [kept, newer].concat();
    let found = evidence.recheck(PAYLOAD, &jws, &all).unwrap();
    assert_eq!(found.revocation, RevocationRecheck::Confirmed);
}

#[test]
fn evidence_does_not_hold_for_another_content_or_signature() {
    let Stored { world, jws, evidence } = stored();
    let wrong = evidence.recheck(b"{}", &jws, &[]);
    assert_eq!(wrong.unwrap_err(), EvidenceError::Signature(SignatureError::Wrong));
    let broken = evidence.recheck(PAYLOAD, "x", &[]);
    assert_eq!(broken.unwrap_err(), EvidenceError::Signature(SignatureError::Malformed));
    let system = world.issue(&SYSTEM);
    let key = system.signing_key().unwrap();
    let other = sign_detached(&key, &system.chain(), PAYLOAD, now()).unwrap();
    let other = evidence.recheck(PAYLOAD, &other, &[]);
    assert_eq!(other.unwrap_err(), EvidenceError::OtherSignature);
}

#[test]
fn evidence_that_was_changed_does_not_hold() {
    let Stored { jws, evidence, .. } = stored();
    let recheck = |change: &dyn Fn(&mut serde_json::Value)| {
        changed(&evidence, change).recheck(PAYLOAD, &jws, &[]).unwrap_err()
    };
    let chain = |v: &mut serde_json::Value| v["chain"].as_array_mut().unwrap().clone();
    assert_eq!(
        recheck(&|v| v["signed_at"] = days(-1).to_string().into()),
        EvidenceError::OtherSignature
    );
    assert_eq!(recheck(&|v| v["algorithm"] = "RS256".into()), EvidenceError::OtherSignature);
    assert_eq!(
        recheck(&|v| v["checked_at"] = days(4_000).to_string().into()),
        EvidenceError::NotHeld(ChainError::Expired)
    );
    assert_eq!(recheck(&|v| v["chain"] = vec!["AAAA"; 3].into()), EvidenceError::Chain);
    assert_eq!(recheck(&|v| v["chain"] = chain(v)[..1].to_vec().into()), EvidenceError::Chain);
    assert_eq!(
        recheck(&|v| v["chain"] = vec![chain(v)[0].clone(); 9].into()),
        EvidenceError::Chain
    );
    let without_issuer = recheck(&|v| {
        let all = chain(v);
        v["chain"] = vec![all[0].clone(), all[2].clone()].into();
    });
    assert_eq!(without_issuer, EvidenceError::NotHeld(ChainError::Untrusted));
}

#[test]
fn evidence_of_an_unknown_form_is_not_read() {
    let Stored { evidence, .. } = stored();
    let value = serde_json::to_value(&evidence).unwrap();
    for (name, to) in [("version", "2"), ("result", "invalid"), ("more", "x")] {
        let mut value = value.clone();
        value[name] = to.into();
        assert!(serde_json::from_value::<Evidence>(value).is_err(), "{name}");
    }
}
