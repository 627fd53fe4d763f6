//! What leaves other controllers' registers for a reader: listing it, and noting it in the log of whoever's
//! data it is (LOG-02).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::{Generation, Oid, calendar};
use varanto_rules::{Action, ClientFacts, Denial, DocumentFacts, Facts, Leaving, Scope};
use varanto_store::disclosure_log::DisclosureEntry;
use varanto_store::document::{
    self, Document, DocumentCursor, ListFilter, ListOrder, ListedDocument,
};
use varanto_store::{MAX_LEFT_OUT, MAX_PAGE, MAX_VALUES, Plan, Purpose};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::found_document::own_register;
use crate::gather::{client_facts, document_facts};
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;

/// A page of what leaves, and the files of the other clients of joint documents on which it was decided.
#[derive(Default)]
pub(crate) struct Left {
    pub(crate) listed: Vec<ListedDocument>,
    pub(crate) others: Vec<ClientFile>,
}

/// A list of a client's documents in others' registers, for a reader.
pub(crate) struct Leave<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) context: &'a CallContext,
    /// The facts on which the search was permitted.
    pub(crate) facts: &'a Facts,
    pub(crate) scope: &'a Scope,
    pub(crate) client: Uuid,
    pub(crate) filter: &'a ListFilter,
}

impl Leave<'_> {
    /// The documents of the list after a place, newest first, at most `size`.
    ///
    /// What does not leave is left out by the store, so that the answer takes as long however much it is:
    /// what the client sought has denied, and the joint documents that another of their clients keeps back.
    /// The rules look at each document that is listed all the same.
    pub(crate) async fn page(
        &self,
        service: &Service,
        after: Option<DocumentCursor>,
        size: u32,
    ) -> Result<Left, Error> {
        let joint = self.joint(service).await?;
        let filter = self.without(&joint);
        let (mut listed, mut after, mut asked) = (Vec::new(), after, size);
        let wanted = usize::try_from(size).unwrap_or(usize::MAX);
        loop {
            let order = ListOrder::NewestFirst;
            let query = document::list_documents(self.client, &filter, order, after.take(), asked)
                .map_err(|_| Error::Internal("a filter has too many values"))?;
            let rows = service.database.fetch(query).await?;
            let is_last = u32::try_from(rows.len()).is_ok_and(|found| found < asked);
            after = rows.last().map(ListedDocument::cursor);
            listed.extend(rows.into_iter().filter(|row| self.leaves(row, &joint)));
            if is_last || listed.len() >= wanted {
                listed.truncate(wanted);
                let others = joint.files_of(&listed);
                return Ok(Left { listed, others });
            }
            // More is kept back than the store can be told.
            asked = MAX_PAGE;
        }
    }

    /// The filter without the joint documents that another of their clients keeps back.
    fn without(&self, joint: &Joint) -> ListFilter {
        let mut filter = self.filter.clone();
        let leaves = |document: &Document| {
            let clients = joint.clients_of(document);
            clients.is_some_and(|clients| self.scope.covers(&document_facts(document), clients))
        };
        let kept_back = joint.documents.iter().filter(|document| !leaves(document));
        for document in kept_back {
            add(&mut filter.without.documents, &document.original_oid, MAX_LEFT_OUT);
        }
        filter
    }

    fn leaves(&self, row: &ListedDocument, joint: &Joint) -> bool {
        let document = listed_facts(row);
        if !row.joint {
            return self.scope.covers(&document, &self.facts.clients);
        }
        let clients = joint.find(&row.original_oid).and_then(|found| joint.clients_of(found));
        clients.is_some_and(|clients| self.scope.covers(&document, clients))
    }

    /// The client's joint documents with the files of their clients. Where there are none the store is asked
    /// all the same.
    async fn joint(&self, service: &Service) -> Result<Joint, Error> {
        let (mut documents, mut after) = (Vec::new(), None);
        loop {
            let query = document::joint_documents(self.client, after.take(), MAX_PAGE);
            let page = service.database.fetch(query).await?;
            let is_full = u32::try_from(page.len()) == Ok(MAX_PAGE);
            after = page.last().map(|document| document.original_oid.clone());
            documents.extend(page.into_iter().map(|d| (d.original_oid.clone(), d)));
            if !is_full {
                break;
            }
        }
        let documents: BTreeMap<Oid, Document> = documents.into_iter().collect();
        let keys: BTreeSet<Uuid> = documents.values().flat_map(|d| d.clients.clone()).collect();
        let keys: Vec<Uuid> = keys.into_iter().collect();
        let own = own_register(self.snapshot, self.context);
        let today = calendar::day_of(self.context.at);
        let mut files = service.files_everywhere(&[], own, today).await?;
        for some in keys.chunks(MAX_VALUES) {
            files.extend(service.files_everywhere(some, own, today).await?);
        }
        let facts = client_facts(self.snapshot, self.context, &files, own, None);
        let each = files.into_iter().zip(facts).map(|(file, facts)| (file.key, (file, facts)));
        Ok(Joint { documents: documents.into_values().collect(), files: each.collect() })
    }
}

