//! Orders about a right (RA-07, RA-09, ARC-05): the controller suspends, resumes and reopens it, the
//! producer confirms that its local copies are destroyed.
//!
//! An order takes effect in the plan that writes it, and is kept beside what is derived: documents
//! that give the right anew do not lift it.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use varanto_model::reader::{self, Members, text};
use varanto_model::{Faults, Pointer, calendar};
use varanto_rules::{AccessState, Action, Disclosed};
use varanto_store::access_order::{self, AccessOrder};
use varanto_store::{Plan, Purpose};

use super::asked::Asked;
use super::right::{Right, ShownAccess, View};
use crate::Error;
use crate::context::CallContext;
use crate::new_version::microseconds;
use crate::orders::Order as StandingOrder;
use crate::project::Projection;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;

/// The most days from today for which a right is reopened.
const LONGEST_REOPENING: i64 = 92;

/// What is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessOrderKind {
    /// The controller takes a right that is in force out of force.
    Suspension,
    /// The controller ends a suspension.
    Resumption,
    /// The controller lets the producer correct and annul, until a day, what it wrote under a right
    /// that has closed.
    Reopening,
    /// The producer confirms that its local copies are destroyed.
    Destruction,
}

impl AccessOrderKind {
    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspension => "suspension",
            Self::Resumption => "resumption",
            Self::Reopening => "reopening",
            Self::Destruction => "destruction",
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::Suspension | Self::Resumption | Self::Reopening => Action::ManageAccess,
            Self::Destruction => Action::ReportAccess,
        }
    }

    const fn views(self) -> &'static [View] {
        match self {
            Self::Suspension | Self::Resumption | Self::Reopening => &[View::Controller],
            Self::Destruction => &[View::Producer],
        }
    }
}

/// An order as it is read.
struct Order {
    kind: AccessOrderKind,
    reason: Option<String>,
    until: Option<Date>,
}

struct GiveOrder<'a> {
    asked: Asked<'a>,
    order: Order,
}

impl UseCase for GiveOrder<'_> {
    type Answer = Disclosed<ShownAccess>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { asked, order } = self;
        let at = microseconds(asked.context.at);
        let mut weighed = asked.weigh(service, snapshot).await?;
        let permitted = weighed.permitted().map(|(permission, _)| permission);
        let carried_out = permitted.and_then(|permission| {
            let right = weighed.right.as_mut().ok_or(Error::NotFound)?;
            order.carry_out(right, at).map(|()| permission)
        });
        let refusal = carried_out.as_ref().err();
        let (log_entry, mut plan) = asked.note(service, snapshot, &weighed, refusal);
        let result = match (carried_out, &weighed.right) {
            (Ok(permission), Some(right)) => {
                let entry = service.order_entry(asked.context, order, right, log_entry, at)?;
                write(right, entry, &mut plan)?;
                Ok(permission.disclose(service.shown_right(right, asked.context.at)?))
            }
            (Ok(_), None) => return Err(Error::Internal("an order about no right")),
            (Err(error), right) => {
                plan.extend(right.iter().map(|right| right.file.guard()));
                Err(error)
            }
        };
        Ok(Attempt { plan, result })
    }
}

impl Order {
    /// Changes the orders of the file, if the right is in a state for it.
    fn carry_out(&self, right: &mut Right, at: Timestamp) -> Result<(), Error> {
        let state = right.state;
        let standing = right.file.orders.of_mut(&right.row.case, &right.row.unit);
        if !self.change(standing, state, at) {
            // A right that has closed while it was suspended is told as suspended.
            let is_suspended = standing.suspended_since.is_some();
            let told = if is_suspended { "suspended" } else { state.as_str() };
            return Err(Error::RegisterAccessState(told));
        }
        right.stand(at);
        Ok(())
    }

    /// Changes what stands about a right in this state; says whether the order fits it.
    fn change(&self, standing: &mut StandingOrder, state: AccessState, at: Timestamp) -> bool {
        let is_suspended = standing.suspended_since.is_some();
        match (self.kind, state) {
            (AccessOrderKind::Suspension, AccessState::Open | AccessState::Closing { .. }) => {
                standing.suspended_since = Some(at);
            }
            (AccessOrderKind::Resumption, _) if is_suspended => standing.suspended_since = None,
            // A right that is reopened is given another day.
            (
                AccessOrderKind::Reopening,
                AccessState::Closed { .. } | AccessState::Reopened { .. },
            ) if !is_suspended => {
                standing.reopened_until = self.until;
                standing.destroyed_at = None;
            }
            (AccessOrderKind::Destruction, AccessState::Closed { .. }) => {
                standing.destroyed_at = Some(at);
            }
            _ => return false,
        }
        true
    }

    /// Reads the body of an order that is given on `today`.
    fn read(
        kind: AccessOrderKind,
        today: Date,
        value: &Value,
        faults: &mut Faults,
    ) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let reason = match kind {
            AccessOrderKind::Destruction => m.optional("note", faults, text(1_000)),
            _ => m.required("reason", faults, text(1_000)),
        };
        let until = match kind {
            AccessOrderKind::Reopening => m.required("until", faults, |value, at, faults| {
                let day = reader::day(value, at, faults)?;
                let latest = today.checked_add(LONGEST_REOPENING.days()).unwrap_or(Date::MAX);
                let is_within = (today..=latest).contains(&day);
                if !is_within {
                    let detail = format!(
                        "a day from today to {LONGEST_REOPENING} days ahead is wanted here"
                    );
                    faults.add(at.clone(), "out-of-range", detail);
                }
                is_within.then_some(day)
            }),
            _ => None,
        };
        m.finish(faults);
        Some(Self { kind, reason, until })
    }
}

