//! Reading the control documents and folding them, in bounded pages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;
use varanto_documents::projection::{Standing, Will};
use varanto_model::{MediaType, Metadata, Oid};
use varanto_store::case_file::CaseFile;
use varanto_store::document::{self, Content, ControlVersion};
use varanto_store::standing;

use super::{Rebuilt, count};
use crate::Error;
use crate::control_reading::Reading;
use crate::project::{Place, opened, put};
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::will_reading::{Names, WillReading};

/// Versions that are read at once. Their content is asked for in one filter.
const PAGE: u32 = 100;

/// What the documents say.
#[derive(Default)]
pub(super) struct Derived {
    /// By client and controller.
    pub(super) standings: BTreeMap<(Uuid, Oid), Standing>,
    /// By the identifier of the case.
    pub(super) cases: BTreeMap<Oid, CaseFile>,
    /// By client.
    pub(super) wills: BTreeMap<Uuid, Will>,
    /// Clients of documents that cannot be read: what is derived about them is not all.
    doubtful: BTreeSet<Uuid>,
    documents: u64,
    versions: u64,
    unreadable: BTreeSet<Oid>,
}

impl Derived {
    pub(super) fn count(&self, rebuilt: &mut Rebuilt) {
        rebuilt.documents = self.documents;
        rebuilt.versions = self.versions;
        rebuilt.unreadable = count(self.unreadable.len());
        let clients: BTreeSet<_> = self.standings.keys().map(|(client, _)| client).collect();
        rebuilt.clients = count(clients.len());
        rebuilt.cases = count(self.cases.len());
        rebuilt.wills = count(self.wills.len());
        rebuilt.rights = self.standings.values().map(|s| count(s.rights().len())).sum();
    }

    /// Is all read that can be known of these clients? Nobody is known to have nothing – which is asked
    /// with no clients – while there is a document that cannot be read.
    pub(super) fn is_sure_of(&self, clients: &[Uuid]) -> bool {
        if clients.is_empty() {
            return self.unreadable.is_empty();
        }
        !clients.iter().any(|client| self.doubtful.contains(client))
    }

    /// Takes in a version of a will of the client who has the file `key`.
    fn fold_will(&mut self, read: &Read, key: Uuid, will: &WillReading, names: &Names<'_>) {
        let ControlVersion { version, document } = &read.control;
        let place = Place {
            document: &document.original_oid,
            controller: &document.facts.controller,
            keeper: &document.facts.author_organisation,
            stored_at: version.stored_at,
        };
        let folded = self.wills.entry(key).or_default();
        will.put(folded, &place, names);
        if let Some(annulment) = document.annulment.as_ref().filter(|_| read.is_newest()) {
            folded.annul(place.document, annulment.at);
        }
    }

    /// Takes in a version whose clients, in the order of its metadata, have the files `keys`.
    fn fold(&mut self, read: &Read, keys: &[Uuid], reading: &Reading) {
        let ControlVersion { version, document } = &read.control;
        if matches!(reading, Reading::Faulty(_)) {
            return self.doubt(&read.control, keys);
        }
        let place = Place {
            document: &document.original_oid,
            controller: &document.facts.controller,
            keeper: &document.facts.author_organisation,
            stored_at: version.stored_at,
        };
        let named: BTreeSet<Uuid> = keys.iter().copied().collect();
        for key in &named {
            let at = (*key, place.controller.clone());
            let before = self.standings.get(&at);
            // A person's own identifier and a temporary one that was joined to it may both be named.
            let names = read.metadata.clients.iter().zip(keys).filter(|(_, of)| *of == key);
            let folded = names.filter_map(|(client, _)| {
                let mut standing = before.cloned().unwrap_or_default();
                put(&mut standing, reading, &client.identifier, &place).then_some(standing)
            });
            let folded = folded.reduce(|mut one, other| {
                one.merge(other);
                one
            });
            let Some(mut standing) = folded else { continue };
            if let Some(annulment) = document.annulment.as_ref().filter(|_| read.is_newest()) {
                standing.annul(place.document, annulment.at);
            }
            self.standings.insert(at, standing);
        }
        if let Reading::Case(case) = reading {
            let mut clients: Vec<Uuid> = Vec::new();
            for key in keys {
                if !clients.contains(key) {
                    clients.push(*key);
                }
            }
            self.cases.insert(case.case.clone(), opened(case, &place, clients));
        }
    }

