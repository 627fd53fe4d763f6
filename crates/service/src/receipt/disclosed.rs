//! The receipt of what a controller discloses to a party outside, for its own file (DIS-07).

use varanto_documents::receipt::{self, Client, Disclosed, Document, Named, Receiver};
use varanto_model::{Metadata, calendar};

use super::ReceiptEntry;
use super::names::{Names, named, professional};
use crate::context::CallContext;
use crate::snapshot::Snapshot;

/// What is disclosed now, by who calls.
pub(crate) struct Disclosure<'a> {
    /// The metadata of what is disclosed.
    pub(crate) documents: &'a [Metadata],
    /// The name of the organisation that receives it.
    pub(crate) receiver: &'a str,
    /// On what ground, in words.
    pub(crate) ground: &'a str,
    /// What for, in words.
    pub(crate) purpose: &'a str,
}

/// The receipt, in the language and for the service task of the first document that has one; `None` where
/// none has, without which there is no record entry. It is about whoever is named as a client by one of the
/// documents. Who receives is an organisation: no person of it is known, and the receipt says so.
pub(crate) fn disclosed(
    snapshot: &Snapshot,
    context: &CallContext,
    disclosure: &Disclosure<'_>,
) -> Option<ReceiptEntry> {
    let Disclosure { documents, receiver, ground, purpose } = disclosure;
    let of_a_task = |metadata: &&Metadata| metadata.service_task.is_some();
    let first = documents.iter().find(of_a_task)?;
    let task = first.service_task.as_ref()?;
    let names = Names { snapshot, language: first.language };
    let mut clients: Vec<Client<'_>> = Vec::new();
    for client in documents.iter().flat_map(named) {
        if clients.iter().all(|before| before.identifier != client.identifier) {
            clients.push(client);
        }
    }
    let types: Vec<_> = documents.iter().map(|metadata| names.type_of(metadata)).collect();
    let documents: Vec<_> = documents
        .iter()
        .zip(&types)
        .map(|(metadata, display)| Document {
            oid: &metadata.oid,
            type_code: metadata
                .type_code
                .as_ref()
                .zip(display.as_deref())
                .map(|(code, display)| Named { code, display }),
            title: &metadata.title,
        })
        .collect();
    let (task_display, unit) = (names.service_task(task), names.unit(&context.actor.unit));
    let discloser = professional(&context.actor, &unit);
    let today = calendar::day_of(context.at);
    let data = receipt::disclosed(&Disclosed {
        clients: &clients,
        service_task: Named { code: task, display: &task_display },
        what: None,
        documents: &documents,
        disclosed_on: today,
        receiver: Receiver { name: &names.nobody(), title: None, organisation: Some(receiver) },
        discloser,
        ground,
        purpose,
        written_on: today,
        author: discloser,
    });
    Some(ReceiptEntry::new(receipt::DISCLOSED, data))
}
