//! Patient data, to the repository of the configuration, over HTTPS (DIS-08).

use std::fmt;

use reqwest::header::CONTENT_TYPE;
use uuid::Uuid;
use varanto_client::{ClientError, TlsIdentity, tls_config};
use varanto_service::Undelivered;

use super::https;

/// The header by which a receiver knows a parcel again.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Where patient data goes.
pub struct Endpoint {
    http: reqwest::Client,
    url: String,
}

/// Only where it is shows.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Endpoint {
    /// An endpoint at an `https` URL whose server has a certificate of `ca_pem`; `identity` is shown to it.
    pub fn new(
        url: &str,
        ca_pem: &str,
        identity: Option<&TlsIdentity<'_>>,
    ) -> Result<Self, ClientError> {
        let http = https::builder(tls_config(ca_pem, identity)?).https_only(true).build()?;
        Ok(Self { http, url: url.to_owned() })
    }

    pub(super) async fn post(&self, id: Uuid, payload: Vec<u8>) -> Result<(), Undelivered> {
        let request = self
            .http
            .post(&self.url)
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, id.to_string())
            .body(payload);
        https::send(id, request).await
    }
}
