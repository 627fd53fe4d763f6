//! Searching a client's documents by metadata (DOC-06).
//!
//! The permission gives the scope – registers, groups, service tasks – and the scope narrows the
//! list, so that a search shows exactly what a fetch would give. Nothing is counted.
//!
//! Of other controllers' documents the list holds what leaves them, and nothing tells of the rest: a page
//! is as long as it would be if the rest were not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;
use varanto_model::{Code, Pointer, calendar};
use varanto_rules::{Action, Coverage, Disclosed, Mask, Permission, Registers, Scope};
use varanto_store::Purpose as Sealed;
use varanto_store::document::{self, ListFilter, ListOrder, ListedDocument, Permitted};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::disclosure::{Leave, Left, Shown, narrow};
use crate::record::Use;
use crate::search_request::{Search, cursor};
use crate::service::{Attempt, Service, UseCase};
use crate::shown_document::{raw, without_links};
use crate::snapshot::Snapshot;

/// One document that was found: its signed metadata, and beside them `stored_at` and `annulled`. `Debug` shows
/// nothing of them.
#[derive(Serialize)]
#[serde(transparent)]
pub struct FoundDocument(Box<RawValue>);

impl fmt::Debug for FoundDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoundDocument(…)")
    }
}

impl FoundDocument {
    /// Adds the two members to the metadata, which are a JSON object in canonical form.
    pub(crate) fn new(
        mut metadata: Vec<u8>,
        stored_at: Timestamp,
        annulled: bool,
    ) -> Result<Self, Error> {
        let end = metadata.pop();
        if end != Some(b'}') {
            return Err(Error::Internal("stored metadata are not an object"));
        }
        let more = format!(r#","stored_at":"{stored_at}","annulled":{annulled}}}"#);
        metadata.extend_from_slice(more.as_bytes());
        raw(metadata).map(Self)
    }
}

/// A page of a search.
#[derive(Debug, Serialize)]
pub struct FoundPage {
    documents: Vec<FoundDocument>,
    /// Is the client under turvakielto (CASE-07)?
    turvakielto: bool,
    next: Option<String>,
    #[serde(skip)]
    discloses: bool,
}

impl FoundPage {
    /// Must the answer tell nothing, not even by its time? So must an empty one, and each that leaves out
    /// what clients have denied.
    pub fn tells_nothing(&self) -> bool {
        self.discloses || self.documents.is_empty()
    }
}

/// A search shows metadata alone, which hold no contact data.
impl Mask for FoundPage {
    fn masked(self) -> Self {
        self
    }
}

/// What a search has found: one more than is shown, to know whether there is more.
type Found = (Permission, Left);

struct SearchDocuments<'a> {
    context: &'a CallContext,
    search: Search,
}

impl UseCase for SearchDocuments<'_> {
    type Answer = Disclosed<FoundPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        service.attempt_search(snapshot, self.context, &self.search).await
    }
}

