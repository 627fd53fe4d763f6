//! The form of our access tokens: what we know of the professional, proven by a key of ours.
//!
//! A token is `v1.<claims>.<proof>`, both parts in base64url. It names the certificate that it was
//! got over (RFC 8705) and is good for nothing over another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varanto_model::{Code, Digest, Oid, PersonName};
use varanto_rules::Authentication;

use crate::context::{Actor, SystemIdentity};
use crate::service::Service;

/// How long a token is good, in seconds.
pub(crate) const LIFETIME: i64 = 15 * 60;
const MAX_LENGTH: usize = 4_096;
const VERSION: &str = "v1";

#[derive(Serialize, Deserialize)]
struct Claims {
    organisation: Oid,
    certificate: Digest,
    id: String,
    family_name: String,
    given_names: String,
    unit: Oid,
    role: Code,
    authentication: String,
    card_shown: bool,
    until: Timestamp,
}

impl Service {
    /// A token for the professional, over the system's certificate.
    pub(crate) fn write_token(
        &self,
        system: &SystemIdentity,
        actor: &Actor,
        until: Timestamp,
    ) -> String {
        let claims = Claims {
            organisation: system.organisation.clone(),
            certificate: system.certificate,
            id: actor.id.clone(),
            family_name: actor.name.family_name.clone(),
            given_names: actor.name.given_names.clone(),
            unit: actor.unit.clone(),
            role: actor.role.clone(),
            authentication: actor.authentication.as_str().to_owned(),
            card_shown: actor.card_shown,
            until,
        };
        let claims = serde_json::to_vec(&claims).unwrap_or_default();
        let signed = format!("{VERSION}.{}", URL_SAFE_NO_PAD.encode(claims));
        let proof = URL_SAFE_NO_PAD.encode(self.token_key.tag(signed.as_bytes()));
        format!("{signed}.{proof}")
    }

    /// The professional of a token that is ours, in date, and over its certificate.
    pub(crate) fn read_token(
        &self,
        token: &str,
        system: &SystemIdentity,
        now: Timestamp,
    ) -> Option<Actor> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let (signed, proof) = token.rsplit_once('.')?;
        let proof = URL_SAFE_NO_PAD.decode(proof).ok()?;
        if !self.token_key.verify(signed.as_bytes(), &proof) {
            return None;
        }
        let claims = signed.strip_prefix(VERSION)?.strip_prefix('.')?;
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let same =
            claims.organisation == system.organisation && claims.certificate == system.certificate;
        if !same || claims.until <= now {
            return None;
        }
        let named = |a: &&Authentication| a.as_str() == claims.authentication;
        Some(Actor {
            id: claims.id,
            name: PersonName { family_name: claims.family_name, given_names: claims.given_names },
            unit: claims.unit,
            role: claims.role,
            authentication: *Authentication::ALL.iter().find(named)?,
            card_shown: claims.card_shown,
        })
    }
}
