//! What is put into the store for a document: clients' files and the version, sealed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Envelope;
use varanto_signatures::Evidence;
use varanto_store::document::{self, NewVersion, Version};
use varanto_store::{Purpose as Sealed, Statement, client};

use crate::Error;
use crate::context::CallContext;
use crate::service::Service;
use crate::store_document::{Incoming, Present, Receipt};
use crate::world::fresh_key;

impl Service {
    /// The key of each client's file, and the statements that open those that were missing.
    pub(crate) fn client_files(
        &self,
        context: &CallContext,
        envelope: &Envelope,
        present: &Present,
    ) -> Result<(Vec<Uuid>, Vec<Statement>), Error> {
        let (mut keys, mut statements) = (Vec::new(), Vec::new());
        for (reference, known) in envelope.metadata.clients.iter().zip(&present.clients) {
            let key = if let Some(key) = known {
                *key
            } else {
                let key = fresh_key(context.at, &*self.randomness);
                let file = self.new_client(key, reference, context.at)?;
                statements.push(client::insert(file, &self.lookup(&reference.identifier)));
                key
            };
            keys.push(key);
        }
        Ok((keys, statements))
    }

    pub(crate) fn new_version(
        &self,
        context: &CallContext,
        incoming: &Incoming,
        receipt: &Receipt,
        clients: Vec<Uuid>,
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
                case: m.case.clone(),
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
            clients,
            content: self.seal_content(&m.oid, content)?,
        })
    }
}

/// Instants are kept to the microsecond: what is answered now and what is read later are the same.
pub(crate) fn microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
