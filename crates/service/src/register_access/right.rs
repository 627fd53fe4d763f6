//! A right as it was found: how it stands now, who sees it, and what is told of it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use varanto_documents::projection::DerivedRight;
use varanto_model::{Code, Oid, calendar};
use varanto_rules::{
    AccessState, Action, Basis, CLOSING_WORKING_DAYS, Mask, RegisterAccess, Spell,
};
use varanto_store::register_access::{AccessFound, AccessRow};
use varanto_store::standing::ClientStanding;

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::service::Service;
use crate::shown_client::ShownClient;
use crate::snapshot::{Directory, Snapshot};

/// From which side rights are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// That of the unit that has them.
    Producer,
    /// That of the controller in whose register they are.
    Controller,
}

impl View {
    /// Both.
    pub(super) const ALL: &[Self] = &[Self::Producer, Self::Controller];

    /// The word of the interface.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::Controller => "controller",
        }
    }

    /// As what a look at the choices of clients is decided: a producer reads what it has reported, and
    /// a controller shows them to those who open rights.
    pub(super) const fn choices(self) -> Action {
        match self {
            Self::Producer => Action::ReadAccess,
            Self::Controller => Action::ManageAccess,
        }
    }

    /// On what a use from this side is based.
    pub(super) const fn basis(self) -> Basis {
        match self {
            Self::Producer => Basis::RegisterAccess,
            Self::Controller => Basis::Own,
        }
    }
}

/// A right that has begun, with the client's file.
pub(super) struct Right {
    pub(super) row: AccessRow,
    pub(super) file: ClientFile,
    pub(super) state: AccessState,
    access: RegisterAccess,
    closing_working_days: u32,
    identifier: Vec<u8>,
    names: Option<Vec<u8>>,
}

impl Right {
    /// What was found, as it stands at the time of the call. `None` where it is no right, as units of
    /// the organiser need none, or has not begun: then nobody is told of it.
    pub(super) fn of(
        found: AccessFound,
        snapshot: &Snapshot,
        context: &CallContext,
    ) -> Result<Option<Self>, Error> {
        let AccessFound { right: row, client_version, identifier, names, derived, orders } = found;
        let Some(organiser) = snapshot.directory.of_controller(&row.controller) else {
            return Ok(None);
        };
        let of_unit = snapshot.directory.units.get(&row.unit).map(|unit| &unit.organisation);
        if of_unit == Some(&organiser.operating_unit) {
            return Ok(None);
        }
        let closing = organiser.controller.as_ref().and_then(|c| c.closing_working_days);
        let file = ClientFile::read(&ClientStanding {
            client: row.client,
            client_version,
            joined_to: None,
            derived: Some(derived),
            orders: Some(orders),
            will: None,
        })?;
        let spells = serde_json::from_str(&row.spells)
            .map_err(|_| Error::Internal("a stored right cannot be read"))?;
        let access = file.access(DerivedRight {
            case: row.case.clone(),
            unit: row.unit.clone(),
            service_task: row.service_task.clone(),
            spells,
        });
        let mut right = Self {
            row,
            file,
            state: AccessState::Coming,
            access,
            closing_working_days: closing.unwrap_or(CLOSING_WORKING_DAYS),
            identifier,
            names,
        };
        right.stand(context.at);
        Ok((right.state != AccessState::Coming).then_some(right))
    }

    /// From which side the caller sees it, if from any. A role that does not cover the service task sees
    /// it only to oversee (AC-02, AC-08).
    pub(super) fn view(
        &self,
        service: &Service,
        directory: &Directory,
        context: &CallContext,
    ) -> Option<View> {
        let role = service.roles.find(&context.actor.role)?;
        if !role.oversees && !role.coverage.covers_task(&self.row.service_task) {
            return None;
        }
        let organiser = directory.of_controller(&self.row.controller).map(|o| &o.operating_unit);
        if organiser == Some(&context.system.organisation) {
            Some(View::Controller)
        } else {
            (self.row.unit == context.actor.unit).then_some(View::Producer)
        }
    }

