//! Carries parcels of the outbox to other systems: patient data to the repository of the configuration, and
//! notices to whom a controller wants told, by mail or over HTTPS.
//!
//! Whatever the other system answers but success, the parcel is tried again: a refusal may come of a wrong
//! set-up, and the outbox gives up by itself after a week. The parcel's id goes along, so that one that came
//! twice is taken once. What is told of a failure in the program's log says nothing of what was carried.

mod bounded;
pub(crate) mod https;
mod mail;
mod message;
mod patient_data;
mod webhook;

use std::collections::BTreeMap;
use std::time::Duration;

use lettre::Address;
use uuid::Uuid;
use varanto_service::{
    Clock, Courier, Delivering, NoticeKind, PATIENT_DATA, SentNotice, Undelivered,
};

pub use mail::{Mailer, MailerError, MailerSettings, Security};
pub use patient_data::Endpoint;
pub(crate) use webhook::trusting_nobody;
pub use webhook::{SECRET_FORM, Webhook, WebhookSecret};

use crate::world::RealClock;

/// The time that a delivery may take: shorter than the outbox's claim.
const TIME: Duration = Duration::from_secs(30);
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// The couriers of the server, one for each kind of parcel.
#[derive(Debug, Default)]
pub struct Couriers {
    /// Where patient data goes, if anywhere.
    pub patient_data: Option<Endpoint>,
    /// Who carries mail, if anybody.
    pub mailer: Option<Mailer>,
    /// To whom mail goes, by the names of the addresses.
    pub mailboxes: BTreeMap<String, Address>,
    /// The systems that are told, by the names of the addresses.
    pub webhooks: BTreeMap<String, Webhook>,
}

/// What a parcel may be.
#[derive(Clone, Copy)]
enum Kind {
    PatientData,
    Notice(NoticeKind),
}

impl Kind {
    fn of(kind: &str) -> Option<Self> {
        let notice = |of: &NoticeKind| of.as_str() == kind;
        let notices = [NoticeKind::Mail, NoticeKind::Webhook];
        match notices.into_iter().find(notice) {
            Some(notice) => Some(Self::Notice(notice)),
            None => (kind == PATIENT_DATA).then_some(Self::PatientData),
        }
    }
}

impl Couriers {
    async fn carry(&self, id: Uuid, kind: &str, payload: Vec<u8>) -> Result<(), Undelivered> {
        match Kind::of(kind).ok_or(Undelivered)? {
            Kind::PatientData => {
                self.patient_data.as_ref().ok_or(Undelivered)?.post(id, payload).await
            }
            Kind::Notice(kind) => {
                let notice: SentNotice =
                    serde_json::from_slice(&payload).map_err(|_| Undelivered)?;
                match kind {
                    NoticeKind::Mail => self.mail(id, &notice).await,
                    NoticeKind::Webhook => self.call(id, &notice.to, payload).await,
                }
            }
        }
    }

    async fn mail(&self, id: Uuid, notice: &SentNotice) -> Result<(), Undelivered> {
        let (Some(mailer), Some(to)) = (&self.mailer, self.mailboxes.get(&notice.to)) else {
            return Err(unknown(id));
        };
        mailer.send(id, to, notice).await
    }

    async fn call(&self, id: Uuid, to: &str, payload: Vec<u8>) -> Result<(), Undelivered> {
        let webhook = self.webhooks.get(to).ok_or_else(|| unknown(id))?;
        webhook.post(id, RealClock.real(), payload).await
    }
}

/// The configuration does not have the address any more.
fn unknown(parcel: Uuid) -> Undelivered {
    tracing::warn!(%parcel, "the configuration does not know the address of a notice");
    Undelivered
}

impl Courier for Couriers {
    fn reaches(&self, kind: &str) -> bool {
        Kind::of(kind).is_some_and(|kind| match kind {
            Kind::PatientData => self.patient_data.is_some(),
            Kind::Notice(NoticeKind::Mail) => self.mailer.is_some(),
            Kind::Notice(NoticeKind::Webhook) => !self.webhooks.is_empty(),
        })
    }

    fn deliver<'a>(&'a self, id: Uuid, kind: &'a str, payload: Vec<u8>) -> Delivering<'a> {
        Box::pin(self.carry(id, kind, payload))
    }
}
