//! What the controller can note of a delivery in the client's own file: made with the package, while the
//! metadata are open, and kept sealed with the request, so that nothing is opened to show it.

use serde_json::value::RawValue;
use uuid::Uuid;
use varanto_model::Metadata;
use varanto_store::disclosure_request::{self, DisclosureRequest, RequestState};
use varanto_store::{Purpose, client};

use super::met::Met;
use super::recipient::Details;
use super::weigh::Weighed;
use crate::Error;
use crate::context::CallContext;
use crate::receipt::{Disclosure, disclosed};
use crate::service::Service;
use crate::shown_document::raw;
use crate::snapshot::Snapshot;

/// What is delivered.
pub(super) struct Delivered<'a> {
    pub(super) met: &'a Met,
    pub(super) recipient: &'a Details,
    pub(super) weighed: &'a [Weighed],
    /// The metadata of what was weighed.
    pub(super) documents: &'a [Metadata],
}

impl Service {
    /// The receipt, sealed for the request; `None` where no document names a service task.
    pub(super) async fn delivery_receipt(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        delivered: &Delivered<'_>,
    ) -> Result<Option<Vec<u8>>, Error> {
        let Delivered { met, recipient, weighed, documents } = delivered;
        let files = whose_all_are(weighed).into_iter().map(client::find).collect::<Vec<_>>();
        let mut clients = Vec::with_capacity(files.len());
        for file in self.database.fetch(files).await?.iter().flatten() {
            clients.extend(self.shown_client(file)?.named());
        }
        let details = self.request_details(&met.request)?;
        let disclosure = Disclosure {
            clients: &clients,
            documents,
            receiver: &recipient.name,
            ground: &format!("{}; {}", recipient.legal_ground, details.ground),
            purpose: &details.purpose,
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

/// The clients of whom every document is: what concerns one alone is not noted in another's file.
fn whose_all_are(weighed: &[Weighed]) -> Vec<Uuid> {
    let of_first = weighed.first().map_or(&[][..], Weighed::clients);
    let of_all = |client: &&Uuid| weighed.iter().all(|each| each.clients().contains(client));
    of_first.iter().filter(of_all).copied().collect()
}