impl Service {
    /// Gives an order about a right, on the request of a body; answers with the right as it stands
    /// from then on.
    pub async fn order_register_access(
        &self,
        context: &CallContext,
        oid: &str,
        kind: AccessOrderKind,
        body: &[u8],
    ) -> Result<Disclosed<ShownAccess>, Error> {
        let action = kind.action();
        let today = calendar::day_of(context.at);
        let read = request::read(body, |value, faults| Order::read(kind, today, value, faults));
        let order = match read {
            Ok(order) => order,
            Err(error) => return self.refuse_unread(context, action, error).await,
        };
        let (used, views) = (UseContext::default(), kind.views());
        let asked = Asked { context, action, used, views, oid, noted: kind.as_str() };
        self.run(&GiveOrder { asked, order }).await
    }

    fn order_entry(
        &self,
        context: &CallContext,
        order: &Order,
        right: &Right,
        log_entry: uuid::Uuid,
        at: Timestamp,
    ) -> Result<AccessOrder, Error> {
        let id = fresh_key(context.at, &*self.randomness);
        let seal =
            |reason: &String| self.seal(Purpose::AccessOrder, id.as_bytes(), reason.as_bytes());
        let row = right.row.clone();
        Ok(AccessOrder {
            id,
            at,
            access: row.oid,
            client: row.client,
            controller: row.controller,
            case: row.case,
            unit: row.unit,
            kind: order.kind.as_str().to_owned(),
            until: order.until,
            reason: order.reason.as_ref().map(seal).transpose()?,
            organisation: context.system.organisation.clone(),
            user_id: context.actor.id.clone(),
            log_entry,
        })
    }
}

/// Writes the file with its changed orders, and the order itself.
fn write(right: &Right, entry: AccessOrder, plan: &mut Plan) -> Result<(), Error> {
    let mut projection = Projection { statements: Vec::new(), changed: Vec::new() };
    projection.change(&right.file, &right.row.controller)?;
    plan.extend(projection.statements);
    plan.push(access_order::insert(entry));
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use varanto_model::Oid;

    use super::*;
    use crate::orders::Orders;

    const OPEN: AccessState = AccessState::Open;
    const CLOSED: AccessState = AccessState::Closed { closed_on: date(2026, 9, 10) };
    const REOPENED: AccessState =
        AccessState::Reopened { closed_on: date(2026, 9, 10), until: date(2026, 9, 30) };
    const SUSPENDED: AccessState = AccessState::Suspended { since: Timestamp::UNIX_EPOCH };

    fn fits(
        kind: AccessOrderKind,
        state: AccessState,
        is_suspended: bool,
    ) -> Option<StandingOrder> {
        let (mut orders, oid) = (Orders::default(), Oid::parse("1.2.3").unwrap());
        let standing = orders.of_mut(&oid, &oid);
        standing.suspended_since = is_suspended.then_some(Timestamp::UNIX_EPOCH);
        standing.destroyed_at = Some(Timestamp::UNIX_EPOCH);
        let order = Order { kind, reason: None, until: Some(date(2026, 9, 30)) };
        order.change(standing, state, Timestamp::UNIX_EPOCH).then(|| standing.clone())
    }

    /// REQ RA-07
    #[test]
    fn each_order_fits_the_states_that_it_is_for() {
        let closing = AccessState::Closing { closes_on: date(2026, 9, 10) };
        for (kind, fitting) in [
            (AccessOrderKind::Suspension, [true, true, false, false]),
            (AccessOrderKind::Resumption, [false; 4]),
            (AccessOrderKind::Reopening, [false, false, true, true]),
            (AccessOrderKind::Destruction, [false, false, false, true]),
        ] {
            let states = [OPEN, closing, REOPENED, CLOSED];
            assert_eq!(states.map(|state| fits(kind, state, false).is_some()), fitting, "{kind:?}");
        }
    }

    /// REQ RA-07: also where the right has closed meanwhile, and before anything is reopened.
    #[test]
    fn a_suspension_is_ended_by_a_resumption_and_by_nothing_else() {
        for state in [SUSPENDED, CLOSED] {
            let after = fits(AccessOrderKind::Resumption, state, true).unwrap();
            assert_eq!(after.suspended_since, None);
            assert_eq!(fits(AccessOrderKind::Suspension, state, true), None);
            assert_eq!(fits(AccessOrderKind::Reopening, state, true), None);
        }
    }

    /// REQ ARC-05
    #[test]
    fn a_reopening_takes_back_the_confirmation_of_destruction() {
        let after = fits(AccessOrderKind::Reopening, CLOSED, false).unwrap();
        assert_eq!((after.destroyed_at, after.reopened_until), (None, Some(date(2026, 9, 30))));
    }

    /// REQ RA-07
    #[test]
    fn a_reopening_has_a_day_from_today_to_three_months_ahead_and_others_have_none() {
        let today = date(2026, 9, 10);
        let read = |kind, body: Value| {
            let mut faults = Faults::none();
            Order::read(kind, today, &body, &mut faults);
            faults.as_slice().first().map(|fault| fault.code)
        };
        for (until, fault) in [
            ("2026-09-09", Some("out-of-range")),
            ("2026-09-10", None),
            ("2026-12-11", None),
            ("2026-12-12", Some("out-of-range")),
        ] {
            let body = serde_json::json!({"reason": "x", "until": until});
            assert_eq!(read(AccessOrderKind::Reopening, body.clone()), fault, "{until}");
            assert_eq!(read(AccessOrderKind::Suspension, body), Some("unknown-member"));
        }
        let bare = || serde_json::json!({});
        assert_eq!(read(AccessOrderKind::Reopening, bare()), Some("missing"));
        assert_eq!(read(AccessOrderKind::Destruction, bare()), None);
    }
}
