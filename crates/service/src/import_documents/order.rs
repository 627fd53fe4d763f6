//! The order of a batch: waves of documents that do not depend on each other, so that the documents of a
//! wave can be decided on at once and committed together.
//!
//! Versions of a document follow each other, a case comes before what belongs to it, and the first document
//! of a client, which opens the file, before the others. What is not foreseen here only costs a repetition:
//! every plan is held to what it was decided on.

use std::collections::HashMap;

use varanto_model::{ClientIdentifier, Group, Metadata, Oid};
use varanto_store::vault::Lookup;

use super::checked::CheckedDocument;
use super::verdict::Turn;

/// Something that documents of a batch have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Common {
    Document(Oid),
    Case(Oid),
    Client(Lookup),
}

/// The last waves in which something was changed and used.
#[derive(Clone, Copy, Default)]
struct Last {
    /// One more than the number of the wave; 0 where there is none.
    changed: usize,
    used: usize,
}

/// When a document had best be stored.
pub(super) fn turn(metadata: &Metadata) -> Turn {
    let rank = match metadata.group {
        Group::Case => 0,
        Group::Clientship => 1,
        _ => 2,
    };
    Turn { rank, version: metadata.version }
}

/// The places of the documents, wave by wave.
pub(super) fn waves<'a>(
    documents: impl IntoIterator<Item = (usize, &'a CheckedDocument)>,
    lookup: impl Fn(&ClientIdentifier, &Oid) -> Lookup,
) -> Vec<Vec<usize>> {
    let mut sorted: Vec<_> = documents.into_iter().collect();
    sorted.sort_by_key(|(place, document)| (turn(&document.incoming.envelope.metadata), *place));
    let mut last: HashMap<Common, Last> = HashMap::new();
    let mut waves: Vec<Vec<usize>> = Vec::new();
    for (place, document) in sorted {
        let m = &document.incoming.envelope.metadata;
        let steers = turn(m).rank < 2;
        let clients = m.clients.iter().map(|client| lookup(&client.identifier, &m.controller));
        let clients = clients.map(Common::Client).map(|client| (client, steers));
        let case = document.case.clone().map(|case| (Common::Case(case), m.group == Group::Case));
        let own = (Common::Document(m.original_oid.clone()), true);
        let common: Vec<_> = clients.chain(case).chain([own]).collect();
        // The first document of a client opens the client's file.
        let changes: Vec<bool> = common
            .iter()
            .map(|(what, changes)| {
                *changes || (matches!(what, Common::Client(_)) && !last.contains_key(what))
            })
            .collect();
        let after = common.iter().zip(&changes).map(|((what, _), changes)| {
            let last = last.get(what).copied().unwrap_or_default();
            if *changes { last.changed.max(last.used) } else { last.changed }
        });
        let wave = after.max().unwrap_or(0);
        for ((what, _), changes) in common.into_iter().zip(changes) {
            let last = last.entry(what).or_default();
            let at = if changes { &mut last.changed } else { &mut last.used };
            *at = (*at).max(wave + 1);
        }
        if waves.len() <= wave {
            waves.resize(wave + 1, Vec::new());
        }
        if let Some(wave) = waves.get_mut(wave) {
            wave.push(place);
        }
    }
    waves
}
