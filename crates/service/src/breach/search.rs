//! Listing the breaches of the own register.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};
use varanto_model::reader::{Members, word};
use varanto_model::{Faults, Pointer};
use varanto_rules::{Action, Disclosed, Mask, decide};
use varanto_store::breach::{self, Breach, BreachState};
use varanto_store::use_log::LogCursor;

use super::shown::ShownBreach;
use crate::Error;
use crate::context::CallContext;
use crate::found_document::own_register;
use crate::gather::About;
use crate::log_page::{cursor, read_cursor};
use crate::record::Use;
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A page of breaches, newest first.
#[derive(Serialize)]
pub struct BreachPage {
    breaches: Vec<ShownBreach>,
    next: Option<String>,
}

/// Breaches hold no contact data.
impl Mask for BreachPage {
    fn masked(self) -> Self {
        self
    }
}

struct Search {
    used: UseContext,
    state: Option<BreachState>,
    page: Page<LogCursor>,
}

struct SearchBreaches<'a> {
    context: &'a CallContext,
    search: Search,
}

impl UseCase for SearchBreaches<'_> {
    type Answer = Disclosed<BreachPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let action = Action::HandleBreach;
        let decision = decide(&service.facts(snapshot, context, About::new(action, &search.used)));
        let mut documents = BTreeSet::new();
        let result = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let size = search.page.size;
                let own = own_register(snapshot, context);
                let query = breach::list(own, search.state, search.page.after, size + 1);
                let mut found = service.database.fetch(query).await?;
                let has_more = found.len() > size as usize;
                found.truncate(size as usize);
                let next = found.last().filter(|_| has_more).map(|last| cursor(last.cursor()));
                documents.extend(found.iter().flat_map(|breach| breach.documents.clone()));
                let shown = |breach: &Breach| ShownBreach::of(breach, context.at);
                let page = BreachPage { breaches: found.iter().map(shown).collect(), next };
                Ok(permission.disclose(page))
            }
        };
        let noted = json!({
            "act": "search",
            "state": search.state.map(BreachState::as_str),
            "page": search.page.noted(|at| cursor(*at)),
        });
        let used = Use {
            documents: documents.into_iter().collect(),
            parameters: Some(noted.to_string()),
            ..Use::new(action, &search.used)
        };
        let (_, plan) =
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Lists the breaches of the caller's register, on the request of a body.
    pub async fn search_breaches(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<BreachPage>, Error> {
        let known = |search: Search| Ok(Search { used: self.of_breach(search.used)?, ..search });
        match request::read(body, read).and_then(known) {
            Ok(search) => self.run(&SearchBreaches { context, search }).await,
            Err(error) => self.refuse_unread(context, Action::HandleBreach, error).await,
        }
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let state = m.optional("state", faults, word(BreachState::ALL, BreachState::as_str));
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    Some(Search { used, state, page: page.unwrap_or_default() })
}
