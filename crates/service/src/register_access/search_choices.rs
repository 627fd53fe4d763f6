//! Listing reports of clients' choices: a controller those that were made to it, with whose they are;
//! a producer its own, and what became of them (RA-12).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::reader::{Members, word};
use varanto_model::{Code, Faults, Oid, Pointer};
use varanto_rules::{Action, Disclosed, Mask, decide};
use varanto_store::choice::{self, Choice, ChoiceFilter};
use varanto_store::use_log::LogCursor;
use varanto_store::{Purpose, client};

use super::choice::state;
use super::noted::plan_of;
use super::right::View;
use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::About;
use crate::log_page::{cursor, read_cursor};
use crate::record::Use;
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::shown_client::ShownClient;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A page of reports, newest first.
#[derive(Serialize)]
pub struct ChoicePage {
    choices: Vec<ShownChoice>,
    next: Option<String>,
}

/// Reports hold no contact data.
impl Mask for ChoicePage {
    fn masked(self) -> Self {
        self
    }
}

#[derive(Serialize)]
struct ShownChoice {
    id: Uuid,
    reported_at: Timestamp,
    controller: Oid,
    unit: Oid,
    service_task: Code,
    from: Date,
    state: &'static str,
    /// Told to the controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<ShownClient>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<ShownRefusal>,
}

#[derive(Serialize)]
struct ShownRefusal {
    at: Timestamp,
    reason: String,
}

struct Search {
    used: UseContext,
    view: View,
    page: Page<LogCursor>,
}

impl Search {
    /// What the log keeps of it.
    fn noted(&self) -> String {
        json!({"choices": self.view.as_str(), "page": self.page.noted(|at| cursor(*at))})
            .to_string()
    }
}

struct SearchChoices<'a> {
    context: &'a CallContext,
    search: Search,
}

/// Reports with the files of their clients, by register and the key that the report has.
#[derive(Default)]
struct Listed {
    choices: Vec<Choice>,
    files: BTreeMap<Oid, BTreeMap<Uuid, ClientFile>>,
    has_more: bool,
}

impl UseCase for SearchChoices<'_> {
    type Answer = Disclosed<ChoicePage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let action = search.view.choices();
        let about = About::new(action, &search.used);
        let decision = decide(&service.facts(snapshot, context, about));
        let (listed, result) = match decision.outcome() {
            Err(refusal) => {
                let rules = decision.rule_ids();
                (Listed::default(), Err(Error::Refused { refusal, rules }))
            }
            Ok(permission) => {
                let listed = service.list_choices(snapshot, context, search).await?;
                let page = service.choice_page(&listed, search.view, context.at).await?;
                (listed, Ok(permission.disclose(page)))
            }
        };
        let noted = |controller: Option<&Oid>, clients: &[Uuid]| {
            let used = Use {
                controller,
                clients,
                parameters: Some(search.noted()),
                ..Use::new(action, &search.used)
            };
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err()).1
        };
        let files = listed.files.values().flat_map(BTreeMap::values);
        let keys = |files: &BTreeMap<_, ClientFile>| files.values().map(|file| file.key).collect();
        let registers = listed.files.iter().map(|(controller, files)| (controller, keys(files)));
        let plan = plan_of(registers.collect(), files, noted);
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Lists reports of choices: those to the caller's register, or those of its organisation.
    pub async fn search_choices(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ChoicePage>, Error> {
        let known =
            |search: Search| Ok(Search { used: self.known_context(search.used)?, ..search });
        let search = match request::read(body, read).and_then(known) {
            Ok(search) => search,
            Err(error) => return self.refuse_unread(context, Action::ReadAccess, error).await,
        };
        self.run(&SearchChoices { context, search }).await
    }

    async fn list_choices(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        search: &Search,
    ) -> Result<Listed, Error> {
        let filter =
            match (search.view, snapshot.directory.controller_of(&context.system.organisation)) {
                (View::Producer, _) => {
                    ChoiceFilter::Organisation(context.system.organisation.clone())
                }
                (View::Controller, Some(own)) => ChoiceFilter::Controller(own.clone()),
                (View::Controller, None) => return Ok(Listed::default()),
            };
        let size = search.page.size;
        let query = choice::list(filter, search.page.after, size + 1);
        let mut choices = self.database.fetch(query).await?;
        let has_more = choices.len() > size as usize;
        choices.truncate(size as usize);
        let mut keys: BTreeMap<Oid, BTreeSet<Uuid>> = BTreeMap::new();
        for choice in &choices {
            keys.entry(choice.controller.clone()).or_default().insert(choice.client);
        }
        let mut files = BTreeMap::new();
        for (controller, keys) in keys {
            let of_register = self.files_of_choices(&controller, &keys).await?;
            files.insert(controller, of_register);
        }
        Ok(Listed { choices, files, has_more })
    }

    async fn choice_page(
        &self,
        listed: &Listed,
        view: View,
        now: Timestamp,
    ) -> Result<ChoicePage, Error> {
        let keys: BTreeSet<_> = match view {
            View::Producer => BTreeSet::new(),
            View::Controller => {
                let files = listed.files.values().flat_map(BTreeMap::values);
                files.map(|file| file.key).collect()
            }
        };
        let clients = self.database.fetch(keys.into_iter().map(client::find).collect::<Vec<_>>());
        let clients: BTreeMap<_, _> =
            clients.await?.into_iter().flatten().map(|client| (client.key, client)).collect();
        let shown = |choice: &Choice| {
            let file = listed.file_of(choice);
            let client = file.and_then(|file| clients.get(&file.key));
            let refusal = choice.refusal.as_ref().map(|refusal| {
                let sealed = &refusal.reason;
                let reason = self.unseal_text(Purpose::ChoiceRefusal, choice.id, sealed)?;
                Ok::<_, Error>(ShownRefusal { at: refusal.at, reason })
            });
            Ok(ShownChoice {
                id: choice.id,
                reported_at: choice.at,
                controller: choice.controller.clone(),
                unit: choice.unit.clone(),
                service_task: choice.service_task.clone(),
                from: choice.first_day,
                state: state(choice, file, now),
                client: client.map(|client| self.shown_client(client)).transpose()?,
                refusal: refusal.transpose()?,
            })
        };
        let choices = listed.choices.iter().map(shown).collect::<Result<_, Error>>()?;
        let last = listed.choices.last().filter(|_| listed.has_more);
        let next = last.map(|last| cursor(LogCursor { at: last.at, id: last.id }));
        Ok(ChoicePage { choices, next })
    }
}

impl Listed {
    fn file_of(&self, choice: &Choice) -> Option<&ClientFile> {
        self.files.get(&choice.controller)?.get(&choice.client)
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let view = m.optional("view", faults, word(View::ALL, View::as_str));
    let view = view.unwrap_or(View::Producer);
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    let used = UseContext { basis: view.basis(), ..used };
    Some(Search { used, view, page: page.unwrap_or_default() })
}
