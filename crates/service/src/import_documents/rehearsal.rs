//! What would be there if what has been looked at so far had been stored: so that a rehearsal does not
//! refuse a document because the one before it is missing.

use std::collections::HashSet;

use varanto_model::{Metadata, Oid, digest};
use varanto_rules::Refusal;

use super::checked::CheckedDocument;
use crate::Error;

/// What a document lacks that another may bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// The version before.
    Version(Oid, u32),
    /// The case, or the client's part in it.
    Case(Oid),
}

/// What a refused document may be waiting for.
pub(super) fn lack(error: &Error, metadata: &Metadata) -> Option<Lack> {
    match error {
        Error::VersionConflict if metadata.version > 1 => {
            Some(Lack::Version(metadata.original_oid.clone(), metadata.version - 1))
        }
        Error::Refused { refusal: Refusal::CaseMissing | Refusal::CaseOfAnotherClient, .. } => {
            metadata.case.clone().map(Lack::Case)
        }
        _ => None,
    }
}

/// What would be there. Takes some 20 bytes for each document and each case.
#[derive(Default)]
pub(super) struct Rehearsal(HashSet<u128>);

impl Rehearsal {
    /// Notes a document that would be stored.
    pub(super) fn note(&mut self, document: &CheckedDocument) {
        let m = &document.incoming.envelope.metadata;
        self.0.insert(name(&Lack::Version(m.original_oid.clone(), m.version)));
        if let Some(case) = &document.case {
            self.0.insert(name(&Lack::Case(case.clone())));
        }
    }

    /// Would it be there?
    pub(super) fn has(&self, lack: &Lack) -> bool {
        self.0.contains(&name(lack))
    }
}

fn name(lack: &Lack) -> u128 {
    let text = match lack {
        Lack::Version(oid, version) => format!("version {oid} {version}"),
        Lack::Case(oid) => format!("case {oid}"),
    };
    let digest = digest::sha256(text.as_bytes());
    u128::from_be_bytes(digest.as_bytes().first_chunk().copied().unwrap_or_default())
}
