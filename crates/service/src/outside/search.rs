//! Listing requests in the own register: those about one client, or – for a special reason – all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::reader::{Members, word};
use varanto_model::{ClientIdentifier, Faults, Oid, Pointer, person};
use varanto_rules::{Action, Disclosed, Mask, decide};
use varanto_store::disclosure_request::{self, DisclosureRequest, RequestState};
use varanto_store::use_log::LogCursor;
use varanto_store::{client, recipient};

use super::shown::ShownRequest;
use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::found_document::own_register;
use crate::gather::{About, client_facts};
use crate::log_page::{cursor, read_cursor};
use crate::record::Use;
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A page of requests, newest first.
#[derive(Serialize)]
pub struct RequestPage {
    requests: Vec<ShownRequest>,
    next: Option<String>,
}

/// Requests hold no contact data.
impl Mask for RequestPage {
    fn masked(self) -> Self {
        self
    }
}

struct Search {
    used: UseContext,
    client: Option<ClientIdentifier>,
    state: Option<RequestState>,
    page: Page<LogCursor>,
}

impl Search {
    /// What the log keeps of it.
    fn noted(&self) -> String {
        let state = self.state.map(RequestState::as_str);
        let page = self.page.noted(|at| cursor(*at));
        json!({"requests": state, "act": "search", "page": page}).to_string()
    }
}

struct SearchRequests<'a> {
    context: &'a CallContext,
    search: Search,
}

impl UseCase for SearchRequests<'_> {
    type Answer = Disclosed<RequestPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let action = Action::DiscloseOutside;
        let own = own_register(snapshot, context);
        let file = match &search.client {
            Some(client) => service.file_of_person(client, own).await?,
            None => None,
        };
        let clients = client_facts(snapshot, context, file.as_slice(), own, None);
        let about = About { clients, ..About::new(action, &search.used) };
        let decision = decide(&service.facts(snapshot, context, about));
        let (requests, result) = match decision.outcome() {
            Err(refusal) => {
                let rules = decision.rule_ids();
                (Vec::new(), Err(Error::Refused { refusal, rules }))
            }
            Ok(permission) => {
                let (requests, has_more) =
                    service.list_requests(own, search, file.as_ref()).await?;
                let page = service.request_page(&requests, has_more).await?;
                (requests, Ok(permission.disclose(page)))
            }
        };
        let mut shown: BTreeMap<_, Vec<Oid>> = BTreeMap::new();
        shown.extend(file.as_ref().map(|file| (file.key, Vec::new())));
        for request in &requests {
            shown.entry(request.client).or_default().extend(request.documents.iter().cloned());
        }
        // One entry for each client, with the documents that are about that client.
        let note = |client: Option<Uuid>, documents: Vec<Oid>| {
            let used = Use {
                clients: client.as_slice(),
                documents,
                parameters: Some(search.noted()),
                ..Use::new(action, &search.used)
            };
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err()).1
        };
        let mut plans = shown.into_iter().map(|(client, documents)| note(Some(client), documents));
        let mut plan = plans.next().unwrap_or_else(|| note(None, Vec::new()));
        plans.for_each(|other| plan.append(other));
        plan.extend(file.as_ref().map(ClientFile::guard));
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Lists the requests in the caller's register, on the request of a body.
    pub async fn search_disclosure_requests(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<RequestPage>, Error> {
        let known = |search: Search| Ok(Search { used: self.disclosing(search.used)?, ..search });
        match request::read(body, read).and_then(known) {
            Ok(search) => self.run(&SearchRequests { context, search }).await,
            Err(error) => self.refuse_unread(context, Action::DiscloseOutside, error).await,
        }
    }

    /// The requests of a page, and whether there are more. A client without a file has none.
    async fn list_requests(
        &self,
        own: &Oid,
        search: &Search,
        file: Option<&ClientFile>,
    ) -> Result<(Vec<DisclosureRequest>, bool), Error> {
        if search.client.is_some() && file.is_none() {
            return Ok((Vec::new(), false));
        }
        let (size, client) = (search.page.size, file.map(|file| file.key));
        let query =
            disclosure_request::list(own, client, search.state, search.page.after, size + 1);
        let mut requests = self.database.fetch(query).await?;
        let has_more = requests.len() > size as usize;
        requests.truncate(size as usize);
        Ok((requests, has_more))
    }

    async fn request_page(
        &self,
        requests: &[DisclosureRequest],
        has_more: bool,
    ) -> Result<RequestPage, Error> {
        let clients: BTreeSet<_> = requests.iter().map(|request| request.client).collect();
        let recipients: BTreeSet<_> = requests.iter().map(|request| request.recipient).collect();
        let clients: Vec<_> = clients.into_iter().map(client::find).collect();
        let recipients: Vec<_> = recipients.into_iter().map(recipient::find).collect();
        let (clients, recipients) = self.database.fetch((clients, recipients)).await?;
        let clients: BTreeMap<_, _> =
            clients.into_iter().flatten().map(|client| (client.key, client)).collect();
        let recipients: BTreeMap<_, _> =
            recipients.into_iter().flatten().map(|found| (found.id, found)).collect();
        let shown = |request: &DisclosureRequest| {
            let client = clients.get(&request.client).ok_or(Error::Contended)?;
            let recipient = recipients.get(&request.recipient);
            let recipient = recipient.ok_or(Error::Internal("a request has no recipient"))?;
            self.shown_request(request, client, recipient)
        };
        let shown = requests.iter().map(shown).collect::<Result<_, Error>>()?;
        let next = requests.last().filter(|_| has_more).map(|last| cursor(last.cursor()));
        Ok(RequestPage { requests: shown, next })
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let client = m.optional("client", faults, person::client_sought);
    let state = m.optional("state", faults, word(RequestState::ALL, RequestState::as_str));
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    Some(Search { used, client, state, page: page.unwrap_or_default() })
}
