//! A joint case whose clients have come or gone: its documents are found under everyone who was in
//! the case when they were written (CASE-03).

use std::collections::BTreeSet;

use uuid::Uuid;
use varanto_documents::projection::{CaseClient, CaseDocument};
use varanto_model::{ClientIdentifier, Envelope, Group, Metadata, Pointer};
use varanto_rules::Stay;
use varanto_store::case_file::CaseFile;
use varanto_store::document::{self, Document, Version};
use varanto_store::{MAX_PAGE, Purpose as Sealed, Statement, standing};

use crate::Error;
use crate::client_file::ClientFile;
use crate::service::Service;

impl Service {
    /// The statements that put the documents of a case under the clients that its new version names.
    /// `files` are those of the clients of the envelope, in their order.
    pub(crate) async fn refile_joint_case(
        &self,
        case: &CaseDocument,
        before: &CaseFile,
        envelope: &Envelope,
        files: &[ClientFile],
    ) -> Result<Vec<Statement>, Error> {
        let members = members(case, envelope, files);
        let was_joint = before.clients.len() > 1;
        if !was_joint && !case.is_joint {
            return Ok(Vec::new());
        }
        let (mut statements, mut count, mut after) = (Vec::new(), 0, None);
        loop {
            let page = document::documents_of_case(&case.case, after, MAX_PAGE);
            let page = self.database.fetch(page).await?;
            count += u32::try_from(page.len()).unwrap_or(u32::MAX);
            after = page.last().map(|document| document.original_oid.clone());
            let is_full = u32::try_from(page.len()) == Ok(MAX_PAGE);
            for found in page {
                if found.facts.group != Group::Case && !found.facts.group.is_will() {
                    statements.extend(self.refile(&found, &members).await?);
                }
            }
            if !is_full {
                break;
            }
        }
        statements.push(document::guard_count_of_case(&case.case, count));
        Ok(statements)
    }

    async fn refile(&self, found: &Document, members: &[Member]) -> Result<Vec<Statement>, Error> {
        let written_at = found.facts.written_at;
        let was_in = |member: &&Member| member.stay.is_some_and(|stay| stay.contains(written_at));
        let mut clients: BTreeSet<Uuid> = members.iter().filter(was_in).map(|m| m.key).collect();
        let before: BTreeSet<Uuid> = found.clients.iter().copied().collect();
        if !before.is_subset(&clients) {
            // Whom it names itself it is not taken from.
            let named = self.named_clients(found).await?;
            clients.extend(before.intersection(&named));
        }
        if clients == before || clients.is_empty() {
            return Ok(Vec::new());
        }
        let link_holder = before.first().copied().unwrap_or_default();
        let links = document::links_of(&found.original_oid, link_holder);
        let links = self.database.fetch(links).await?;
        let clients: Vec<_> = clients.into_iter().collect();
        Ok(document::reindex(found, &links, &clients))
    }

    /// The clients that the newest version of a document names itself, by whatever identifier.
    async fn named_clients(&self, found: &Document) -> Result<BTreeSet<Uuid>, Error> {
        let missing = Error::Internal("a version of a document is missing");
        let version = document::find_version(&found.newest);
        let version = self.database.fetch_one(version).await?.ok_or(missing)?;
        let metadata = self.signed_metadata(&version)?;
        let register = &found.facts.controller;
        let files = metadata.clients.iter().map(|client| {
            standing::of_lookup(&self.lookup(&client.identifier, register), register)
        });
        let files = self.database.fetch(files.collect::<Vec<_>>()).await?;
        Ok(files.into_iter().flatten().map(|file| file.client).collect())
    }

    /// The metadata of a stored version.
    pub(crate) fn signed_metadata(&self, version: &Version) -> Result<Metadata, Error> {
        let unreadable = || Error::Internal("stored metadata cannot be read");
        let place = version.oid.as_str().as_bytes();
        let signed = self.unseal(Sealed::Metadata, place, &version.metadata)?;
        let value = serde_json::from_slice(&signed).map_err(|_| unreadable())?;
        Metadata::parse(&value, &Pointer::root()).map_err(|_| unreadable())
    }
}

/// A client of the case as its new version has it.
struct Member {
    key: Uuid,
    /// The stay, in a joint case.
    stay: Option<Stay>,
}

fn members(case: &CaseDocument, envelope: &Envelope, files: &[ClientFile]) -> Vec<Member> {
    let key_of = |identifier: &ClientIdentifier| {
        let clients = envelope.metadata.clients.iter().zip(files);
        clients.filter(|(c, _)| c.identifier == *identifier).map(|(_, file)| file.key).next()
    };
    let member = |client: &CaseClient| {
        let stay = Stay { joined_at: client.joined_at, left_at: client.left_at };
        Some(Member { key: key_of(&client.identifier)?, stay: case.is_joint.then_some(stay) })
    };
    case.clients.iter().filter_map(member).collect()
}