impl Service {
    /// Searches on the request of a body.
    pub async fn search_documents(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<FoundPage>, Error> {
        let known = |search: Search| {
            let context = self.seeking(search.context, &search.client)?;
            if context.basis.discloses() && !search.filter.linked_to.is_empty() {
                let at = Pointer::root().member("filter").member("linked_to");
                let detail = "links are not searched in other controllers' registers";
                return Err(Error::fault(at, "not-offered", detail));
            }
            Ok(Search { context, ..search })
        };
        let search = match Search::read(body).and_then(known) {
            Ok(search) => search,
            Err(error) => return self.refuse_unread(context, Action::Search, error).await,
        };
        self.run(&SearchDocuments { context, search }).await
    }

    async fn attempt_search(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        search: &Search,
    ) -> Result<Attempt<Disclosed<FoundPage>>, Error> {
        let sought = self.seek(snapshot, context, &search.context, &search.client).await?;
        let about = sought.about(snapshot, context, Action::Search, &search.context);
        let facts = self.facts(snapshot, context, about);
        let decision = varanto_rules::decide(&facts);
        let client = sought.file.as_ref().map(|file| file.key);
        let result: Result<Found, Error> = match (decision.outcome(), Scope::of(&facts)) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::Internal("a search was permitted without a scope")),
            (Ok(permission), Some(scope)) => {
                let found = match (client, within(&search.filter, &scope)) {
                    (Some(client), Some(filter)) => {
                        let leave = Leave {
                            snapshot,
                            context,
                            facts: &facts,
                            scope: &scope,
                            client,
                            filter: &filter,
                        };
                        self.list(&leave, search).await?
                    }
                    _ => Left::default(),
                };
                Ok((permission, found))
            }
        };
        let shown: Vec<&ListedDocument> = match &result {
            Ok((_, found)) => found.listed.iter().take(search.page.size as usize).collect(),
            Err(_) => Vec::new(),
        };
        let documents = shown.iter().map(|row| row.newest.clone()).collect();
        let used = Use {
            controller: sought.noted_register(snapshot),
            clients: client.as_slice(),
            documents,
            parameters: Some(search.noted.clone()),
            ..Use::new(Action::Search, &search.context)
        };
        let (use_entry, mut plan) =
            self.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        plan.extend(sought.guard());
        for (of, rows) in by_client(search, client, result.as_ref().ok().map(|(_, found)| found)) {
            let clients = &[of];
            let disclosed =
                Shown { action: Action::Search, used: &search.context, use_entry, clients };
            let pairs = rows.iter().map(|row| (&row.facts.controller, &row.newest));
            self.note_disclosures(&mut plan, context, &disclosed, pairs);
        }
        let result = match result {
            Ok((permission, Left { listed, guards, .. })) => {
                plan.extend(guards);
                let today = calendar::day_of(context.at);
                let is_told = |file: &ClientFile| file.tells_turvakielto(!listed.is_empty(), today);
                let turvakielto = sought.file.as_ref().is_some_and(is_told);
                Ok(permission.disclose(self.page(listed, search, turvakielto)?))
            }
            Err(error) => Err(error),
        };
        Ok(Attempt { plan, result })
    }

    /// One more than is shown, to know whether there is more.
    async fn list(&self, leave: &Leave<'_>, search: &Search) -> Result<Left, Error> {
        let (after, size) = (search.page.after.clone(), search.page.size + 1);
        if search.context.basis.discloses() {
            return leave.page(self, after, size).await;
        }
        let order = ListOrder::NewestFirst;
        let query = document::list_documents(leave.client, leave.filter, order, after, size)
            .map_err(|_| Error::Internal("a filter has too many values"))?;
        Ok(Left { listed: self.database.fetch(query).await?, ..Left::default() })
    }

    fn page(
        &self,
        mut listed: Vec<ListedDocument>,
        search: &Search,
        turvakielto: bool,
    ) -> Result<FoundPage, Error> {
        let size = search.page.size as usize;
        let more = listed.len() > size;
        listed.truncate(size);
        let next = listed.last().filter(|_| more).map(|last| cursor(&last.cursor()));
        let open = |found: ListedDocument| {
            let mut metadata =
                self.unseal(Sealed::Metadata, found.newest.as_str().as_bytes(), &found.metadata)?;
            if search.context.basis.discloses() {
                metadata = without_links(metadata)?.0;
            }
            FoundDocument::new(metadata, found.stored_at, found.annulled)
        };
        let documents = listed.into_iter().map(open).collect::<Result<_, Error>>()?;
        let discloses = search.context.basis.discloses();
        Ok(FoundPage { documents, turvakielto, next, discloses })
    }
}

/// What a page discloses of whom: all of it of the client sought, and joint documents of their other clients
/// as well. Nothing where nothing is disclosed.
fn by_client<'a>(
    search: &Search,
    client: Option<Uuid>,
    found: Option<&'a Left>,
) -> BTreeMap<Uuid, Vec<&'a ListedDocument>> {
    let mut by_client: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
    let found = found.filter(|_| search.context.basis.discloses());
    for row in found.iter().flat_map(|left| left.listed.iter().take(search.page.size as usize)) {
        let clients = found.and_then(|left| left.clients.get(&row.original_oid));
        let others = clients.into_iter().flatten().copied().filter(|key| Some(*key) != client);
        for of in client.into_iter().chain(others) {
            by_client.entry(of).or_default().push(row);
        }
    }
    by_client
}

/// The filter as far as the scope reaches; `None` where nothing can be within both.
pub(crate) fn within(filter: &ListFilter, scope: &Scope) -> Option<ListFilter> {
    let mut filter = filter.clone();
    match &scope.registers {
        Registers::One(controller) => {
            if !filter.controllers.is_empty() && !filter.controllers.contains(controller) {
                return None;
            }
            filter.controllers = vec![controller.clone()];
        }
        Registers::Others(leaving) => narrow(&mut filter, leaving)?,
    }
    if let Some(case) = &scope.case {
        if !filter.cases.is_empty() && !filter.cases.contains(case) {
            return None;
        }
        filter.cases = vec![case.clone()];
    }
    if filter.groups.is_empty() {
        filter.groups = scope.groups.iter().copied().collect();
    } else {
        filter.groups.retain(|group| scope.groups.contains(group));
    }
    let Coverage { service_tasks, service_processes, type_codes } = &scope.coverage;
    let listed =
        |codes: &Option<BTreeSet<Code>>| codes.as_ref().map(|c| c.iter().cloned().collect());
    filter.permitted = Permitted {
        service_tasks: listed(service_tasks),
        service_processes: listed(service_processes),
        type_codes: listed(type_codes),
    };
    (!filter.groups.is_empty()).then_some(filter)
}
