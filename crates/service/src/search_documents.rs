//! Searching a client's documents by metadata (DOC-06).
//!
//! The permission gives the scope – register, groups, service tasks – and the scope narrows the
//! list, so that a search shows exactly what a fetch would give. Nothing is counted.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use varanto_model::{Code, calendar};
use varanto_rules::{Action, Coverage, Disclosed, Mask, Scope};
use varanto_store::Purpose as Sealed;
use varanto_store::document::{self, ListFilter, ListOrder, ListedDocument, Permitted};

use crate::Error;
use crate::context::CallContext;
use crate::record::Use;
use crate::search_request::{Search, cursor};
use crate::service::{Attempt, Service, UseCase};
use crate::shown_document::raw;
use crate::snapshot::Snapshot;

/// One document that was found: its signed metadata, and beside them `stored_at` and `annulled`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct FoundDocument(Box<RawValue>);

impl FoundDocument {
    /// Adds the two members to the metadata, which are a JSON object in canonical form.
    fn new(mut metadata: Vec<u8>, stored_at: Timestamp, annulled: bool) -> Result<Self, Error> {
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
}

impl FoundPage {
    /// Is there nothing on it?
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }
}

/// A search shows metadata alone, which hold no contact data.
impl Mask for FoundPage {
    fn masked(self) -> Self {
        self
    }
}

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
        let known =
            |search: Search| Ok(Search { context: self.seeking(search.context)?, ..search });
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
        let result = match (decision.outcome(), Scope::of(&facts)) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::Internal("a search was permitted without a scope")),
            (Ok(permission), Some(scope)) => {
                let listed = match (client, within(&search.filter, scope)) {
                    (Some(client), Some(filter)) => self.list(client, &filter, search).await?,
                    _ => Vec::new(),
                };
                Ok((permission, listed))
            }
        };
        let documents = match &result {
            Ok((_, listed)) => {
                listed.iter().take(search.page.size as usize).map(|d| d.newest.clone()).collect()
            }
            Err(_) => Vec::new(),
        };
        let used = Use {
            controller: sought.noted_register(snapshot),
            clients: client.as_slice(),
            documents,
            parameters: Some(search.noted.clone()),
            ..Use::new(Action::Search, &search.context)
        };
        let (_, mut plan) =
            self.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        plan.extend(sought.guard());
        let result = match result {
            Ok((permission, listed)) => {
                let today = calendar::day_of(context.at);
                let turvakielto =
                    sought.file.as_ref().is_some_and(|file| file.standing.turvakielto(today));
                Ok(permission.disclose(self.page(listed, search.page.size, turvakielto)?))
            }
            Err(error) => Err(error),
        };
        Ok(Attempt { plan, result })
    }

    /// One more than is shown, to know whether there is more.
    async fn list(
        &self,
        client: uuid::Uuid,
        filter: &ListFilter,
        search: &Search,
    ) -> Result<Vec<ListedDocument>, Error> {
        let query = document::list_documents(
            client,
            filter,
            ListOrder::NewestFirst,
            search.page.after.clone(),
            search.page.size + 1,
        )
        .map_err(|_| Error::Internal("a filter has too many values"))?;
        Ok(self.database.fetch(query).await?)
    }

    fn page(
        &self,
        mut listed: Vec<ListedDocument>,
        size: u32,
        turvakielto: bool,
    ) -> Result<FoundPage, Error> {
        let more = listed.len() > size as usize;
        listed.truncate(size as usize);
        let next = listed.last().filter(|_| more).map(|last| cursor(&last.cursor()));
        let open = |found: ListedDocument| {
            let metadata =
                self.unseal(Sealed::Metadata, found.newest.as_str().as_bytes(), &found.metadata)?;
            FoundDocument::new(metadata, found.stored_at, found.annulled)
        };
        let documents = listed.into_iter().map(open).collect::<Result<_, Error>>()?;
        Ok(FoundPage { documents, turvakielto, next })
    }
}

/// The filter as far as the scope reaches; `None` where nothing can be within both.
pub(crate) fn within(filter: &ListFilter, scope: Scope) -> Option<ListFilter> {
    let mut filter = filter.clone();
    if !filter.controllers.is_empty() && !filter.controllers.contains(&scope.controller) {
        return None;
    }
    filter.controllers = vec![scope.controller];
    if let Some(case) = scope.case {
        if !filter.cases.is_empty() && !filter.cases.contains(&case) {
            return None;
        }
        filter.cases = vec![case];
    }
    if filter.groups.is_empty() {
        filter.groups = scope.groups.into_iter().collect();
    } else {
        filter.groups.retain(|group| scope.groups.contains(group));
    }
    let Coverage { service_tasks, service_processes, type_codes } = scope.coverage;
    let listed = |codes: Option<BTreeSet<Code>>| codes.map(|codes| codes.into_iter().collect());
    filter.permitted = Permitted {
        service_tasks: listed(service_tasks),
        service_processes: listed(service_processes),
        type_codes: listed(type_codes),
    };
    (!filter.groups.is_empty()).then_some(filter)
}