/// The joint documents of a client, and the files of all their clients.
struct Joint {
    /// By original identifier.
    documents: Vec<Document>,
    files: BTreeMap<Uuid, (ClientFile, ClientFacts)>,
}

impl Joint {
    fn find(&self, original: &Oid) -> Option<&Document> {
        let place = self.documents.binary_search_by(|d| d.original_oid.cmp(original)).ok()?;
        self.documents.get(place)
    }

    /// What the rules need of a document's clients, where all are known.
    fn clients_of(&self, document: &Document) -> Option<Vec<&ClientFacts>> {
        let facts = |key: &Uuid| self.files.get(key).map(|(_, facts)| facts);
        document.clients.iter().map(facts).collect()
    }

    /// The files of the clients of those documents of a list that are joint.
    fn files_of(&self, listed: &[ListedDocument]) -> Vec<ClientFile> {
        let joint = listed.iter().filter(|row| row.joint);
        let documents = joint.filter_map(|row| self.find(&row.original_oid));
        let keys: BTreeSet<Uuid> = documents.flat_map(|d| d.clients.clone()).collect();
        keys.iter().filter_map(|key| self.files.get(key).map(|(file, _)| file.clone())).collect()
    }
}

/// The filter as far as what leaves reaches; `None` where nothing can. What is denied or kept back in more
/// entries than a filter takes is left to the rules, which look at each document anyway.
pub(crate) fn narrow(filter: &mut ListFilter, leaving: &Leaving) -> Option<()> {
    let without = &mut filter.without;
    without.controllers.extend(leaving.own.clone());
    without.type_codes.extend(leaving.restrictions.not_disclosed.iter().take(MAX_VALUES).cloned());
    filter.include_annulled = false;
    let Some(will) = &leaving.will else { return Some(()) };
    if !will.opens() {
        return None;
    }
    if !filter.generations.is_empty() && !filter.generations.contains(&Generation::Phase2) {
        return None;
    }
    filter.generations = vec![Generation::Phase2];
    for denial in &will.denials {
        match denial {
            Denial::Everything => return None,
            Denial::Controller(oid) => add(&mut without.controllers, oid, MAX_VALUES),
            Denial::ServiceTask(task) => add(&mut without.service_tasks, task, MAX_VALUES),
            Denial::Document(oid) => add(&mut without.documents, oid, MAX_LEFT_OUT),
        }
    }
    Some(())
}

fn add<T: Clone>(list: &mut Vec<T>, value: &T, bound: usize) {
    if list.len() < bound {
        list.push(value.clone());
    }
}

