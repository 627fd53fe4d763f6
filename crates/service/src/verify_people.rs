//! Do the entries of the logs still lead to the people they are about? (LOG-03)
//!
//! An entry names a client by a key, and the tree holds it to that. That the key is somebody's stands in the
//! client's file: whoever changes the hash by which a file is found, or what it was joined to, makes the
//! entries nobody's without touching them. The identifier that lies sealed in a file can be opened only under
//! its own key, and a joining has left an entry for both files: by these each file is checked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::{ClientIdentifier, PersonalIdentityCode, TemporaryIdentifier};
use varanto_rules::Action;
use varanto_store::client::{self, Client};
use varanto_store::log_tree::{self, LogKind};
use varanto_store::{Lookup, MAX_PAGE, Purpose, use_log};

use crate::Error;
use crate::service::Service;
use crate::snapshot::Snapshot;

/// A client's file that does not lead to whom it is sealed for. It tells of nobody but by the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PersonFault {
    /// Names the client in the logs.
    pub client: Uuid,
    /// What is wrong.
    pub why: &'static str,
}

impl std::fmt::Display for PersonFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the file of client {}: {}", self.client, self.why)
    }
}

/// By what a file is found.
enum Whose {
    /// An identity code.
    Person,
    /// A temporary identifier.
    Temporary,
}

impl Service {
    /// Checks the file of every client, and that every client whom an entry names has one.
    pub async fn verify_people(&self) -> Result<Vec<PersonFault>, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let kept_from = self.content_kept_from().await?;
        let (mut faults, mut joined) = (BTreeSet::new(), BTreeMap::new());
        let mut persons = BTreeSet::new();
        let mut after = None;
        loop {
            let page = self.database.fetch(client::every(after, MAX_PAGE)).await?;
            for (file, lookup) in &page {
                // The entry of an old joining may have left.
                let is_noted = kept_from.is_some_and(|from| file.created_at >= from);
                joined.extend(file.joined_to.map(|person| (file.key, (person, is_noted))));
                match self.whose(&snapshot, file, lookup) {
                    Ok(Whose::Person) => drop(persons.insert(file.key)),
                    Ok(Whose::Temporary) => {}
                    Err(why) => drop(faults.insert(PersonFault { client: file.key, why })),
                }
            }
            after = page.last().map(|(file, _)| file.key);
            if after.is_none() {
                break;
            }
        }
        for client in self.database.fetch(use_log::clients_without_file(MAX_PAGE)).await? {
            faults.insert(PersonFault { client, why: "entries name it, and it is not there" });
        }
        let why = "it was joined to a file that is no person's";
        let astray = joined.iter().filter(|(_, (person, _))| !persons.contains(person));
        faults.extend(astray.map(|(client, _)| PersonFault { client: *client, why }));
        faults.extend(self.wrong_joinings(joined).await?);
        Ok(faults.into_iter().collect())
    }

    /// From when on every entry of the use log is kept; `None` where there is none.
    async fn content_kept_from(&self) -> Result<Option<Timestamp>, Error> {
        let state = self.log_state().await?;
        if state.content_from == 0 {
            return Ok(Some(Timestamp::MIN));
        }
        let oldest = self.database.fetch_one(log_tree::entries_after(LogKind::Use, 0, 1)).await?;
        let Some(oldest) = oldest else { return Ok(None) };
        let entry = self.database.fetch_one(use_log::find(oldest.id)).await?;
        Ok(entry.map(|entry| entry.at))
    }

    /// By what the file is found, where it is the identifier that is sealed in it.
    fn whose(
        &self,
        snapshot: &Snapshot,
        file: &Client,
        lookup: &Lookup,
    ) -> Result<Whose, &'static str> {
        let place = file.key.as_bytes();
        let opened = self.unseal(Purpose::ClientIdentifier, place, &file.identifier);
        let text = opened.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let text = text.ok_or("what is sealed in it does not open")?;
        let controllers =
            || snapshot.directory.organisations.values().filter_map(|o| o.controller.as_ref());
        let found = |identifier: &ClientIdentifier| {
            controllers().any(|own| self.lookup(identifier, &own.oid) == *lookup)
        };
        let code = PersonalIdentityCode::parse(&text).map(ClientIdentifier::PersonalIdentityCode);
        let temporary = TemporaryIdentifier::parse(&text).map(ClientIdentifier::Temporary);
        match (code.is_ok_and(|code| found(&code)), file.joined_to) {
            (true, None) => Ok(Whose::Person),
            // Only a temporary identifier is ever joined.
            (true, Some(_)) => Err("it is a person's, and leads to another"),
            (false, _) if temporary.is_ok_and(|temporary| found(&temporary)) => {
                Ok(Whose::Temporary)
            }
            (false, _) => Err("it is not found by the identifier that is sealed in it"),
        }
    }

    /// Holds what files were joined to – and whether that has to be noted – against the entries of the joinings,
    /// which name both files.
    async fn wrong_joinings(
        &self,
        joined: BTreeMap<Uuid, (Uuid, bool)>,
    ) -> Result<Vec<PersonFault>, Error> {
        let mut noted: BTreeMap<String, BTreeSet<Uuid>> = BTreeMap::new();
        let mut after = 0;
        loop {
            let action = Action::JoinClient.as_str();
            let page = self.database.fetch(use_log::of_action(action, after, MAX_PAGE)).await?;
            after = page.last().map_or(after, |entry| entry.number);
            if page.is_empty() {
                break;
            }
            for entry in page {
                noted.entry(entry.request_id).or_default().insert(entry.client);
            }
        }
        let (mut faults, mut known) = (Vec::new(), BTreeSet::new());
        for files in noted.into_values().filter(|files| files.len() > 1) {
            let pair = files.iter().find_map(|file| {
                joined.get(file).filter(|(person, _)| files.contains(person)).map(|_| *file)
            });
            known.extend(pair);
            if pair.is_none() {
                let why = "the log tells of a joining that it does not have";
                faults.extend(files.into_iter().map(|client| PersonFault { client, why }));
            }
        }
        let why = "it was joined without an entry of the log";
        let noted = joined.into_iter().filter(|(_, (_, is_noted))| *is_noted);
        let strange = noted.filter(|(file, _)| !known.contains(file));
        faults.extend(strange.map(|(client, _)| PersonFault { client, why }));
        Ok(faults)
    }
}
