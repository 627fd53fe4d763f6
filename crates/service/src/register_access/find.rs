//! Looking at one right: with what the producer has stored under it, and the orders about it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use varanto_rules::{Action, Disclosed, Mask};
use varanto_store::access_order::{self, AccessOrder};
use varanto_store::{Purpose, document};

use super::asked::Asked;
use super::right::{Right, ShownAccess, View};
use crate::Error;
use crate::context::CallContext;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A right with its history.
#[derive(Serialize)]
pub struct FoundAccess {
    #[serde(flatten)]
    right: ShownAccess,
    stored: StoredUnderRight,
    /// Newest first.
    orders: Vec<ShownOrder>,
}

/// What the unit's organisation has stored in the case (RA-09).
#[derive(Serialize)]
struct StoredUnderRight {
    documents: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_stored_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct ShownOrder {
    kind: String,
    at: Timestamp,
    by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
    /// Told to the controller, whose register it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A right and its history hold no contact data.
impl Mask for FoundAccess {
    fn masked(self) -> Self {
        self
    }
}

struct FindRight<'a>(Asked<'a>);

impl UseCase for FindRight<'_> {
    type Answer = Disclosed<FoundAccess>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self(asked) = self;
        let weighed = asked.weigh(service, snapshot).await?;
        let result = match weighed.permitted() {
            Ok((permission, right)) => {
                let at = asked.context.at;
                let found = service.right_with_history(snapshot, right, weighed.view, at).await?;
                Ok(permission.disclose(found))
            }
            Err(error) => Err(error),
        };
        let (_, mut plan) = asked.note(service, snapshot, &weighed, result.as_ref().err());
        plan.extend(weighed.right.iter().map(|right| right.file.guard()));
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Gives a right to the unit that has it or to the controller in whose register it is.
    pub async fn find_register_access(
        &self,
        context: &CallContext,
        oid: &str,
        query: &[(String, String)],
    ) -> Result<Disclosed<FoundAccess>, Error> {
        let action = Action::ReadAccess;
        let used = match UseContext::of_query(query).and_then(|used| self.known_context(used)) {
            Ok(used) => used,
            Err(error) => return self.refuse_unread(context, action, error).await,
        };
        let asked = Asked { context, action, used, views: View::ALL, oid, noted: "find" };
        self.run(&FindRight(asked)).await
    }

    async fn right_with_history(
        &self,
        snapshot: &Snapshot,
        right: &Right,
        view: View,
        at: Timestamp,
    ) -> Result<FoundAccess, Error> {
        let row = &right.row;
        let unit = snapshot.directory.units.get(&row.unit);
        // A unit that has left the registry has stored under nobody's name that is known.
        let organisation = unit.map_or(&row.unit, |unit| &unit.organisation);
        let stored = document::stored_in_case_by(&row.case, organisation);
        let orders = access_order::list(row.client, &row.controller, &row.case, &row.unit);
        let (stored, orders) = self.database.fetch((stored, orders)).await?;
        let stored = stored.first().ok_or(Error::Internal("a count gave nothing"))?;
        let shown = |order: AccessOrder| {
            let sealed = order.reason.as_deref().filter(|_| view == View::Controller);
            let reason =
                sealed.map(|sealed| self.unseal_text(Purpose::AccessOrder, order.id, sealed));
            Ok(ShownOrder {
                kind: order.kind,
                at: order.at,
                by: order.user_id,
                until: order.until,
                reason: reason.transpose()?,
            })
        };
        Ok(FoundAccess {
            right: self.shown_right(right, at)?,
            stored: StoredUnderRight {
                documents: stored.documents,
                last_stored_at: stored.last_stored_at,
            },
            orders: orders.into_iter().map(shown).collect::<Result<_, Error>>()?,
        })
    }
}
