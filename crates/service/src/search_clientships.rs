//! Listing a client's clientships in the own register with the units that they give a context or a
//! right to (CASE-04). A producer sees what it was given in the list of its rights.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use varanto_documents::projection::{ClientshipStanding, UnitStanding};
use varanto_model::{ClientIdentifier, Code, Group, Oid, Pointer};
use varanto_rules::{Action, Basis, Disclosed};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::control_search::{ControlPage, Listing, OfClient, SearchControl};
use crate::request;
use crate::service::Service;
use crate::use_context::UseContext;

/// A clientship with all units that ever stood in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownClientship {
    /// Its identifier, which only an old one can be without.
    #[serde(skip_serializing_if = "Option::is_none")]
    oid: Option<Oid>,
    document: Oid,
    controller: Oid,
    old: bool,
    started_on: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_on: Option<Date>,
    /// Does it say that contact data are protected today (CASE-07)?
    turvakielto: bool,
    units: Vec<ShownUnit>,
}

impl ShownClientship {
    /// Has its last day passed on `today`?
    pub(crate) fn is_over(&self, today: Date) -> bool {
        self.ended_on.is_some_and(|last| last < today)
    }
}

/// A unit of a clientship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ShownUnit {
    part: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_task: Option<Code>,
    unit: Oid,
    /// The producer's unit under which an implementer's stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<Oid>,
    services: Vec<Code>,
    first_day: Date,
    /// The last day as it counts: no later than that of what the entry is nested in.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<Date>,
    /// When a new version left it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<Timestamp>,
}

impl From<&UnitStanding> for ShownUnit {
    fn from(unit: &UnitStanding) -> Self {
        Self {
            part: unit.part.as_str(),
            service_task: unit.service_task.clone(),
            unit: unit.unit.clone(),
            via: unit.via.clone(),
            services: unit.services.clone(),
            first_day: unit.first,
            last_day: unit.until,
            withdrawn_at: unit.withdrawn_at,
        }
    }
}

/// The clientships of a client.
pub(crate) struct Clientships;

impl Listing for Clientships {
    type Item = ShownClientship;

    const GROUP: Group = Group::Clientship;
    const MEMBER: &'static str = "clientships";

    fn items(&self, file: &ClientFile, register: &Oid, today: Date) -> Vec<(Oid, ShownClientship)> {
        let shown = |(document, clientship): (&Oid, &ClientshipStanding)| {
            let goes_on = clientship.turvakielto_until.is_none_or(|until| today <= until);
            let shown = ShownClientship {
                oid: clientship.clientship.clone(),
                document: document.clone(),
                controller: register.clone(),
                old: clientship.is_old,
                started_on: clientship.first,
                ended_on: clientship.last,
                turvakielto: clientship.turvakielto && goes_on,
                units: clientship.units.iter().map(ShownUnit::from).collect(),
            };
            (document.clone(), shown)
        };
        let stand = file.standing.clientships().filter(|(_, c)| c.annulled_at.is_none());
        stand.map(shown).collect()
    }
}

impl Service {
    /// Lists the clientships of a client in the own register by their documents' identifiers, old
    /// and ended ones too, but not annulled ones.
    pub async fn search_clientships(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ControlPage<ShownClientship>>, Error> {
        let own = |used: UseContext, _: &ClientIdentifier| {
            if used.basis == Basis::Own {
                return self.known_context(used);
            }
            let at = Pointer::root().member("context").member("basis");
            let detail = "clientships are listed in one's own register alone";
            Err(Error::fault(at, "not-offered", detail))
        };
        let known = |asked: OfClient| asked.within(own);
        match request::read(body, OfClient::read).and_then(known) {
            Ok(asked) => self.run(&SearchControl { context, asked, listing: Clientships }).await,
            Err(error) => self.refuse_unread(context, Action::Search, error).await,
        }
    }
}
