//! Notices to another system, signed as Standard Webhooks do (specification 1.0.0): who receives one can tell
//! that it is of us and of now, and knows by its id one that came twice.
//!
//! The content is signed and sent as it stands in the parcel, the same at every attempt.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use rustls::{ClientConfig, RootCertStore};
use uuid::Uuid;
use varanto_client::{ClientError, tls_config};
use varanto_service::Undelivered;
use varanto_signatures::MacKey;
use zeroize::Zeroizing;

use super::https;

/// What a file of a secret holds, in words.
pub const SECRET_FORM: &str = "`whsec_` and 32 bytes in base64";

/// The start of a secret in text, as Standard Webhooks write it.
const PREFIX: &str = "whsec_";

/// The secret that the receiver shares with us.
pub struct WebhookSecret(MacKey);

impl WebhookSecret {
    /// Reads a secret of [`SECRET_FORM`]; white space around it does not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix(PREFIX)?;
        let bytes = Zeroizing::new(STANDARD.decode(digits).ok()?);
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return None;
        }
        key.copy_from_slice(&bytes);
        Some(Self(MacKey::new(&key)))
    }

    /// The value of `webhook-signature` for a body that is sent at `timestamp`, in seconds since 1970.
    fn sign(&self, id: Uuid, timestamp: i64, body: &[u8]) -> String {
        let mut signed = format!("{id}.{timestamp}.").into_bytes();
        signed.extend_from_slice(body);
        format!("v1,{}", STANDARD.encode(self.0.tag(&signed)))
    }
}

/// Shows nothing.
impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// A system that is told.
pub struct Webhook {
    http: reqwest::Client,
    url: String,
    secret: WebhookSecret,
}

/// Nothing of it shows: where it is may be a secret as well.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

impl Webhook {
    /// A system at an `https` URL whose server has a certificate of `ca_pem`. Without `ca_pem` there is no
    /// TLS: that is for the machine itself, which the configuration sees to.
    pub fn new(
        url: &str,
        ca_pem: Option<&str>,
        secret: WebhookSecret,
    ) -> Result<Self, ClientError> {
        let tls = match ca_pem {
            Some(ca_pem) => tls_config(ca_pem, None)?,
            None => trusting_nobody()?,
        };
        let http = https::builder(tls).https_only(ca_pem.is_some()).build()?;
        Ok(Self { http, url: url.to_owned(), secret })
    }

    /// Sends a notice at the real time `now`.
    pub(super) async fn post(
        &self,
        id: Uuid,
        now: Timestamp,
        payload: Vec<u8>,
    ) -> Result<(), Undelivered> {
        let timestamp = now.as_second();
        let request = self
            .http
            .post(&self.url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id.to_string())
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", self.secret.sign(id, timestamp, &payload))
            .body(payload);
        https::send(id, request).await
    }
}

/// TLS that no server's certificate satisfies, for connections without any.
pub(crate) fn trusting_nobody() -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> WebhookSecret {
        let text = format!("{PREFIX}{}\n", STANDARD.encode([7; 32]));
        WebhookSecret::parse(&text).unwrap()
    }

    /// REQ LOG-07
    #[test]
    fn a_secret_is_32_bytes_behind_its_prefix() {
        let digits = STANDARD.encode([7; 32]);
        for wrong in [
            digits.clone(),
            format!("{PREFIX}{}", STANDARD.encode([7; 31])),
            format!("{PREFIX}{}", STANDARD.encode([7; 33])),
            format!("{PREFIX}{digits}!"),
            PREFIX.to_owned(),
        ] {
            assert!(WebhookSecret::parse(&wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{:?}", secret()), "WebhookSecret(…)");
    }

    /// REQ LOG-07: the signature is over the id, the time and the body, and each of them changes it.
    #[test]
    fn id_time_and_body_are_all_signed() {
        let signed = secret().sign(Uuid::from_u128(1), 2, b"{}");
        let tag = STANDARD.decode(signed.strip_prefix("v1,").unwrap()).unwrap();
        assert!(secret().0.verify(b"00000000-0000-0000-0000-000000000001.2.{}", &tag));
        for other in [
            secret().sign(Uuid::from_u128(2), 2, b"{}"),
            secret().sign(Uuid::from_u128(1), 3, b"{}"),
            secret().sign(Uuid::from_u128(1), 2, b"[]"),
        ] {
            assert_ne!(other, signed);
        }
    }
}