    fn doubt(&mut self, control: &ControlVersion, keys: &[Uuid]) {
        self.unreadable.insert(control.document.original_oid.clone());
        self.doubtful.extend(control.document.clients.iter().chain(keys));
    }
}

/// A version whose metadata have been opened.
struct Read {
    control: ControlVersion,
    metadata: Metadata,
}

impl Read {
    fn is_newest(&self) -> bool {
        self.control.version.version == self.control.document.version
    }
}

impl Service {
    /// Reads all control documents – or those that are about one of the clients `only` – and folds what
    /// they say.
    pub(super) async fn derive_anew(
        &self,
        only: Option<&BTreeSet<Uuid>>,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Derived, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let (mut derived, mut after) = (Derived::default(), None);
        loop {
            let page = document::control_documents(None, after.take(), PAGE);
            let page = self.database.fetch(page).await?;
            let Some(last) = page.last() else { return Ok(derived) };
            after = Some(last.cursor());
            derived.versions += count(page.len());
            derived.documents += count(page.iter().filter(|c| c.version.version == 1).count());
            self.derive_page(page, only, &snapshot, &mut derived).await?;
            progress(derived.documents);
        }
    }

    async fn derive_page(
        &self,
        page: Vec<ControlVersion>,
        only: Option<&BTreeSet<Uuid>>,
        snapshot: &Snapshot,
        derived: &mut Derived,
    ) -> Result<(), Error> {
        let mut opened = Vec::with_capacity(page.len());
        for control in page {
            match self.signed_metadata(&control.version) {
                Ok(metadata) => opened.push(Read { control, metadata }),
                Err(_) => derived.doubt(&control, &[]),
            }
        }
        let files = opened.iter().map(|read| self.files_asked(&read.metadata));
        let files = self.database.fetch(files.collect::<Vec<_>>()).await?;
        let mut wanted = Vec::with_capacity(opened.len());
        for (read, rows) in opened.into_iter().zip(files) {
            let keys: Vec<Uuid> = rows.iter().filter_map(|f| f.first()).map(|f| f.client).collect();
            if keys.len() < rows.len() {
                derived.doubt(&read.control, &keys);
            } else if only.is_none_or(|only| keys.iter().any(|key| only.contains(key))) {
                wanted.push((read, keys));
            }
        }
        let oids: Vec<Oid> =
            wanted.iter().map(|(read, _)| read.control.version.oid.clone()).collect();
        let contents = document::contents_of_each(&oids)
            .map_err(|_| Error::Internal("a page of documents is too long"))?;
        let contents = self.database.fetch(contents).await?;
        for (read, keys) in wanted {
            let own = contents.iter().filter(|c| c.version_oid == read.control.version.oid);
            match self.structured(own) {
                Ok(data) => {
                    let data = data.as_ref().map(|(index, data)| (*index, data));
                    let reading = Reading::of_parts(&read.metadata, data, snapshot);
                    match (&reading, keys.first()) {
                        (Reading::Will(will), Some(key)) => {
                            let names = self.names_of(will).await?;
                            derived.fold_will(&read, *key, will, &names);
                        }
                        // A will has content of a structure that is known here, or it was not taken in.
                        (Reading::None, _) if read.metadata.group.is_will() => {
                            derived.doubt(&read.control, &keys);
                        }
                        _ => derived.fold(&read, &keys, &reading),
                    }
                }
                Err(_) => derived.doubt(&read.control, &keys),
            }
        }
        Ok(())
    }

    /// The files of the clients whom metadata name: of a temporary identifier that was joined to a
    /// person, the person's.
    fn files_asked(
        &self,
        metadata: &Metadata,
    ) -> Vec<varanto_store::Query<standing::ClientStanding>> {
        let asked = |client: &varanto_model::ClientReference| {
            let lookup = self.lookup(&client.identifier, &metadata.controller);
            standing::of_lookup(&lookup, &metadata.controller)
        };
        metadata.clients.iter().map(asked).collect()
    }

    /// The structured content among the items of a version, with its place.
    fn structured<'a>(
        &self,
        mut items: impl Iterator<Item = &'a Content>,
    ) -> Result<Option<(usize, Value)>, Error> {
        let unreadable = || Error::Internal("stored content cannot be read");
        let Some(item) = items.find(|item| item.media_type == MediaType::Json) else {
            return Ok(None);
        };
        let bytes = self.unseal_content(item)?.bytes;
        let value = serde_json::from_slice(&bytes).map_err(|_| unreadable())?;
        let index = usize::try_from(item.ordinal).map_err(|_| unreadable())?;
        Ok(Some((index, value)))
    }
}
