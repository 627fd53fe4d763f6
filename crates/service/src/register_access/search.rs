//! Listing rights: those of one's own unit, the inbox in which a producer learns whose clients it
//! serves (RA-03); and those that a controller's documents have given (AC-08).
//!
//! How a right stands is reckoned as it is read, so a page is filled by reading on. A request reads a
//! bounded number of rights: a page may be short, or empty, and still name a next one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;
use varanto_model::reader::{self, Members, word};
use varanto_model::{ClientIdentifier, Faults, Oid, Pointer, person};
use varanto_rules::{Action, Disclosed, Mask, decide};
use varanto_store::register_access::{self, AccessCursor, AccessFilter};
use varanto_store::{MAX_VALUES, Plan};

use super::right::{Right, ShownAccess, View};
use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::About;
use crate::record::Use;
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::{Directory, Snapshot};
use crate::use_context::UseContext;

/// The most units of a filter.
const MAX_UNITS: usize = 100;
/// Rights that are read for one page, at least.
const BATCH: u32 = 50;
/// Rights that are read for one page, at most, but for the rest of a batch.
const MAX_READ: usize = 2_000;

/// The states by which rights are sought; of what has not begun nobody is told.
const STATES: &[&str] = &["open", "closing", "suspended", "reopened", "closed"];

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

/// What is searched for.
struct Search {
    used: UseContext,
    view: View,
    client: Option<ClientIdentifier>,
    units: Vec<Oid>,
    organisation: Option<Oid>,
    states: Vec<&'static str>,
    page: Page<AccessCursor>,
    /// What is noted in the log: the request without the client.
    noted: String,
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
        let about = About::new(Action::ReadAccess, &search.used);
        let decision = decide(&service.facts(snapshot, context, about));
        let (listed, result) = match decision.outcome() {
            Err(refusal) => {
                let rules = decision.rule_ids();
                (Listed::default(), Err(Error::Refused { refusal, rules }))
            }
            Ok(permission) => {
                let listed = service.list_rights(snapshot, context, search).await?;
                let shown = |right| service.shown_right(right, context.at);
                let rights = listed.rights.iter().map(shown).collect::<Result<_, _>>()?;
                let next = listed.next.as_ref().map(cursor);
                (listed, Ok(permission.disclose(AccessPage { rights, next })))
            }
        };
        let files = listed.rights.iter().map(|right| &right.file).chain(&listed.sought);
        let files: BTreeMap<Uuid, &ClientFile> = files.map(|file| (file.key, file)).collect();
        let noted = |controller, clients: &[Uuid]| {
            let used = Use {
                controller,
                clients,
                parameters: Some(search.noted.clone()),
                ..Use::new(Action::ReadAccess, &search.used)
            };
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err()).1
        };
        // Whoever is shown is noted in the log of the register that the right is in.
        let mut plans = listed
            .registers(&snapshot.directory, context)
            .into_iter()
            .map(|(controller, clients)| noted(Some(controller), &Vec::from_iter(clients)));
        let mut plan: Plan = plans.next().unwrap_or_else(|| noted(None, &[]));
        plans.for_each(|other| plan.append(other));
        plan.extend(files.into_values().map(ClientFile::guard));
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
        let own = own_register(directory, context);
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

    async fn list_rights(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        search: &Search,
    ) -> Result<Listed, Error> {
        let directory = &snapshot.directory;
        let mut filter = AccessFilter::default();
        let mut sought = None;
        let units = match (search.view, own_register(directory, context)) {
            (View::Producer, _) => Some(vec![context.actor.unit.clone()]),
            (View::Controller, None) => return Ok(Listed::default()),
            (View::Controller, Some(own)) => {
                if let Some(client) = &search.client {
                    sought = self.file_of_person(client, own).await?;
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
        let mut reading = Reading::new(search);
        for units in parts {
            let filter = AccessFilter { units, ..filter.clone() };
            while reading.goes_on() {
                let query = register_access::list(&filter, reading.after.clone(), reading.batch())
                    .map_err(|_| Error::Internal("a filter has too many units"))?;
                let found = self.database.fetch(query).await?;
                let is_last = found.len() < reading.batch() as usize;
                for found in found {
                    let at = found.cursor();
                    let right = Right::of(found, snapshot, context)?;
                    let right =
                        right.filter(|right| self.is_told(snapshot, context, search, right));
                    reading.take(at, right);
                }
                if is_last {
                    break;
                }
            }
        }
        Ok(Listed { sought, ..reading.ended() })
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
            && right.view(&snapshot.directory, context) == Some(search.view)
            && decide(&self.facts(snapshot, context, about)).outcome().is_ok()
    }
}

/// A page that is being filled.
struct Reading {
    size: usize,
    after: Option<AccessCursor>,
    read: usize,
    rights: Vec<Right>,
    /// The place of the last right on the page.
    last: Option<AccessCursor>,
    is_full: bool,
}

impl Reading {
    fn new(search: &Search) -> Self {
        Self {
            size: search.page.size as usize,
            after: search.page.after.clone(),
            read: 0,
            rights: Vec::new(),
            last: None,
            is_full: false,
        }
    }

    /// Rights that are read at once: one more than is shown, to know whether there is more.
    fn batch(&self) -> u32 {
        u32::try_from(self.size + 1).unwrap_or(BATCH).max(BATCH)
    }

    fn goes_on(&self) -> bool {
        !self.is_full && self.read < MAX_READ
    }

    fn take(&mut self, at: AccessCursor, right: Option<Right>) {
        self.read += 1;
        self.after = Some(at.clone());
        if let Some(right) = right {
            self.is_full |= self.rights.len() == self.size;
            if !self.is_full {
                self.rights.push(right);
                self.last = Some(at);
            }
        }
    }

    fn ended(self) -> Listed {
        let cut_short = self.read >= MAX_READ;
        let next = if self.is_full { self.last } else { self.after.filter(|_| cut_short) };
        Listed { rights: self.rights, next, sought: None }
    }
}

impl Search {
    /// The units that are asked for, in order; `None` where any will do.
    fn units(&self, directory: &Directory) -> Option<Vec<Oid>> {
        let organisation = self.organisation.as_ref().map(|oid| directory.find(oid));
        let mut units: Vec<Oid> = match organisation {
            None if self.units.is_empty() => return None,
            None => self.units.clone(),
            Some(None) => Vec::new(),
            Some(Some(organisation)) => {
                let wanted = |unit: &Oid| self.units.is_empty() || self.units.contains(unit);
                let all = directory.units.values();
                let of_it = all.filter(|unit| unit.organisation == organisation.operating_unit);
                of_it.map(|unit| unit.oid.clone()).filter(wanted).collect()
            }
        };
        units.sort_unstable();
        units.dedup();
        Some(units)
    }
}

/// The register of the caller's organisation, if it is a controller.
pub(super) fn own_register<'a>(directory: &'a Directory, context: &CallContext) -> Option<&'a Oid> {
    let own = directory.organisations.get(&context.system.organisation)?;
    own.controller.as_ref().map(|controller| &controller.oid)
}

