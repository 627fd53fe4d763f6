//! Detached signatures of documents, and compact ones of assertions: what holds, what is refused.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use common::{HOLDER, SYSTEM, World, days, now, validity};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use varanto_signatures::{
    Algorithm, CertificateKind, ChainError, Issued, KeyKind, SignatureError, TestAuthority,
    TestSubject, Usage, sign_compact, sign_detached, verify_compact, verify_detached,
};

const PAYLOAD: &[u8] = br#"{"content":[],"metadata":{}}"#;

fn minutes(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

fn signed(by: &Issued) -> String {
    sign_detached(&by.signing_key().unwrap(), &by.chain(), PAYLOAD, now()).unwrap()
}

/// A signature with a header of one's own, truly signed by the key.
fn signed_with_header(by: &Issued, header: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(header);
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(PAYLOAD));
    let signature = by.signing_key().unwrap().sign(input.as_bytes()).unwrap();
    format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature))
}

fn good_header(by: &Issued) -> Value {
    json!({
        "alg": by.signing_key().unwrap().algorithm().name(),
        "iat": now().as_second(),
        "x5c": [STANDARD.encode(by.certificate().der())],
    })
}

fn check(world: &World, jws: &str) -> Result<(), SignatureError> {
    verify_detached(jws, PAYLOAD, &world.trust, Usage::SystemOrCard, now()).map(|_| ())
}

/// REQ SIG-02
#[test]
fn each_algorithm_signs_and_is_verified() {
    let world = World::new();
    for (kind, algorithm) in [
        (KeyKind::P256, Algorithm::Es256),
        (KeyKind::P384, Algorithm::Es384),
        (KeyKind::Rsa, Algorithm::Rs256),
        (KeyKind::Rsa, Algorithm::Ps256),
    ] {
        let system = world.issue_with(&SYSTEM, kind);
        let key = system.signing_key().unwrap().with_algorithm(algorithm).unwrap();
        let jws = sign_detached(&key, &system.chain(), PAYLOAD, now()).unwrap();
        let found = verify_detached(&jws, PAYLOAD, &world.trust, Usage::System, now()).unwrap();
        assert_eq!((found.algorithm, found.signed_at, found.checked_at), (algorithm, now(), now()));
        assert_eq!(found.chain.organisation().unwrap().as_str(), "99990001");
        let other = verify_detached(&jws, b"{}", &world.trust, Usage::System, now());
        assert_eq!(other.unwrap_err(), SignatureError::Wrong);
    }
}

/// REQ SIG-04
#[test]
fn the_signer_is_known_by_the_card_and_the_cards_are_told_apart() {
    let world = World::new();
    for (subject, kind) in [
        (TestSubject::ProfessionalCard(HOLDER), CertificateKind::ProfessionalCard),
        (TestSubject::PersonnelCard(HOLDER), CertificateKind::PersonnelCard),
        (TestSubject::ActorCard(HOLDER), CertificateKind::ActorCard),
    ] {
        let jws = signed(&world.issue(&subject));
        for usage in [Usage::Card, Usage::SystemOrCard] {
            let found = verify_detached(&jws, PAYLOAD, &world.trust, usage, now()).unwrap();
            assert_eq!((found.chain.kind(), found.chain.usage()), (kind, Usage::Card));
            let holder = found.chain.holder().unwrap();
            assert_eq!(holder.registration_id(), HOLDER.registration_id);
            assert_eq!(holder.family_name(), HOLDER.family_name);
            assert_eq!(holder.given_names(), HOLDER.given_names);
            assert_eq!(found.chain.organisation(), None);
        }
    }
}

#[test]
fn a_system_does_not_sign_as_a_card_nor_a_card_as_a_system() {
    let world = World::new();
    let refused = |subject: &TestSubject<'_>, usage| {
        let jws = signed(&world.issue(subject));
        verify_detached(&jws, PAYLOAD, &world.trust, usage, now()).unwrap_err()
    };
    let wrong = SignatureError::Chain(ChainError::WrongUsage);
    assert_eq!(refused(&SYSTEM, Usage::Card), wrong);
    assert_eq!(refused(&TestSubject::ProfessionalCard(HOLDER), Usage::System), wrong);
    assert_eq!(refused(&TestSubject::Server(&["localhost"]), Usage::SystemOrCard), wrong);
    let misissued = TestSubject::MisissuedSystem { name: "Testilä", business_id: "99990001" };
    assert_eq!(refused(&misissued, Usage::System), wrong);
}

