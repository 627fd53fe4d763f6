//! What leaves other controllers' registers for a reader: listing it, and noting it in the log of whoever's
//! data it is (LOG-02).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::{Generation, Oid};
use varanto_rules::{Action, ClientFacts, Denial, DocumentFacts, Facts, Leaving, Scope};
use varanto_store::disclosure_log::DisclosureEntry;
use varanto_store::document::{
    self, DocumentCursor, JointDocument, ListFilter, ListOrder, ListedDocument,
};
use varanto_store::{MAX_LEFT_OUT, MAX_PAGE, MAX_VALUES, Plan, Purpose, Statement};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::found_document::own_register;
use crate::gather::{client_facts, newest_facts};
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;

/// A page of what leaves.
#[derive(Default)]
pub(crate) struct Left {
    pub(crate) listed: Vec<ListedDocument>,
    /// The clients of those documents on it that are joint, by original identifier.
    pub(crate) clients: BTreeMap<Oid, Vec<Uuid>>,
    /// Holds a plan to the files of these clients, but that of the one sought.
    pub(crate) guards: Vec<Statement>,
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
                return Ok(self.left(listed, &joint));
            }
            // More is kept back than the store can be told.
            asked = MAX_PAGE;
        }
    }

    fn left(&self, listed: Vec<ListedDocument>, joint: &Joint) -> Left {
        let rows = listed.iter().filter(|row| row.joint);
        let found = rows.filter_map(|row| joint.documents.get(&row.original_oid));
        let clients: BTreeMap<_, _> =
            found.map(|found| (found.original_oid.clone(), found.clients.clone())).collect();
        let others: BTreeSet<&Uuid> = clients.values().flatten().collect();
        let others = others.into_iter().filter(|key| **key != self.client);
        let guards = others.filter_map(|key| Some(joint.files.get(key)?.0.guard())).collect();
        Left { listed, clients, guards }
    }

    /// The filter without the joint documents that another of their clients keeps back.
    fn without(&self, joint: &Joint) -> ListFilter {
        let mut filter = self.filter.clone();
        let leaves = |document: &JointDocument| {
            let clients = joint.clients_of(document);
            clients.is_some_and(|clients| self.scope.covers(&joint_facts(document), clients))
        };
        for document in joint.documents.values().filter(|document| !leaves(document)) {
            add(&mut filter.without.documents, &document.original_oid, MAX_LEFT_OUT);
        }
        filter
    }

    fn leaves(&self, row: &ListedDocument, joint: &Joint) -> bool {
        let document = listed_facts(row);
        if !row.joint {
            return self.scope.covers(&document, &self.facts.clients);
        }
        let found = joint.documents.get(&row.original_oid);
        let clients = found.and_then(|found| joint.clients_of(found));
        clients.is_some_and(|clients| self.scope.covers(&document, clients))
    }

    /// The client's joint documents with the files of their clients. Where there are none the store is asked
    /// all the same.
    async fn joint(&self, service: &Service) -> Result<Joint, Error> {
        let (mut documents, mut after) = (BTreeMap::new(), None);
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
        let clients = documents.values().flat_map(|d: &JointDocument| &d.clients);
        let keys: BTreeSet<Uuid> = clients.copied().collect();
        let keys: Vec<Uuid> = keys.into_iter().collect();
        // Of others only what they have declared matters here.
        let own = own_register(self.snapshot, self.context);
        let mut files = Vec::new();
        for some in keys.chunks(MAX_VALUES) {
            files.extend(service.files_of(some, own).await?);
        }
        if files.is_empty() {
            service.files_of(&[], own).await?;
        }
        let facts = client_facts(self.snapshot, self.context, &files, own, None);
        let files = files.into_iter().zip(facts).map(|(file, facts)| (file.key, (file, facts)));
        Ok(Joint { documents, files: files.collect() })
    }
}

/// The joint documents of a client by original identifier, and the files of all their clients.
struct Joint {
    documents: BTreeMap<Oid, JointDocument>,
    files: BTreeMap<Uuid, (ClientFile, ClientFacts)>,
}

impl Joint {
    /// What the rules need of a document's clients, where all are known.
    fn clients_of(&self, document: &JointDocument) -> Option<Vec<&ClientFacts>> {
        let facts = |key: &Uuid| self.files.get(key).map(|(_, facts)| facts);
        document.clients.iter().map(facts).collect()
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
    newest_facts(&row.original_oid, &row.facts, row.stored_at, row.annulled)
}

/// What the rules need of a joint document.
fn joint_facts(document: &JointDocument) -> DocumentFacts {
    let JointDocument { original_oid, facts, stored_at, annulled, .. } = document;
    newest_facts(original_oid, facts, *stored_at, *annulled)
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
        let used = shown.used;
        for (controller, documents) in by_controller {
            for client in shown.clients {
                plan.also_disclosed(DisclosureEntry {
                    basis: used.basis.as_str().to_owned(),
                    action: shown.action.as_str().to_owned(),
                    documents: documents.clone(),
                    receiver_organisation: Some(context.system.organisation.clone()),
                    ground: used.ground.as_ref().map(ToString::to_string),
                    ..self.disclosure_entry(context, used, (controller, *client), shown.use_entry)
                });
            }
        }
    }

    /// An entry about data of a controller about a client, to be filled in: whoever calls gives or gets them,
    /// in the use with the entry `use_entry`.
    pub(crate) fn disclosure_entry(
        &self,
        context: &CallContext,
        used: &UseContext,
        (controller, client): (&Oid, Uuid),
        use_entry: Uuid,
    ) -> DisclosureEntry {
        let actor = &context.actor;
        DisclosureEntry {
            id: fresh_key(context.at, &*self.randomness),
            at: context.at,
            controller: controller.clone(),
            client,
            basis: String::new(),
            action: String::new(),
            documents: Vec::new(),
            words: None,
            receiver_organisation: None,
            unit: Some(actor.unit.clone()),
            user_id: actor.id.clone(),
            user_name: actor.listed_name(),
            role: Some(actor.role.to_string()),
            authentication: Some(actor.authentication.as_str().to_owned()),
            purpose: used.purpose.as_str().to_owned(),
            ground: None,
            special_reason: used.special_reason.as_ref().map(ToString::to_string),
            use_entry: Some(use_entry),
            request_id: Some(context.request_id.to_string()),
            certificate: context.system.certificate.map(|digest| *digest.as_bytes()),
        }
    }
}
