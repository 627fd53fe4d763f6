//! What the controller can note of a delivery in the client's own file: made with the package, while the
//! metadata are open, and kept sealed with the request, so that nothing is opened to show it.

use serde_json::value::RawValue;
use varanto_model::Metadata;
use varanto_store::Purpose;
use varanto_store::disclosure_request::{self, DisclosureRequest, RequestState};

use super::met::Met;
use crate::Error;
use crate::context::CallContext;
use crate::receipt::{Disclosure, disclosed};
use crate::service::Service;
use crate::shown_document::raw;
use crate::snapshot::Snapshot;

impl Service {
    /// The receipt of documents with these metadata, sealed for the request; `None` where none of them names a
    /// service task.
    pub(super) fn delivery_receipt(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        met: &Met,
        documents: &[Metadata],
    ) -> Result<Option<Vec<u8>>, Error> {
        let recipient = self.recipient_details(&met.recipient)?;
        let asked = self.request_details(&met.request)?;
        let disclosure = Disclosure {
            documents,
            receiver: &recipient.name,
            ground: &format!("{}; {}", recipient.legal_ground, asked.ground),
            purpose: &asked.purpose,
        };
        let Some(receipt) = disclosed(snapshot, context, &disclosure) else { return Ok(None) };
        let plain = serde_json::to_vec(&receipt)
            .map_err(|_| Error::Internal("a receipt could not be written"))?;
        self.seal(Purpose::DisclosureReceipt, met.request.id.as_bytes(), &plain).map(Some)
    }

    /// The receipt of a request that was delivered.
    pub(super) async fn kept_receipt(
        &self,
        request: &DisclosureRequest,
    ) -> Result<Option<Box<RawValue>>, Error> {
        if request.state != RequestState::Delivered {
            return Ok(None);
        }
        let sealed = self.database.fetch_one(disclosure_request::receipt(request.id)).await?;
        let open = |sealed: Vec<u8>| {
            raw(self.unseal(Purpose::DisclosureReceipt, request.id.as_bytes(), &sealed)?)
        };
        sealed.map(open).transpose()
    }
}