/// REQ SIG-03
#[test]
fn a_signature_by_an_expired_a_coming_a_foreign_or_a_revoked_certificate_is_refused() {
    let mut world = World::new();
    let chain = |error| Err(SignatureError::Chain(error));
    let issue = |authority: &TestAuthority, from, to| {
        authority.issue(&SYSTEM, KeyKind::P256, validity(from, to)).unwrap()
    };
    let expired = issue(&world.authority, -100, -1);
    assert_eq!(check(&world, &signed(&expired)), chain(ChainError::Expired));
    let coming = issue(&world.authority, 1, 100);
    assert_eq!(check(&world, &signed(&coming)), chain(ChainError::NotYetValid));
    let foreign = issue(&World::new().authority, -1, 100);
    assert_eq!(check(&world, &signed(&foreign)), chain(ChainError::Untrusted));
    let system = issue(&world.authority, -1, 100);
    let jws = signed(&system);
    assert_eq!(check(&world, &jws), Ok(()));
    world.authority.revoke(system.certificate(), days(-1)).unwrap();
    world.trust = common::trust(&world.authority);
    assert_eq!(check(&world, &jws), chain(ChainError::Revoked));
}

#[test]
fn the_time_of_signing_is_needed_and_lies_within_the_certificate_and_not_in_the_future() {
    let world = World::new();
    let system = world.issue(&SYSTEM);
    let at = |iat: Value| {
        let mut header = good_header(&system);
        header["iat"] = iat;
        check(&world, &signed_with_header(&system, &header.to_string()))
    };
    let seconds = |instant: Timestamp| json!(instant.as_second());
    assert_eq!(at(seconds(now())), Ok(()));
    assert_eq!(at(seconds(minutes(5))), Ok(()));
    assert_eq!(at(seconds(minutes(6))), Err(SignatureError::InFuture));
    assert_eq!(at(seconds(days(-100))), Ok(()));
    assert_eq!(at(seconds(days(-101))), Err(SignatureError::OutsideValidity));
    for bad in [json!(null), json!("1"), json!(1.5), json!(9_007_199_254_740_991_i64)] {
        assert_eq!(at(bad), Err(SignatureError::Malformed));
    }
    let mut without = good_header(&system);
    without.as_object_mut().unwrap().remove("iat");
    let jws = signed_with_header(&system, &without.to_string());
    assert_eq!(check(&world, &jws), Err(SignatureError::Malformed));
}

#[test]
fn the_algorithm_must_be_taken_and_be_of_the_certificates_key() {
    let world = World::new();
    let system = world.issue(&SYSTEM);
    let named = |alg: Value| {
        let mut header = good_header(&system);
        header["alg"] = alg;
        check(&world, &signed_with_header(&system, &header.to_string()))
    };
    assert_eq!(named(json!("ES256")), Ok(()));
    for other in ["ES384", "RS256", "PS256"] {
        assert_eq!(named(json!(other)), Err(SignatureError::KeyMismatch), "{other}");
    }
    for unknown in ["none", "HS256", "HS384", "es256", "EdDSA", "ES512"] {
        assert_eq!(named(json!(unknown)), Err(SignatureError::Algorithm), "{unknown}");
    }
    assert_eq!(named(json!(["ES256"])), Err(SignatureError::Malformed));
}

#[test]
fn an_unsigned_message_is_refused() {
    let world = World::new();
    let mut header = good_header(&world.issue(&SYSTEM));
    header["alg"] = json!("none");
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    assert_eq!(check(&world, &format!("{header}..")), Err(SignatureError::Algorithm));
}

