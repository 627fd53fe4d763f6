//! Is the user's home address one of the client's? Documents are opened only for users whose organisation
//! has given an address, and of a bounded number of clients.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;
use varanto_model::{Group, Oid};
use varanto_store::document::{self, ListFilter, ListOrder};
use varanto_store::vault::Lookup;

use super::Candidate;
use super::gather::ComparedFile;
use crate::Error;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::supervision::HomeAddress;

/// The most clients whose clientship documents one call opens.
const MOST_OPENED: usize = 64;
/// The clientship documents of one client that are looked at, the newest ones.
const NEWEST: u32 = 3;

impl Service {
    /// Of candidates in their order, whether user and client live at the same address; fewer where as many
    /// clients were looked at as one call may.
    pub(super) async fn homes(
        &self,
        snapshot: &Snapshot,
        candidates: &[Candidate],
        files: &HashMap<Uuid, ComparedFile>,
        opened: &mut BTreeSet<Oid>,
    ) -> Result<Vec<bool>, Error> {
        let mut of_clients: HashMap<(Oid, Uuid), Vec<Lookup>> = HashMap::new();
        let mut found = Vec::with_capacity(candidates.len());
        for Candidate { entry, .. } in candidates {
            let person = snapshot.directory.person(&entry.organisation, &entry.user_id);
            let home = person.and_then(|person| person.home);
            let client = entry.client.and_then(|key| files.get(&key)).map(|file| file.key);
            let (Some(home), Some(client)) = (home, client) else {
                found.push(false);
                continue;
            };
            let place = (entry.controller.clone(), client);
            if !of_clients.contains_key(&place) {
                if of_clients.len() == MOST_OPENED {
                    break;
                }
                let addresses = self.addresses_of(&place.0, client, opened).await?;
                of_clients.insert(place.clone(), addresses);
            }
            found.push(of_clients.get(&place).is_some_and(|theirs| theirs.contains(&home)));
        }
        Ok(found)
    }

    /// The addresses that the newest clientship documents of a client in a register tell.
    async fn addresses_of(
        &self,
        controller: &Oid,
        client: Uuid,
        opened: &mut BTreeSet<Oid>,
    ) -> Result<Vec<Lookup>, Error> {
        let filter = ListFilter {
            groups: vec![Group::Clientship],
            controllers: vec![controller.clone()],
            ..ListFilter::default()
        };
        let query = document::list_documents(client, &filter, ListOrder::NewestFirst, None, NEWEST)
            .map_err(|_| Error::Internal("a filter has too many values"))?;
        let documents = self.database.fetch(query).await?;
        opened.extend(documents.iter().map(|found| found.newest.clone()));
        let contents: Vec<_> =
            documents.iter().map(|found| document::contents_of(&found.newest)).collect();
        let mut addresses = Vec::new();
        for items in self.database.fetch(contents).await? {
            if let Some(content) = self.structured_content(&items)? {
                let told = HomeAddress::of_client(&content);
                addresses.extend(told.iter().map(|address| address.hashed(&self.vault)));
            }
        }
        Ok(addresses)
    }
}
