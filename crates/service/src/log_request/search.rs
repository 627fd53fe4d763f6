//! Listing the requests for the log of the own register, so that none is answered late.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use varanto_model::reader::{self, Members, word};
use varanto_model::{Faults, Pointer, calendar};
use varanto_rules::{Action, Disclosed, Mask, decide};
use varanto_store::client;
use varanto_store::log_request::{self, LogRequestState};
use varanto_store::use_log::LogCursor;

use super::shown::ShownLogRequest;
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

/// A page of requests, newest first.
#[derive(Serialize)]
pub struct LogRequestPage {
    requests: Vec<ShownLogRequest>,
    next: Option<String>,
}

/// Requests hold no contact data.
impl Mask for LogRequestPage {
    fn masked(self) -> Self {
        self
    }
}

struct Search {
    used: UseContext,
    state: Option<LogRequestState>,
    due_before: Option<Date>,
    page: Page<LogCursor>,
}

struct SearchRequests<'a> {
    context: &'a CallContext,
    search: Search,
}

impl UseCase for SearchRequests<'_> {
    type Answer = Disclosed<LogRequestPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let about = About::new(Action::AnswerLogRequest, &search.used);
        let decision = decide(&service.facts(snapshot, context, about));
        let mut clients = Vec::new();
        let result = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let own = own_register(snapshot, context);
                let Search { state, due_before, page, .. } = search;
                let query = log_request::list(own, *state, *due_before, page.after, page.size + 1);
                let mut found = service.database.fetch(query).await?;
                let more = found.len() > page.size as usize;
                found.truncate(page.size as usize);
                let next = found.last().filter(|_| more).map(|last| cursor(last.cursor()));
                let today = calendar::day_of(context.at);
                let (mut requests, mut files) = (Vec::new(), Vec::new());
                for request in &found {
                    let details = service.log_request_details(request)?;
                    let lookup = service.lookup(&details.client.identifier()?, own);
                    files.push(client::find_by_lookup(&lookup));
                    requests.push(service.shown_log_request(request, details, today)?);
                }
                let files = service.database.fetch(files).await?.into_iter().flatten();
                clients.extend(files.map(|file| file.joined_to.unwrap_or(file.key)));
                Ok(permission.disclose(LogRequestPage { requests, next }))
            }
        };
        clients.sort_unstable();
        clients.dedup();
        let state = search.state.map(LogRequestState::as_str);
        let noted = json!({"requests": state, "due_before": search.due_before, "act": "search"});
        let used = Use {
            clients: &clients,
            parameters: Some(noted.to_string()),
            ..Use::new(Action::AnswerLogRequest, &search.used)
        };
        let (_, plan) =
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        Ok(Attempt { plan, result })
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let state = m.optional("state", faults, word(LogRequestState::ALL, LogRequestState::as_str));
    let due_before = m.optional("due_before", faults, reader::day);
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    Some(Search { used, state, due_before, page: page.unwrap_or_default() })
}

impl Service {
    /// Lists the requests for the log of the caller's register, on the request of a body.
    pub async fn search_log_requests(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<LogRequestPage>, Error> {
        match request::read(body, read) {
            Ok(search) => self.run(&SearchRequests { context, search }).await,
            Err(error) => self.refuse_unread(context, Action::AnswerLogRequest, error).await,
        }
    }
}
