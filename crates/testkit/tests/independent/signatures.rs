//! Our signatures and jwcrypto's, each checked by the other.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use varanto_signatures::{
    Algorithm, Issued, SignatureError, SigningKey, TestAuthority, TestSubject, Trust, Usage,
    Validity, certificates_to_pem, sign_compact, sign_detached, verify_compact, verify_detached,
};

use crate::python::Python;

/// How many payloads each algorithm signs.
const PAYLOADS: usize = 40;

/// One signer for each algorithm, trusted.
struct World {
    signers: Vec<(Algorithm, Issued)>,
    trust: Trust,
}

/// What jwcrypto has signed.
struct Signed {
    algorithm: Algorithm,
    payload: Vec<u8>,
    detached: String,
    compact: String,
}

/// REQ SIG-02
#[test]
fn what_jwcrypto_signs_is_accepted_and_changed_anywhere_it_is_refused() {
    let Some(python) = Python::find() else { return };
    let world = World::new();
    let signatures = world.signed_by_jwcrypto(&python);
    assert_eq!(signatures.len(), Algorithm::ALL.len() * PAYLOADS);
    let detached = |jws: &str, payload: &[u8]| {
        verify_detached(jws, payload, &world.trust, Usage::System, now())
    };
    let compact = |jws: &str| verify_compact(jws, &world.trust, Usage::System, now());
    for signed in &signatures {
        let found = detached(&signed.detached, &signed.payload).unwrap();
        assert_eq!((found.algorithm, found.signed_at), (signed.algorithm, now()));
        let found = compact(&signed.compact).unwrap();
        assert_eq!((found.algorithm, &found.payload), (signed.algorithm, &signed.payload));

        let other = flipped(&signed.payload);
        assert_eq!(detached(&signed.detached, &other).unwrap_err(), SignatureError::Wrong);
        for place in [Part::Header, Part::Signature] {
            let changed = place.changed(&signed.detached);
            assert!(detached(&changed, &signed.payload).is_err(), "{place:?} {changed}");
        }
        for place in [Part::Header, Part::Payload, Part::Signature] {
            assert!(compact(&place.changed(&signed.compact)).is_err(), "{place:?}");
        }
    }
}

/// REQ SIG-02
#[test]
fn what_we_sign_is_accepted_by_jwcrypto_and_changed_anywhere_it_is_refused() {
    let Some(python) = Python::find() else { return };
    let world = World::new();
    let mut questions = Vec::new();
    let mut expected = Vec::new();
    for signed in world.signed_by_jwcrypto(&python) {
        let (_, issued) = world.signers.iter().find(|(a, _)| *a == signed.algorithm).unwrap();
        let key = key(issued, signed.algorithm);
        let detached = sign_detached(&key, &issued.chain(), &signed.payload, now()).unwrap();
        let compact = sign_compact(&key, &issued.chain(), &signed.payload).unwrap();
        let mut ask = |jws: String, payload: &[u8], holds: bool| {
            questions.push(json!({
                "algorithm": signed.algorithm.name(),
                "certificate": certificates_to_pem([issued.certificate()]),
                "jws": jws,
                "payload": STANDARD.encode(payload),
            }));
            expected.push(holds);
        };
        ask(Part::Header.changed(&detached), &signed.payload, false);
        ask(Part::Signature.changed(&detached), &signed.payload, false);
        ask(detached.clone(), &flipped(&signed.payload), false);
        ask(detached, &signed.payload, true);
        for place in [Part::Header, Part::Payload, Part::Signature] {
            ask(place.changed(&compact), &signed.payload, false);
        }
        ask(compact, &signed.payload, true);
    }
    let questions = json!({"task": "verify", "signatures": questions});
    let answer = python.ask("signatures.py", &questions);
    for (i, holds) in expected.iter().enumerate() {
        assert_eq!(answer[i], *holds, "{}", questions["signatures"][i]);
    }
}

impl World {
    fn new() -> Self {
        let days = |days: i64| now() + SignedDuration::from_hours(24 * days);
        let validity = Validity { not_before: days(-100), not_after: days(100) };
        let authority = TestAuthority::create("Test", validity).unwrap();
        let subject =
            TestSubject::System { name: "Testilän hyvinvointialue", business_id: "99990001" };
        let signer = |algorithm: Algorithm| {
            (algorithm, authority.issue(&subject, algorithm.key_kind(), validity).unwrap())
        };
        let lists = authority.crls(days(-1), days(1)).unwrap();
        Self {
            signers: Algorithm::ALL.into_iter().map(signer).collect(),
            trust: authority.trust(lists).unwrap(),
        }
    }

    /// Random payloads, signed by jwcrypto with each signer.
    fn signed_by_jwcrypto(&self, python: &Python) -> Vec<Signed> {
        let signer = |(algorithm, issued): &(Algorithm, Issued)| {
            json!({
                "algorithm": algorithm.name(),
                "key": issued.key_pem(),
                "x5c": issued.chain().map(|c| STANDARD.encode(c.der())),
                "iat": now().as_second(),
            })
        };
        let signers: Vec<Value> = self.signers.iter().map(signer).collect();
        let question = json!({"task": "sign", "seed": 7515, "count": PAYLOADS, "signers": signers});
        let answer = python.ask("signatures.py", &question);
        let signed = |entry: &Value| Signed {
            algorithm: self.signers[usize::try_from(entry["signer"].as_u64().unwrap()).unwrap()].0,
            payload: STANDARD.decode(entry["payload"].as_str().unwrap()).unwrap(),
            detached: entry["detached"].as_str().unwrap().to_owned(),
            compact: entry["compact"].as_str().unwrap().to_owned(),
        };
        answer.as_array().unwrap().iter().map(signed).collect()
    }
}

/// A part of a compact signature.
#[derive(Clone, Copy, Debug)]
enum Part {
    Header,
    Payload,
    Signature,
}

impl Part {
    /// The signature with one bit of this part changed; of the header, the time or an unknown member.
    fn changed(self, jws: &str) -> String {
        let mut parts: Vec<String> = jws.split('.').map(str::to_owned).collect();
        let part = &mut parts[self as usize];
        let bytes = URL_SAFE_NO_PAD.decode(&part).unwrap();
        let changed = match self {
            Self::Header => {
                let mut header: Value = serde_json::from_slice(&bytes).unwrap();
                header["iat"] = json!(now().as_second() - 1);
                header.to_string().into_bytes()
            }
            Self::Payload | Self::Signature => flipped(&bytes),
        };
        *part = URL_SAFE_NO_PAD.encode(changed);
        parts.join(".")
    }
}

/// The bytes with one bit changed, about the middle.
fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[bytes.len() / 2] ^= 4;
    changed
}

fn key(issued: &Issued, algorithm: Algorithm) -> SigningKey {
    issued.signing_key().unwrap().with_algorithm(algorithm).unwrap()
}

fn now() -> Timestamp {
    "2026-09-02T07:15:00Z".parse().unwrap()
}
