//! Recipients: to whom a controller may disclose by law, as they are told to the controller's own systems.
//!
//! A recipient is no client's data: the list is told as the directories are, without a log entry. Who
//! registers or ends one stands in the log.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::{Code, Oid};
use varanto_rules::Mask;
use varanto_store::recipient::{self, Recipient};
use varanto_store::{MAX_PAGE, Purpose};

use crate::Error;
use crate::context::SystemIdentity;
use crate::service::Service;

/// A recipient as it is told to its controller.
#[derive(Debug, Serialize)]
pub struct ShownRecipient {
    id: Uuid,
    kind: Code,
    #[serde(flatten)]
    details: Details,
    valid_from: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Date>,
    registered_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

/// A recipient is no client.
impl Mask for ShownRecipient {
    fn masked(self) -> Self {
        self
    }
}

/// What is kept sealed of a recipient.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Details {
    pub(super) name: String,
    /// The section of the law on which it is entitled.
    pub(super) legal_ground: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ground_code: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) business_id: Option<String>,
    /// How it is reached.
    pub(super) contact: String,
}

/// May something be disclosed to the recipient on the day?
pub(super) fn is_valid(recipient: &Recipient, day: Date) -> bool {
    recipient.ended.is_none()
        && recipient.valid_from <= day
        && recipient.valid_to.is_none_or(|last| day <= last)
}

impl Service {
    /// Every recipient of the caller's controller, newest first, those that were ended as well.
    pub async fn list_recipients(
        &self,
        system: &SystemIdentity,
    ) -> Result<Vec<ShownRecipient>, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let Some(own) = snapshot.directory.controller_of(&system.organisation) else {
            return Ok(Vec::new());
        };
        let (mut shown, mut after) = (Vec::new(), None);
        loop {
            let page = self.database.fetch(recipient::list(own, after, MAX_PAGE)).await?;
            let is_full = u32::try_from(page.len()) == Ok(MAX_PAGE);
            after = page.last().map(Recipient::cursor);
            for recipient in &page {
                shown.push(self.shown_recipient(recipient)?);
            }
            if !is_full {
                return Ok(shown);
            }
        }
    }

    /// A recipient, if it is one of this controller.
    pub(super) async fn recipient_of(
        &self,
        controller: Option<&Oid>,
        id: Option<Uuid>,
    ) -> Result<Option<Recipient>, Error> {
        let Some(id) = id else { return Ok(None) };
        let found = self.database.fetch_one(recipient::find(id)).await?;
        Ok(found.filter(|found| Some(&found.controller) == controller))
    }

    /// What is kept sealed of a recipient.
    pub(super) fn recipient_details(&self, recipient: &Recipient) -> Result<Details, Error> {
        let place = recipient.id.as_bytes();
        let plain = self.unseal(Purpose::Recipient, place, &recipient.details)?;
        serde_json::from_slice(&plain)
            .map_err(|_| Error::Internal("a stored recipient cannot be read"))
    }

    /// A recipient, opened.
    pub(super) fn shown_recipient(&self, recipient: &Recipient) -> Result<ShownRecipient, Error> {
        Ok(ShownRecipient {
            id: recipient.id,
            kind: recipient.kind.clone(),
            details: self.recipient_details(recipient)?,
            valid_from: recipient.valid_from,
            valid_to: recipient.valid_to,
            registered_at: recipient.at,
            ended_at: recipient.ended.as_ref().map(|ended| ended.at),
        })
    }
}
