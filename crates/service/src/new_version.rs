//! What is put into the store for a document: clients' files and the version, sealed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::{Envelope, Oid};
use varanto_signatures::Evidence;
use varanto_store::document::{self, NewVersion, Version};
use varanto_store::{Purpose as Sealed, Statement, client};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::present::Present;
use crate::service::Service;
use crate::store_document::{Incoming, Receipt};
use crate::world::fresh_key;

/// Under what a version is filed.
pub(crate) struct Filing {
    /// The case that it belongs to or opens.
    pub(crate) case: Option<Oid>,
    /// The clients under whom it is found, each once.
    pub(crate) clients: Vec<Uuid>,
}

impl Service {
    /// The file of each client, and the statements that open those that were missing.
    pub(crate) fn client_files(
        &self,
        context: &CallContext,
        envelope: &Envelope,
        present: &Present,
    ) -> Result<(Vec<ClientFile>, Vec<Statement>), Error> {
        let (mut files, mut statements) = (Vec::new(), Vec::new());
        let m = &envelope.metadata;
        for (reference, known) in m.clients.iter().zip(&present.clients) {
            files.push(if let Some(file) = known {
                file.clone()
            } else {
                let key = fresh_key(context.at, &*self.randomness);
                let opened = self.new_client(key, reference, context.at)?;
                let lookup = self.lookup(&reference.identifier, &m.controller);
                statements.push(client::insert(opened, &lookup));
                ClientFile::new(key)
            });
        }
        Ok((files, statements))
    }

    pub(crate) fn new_version(
        &self,
        context: &CallContext,
        incoming: &Incoming,
        receipt: &Receipt,
        filing: Filing,
        evidence: Vec<Evidence>,
        present: &Present,
    ) -> Result<NewVersion, Error> {
        let Envelope { metadata: m, signed_metadata, content, signatures, .. } = &incoming.envelope;
        let place = m.oid.as_str().as_bytes();
        let organisation = &context.system.organisation;
        Ok(NewVersion {
            version: Version {
                oid: m.oid.clone(),
                original_oid: m.original_oid.clone(),
                version: m.version,
                stored_at: receipt.stored_at,
                digest: receipt.digest,
                metadata: self.seal(Sealed::Metadata, place, signed_metadata)?,
                signatures: self.seal_signatures(&m.oid, signatures, evidence)?,
                stored_by: organisation.clone(),
                stored_by_user: context.actor.id.clone(),
                log_entry: receipt.log_entry,
            },
            facts: document::Facts {
                controller: m.controller.clone(),
                register: m.register.clone(),
                group: m.group,
                generation: m.generation,
                structure: m.structure.clone(),
                type_code: m.type_code.clone(),
                service_task: m.service_task.clone(),
                service_process: m.service_process.clone(),
                case: filing.case,
                provider: m.provider.clone(),
                unit: m.unit.clone(),
                author_organisation: present
                    .document
                    .as_ref()
                    .map_or_else(|| organisation.clone(), |d| d.facts.author_organisation.clone()),
                written_at: microseconds(m.written_at),
            },
            services: m.services.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect(),
            links: m
                .links
                .iter()
                .map(|link| link.oid.clone())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            clients: filing.clients,
            content: self.seal_content(&m.oid, content)?,
        })
    }
}

/// Instants are kept to the microsecond: what is answered now and what is read later are the same.
pub(crate) fn microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
