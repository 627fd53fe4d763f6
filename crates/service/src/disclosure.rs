//! What leaves other controllers' registers for a reader: listing it, and noting it in the log of whoever's
//! data it is (LOG-02).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::{Generation, Oid, calendar};
use varanto_rules::{Action, ClientFacts, Denial, DocumentFacts, Facts, Leaving, Scope};
use varanto_store::disclosure_log::DisclosureEntry;
use varanto_store::document::{
    self, Document, DocumentCursor, ListFilter, ListOrder, ListedDocument,
};
use varanto_store::{MAX_PAGE, MAX_VALUES, Plan, Purpose};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::found_document::own_register;
use crate::gather::client_facts;
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
    /// The store leaves out what it can by what the client sought has declared; the rules then look at each
    /// document, and for those of several clients at what each of these has declared.
    pub(crate) async fn page(
        &self,
        service: &Service,
        after: Option<DocumentCursor>,
        size: u32,
    ) -> Result<Left, Error> {
        let (mut left, mut after) = (Left::default(), after);
        let wanted = usize::try_from(size).unwrap_or(usize::MAX);
        loop {
            let order = ListOrder::NewestFirst;
            let query =
                document::list_documents(self.client, self.filter, order, after.take(), size)
                    .map_err(|_| Error::Internal("a filter has too many values"))?;
            let rows = service.database.fetch(query).await?;
            let is_last = rows.len() < wanted.min(MAX_PAGE as usize);
            after = rows.last().map(ListedDocument::cursor);
            for row in self.leaving(service, rows, &mut left.others).await? {
                left.listed.push(row);
            }
            if is_last || left.listed.len() >= wanted {
                left.listed.truncate(wanted);
                return Ok(left);
            }
        }
    }

    async fn leaving(
        &self,
        service: &Service,
        rows: Vec<ListedDocument>,
        others: &mut Vec<ClientFile>,
    ) -> Result<Vec<ListedDocument>, Error> {
        let joint = rows.iter().filter(|row| row.joint);
        let queries: Vec<_> = joint.map(|row| document::find_document(&row.original_oid)).collect();
        let joint: Vec<Document> = if queries.is_empty() {
            Vec::new()
        } else {
            service.database.fetch(queries).await?.into_iter().flatten().collect()
        };
        self.read_others(service, &joint, others).await?;
        let clients_of = |row: &ListedDocument| -> Option<Vec<ClientFacts>> {
            if !row.joint {
                return Some(self.facts.clients.clone());
            }
            let document = joint.iter().find(|d| d.original_oid == row.original_oid)?;
            let file = |key: &Uuid| others.iter().find(|file| file.key == *key).cloned();
            let files: Vec<_> = document.clients.iter().map(file).collect::<Option<_>>()?;
            let own = own_register(self.snapshot, self.context);
            Some(client_facts(self.snapshot, self.context, &files, own, None))
        };
        let leaves = |row: &ListedDocument| {
            clients_of(row).is_some_and(|clients| self.scope.covers(&listed_facts(row), &clients))
        };
        Ok(rows.into_iter().filter(leaves).collect())
    }

    /// Reads the files of the clients of joint documents that are not known yet.
    async fn read_others(
        &self,
        service: &Service,
        joint: &[Document],
        others: &mut Vec<ClientFile>,
    ) -> Result<(), Error> {
        let known = |key: &Uuid| others.iter().any(|file| file.key == *key);
        let mut keys: Vec<Uuid> = joint.iter().flat_map(|d| d.clients.clone()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|key| !known(key));
        let (own, today) =
            (own_register(self.snapshot, self.context), calendar::day_of(self.context.at));
        for some in keys.chunks(MAX_VALUES) {
            others.extend(service.files_everywhere(some, own, today).await?);
        }
        Ok(())
    }
}

/// The filter as far as what leaves reaches; `None` where nothing can. What the client has denied in more
/// entries than a filter takes is left to the rules, which look at each document anyway.
pub(crate) fn narrow(filter: &mut ListFilter, leaving: &Leaving) -> Option<()> {
    let without = &mut filter.without;
    without.controllers.extend(leaving.own.clone());
    without.type_codes.extend(leaving.restrictions.not_disclosed.iter().cloned());
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
            Denial::Controller(oid) => add(&mut without.controllers, oid),
            Denial::ServiceTask(task) => add(&mut without.service_tasks, task),
            Denial::Document(oid) => add(&mut without.documents, oid),
        }
    }
    Some(())
}

fn add<T: Clone + PartialEq>(list: &mut Vec<T>, value: &T) {
    if list.len() < MAX_VALUES && !list.contains(value) {
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
/// outside.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
