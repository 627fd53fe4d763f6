//! A request as it is told in the controller's own register.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;
use varanto_model::{Digest, Oid};
use varanto_rules::Mask;
use varanto_store::Purpose;
use varanto_store::client::Client;
use varanto_store::disclosure_request::{DisclosureRequest, RequestState};
use varanto_store::recipient::Recipient;

use crate::Error;
use crate::service::Service;
use crate::shown_client::ShownClient;

/// A request with what became of it.
#[derive(Serialize)]
pub struct ShownRequest {
    id: Uuid,
    state: &'static str,
    recorded_at: Timestamp,
    recorded_by: String,
    recipient: NamedRecipient,
    client: ShownClient,
    /// The versions of documents that are asked for.
    documents: Vec<Oid>,
    #[serde(flatten)]
    details: Details,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<ShownDecision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<ShownDelivery>,
    /// What the controller can note of the delivery in the client's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<Box<RawValue>>,
}

impl ShownRequest {
    /// The same with a receipt.
    pub(super) fn with_receipt(self, receipt: Option<Box<RawValue>>) -> Self {
        Self { receipt, ..self }
    }
}

/// Requests and receipts hold no contact data.
impl Mask for ShownRequest {
    fn masked(self) -> Self {
        self
    }
}

/// What is kept sealed of a request.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Details {
    /// The ground that the recipient gives.
    pub(super) ground: String,
    /// The recipient's own name of the matter.
    pub(super) reference: String,
    pub(super) received_on: Date,
    /// What the recipient needs the documents for.
    pub(super) purpose: String,
}

#[derive(Serialize)]
struct NamedRecipient {
    id: Uuid,
    name: String,
}

#[derive(Serialize)]
struct ShownDecision {
    decision: &'static str,
    at: Timestamp,
    by: String,
    reason: String,
    /// The versions that may be delivered.
    documents: Vec<Oid>,
}

#[derive(Serialize)]
struct ShownDelivery {
    at: Timestamp,
    by: String,
    /// SHA-256 of the package.
    sha256: Digest,
}

impl Service {
    /// What is kept sealed of a request.
    pub(super) fn request_details(&self, request: &DisclosureRequest) -> Result<Details, Error> {
        let place = request.id.as_bytes();
        let plain = self.unseal(Purpose::DisclosureRequest, place, &request.details)?;
        serde_json::from_slice(&plain)
            .map_err(|_| Error::Internal("a stored request cannot be read"))
    }

    /// A request opened, with whom it is about and who asks.
    pub(super) fn shown_request(
        &self,
        request: &DisclosureRequest,
        client: &Client,
        recipient: &Recipient,
    ) -> Result<ShownRequest, Error> {
        let decision = request.decision.as_ref().map(|decision| {
            let outcome = if decision.approved.is_empty() {
                RequestState::Refused
            } else {
                RequestState::Approved
            };
            let sealed = &decision.reason;
            Ok::<_, Error>(ShownDecision {
                decision: outcome.as_str(),
                at: decision.at,
                by: decision.user_id.clone(),
                reason: self.unseal_text(Purpose::DisclosureDecision, request.id, sealed)?,
                documents: decision.approved.clone(),
            })
        });
        Ok(ShownRequest {
            id: request.id,
            state: request.state.as_str(),
            recorded_at: request.at,
            recorded_by: request.user_id.clone(),
            recipient: NamedRecipient {
                id: recipient.id,
                name: self.recipient_details(recipient)?.name,
            },
            client: self.shown_client(client)?,
            documents: request.documents.clone(),
            details: self.request_details(request)?,
            decision: decision.transpose()?,
            delivery: request.delivery.as_ref().map(|delivery| ShownDelivery {
                at: delivery.at,
                by: delivery.user_id.clone(),
                sha256: delivery.package,
            }),
            receipt: None,
        })
    }
}