fn cursor(at: &AccessCursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}/{}", at.unit, at.oid))
}

fn read_cursor(word: &str) -> Option<AccessCursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    let (unit, oid) = text.split_once('/')?;
    Some(AccessCursor { unit: Oid::parse(unit).ok()?, oid: Oid::parse(oid).ok()? })
}

fn read(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let view = m.optional("view", faults, word(View::ALL, View::as_str));
    let view = view.unwrap_or(View::Producer);
    if view == View::Producer {
        for name in ["client", "units", "organisation"] {
            if m.raw(name).is_some() {
                let detail = "a producer sees the rights of the unit in the token, all of them";
                faults.add(m.place(name), "not-in-this-view", detail);
            }
        }
    }
    let client = m.optional("client", faults, person::client_sought);
    let units = m.list("units", MAX_UNITS, faults, reader::oid);
    let organisation = m.optional("organisation", faults, reader::oid);
    let states = m.list("states", STATES.len(), faults, word(STATES, |state| state));
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    let mut noted = value.clone();
    if let Some(members) = noted.as_object_mut() {
        members.remove("client");
        members.remove("context");
    }
    Some(Search {
        used: UseContext { basis: view.basis(), ..used },
        view,
        client,
        units,
        organisation,
        states,
        page: page.unwrap_or_default(),
        noted: noted.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use varanto_rules::AccessState;

    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_given_and_nothing_else() {
        let at = AccessCursor {
            unit: Oid::parse("1.2.246.10.99990002.10.3").unwrap(),
            oid: Oid::parse("2.25.1").unwrap(),
        };
        assert_eq!(read_cursor(&cursor(&at)), Some(at));
        for word in ["", "x", "!!", "MS8x"] {
            assert_eq!(read_cursor(word), None, "{word}");
        }
    }

    #[test]
    fn every_state_but_the_one_that_is_shown_to_nobody_can_be_sought() {
        let day = jiff::civil::date(2026, 9, 10);
        let all = [
            AccessState::Open,
            AccessState::Closing { closes_on: day },
            AccessState::Suspended { since: jiff::Timestamp::UNIX_EPOCH },
            AccessState::Reopened { closed_on: day, until: day },
            AccessState::Closed { closed_on: day },
        ];
        assert_eq!(all.map(AccessState::as_str), STATES);
        assert!(!STATES.contains(&AccessState::Coming.as_str()));
    }

    /// REQ RA-03
    #[test]
    fn a_producer_cannot_ask_for_other_units_and_the_log_keeps_no_client() {
        let body = br#"{"units": ["1.2.3"], "states": ["coming"]}"#;
        let Err(Error::Rejected { faults, .. }) = request::read(body, read) else {
            panic!("it must be refused")
        };
        let found: Vec<_> =
            faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect();
        let wanted = [("/units", "not-in-this-view"), ("/states/0", "not-in-list")];
        assert_eq!(found, wanted.map(|(at, code)| (at.to_owned(), code)));
        let body = br#"{"view": "controller", "client": {"id": "010594Y9032"}}"#;
        assert!(!request::read(body, read).unwrap().noted.contains("9032"));
    }
}
