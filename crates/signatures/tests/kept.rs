//! Signatures as they are kept: what was given is given back, of either form, to the byte.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use common::{HOLDER, SYSTEM, World, now};
use proptest::prelude::*;
use varanto_signatures::{
    Evidence, Issued, KeptError, KeptSignature, KeyKind, TestSubject, Usage, sign_detached,
    verify_detached,
};

const PAYLOAD: &[u8] = br#"{"content":[],"metadata":{}}"#;

fn signed(world: &World, issued: &Issued) -> KeptSignature {
    let (key, chain) = (issued.signing_key().unwrap(), issued.chain());
    let jws = sign_detached(&key, &chain, PAYLOAD, now()).unwrap();
    let found = verify_detached(&jws, PAYLOAD, &world.trust, Usage::SystemOrCard, now()).unwrap();
    KeptSignature { role: "system".to_owned(), jws, evidence: Evidence::of(&found) }
}

/// A signature as the first form holds it, before there was a second.
const FIRST_FORM: &str = concat!(
    r#"[{"role":"professional","jws":"eyJhbGciOiJFUzI1NiJ9..c2lnbmF0dXJl","evidence":{"version":"1","#,
    r#""algorithm":"ES256","usage":"card","kind":"professional_card","#,
    r#""signed_at":"2026-09-02T07:15:00Z","checked_at":"2026-09-02T07:15:01.5Z","#,
    r#""chain":["MIIBqjCCAVCgAwIBAgIU","MIIB"],"#,
    r#""crls":[{"digest":"GLWn2tm0i2O_FPpRx3TaobbR9oxsWPf0Xvy-FbSUnyU","#,
    r#""this_update":"2026-09-01T07:15:00Z","next_update":"2026-09-08T07:15:00Z"}],"#,
    r#""result":"valid"}}]"#
);

/// REQ SIG-03
#[test]
fn signatures_of_every_kind_of_key_come_back_and_are_checked_again() {
    let world = World::new();
    let kinds = [KeyKind::P256, KeyKind::P384, KeyKind::Rsa];
    let subjects = [SYSTEM, TestSubject::ProfessionalCard(HOLDER), SYSTEM];
    let issued = subjects.iter().zip(kinds).map(|(s, kind)| world.issue_with(s, kind));
    let all: Vec<_> = issued.map(|issued| signed(&world, &issued)).collect();
    let bytes = KeptSignature::write_all(&all).unwrap();
    let again = KeptSignature::read_all(&bytes).unwrap();
    assert_eq!(again, all);
    for kept in again {
        assert!(kept.evidence.recheck(PAYLOAD, &kept.jws, &[]).is_ok());
    }
}

/// REQ SIG-03
#[test]
fn signatures_of_the_first_form_are_read() {
    let read = KeptSignature::read_all(FIRST_FORM.as_bytes()).unwrap();
    let [kept] = read.as_slice() else { panic!("one signature") };
    assert_eq!(kept.role, "professional");
    assert_eq!(kept.jws, "eyJhbGciOiJFUzI1NiJ9..c2lnbmF0dXJl");
    assert_eq!(serde_json::to_string(&read).unwrap(), FIRST_FORM);
    let written = KeptSignature::write_all(&read).unwrap();
    assert_eq!(written[0], 2);
    assert_eq!(KeptSignature::read_all(&written).unwrap(), read);
}

#[test]
fn what_is_written_holds_no_base64_of_a_certificate() {
    let world = World::new();
    let kept = signed(&world, &world.issue(&SYSTEM));
    let json = serde_json::to_vec(&[&kept]).unwrap();
    let bytes = KeptSignature::write_all(&[kept]).unwrap();
    assert!(bytes.len() * 4 < json.len() * 3, "{} of {}", bytes.len(), json.len());
    assert!(!bytes.windows(3).any(|three| three == b"MII"));
}

#[test]
fn bytes_of_no_form_are_refused() {
    let cut = &FIRST_FORM.as_bytes()[..FIRST_FORM.len() - 1];
    for bytes in [b"".as_slice(), b"\x02", b"\x01[]", b"\x02\x00\x03[]", b"\x02\x09\x02[]", cut] {
        assert_eq!(KeptSignature::read_all(bytes), Err(KeptError::Malformed), "{bytes:?}");
    }
    assert_eq!(KeptSignature::read_all(b"\x02\x00\x02[]"), Ok(Vec::new()));
}

/// Signatures that hold nothing true, in texts as a JWS may have them and may not.
fn any_kept() -> impl Strategy<Value = KeptSignature> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..100);
    let certificates = || prop::collection::vec(bytes().prop_map(|der| STANDARD.encode(der)), 0..4);
    let header = (certificates(), any::<i64>(), any::<bool>()).prop_map(|(x5c, iat, is_loose)| {
        let header = serde_json::json!({"alg": "ES256", "iat": iat, "x5c": x5c});
        let text = if is_loose { format!("{header:#}") } else { header.to_string() };
        URL_SAFE_NO_PAD.encode(text)
    });
    let jws = (header, bytes(), any::<String>(), 0..4).prop_map(|(header, signature, any, how)| {
        let signature = URL_SAFE_NO_PAD.encode(signature);
        match how {
            0 => any,
            1 => format!("{header}=..{signature}A"),
            2 => format!("{header}.{any}.{signature}"),
            _ => format!("{header}..{signature}"),
        }
    });
    (any::<String>(), jws, certificates()).prop_map(|(role, jws, chain)| {
        let mut value: serde_json::Value = serde_json::from_str(FIRST_FORM).unwrap();
        *value.pointer_mut("/0/evidence/chain").unwrap() = chain.into();
        let evidence = value.pointer_mut("/0/evidence").unwrap().take();
        let evidence = serde_json::from_value(evidence).unwrap();
        KeptSignature { role, jws, evidence }
    })
}

proptest! {
    /// REQ SIG-03
    #[test]
    fn any_signatures_come_back_byte_for_byte(all in prop::collection::vec(any_kept(), 0..5)) {
        let again = KeptSignature::read_all(&KeptSignature::write_all(&all).unwrap()).unwrap();
        prop_assert_eq!(serde_json::to_vec(&again).unwrap(), serde_json::to_vec(&all).unwrap());
    }

    #[test]
    fn malformed_bytes_are_refused_without_panic(
        all in prop::collection::vec(any_kept(), 0..3),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        end in any::<prop::sample::Index>(),
        garbage: Vec<u8>,
    ) {
        let mut bytes = KeptSignature::write_all(&all).unwrap();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = KeptSignature::read_all(&bytes);
        let _ = KeptSignature::read_all(&bytes[..end.index(bytes.len())]);
        let _ = KeptSignature::read_all(&[&[2], garbage.as_slice()].concat());
    }
}
