//! Carries parcels of the outbox over HTTPS: today patient data, to the repository of the configuration.
//!
//! Whatever the other system answers but success, the parcel is tried again: a refusal may come of a wrong
//! set-up, and the outbox gives up by itself after a week. The parcel's id goes along, so that one that came
//! twice is taken once.

use std::fmt;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use uuid::Uuid;
use varanto_client::{ClientError, TlsIdentity, tls_config};
use varanto_service::{Courier, Delivering, PATIENT_DATA, Undelivered};

/// The time that a delivery may take: shorter than the outbox's claim.
const TIME: Duration = Duration::from_secs(30);
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// The header by which a receiver knows a parcel again.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Where parcels of one kind go.
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
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_config(ca_pem, identity)?)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIME)
            .timeout(TIME)
            .user_agent(concat!("varanto/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, url: url.to_owned() })
    }

    async fn post(&self, id: Uuid, payload: Vec<u8>) -> Result<(), Undelivered> {
        let request = self
            .http
            .post(&self.url)
            .header(CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, id.to_string())
            .body(payload);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => {
                let status = answer.status().as_u16();
                tracing::warn!(parcel = %id, status, "a parcel was not taken");
                Err(Undelivered)
            }
            Err(error) => {
                let timeout = error.is_timeout();
                tracing::warn!(parcel = %id, timeout, "a parcel did not reach its receiver");
                Err(Undelivered)
            }
        }
    }
}

/// The courier of the server.
#[derive(Debug, Default)]
pub struct HttpsCourier {
    /// Where patient data goes, if anywhere.
    pub patient_data: Option<Endpoint>,
}

impl HttpsCourier {
    fn endpoint(&self, kind: &str) -> Option<&Endpoint> {
        self.patient_data.as_ref().filter(|_| kind == PATIENT_DATA)
    }
}

impl Courier for HttpsCourier {
    fn reaches(&self, kind: &str) -> bool {
        self.endpoint(kind).is_some()
    }

    fn deliver<'a>(&'a self, id: Uuid, kind: &'a str, payload: Vec<u8>) -> Delivering<'a> {
        Box::pin(async move {
            match self.endpoint(kind) {
                Some(endpoint) => endpoint.post(id, payload).await,
                None => Err(Undelivered),
            }
        })
    }
}