/// What the rules need of a document in a list.
fn listed_facts(row: &ListedDocument) -> DocumentFacts {
    DocumentFacts {
        original_oid: row.original_oid.clone(),
        controller: row.facts.controller.clone(),
        group: row.facts.group,
        generation: row.facts.generation,
        service_task: row.facts.service_task.clone(),
        service_process: row.facts.service_process.clone(),
        type_code: row.facts.type_code.clone(),
        case: row.facts.case.clone(),
        author_organisation: row.facts.author_organisation.clone(),
        others_wrote: false,
        written_at: row.facts.written_at,
        stored_at: Some(row.stored_at),
        annulled: row.annulled,
        is_newest: true,
        by_representative: false,
        asks_professional_signature: false,
        has_professional_signature: false,
    }
}

/// Documents of one controller that are shown to somebody outside it, about some clients.
pub(crate) struct Shown<'a> {
    pub(crate) action: Action,
    pub(crate) used: &'a UseContext,
    /// The entry of the reader's use log.
    pub(crate) use_entry: Uuid,
    pub(crate) clients: &'a [Uuid],
}

/// What only words tell of a disclosure: of one that was made outside the repository, or to somebody
/// outside. Has no `Debug`: words may name persons.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Words {
    pub(crate) what: Option<String>,
    pub(crate) receiver: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) ground: Option<String>,
}

impl Service {
    /// Seals the words of the entry `id`.
    pub(crate) fn seal_words(&self, id: Uuid, words: &Words) -> Result<Vec<u8>, Error> {
        let plain = serde_json::to_vec(words)
            .map_err(|_| Error::Internal("words of a disclosure could not be written"))?;
        self.seal(Purpose::Disclosure, id.as_bytes(), &plain)
    }

    /// The words of an entry; none where it has none.
    pub(crate) fn words_of(&self, entry: &DisclosureEntry) -> Result<Words, Error> {
        let Some(sealed) = &entry.words else { return Ok(Words::default()) };
        let plain = self.unseal(Purpose::Disclosure, entry.id.as_bytes(), sealed)?;
        serde_json::from_slice(&plain)
            .map_err(|_| Error::Internal("words of a disclosure cannot be read"))
    }

    /// Notes in the plan of a reading what it discloses: an entry in the disclosure log of each controller
    /// for each client. Nothing is noted where nothing leaves its controller.
    pub(crate) fn note_disclosures<'a>(
        &self,
        plan: &mut Plan,
        context: &CallContext,
        shown: &Shown<'_>,
        documents: impl Iterator<Item = (&'a Oid, &'a Oid)>,
    ) {
        if !shown.used.basis.discloses() {
            return;
        }
        let mut by_controller: BTreeMap<&Oid, Vec<Oid>> = BTreeMap::new();
        for (controller, document) in documents {
            by_controller.entry(controller).or_default().push(document.clone());
        }
        let (actor, used) = (&context.actor, shown.used);
        for (controller, documents) in by_controller {
            for client in shown.clients {
                plan.also_disclosed(DisclosureEntry {
                    id: fresh_key(context.at, &*self.randomness),
                    at: context.at,
                    controller: controller.clone(),
                    client: *client,
                    basis: used.basis.as_str().to_owned(),
                    action: shown.action.as_str().to_owned(),
                    documents: documents.clone(),
                    words: None,
                    receiver_organisation: Some(context.system.organisation.clone()),
                    unit: Some(actor.unit.clone()),
                    user_id: actor.id.clone(),
                    user_name: format!("{}, {}", actor.name.family_name, actor.name.given_names),
                    role: Some(actor.role.to_string()),
                    authentication: Some(actor.authentication.as_str().to_owned()),
                    purpose: used.purpose.as_str().to_owned(),
                    ground: used.ground.as_ref().map(ToString::to_string),
                    special_reason: used.special_reason.as_ref().map(ToString::to_string),
                    use_entry: Some(shown.use_entry),
                    request_id: Some(context.request_id.to_string()),
                    certificate: Some(*context.system.certificate.as_bytes()),
                });
            }
        }
    }
}
