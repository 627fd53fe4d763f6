//! Listing rights: those of one's own unit, the inbox in which a producer learns whose clients it
//! serves (RA-03); and those that a controller's documents have given (AC-08).
//!
//! How a right stands is reckoned as it is read, so a page is filled by reading on. A request reads a
//! bounded number of rights: a page may be short, or empty, and still name a next one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_rules::{Action, Disclosed, Mask, decide};
use varanto_store::MAX_VALUES;
use varanto_store::register_access::{self, AccessCursor, AccessFilter};

use super::filling::Filling;
use super::noted::plan_of;
use super::right::{Right, ShownAccess, View};
use super::search_request::{Search, cursor, read};
use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::{About, client_facts};
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::{Directory, Snapshot};

/// A page of rights, by unit and name.
#[derive(Serialize)]
pub struct AccessPage {
    rights: Vec<ShownAccess>,
    next: Option<String>,
}

/// Rights hold no contact data.
impl Mask for AccessPage {
    fn masked(self) -> Self {
        self
    }
}

struct SearchRights<'a> {
    context: &'a CallContext,
    search: Search,
}

/// What was found.
#[derive(Default)]
struct Listed {
    rights: Vec<Right>,
    next: Option<AccessCursor>,
    /// The file of the client that was asked for.
    sought: Option<ClientFile>,
}

impl UseCase for SearchRights<'_> {
    type Answer = Disclosed<AccessPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let sought = service.seek_own(snapshot, context, search).await?;
        let clients = match (
            &search.client,
            snapshot.directory.controller_of(&context.system.organisation),
        ) {
            (Some(_), Some(own)) => {
                let nobody = ClientFile::new(Uuid::nil());
                let file = std::slice::from_ref(sought.as_ref().unwrap_or(&nobody));
                client_facts(snapshot, context, file, own, None)
            }
            _ => Vec::new(),
        };
        let about = About { clients, ..About::new(Action::ReadAccess, &search.used) };
        let decision = decide(&service.facts(snapshot, context, about));
        let (listed, result) = match decision.outcome() {
            Err(refusal) => {
                let rules = decision.rule_ids();
                let listed = Listed { sought, ..Listed::default() };
                (listed, Err(Error::Refused { refusal, rules }))
            }
            Ok(permission) => {
                let listed = service.list_rights(snapshot, context, search, sought).await?;
                let shown = |right| service.shown_right(right, context.at);
                let rights = listed.rights.iter().map(shown).collect::<Result<_, _>>()?;
                let next = listed.next.as_ref().map(cursor);
                (listed, Ok(permission.disclose(AccessPage { rights, next })))
            }
        };
        let files = listed.rights.iter().map(|right| &right.file).chain(&listed.sought);
        let noted = |controller: Option<&Oid>, clients: &[Uuid]| {
            let used = Use {
                controller,
                clients,
                parameters: Some(search.noted.clone()),
                ..Use::new(Action::ReadAccess, &search.used)
            };
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err()).1
        };
        // Whoever is shown is noted in the log of the register that the right is in.
        let plan = plan_of(listed.registers(&snapshot.directory, context), files, noted);
        Ok(Attempt { plan, result })
    }
}

impl Listed {
    /// The clients by the register in which something is told of them.
    fn registers<'a>(
        &'a self,
        directory: &'a Directory,
        context: &CallContext,
    ) -> BTreeMap<&'a Oid, BTreeSet<Uuid>> {
        let mut registers: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for right in &self.rights {
            registers.entry(&right.row.controller).or_default().insert(right.file.key);
        }
        let own = directory.controller_of(&context.system.organisation);
        if let (Some(own), Some(sought)) = (own, &self.sought) {
            registers.entry(own).or_default().insert(sought.key);
        }
        registers
    }
}

impl Service {
    /// Lists rights by unit and name: those of the caller's unit, or those in the caller's register.
    pub async fn search_register_access(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<AccessPage>, Error> {
        let known =
            |search: Search| Ok(Search { used: self.known_context(search.used)?, ..search });
        let search = match request::read(body, read).and_then(known) {
            Ok(search) => search,
            Err(error) => return self.refuse_unread(context, Action::ReadAccess, error).await,
        };
        self.run(&SearchRights { context, search }).await
    }

    /// The file of the client whose rights are sought in the own register.
    async fn seek_own(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        search: &Search,
    ) -> Result<Option<ClientFile>, Error> {
        match (&search.client, snapshot.directory.controller_of(&context.system.organisation)) {
            (Some(client), Some(own)) => self.file_of_person(client, own).await,
            _ => Ok(None),
        }
    }

    async fn list_rights(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        search: &Search,
        sought: Option<ClientFile>,
    ) -> Result<Listed, Error> {
        let directory = &snapshot.directory;
        let mut filter = AccessFilter::default();
        let units = match (search.view, directory.controller_of(&context.system.organisation)) {
            (View::Producer, _) => Some(vec![context.actor.unit.clone()]),
            (View::Controller, None) => return Ok(Listed::default()),
            (View::Controller, Some(own)) => {
                if search.client.is_some() {
                    let Some(file) = &sought else { return Ok(Listed::default()) };
                    filter.client = Some(file.key);
                }
                filter.controller = Some(own.clone());
                search.units(directory)
            }
        };
        // No unit at all narrows nothing, and one that cannot be there narrows to nothing.
        let parts: Vec<_> = match &units {
            None => vec![Vec::new()],
            Some(units) => units.chunks(MAX_VALUES).map(<[_]>::to_vec).collect(),
        };
        let mut filling = Filling::new(&search.page);
        for units in parts {
            let filter = AccessFilter { units, ..filter.clone() };
            while filling.goes_on() {
                let query = register_access::list(&filter, filling.after(), filling.batch())
                    .map_err(|_| Error::Internal("a filter has too many units"))?;
                let found = self.database.fetch(query).await?;
                let is_last = found.len() < filling.batch() as usize;
                for found in found {
                    let at = found.cursor();
                    let right = Right::of(found, snapshot, context)?;
                    let right =
                        right.filter(|right| self.is_told(snapshot, context, search, right));
                    filling.take(at, right);
                }
                if is_last {
                    break;
                }
            }
        }
        let (rights, next) = filling.ended();
        Ok(Listed { rights, next, sought })
    }

    /// Is the caller told of this right, and was it asked for? A controller that does not accept the
    /// model of the caller's organisation shows it nothing.
    fn is_told(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        search: &Search,
        right: &Right,
    ) -> bool {
        let asked_for = search.states.is_empty() || search.states.contains(&right.state.as_str());
        let controller = Some(&right.row.controller);
        let about = About { controller, ..About::new(Action::ReadAccess, &search.used) };
        asked_for
            && right.view(self, &snapshot.directory, context) == Some(search.view)
            && (search.view == View::Controller
                || decide(&self.facts(snapshot, context, about)).outcome().is_ok())
    }
}
