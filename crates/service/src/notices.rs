//! Notices: the controller is told at once of a suspected breach of its data (LOG-07).
//!
//! A notice goes into the outbox by the plan that opens the breach, one parcel for each address that the
//! configuration names for the controller; where one waits there that has not been attempted, no other is added,
//! so that an address that cannot be reached is not flooded once it can. Whoever gets one looks at all breaches
//! that are not closed. It says that there is something to look at, and where: nobody's
//! name, no client, no document, no words of who reported it. Addresses are known here by name alone; where
//! a name leads to is the courier's to know.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::{LocalText, Oid};
use varanto_store::Plan;
use varanto_store::outbox::{Parcel, ParcelState};

use crate::Error;
use crate::new_version::microseconds;
use crate::service::Service;
use crate::snapshot::name_of;
use crate::world::fresh_key;

/// How a notice goes to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// By mail.
    Mail,
    /// To another system, over HTTPS.
    Webhook,
}

impl NoticeKind {
    /// The kind of parcel that it is.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "notice-mail",
            Self::Webhook => "notice-webhook",
        }
    }
}

/// An address by its name in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeTarget {
    /// Its name, one of a kind in the configuration.
    pub name: String,
    /// How a notice goes there.
    pub kind: NoticeKind,
}

/// Who is told, for each controller.
#[derive(Clone, Debug, Default)]
pub struct NoticeAddresses {
    base_url: String,
    targets: BTreeMap<Oid, Vec<NoticeTarget>>,
}

impl NoticeAddresses {
    /// No addresses yet; links lead to the server at `base_url`, which has no slash at its end.
    pub fn new(base_url: &str) -> Self {
        Self { base_url: base_url.to_owned(), targets: BTreeMap::new() }
    }

    /// Adds an address of a controller.
    pub fn add(&mut self, controller: Oid, target: NoticeTarget) {
        self.targets.entry(controller).or_default().push(target);
    }

    /// The addresses of a controller.
    fn of(&self, controller: &Oid) -> &[NoticeTarget] {
        self.targets.get(controller).map_or(&[], Vec::as_slice)
    }
}

/// What the controller is told of a breach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The name of the breach.
    pub(crate) breach: Uuid,
    /// The controller whose data it is about.
    pub(crate) controller: Oid,
    /// What it came of, such as `wrong-register`.
    pub(crate) source: &'static str,
    /// When it was noted here.
    pub(crate) opened_at: Timestamp,
    /// By when the authority must have been told (GDPR, article 33).
    pub(crate) due_at: Timestamp,
}

/// A notice as it travels: the content of its parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentNotice {
    /// The name of the address in the configuration.
    pub to: String,
    /// The name of the breach.
    pub breach: Uuid,
    /// The controller whose data it is about.
    pub controller: Oid,
    /// The name of the controller; left out where the directory does not know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller_name: Option<LocalText>,
    /// What it came of: `person`, `wrong-register` or `supervision`.
    pub source: String,
    /// When it was noted here.
    pub opened_at: Timestamp,
    /// By when the authority must have been told (GDPR, article 33).
    pub due_at: Timestamp,
    /// Where the breach is to be read.
    pub link: String,
    /// Where all breaches are listed: of others that came to light meanwhile nothing else is sent.
    pub register_link: String,
}

impl Service {
    /// Puts a notice to each address of the controller into the plan that opens the breach.
    ///
    /// It is taken however much of other kinds waits in the outbox. Where the controller has no address nobody is
    /// told, which a metric counts.
    pub(crate) fn put_in_notices(&self, plan: &mut Plan, notice: &Notice) -> Result<(), Error> {
        let targets = self.notices.of(&notice.controller);
        if targets.is_empty() {
            metrics::counter!("varanto_notices_without_address_total").increment(1);
        }
        let snapshot = self.snapshot();
        let organisation = snapshot.directory.of_controller(&notice.controller);
        let now = self.now();
        for target in targets {
            let sent = SentNotice {
                to: target.name.clone(),
                breach: notice.breach,
                controller: notice.controller.clone(),
                controller_name: organisation.map(name_of),
                source: notice.source.to_owned(),
                opened_at: notice.opened_at,
                due_at: notice.due_at,
                link: format!("{}/v1/breaches/{}", self.notices.base_url, notice.breach),
                register_link: format!("{}/v1/breaches/search", self.notices.base_url),
            };
            let payload = serde_json::to_vec(&sent)
                .map_err(|_| Error::Internal("a notice cannot be written"))?;
            let at = microseconds(now);
            let owner = organisation.map_or(&notice.controller, |found| &found.operating_unit);
            let parcel = Parcel {
                id: fresh_key(now, &*self.randomness),
                kind: target.kind.as_str().to_owned(),
                at,
                organisation: owner.clone(),
                state: ParcelState::Waiting,
                attempts: 0,
                due_at: at,
            };
            plan.push(self.put_in_next(&parcel, &target.name, &payload)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        Oid::parse(text).unwrap()
    }

    /// REQ LOG-07: each controller has its own addresses, and one without any has none.
    #[test]
    fn a_notice_goes_to_the_addresses_of_its_controller_alone() {
        let mut addresses = NoticeAddresses::new("https://localhost");
        let target = |name: &str, kind| NoticeTarget { name: name.to_owned(), kind };
        addresses.add(oid("1.2.246.10.99990001.19.1"), target("officer", NoticeKind::Mail));
        addresses.add(oid("1.2.246.10.99990001.19.1"), target("duty", NoticeKind::Webhook));
        addresses.add(oid("1.2.246.10.99990002.19.1"), target("other", NoticeKind::Mail));
        let names = |controller: &str| -> Vec<_> {
            addresses.of(&oid(controller)).iter().map(|target| target.name.as_str()).collect()
        };
        assert_eq!(names("1.2.246.10.99990001.19.1"), ["officer", "duty"]);
        assert_eq!(names("1.2.246.10.99990002.19.1"), ["other"]);
        assert!(names("1.2.246.10.99990003.19.1").is_empty());
    }
}
