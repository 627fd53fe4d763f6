//! Who a professional is, and the assertion that says so (api.md, “Authentication”; RFC 7523).

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use varanto_model::{Code, Oid, PersonName};
use varanto_signatures::KeyError;

use crate::signer::Signer;

/// How long an assertion is good; the repository takes five minutes at most.
pub const ASSERTION_LIFETIME: SignedDuration = SignedDuration::from_mins(2);

/// A professional with the unit, the role and the key that speak for the call. `Debug` shows no
/// person.
#[derive(Clone)]
pub struct Credentials {
    /// The organisation that the system acts for: its operating unit or its controller.
    pub organisation: Oid,
    /// Registration number, or the provider's own user id.
    pub user_id: String,
    /// The name.
    pub name: PersonName,
    /// The service unit in which the professional works now.
    pub unit: Oid,
    /// The work task, such as `social_worker`.
    pub role: Code,
    /// How the professional was authenticated, such as `professional_card`.
    pub authentication: Code,
    /// The card, or the system that vouches for the professional.
    pub signer: Arc<Signer>,
}

impl Credentials {
    /// The claims of an assertion for `audience`, made at `now` under the name `jti`.
    pub fn claims(&self, audience: &str, now: Timestamp, jti: &str) -> Value {
        let PersonName { family_name, given_names } = &self.name;
        let issued_at = now.as_second();
        json!({
            "iss": self.organisation,
            "sub": self.user_id,
            "aud": audience,
            "iat": issued_at,
            "exp": issued_at.saturating_add(ASSERTION_LIFETIME.as_secs()),
            "jti": jti,
            "name": format!("{family_name}, {given_names}"),
            "unit": self.unit,
            "role": self.role,
            "authentication": self.authentication,
        })
    }

    /// The signed assertion.
    pub fn assertion(&self, audience: &str, now: Timestamp, jti: &str) -> Result<String, KeyError> {
        self.signer.sign_compact(self.claims(audience, now, jti).to_string().as_bytes())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Credentials");
        shown.field("unit", &self.unit).field("role", &self.role).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use varanto_signatures::{
        CardSubject, KeyKind, TestAuthority, TestSubject, Usage, Validity, verify_compact,
    };

    use super::*;

    const AUDIENCE: &str = "https://localhost:8443/oauth2/token";

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// REQ AC-07
    #[test]
    fn an_assertion_holds_and_names_the_professional_as_the_interface_asks() {
        let validity = Validity {
            not_before: instant("2026-01-01T00:00:00Z"),
            not_after: instant("2027-01-01T00:00:00Z"),
        };
        let authority = TestAuthority::create("Test", validity).unwrap();
        let holder = CardSubject {
            registration_id: "S-1001",
            family_name: "Esimerkki",
            given_names: "Maija",
        };
        let card = authority
            .issue(&TestSubject::ProfessionalCard(holder), KeyKind::P256, validity)
            .unwrap();
        let signer = Signer::from_pem(&card.chain_pem(), card.key_pem()).unwrap();
        let credentials = Credentials {
            organisation: Oid::parse("1.2.246.10.99990001.10.0").unwrap(),
            user_id: "S-1001".into(),
            name: PersonName { family_name: "Esimerkki".into(), given_names: "Maija".into() },
            unit: Oid::parse("1.2.246.10.99990001.10.1").unwrap(),
            role: Code::parse("social_worker").unwrap(),
            authentication: Code::parse("professional_card").unwrap(),
            signer: Arc::new(signer),
        };
        let now = instant("2026-09-02T10:00:00Z");
        let lists = authority.crls(now, instant("2026-09-03T10:00:00Z")).unwrap();
        let trust = authority.trust(lists).unwrap();

        let assertion = credentials.assertion(AUDIENCE, now, "one").unwrap();
        let held = verify_compact(&assertion, &trust, Usage::Card, now).unwrap();
        let claims: Value = serde_json::from_slice(&held.payload).unwrap();
        assert_eq!(
            claims,
            json!({
                "iss": "1.2.246.10.99990001.10.0", "sub": "S-1001", "aud": AUDIENCE,
                "iat": 1_788_343_200, "exp": 1_788_343_320, "jti": "one", "name": "Esimerkki, Maija",
                "unit": "1.2.246.10.99990001.10.1", "role": "social_worker",
                "authentication": "professional_card"
            })
        );
        let shown = format!("{credentials:?} {:?}", credentials.signer);
        assert!(!shown.contains("Esimerkki") && !shown.contains("S-1001"), "{shown}");
    }
}
