//! What is common to parcels that go over HTTP: one request, no redirects, and an answer of which only the
//! status counts; its body is not read.

use reqwest::{ClientBuilder, RequestBuilder};
use uuid::Uuid;
use varanto_service::Undelivered;

use super::{CONNECT_TIME, TIME};

/// The set-up of every connection.
pub(crate) fn builder(tls: rustls::ClientConfig) -> ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIME)
        .timeout(TIME)
        .user_agent(concat!("varanto/", env!("CARGO_PKG_VERSION")))
}

/// Sends a request; anything but success is told by its status alone.
pub(super) async fn send(id: Uuid, request: RequestBuilder) -> Result<(), Undelivered> {
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