    /// Reckons how it stands with the orders of the file.
    pub(super) fn stand(&mut self, at: Timestamp) {
        let order = self.file.orders.find(&self.row.case, &self.row.unit);
        self.access.suspended_since = order.and_then(|order| order.suspended_since);
        self.access.reopened_until = order.and_then(|order| order.reopened_until);
        self.state = self.access.state(at, calendar::day_of(at), self.closing_working_days);
    }

    /// What becomes of the producer's local copies (ARC-05). A confirmation is good for the closing
    /// that it follows, not for a later one.
    fn local_copies(&self) -> &'static str {
        let AccessState::Closed { closed_on } = self.state else { return "kept" };
        let order = self.file.orders.find(&self.row.case, &self.row.unit);
        let confirmed = order.and_then(|order| order.destroyed_at).map(calendar::day_of);
        if confirmed.is_some_and(|day| closed_on <= day) { "destroyed" } else { "to_destroy" }
    }

    /// The first day of the service, and the last one where it has one.
    fn days(&self, now: Timestamp) -> Option<(Date, Option<Date>)> {
        let first = self.access.spells.iter().map(|spell| spell.first).min()?;
        let last_of = |spell: &Spell| {
            let withdrawn = spell.withdrawn_at.filter(|at| *at <= now).map(calendar::day_of);
            withdrawn.into_iter().chain(spell.last).min()
        };
        let lasts: Option<Vec<_>> = self.access.spells.iter().map(last_of).collect();
        Some((first, lasts.and_then(|lasts| lasts.into_iter().max())))
    }
}

/// A register access right, as its unit and its controller are told of it.
#[derive(Serialize)]
pub struct ShownAccess {
    oid: Oid,
    client: ClientOfRight,
    case: Oid,
    controller: Oid,
    unit: Oid,
    service_task: Code,
    first_day: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<Date>,
    state: &'static str,
    /// The last day of the right, where the service has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    closes_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reopened_until: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_since: Option<Timestamp>,
    local_copies: &'static str,
}

#[derive(Serialize)]
struct ClientOfRight {
    #[serde(flatten)]
    who: ShownClient,
    /// Is the client under turvakielto (CASE-07)?
    turvakielto: bool,
}

/// A right tells who the client is and holds no contact data.
impl Mask for ShownAccess {
    fn masked(self) -> Self {
        self
    }
}

impl Service {
    /// What is told of a right: the secure way in which a producer learns whose it is (RA-03).
    pub(super) fn shown_right(&self, right: &Right, at: Timestamp) -> Result<ShownAccess, Error> {
        let row = &right.row;
        let days = right.days(at).ok_or(Error::Internal("a right has no days"))?;
        let (first_day, last_day) = days;
        let (closes_on, reopened_until, suspended_since) = match right.state {
            AccessState::Coming | AccessState::Open => (None, None, None),
            AccessState::Suspended { since } => (None, None, Some(since)),
            AccessState::Reopened { closed_on, until } => (Some(closed_on), Some(until), None),
            AccessState::Closing { closes_on: day } | AccessState::Closed { closed_on: day } => {
                (Some(day), None, None)
            }
        };
        let who = self.shown_person(row.client, &right.identifier, right.names.as_deref())?;
        let turvakielto = right.file.standing.turvakielto(calendar::day_of(at));
        Ok(ShownAccess {
            oid: row.oid.clone(),
            client: ClientOfRight { who, turvakielto },
            case: row.case.clone(),
            controller: row.controller.clone(),
            unit: row.unit.clone(),
            service_task: row.service_task.clone(),
            first_day,
            last_day,
            state: right.state.as_str(),
            closes_on,
            reopened_until,
            suspended_since,
            local_copies: right.local_copies(),
        })
    }
}
