//! The facts about some entries, gathered together: clients' files, standings, the groups of documents and
//! what their versions say.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use uuid::Uuid;
use varanto_documents::projection::Standing;
use varanto_model::{Group, MediaType, Oid};
use varanto_store::document::Content;
use varanto_store::{MAX_VALUES, Purpose, client, document, standing};

use super::Candidate;
use crate::Error;
use crate::client_file;
use crate::service::Service;

/// What of a client's file is compared. Has no `Debug`: it names a person.
pub(super) struct ComparedFile {
    pub(super) family_name: Option<String>,
    /// The file that the documents stand under: the person's, where a temporary identifier was joined.
    pub(super) key: Uuid,
}

/// The contents of a version of a document and of the one before it. Has no `Debug`: they are personal.
pub(super) struct Versions {
    pub(super) stored: Option<Value>,
    pub(super) before: Option<Value>,
    /// Is there no version before?
    pub(super) is_first: bool,
}

impl Service {
    /// The files of the clients of entries.
    pub(super) async fn files_by_key(
        &self,
        candidates: &[Candidate],
    ) -> Result<HashMap<Uuid, ComparedFile>, Error> {
        let keys: BTreeSet<Uuid> = candidates.iter().filter_map(|c| c.entry.client).collect();
        let queries: Vec<_> = keys.into_iter().map(client::find).collect();
        let files = self.database.fetch(queries).await?.into_iter().flatten();
        let compared = files.map(|file| {
            let names = file.names.as_deref().map(|sealed| {
                let plain = self.unseal(Purpose::ClientNames, file.key.as_bytes(), sealed)?;
                serde_json::from_slice::<(String, String)>(&plain)
                    .map_err(|_| Error::Internal("sealed names cannot be read"))
            });
            let family_name = names.transpose()?.map(|(family_name, _)| family_name);
            let key = file.joined_to.unwrap_or(file.key);
            Ok((file.key, ComparedFile { family_name, key }))
        });
        compared.collect()
    }

    /// The standings of the clients of entries in the registers that were used; of a file that was joined to
    /// a person's, the person's.
    pub(super) async fn standings_of(
        &self,
        candidates: &[Candidate],
    ) -> Result<HashMap<(Oid, Uuid), Standing>, Error> {
        let mut wanted: BTreeMap<&Oid, BTreeSet<Uuid>> = BTreeMap::new();
        for Candidate { entry, .. } in candidates {
            wanted.entry(&entry.controller).or_default().extend(entry.client);
        }
        let mut found = HashMap::new();
        for (controller, keys) in wanted {
            let keys: Vec<Uuid> = keys.into_iter().collect();
            let rows = self.standing_rows(&keys, controller).await?;
            let joined: BTreeSet<Uuid> = rows.iter().filter_map(|row| row.joined_to).collect();
            let joined: Vec<Uuid> = joined.into_iter().collect();
            let persons = self.standing_rows(&joined, controller).await?;
            for row in &rows {
                let person = row.joined_to.and_then(|key| persons.iter().find(|p| p.client == key));
                let derived = person.unwrap_or(row).derived.as_deref();
                let standing = derived.map(client_file::read).transpose()?.unwrap_or_default();
                found.insert((controller.clone(), row.client), standing);
            }
        }
        Ok(found)
    }

    async fn standing_rows(
        &self,
        keys: &[Uuid],
        controller: &Oid,
    ) -> Result<Vec<standing::ClientStanding>, Error> {
        let queries = keys.chunks(MAX_VALUES).map(|some| standing::of_clients(some, controller));
        let queries = queries
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| Error::Internal("too many clients are asked for"))?;
        Ok(self.database.fetch(queries).await?.into_iter().flatten().collect())
    }

    /// The groups of the documents that entries name first.
    pub(super) async fn groups_of(
        &self,
        candidates: &[Candidate],
    ) -> Result<Vec<Option<Group>>, Error> {
        let named: Vec<_> = candidates.iter().map(|c| c.entry.documents.first()).collect();
        let queries: Vec<_> = named.iter().flatten().copied().map(document::find_by_any).collect();
        let mut found = self.database.fetch(queries).await?.into_iter();
        let mut groups = Vec::with_capacity(named.len());
        for oid in named {
            let rows = if oid.is_some() { found.next() } else { None };
            let document = rows.and_then(|rows| rows.into_iter().next());
            groups.push(document.map(|(document, _)| document.facts.group));
        }
        Ok(groups)
    }

    /// The structured contents of the wanted versions that entries name first, and of those before them.
    pub(super) async fn versions_of(
        &self,
        candidates: &[Candidate],
        wanted: &[bool],
        opened: &mut BTreeSet<Oid>,
    ) -> Result<Vec<Option<Versions>>, Error> {
        let mut all = Vec::with_capacity(candidates.len());
        for (Candidate { entry, .. }, wanted) in candidates.iter().zip(wanted) {
            let oid = entry.documents.first().filter(|_| *wanted);
            all.push(match oid {
                Some(oid) => self.version_and_before(oid, opened).await?,
                None => None,
            });
        }
        Ok(all)
    }

    async fn version_and_before(
        &self,
        oid: &Oid,
        opened: &mut BTreeSet<Oid>,
    ) -> Result<Option<Versions>, Error> {
        let rows = self.database.fetch(document::find_whole(oid)).await?;
        let Some((version, contents)) = document::whole(rows) else { return Ok(None) };
        let before = document::list_versions(&version.original_oid, Some(version.version), 1);
        let before = self.database.fetch_one(before).await?;
        opened.insert(oid.clone());
        opened.extend(before.iter().map(|before| before.oid.clone()));
        let is_first = before.is_none();
        let before = match before {
            Some(before) => {
                let contents = self.database.fetch(document::contents_of(&before.oid)).await?;
                self.structured_content(&contents)?
            }
            None => None,
        };
        Ok(Some(Versions { stored: self.structured_content(&contents)?, before, is_first }))
    }

    /// The structured content among the items of one version.
    pub(super) fn structured_content(&self, items: &[Content]) -> Result<Option<Value>, Error> {
        let Some(item) = items.iter().find(|item| item.media_type == MediaType::Json) else {
            return Ok(None);
        };
        let bytes = self.unseal_content(item)?.bytes;
        let read = serde_json::from_slice(&bytes);
        read.map(Some).map_err(|_| Error::Internal("stored content cannot be read"))
    }
}
