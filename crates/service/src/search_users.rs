//! Looking at user registers (AC-04, AC-08): a manager or privacy officer at that of the own
//! organisation, and one of a controller at those of the producers that work for it.
//!
//! A producer works for a controller where one of its units has a register access right in the
//! controller's register. Any other organisation is as if it were not there.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use varanto_model::reader::{self, Members, boolean};
use varanto_model::{Code, Faults, Oid, Pointer, calendar};
use varanto_rules::{Action, Disclosed, Mask};
use varanto_store::MAX_VALUES;
use varanto_store::directory::Person;
use varanto_store::register_access::{self, AccessFilter};

use crate::Error;
use crate::context::CallContext;
use crate::directory_history::ShownPerson;
use crate::gather::About;
use crate::record::Use;
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::{Directory, Snapshot};
use crate::use_context::UseContext;

/// A page of a user register.
#[derive(Serialize)]
pub struct UserPage {
    organisation: Oid,
    users: Vec<ShownPerson>,
    next: Option<String>,
}

/// A user register holds no contact data.
impl Mask for UserPage {
    fn masked(self) -> Self {
        self
    }
}

#[derive(Default)]
struct Search {
    context: UseContext,
    organisation: Option<Oid>,
    unit: Option<Oid>,
    role: Option<Code>,
    include_ended: bool,
    page: Page<String>,
}

struct SearchUsers<'a> {
    context: &'a CallContext,
    search: Search,
}

impl UseCase for SearchUsers<'_> {
    type Answer = Disclosed<UserPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let about = About::new(Action::ReadUsers, &search.context);
        let facts = service.facts(snapshot, context, about);
        let decision = varanto_rules::decide(&facts);
        let result = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let organisation =
                    service.whose_register(&snapshot.directory, context, search).await?;
                let today = calendar::day_of(context.at);
                let page = organisation.map(|it| search.page(&snapshot.directory, it, today));
                page.map(|page| permission.disclose(page)).ok_or(Error::NotFound)
            }
        };
        let used = Use {
            parameters: Some(search.noted()),
            ..Use::new(Action::ReadUsers, &search.context)
        };
        let (_, plan) =
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Lists the people of a user register by id.
    pub async fn search_users(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<UserPage>, Error> {
        let search = match request::read(body, read) {
            Ok(search) => search,
            Err(error) => return self.refuse_unread(context, Action::ReadUsers, error).await,
        };
        self.run(&SearchUsers { context, search }).await
    }

    /// The organisation whose register is looked at; `None` where the caller has nothing to do with
    /// it.
    async fn whose_register<'a>(
        &self,
        directory: &'a Directory,
        context: &'a CallContext,
        search: &Search,
    ) -> Result<Option<&'a Oid>, Error> {
        let own = &context.system.organisation;
        let Some(wanted) = &search.organisation else { return Ok(Some(own)) };
        let wanted = directory.find(wanted).map(|organisation| &organisation.operating_unit);
        match (wanted, directory.controller_of(own)) {
            (Some(wanted), _) if wanted == own => Ok(Some(own)),
            (Some(wanted), Some(controller)) => {
                let works = self.works_for(directory, wanted, controller).await?;
                Ok(works.then_some(wanted))
            }
            (None, _) | (_, None) => Ok(None),
        }
    }

    /// Has a unit of the organisation a register access right in the controller's register?
    async fn works_for(
        &self,
        directory: &Directory,
        organisation: &Oid,
        controller: &Oid,
    ) -> Result<bool, Error> {
        let own = directory.units.values().filter(|unit| unit.organisation == *organisation);
        let units: Vec<Oid> = own.map(|unit| unit.oid.clone()).collect();
        for units in units.chunks(MAX_VALUES) {
            let filter = AccessFilter {
                units: units.to_vec(),
                controller: Some(controller.clone()),
                ..AccessFilter::default()
            };
            let rights = register_access::list(&filter, None, 1)
                .map_err(|_| Error::Internal("a filter has too many units"))?;
            if self.database.fetch_one(rights).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Search {
    fn page(&self, directory: &Directory, organisation: &Oid, today: Date) -> UserPage {
        let people = directory.people_of(organisation).filter(|person| {
            let later = self.page.after.as_ref().is_none_or(|after| person.user_id > *after);
            later && self.wants(person, today)
        });
        let size = self.page.size as usize;
        let mut people: Vec<&Person> = people.take(size + 1).collect();
        let more = people.len() > size;
        people.truncate(size);
        let last = people.last().filter(|_| more);
        UserPage {
            organisation: organisation.clone(),
            next: last.map(|last| URL_SAFE_NO_PAD.encode(&last.user_id)),
            users: people.into_iter().cloned().map(ShownPerson::from).collect(),
        }
    }

    fn wants(&self, person: &Person, today: Date) -> bool {
        self.unit.as_ref().is_none_or(|unit| person.units.contains(unit))
            && self.role.as_ref().is_none_or(|role| person.role == role.as_str())
            && (self.include_ended || person.valid_to.is_none_or(|last| today <= last))
    }

    /// What the log keeps of the search: nobody's id.
    fn noted(&self) -> String {
        let (organisation, unit, role) = (&self.organisation, &self.unit, &self.role);
        let ended = self.include_ended;
        json!({"organisation": organisation, "unit": unit, "role": role, "include_ended": ended})
            .to_string()
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let search = Search {
        context: m.optional("context", faults, UseContext::read).unwrap_or_default(),
        organisation: m.optional("organisation", faults, reader::oid),
        unit: m.optional("unit", faults, reader::oid),
        role: m.optional("role", faults, reader::code),
        include_ended: m.optional("include_ended", faults, boolean).unwrap_or(false),
        page: m
            .optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor))
            .unwrap_or_default(),
    };
    m.finish(faults);
    Some(search)
}

fn read_cursor(word: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()
}
