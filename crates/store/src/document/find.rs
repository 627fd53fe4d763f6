//! One document as it stands, and the guard that it still stands so.

use uuid::Uuid;
use varanto_model::Oid;

use super::{Annulment, Document, Facts};
use crate::error::{Conflict, Corrupt, Guard};
use crate::plan::Statement;
use crate::query::{Query, Row};

const FIND: &str = "-- find::find_document
SELECT original_oid, newest, version, stored_at, controller, register, document_group, generation,
    structure, type_code, service_task, service_process, case_oid, provider, unit,
    author_organisation, written_at, services, clients, annulled_at, annulled_by, annulled_by_user,
    annulment_reason, annulment_log_entry
FROM document WHERE original_oid = $1";

const GUARD: &str = "-- find::guard_document
SELECT 1 FROM document
WHERE original_oid = $1 AND version = $2 AND (annulled_at IS NULL) = $3";

/// The document with this original identifier.
pub fn find_document(original_oid: &Oid) -> Query<Document> {
    Query::new(FIND, vec![original_oid.into()], document)
}

/// Holds a plan to the document as it was read: no newer version, annulled or not as then.
pub fn guard_document(seen: &Document) -> Statement {
    let standing = seen.annulment.is_none();
    let args = vec![(&seen.original_oid).into(), seen.version.into(), standing.into()];
    Statement::guard(GUARD, args, Conflict::Stale(Guard::Document))
}

fn document(row: &dyn Row) -> Result<Document, Corrupt> {
    let annulment = |row: &dyn Row, column| {
        Ok(Annulment {
            at: row.instant(column)?,
            organisation: row.oid(20)?,
            user_id: row.string(21)?,
            reason: row.vec(22)?,
            log_entry: row.uuid(23)?,
        })
    };
    Ok(Document {
        original_oid: row.oid(0)?,
        newest: row.oid(1)?,
        version: row.number(2)?,
        stored_at: row.instant(3)?,
        facts: facts(row, 4)?,
        services: row.json(17)?,
        clients: keys(row, 18)?,
        annulment: row.maybe(19, annulment)?,
    })
}

/// The thirteen columns of [`Facts`] in the order of its fields, from `first` on.
pub(super) fn facts(row: &dyn Row, first: usize) -> Result<Facts, Corrupt> {
    Ok(Facts {
        controller: row.oid(first)?,
        register: row.code(first + 1)?,
        group: row.group(first + 2)?,
        generation: row.generation(first + 3)?,
        structure: row.maybe(first + 4, <dyn Row>::oid)?,
        type_code: row.maybe(first + 5, <dyn Row>::code)?,
        service_task: row.maybe(first + 6, <dyn Row>::code)?,
        service_process: row.maybe(first + 7, <dyn Row>::code)?,
        case: row.maybe(first + 8, <dyn Row>::oid)?,
        provider: row.maybe(first + 9, <dyn Row>::oid)?,
        unit: row.maybe(first + 10, <dyn Row>::oid)?,
        author_organisation: row.oid(first + 11)?,
        written_at: row.instant(first + 12)?,
    })
}

/// Keys that stand one after another, sixteen bytes each.
fn keys(row: &dyn Row, column: usize) -> Result<Vec<Uuid>, Corrupt> {
    let (keys, rest) = row.bytes(column)?.as_chunks::<16>();
    if rest.is_empty() {
        Ok(keys.iter().map(|key| Uuid::from_bytes(*key)).collect())
    } else {
        Err(Corrupt { column, wanted: "list of keys" })
    }
}