#[test]
fn a_header_with_extensions_repetitions_or_a_wrong_chain_is_refused() {
    let world = World::new();
    let system = world.issue(&SYSTEM);
    let leaf = STANDARD.encode(system.certificate().der());
    let with = |name: &str, value: Value| {
        let mut header = good_header(&system);
        header[name] = value;
        check(&world, &signed_with_header(&system, &header.to_string()))
    };
    assert_eq!(with("typ", json!("JOSE")), Ok(()));
    assert_eq!(with("crit", json!(["iat"])), Err(SignatureError::Extension));
    assert_eq!(with("crit", json!([])), Err(SignatureError::Extension));
    assert_eq!(with("b64", json!(false)), Err(SignatureError::Extension));
    assert_eq!(with("x5c", json!(vec![&leaf; 5])), Ok(()));
    for bad in [
        json!([]),
        json!(leaf),
        json!([7]),
        json!([leaf, 7]),
        json!(vec![&leaf; 6]),
        json!(["????"]),
        json!([URL_SAFE_NO_PAD.encode([0xfb, 0xff])]),
        json!(["A".repeat(30_000)]),
    ] {
        assert_eq!(with("x5c", bad), Err(SignatureError::Malformed));
    }
    let garbage = with("x5c", json!([STANDARD.encode(b"no certificate")]));
    assert_eq!(garbage, Err(SignatureError::Chain(ChainError::Malformed)));
    let text = good_header(&system).to_string();
    for twice in
        [text.replacen('{', r#"{"alg":"ES256","#, 1), text.replacen('{', r#"{"q":1,"q":1,"#, 1)]
    {
        let jws = signed_with_header(&system, &twice);
        assert_eq!(check(&world, &jws), Err(SignatureError::Malformed));
    }
    for other in ["[]", "", "7", "{\"alg\":"] {
        let jws = signed_with_header(&system, other);
        assert_eq!(check(&world, &jws), Err(SignatureError::Malformed));
    }
}

#[test]
fn a_signature_does_not_hold_under_another_trusted_certificate() {
    let world = World::new();
    let (system, other) = (world.issue(&SYSTEM), world.issue(&SYSTEM));
    let header = good_header(&other).to_string();
    assert_eq!(check(&world, &signed_with_header(&system, &header)), Err(SignatureError::Wrong));
}

#[test]
fn only_the_detached_form_is_a_documents_signature() {
    let world = World::new();
    let system = world.issue(&SYSTEM);
    let jws = signed(&system);
    let (header, signature) = jws.split_once("..").unwrap();
    let payload = URL_SAFE_NO_PAD.encode(PAYLOAD);
    for bad in [
        String::new(),
        "..".to_owned(),
        header.to_owned(),
        format!("{header}.."),
        format!("..{signature}"),
        format!("{header}.{payload}.{signature}"),
        format!("{jws}."),
        format!(".{jws}"),
        format!("{jws}="),
        format!("{jws}\n"),
        format!("{header}...{signature}"),
    ] {
        assert_eq!(check(&world, &bad), Err(SignatureError::Malformed), "{bad}");
    }
    let long = format!("{header}..{}", "A".repeat(64 * 1024));
    assert_eq!(check(&world, &long), Err(SignatureError::TooLong));
}

#[test]
fn an_assertion_gives_its_payload_and_nothing_when_it_does_not_hold() {
    let world = World::new();
    let card = world.issue(&TestSubject::ProfessionalCard(HOLDER));
    let claims = br#"{"iss":"1.2.246.10.99990001.10.0"}"#;
    let jws = sign_compact(&card.signing_key().unwrap(), &card.chain(), claims).unwrap();
    let verify = |jws: &str| verify_compact(jws, &world.trust, Usage::SystemOrCard, now());
    let found = verify(&jws).unwrap();
    assert_eq!(found.payload, claims);
    assert_eq!(found.chain.kind(), CertificateKind::ProfessionalCard);
    let parts: Vec<&str> = jws.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(b"{}");
    let forged = format!("{}.{other}.{}", parts[0], parts[2]);
    assert_eq!(verify(&forged).unwrap_err(), SignatureError::Wrong);
    for bad in [
        format!("{}..{}", parts[0], parts[2]),
        format!("{jws}.x"),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
    ] {
        assert_eq!(verify(&bad).unwrap_err(), SignatureError::Malformed);
    }
    let long = format!("{}.{}.{}", parts[0], "A".repeat(70_000), parts[2]);
    assert_eq!(verify(&long).unwrap_err(), SignatureError::TooLong);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// REQ SIG-03
    #[test]
    fn a_signature_with_any_byte_changed_is_refused(place in any::<prop::sample::Index>(), bits in 1_u8..=255) {
        let (world, jws) = signed_once();
        let mut bytes = jws.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= bits;
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert!(check(world, &text).is_err());
        }
    }

    /// REQ SIG-03
    #[test]
    fn a_payload_with_any_byte_changed_is_refused(place in any::<prop::sample::Index>(), bits in 1_u8..=255) {
        let (world, jws) = signed_once();
        let mut payload = PAYLOAD.to_vec();
        let place = place.index(payload.len());
        payload[place] ^= bits;
        let found = verify_detached(jws, &payload, &world.trust, Usage::System, now());
        prop_assert_eq!(found.unwrap_err(), SignatureError::Wrong);
    }

    #[test]
    fn no_text_makes_the_checks_panic(text in ".{0,200}", header in ".{0,200}") {
        let (world, _) = signed_once();
        let _ = check(world, &text);
        let built = format!("{}..{}", URL_SAFE_NO_PAD.encode(&header), URL_SAFE_NO_PAD.encode(&text));
        prop_assert!(check(world, &built).is_err());
    }
}

fn signed_once() -> &'static (World, String) {
    static SIGNED: std::sync::OnceLock<(World, String)> = std::sync::OnceLock::new();
    SIGNED.get_or_init(|| {
        let world = World::new();
        let jws = signed(&world.issue(&SYSTEM));
        (world, jws)
    })
}
