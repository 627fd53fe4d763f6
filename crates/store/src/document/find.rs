//! One document as it stands, and the guard that it still stands so.

use varanto_model::Oid;

use super::{Annulment, Document, Facts};
use crate::error::{Conflict, Corrupt, Guard};
use crate::hold::{Held, Hold};
use crate::plan::Statement;
use crate::query::{Query, Row, keys};

const FIND: &str = "-- find::find_document
SELECT original_oid, newest, version, stored_at, controller, register, document_group, generation,
    structure, type_code, service_task, service_process, case_oid, provider, unit,
    author_organisation, written_at, services, clients, annulled_at, annulled_by, annulled_by_user,
    annulment_reason, annulment_log_entry
FROM document WHERE original_oid = $1";

const FIND_BY_ANY: &str = "-- find::find_by_any
SELECT d.original_oid, d.newest, d.version, d.stored_at, d.controller, d.register, d.document_group,
    d.generation, d.structure, d.type_code, d.service_task, d.service_process, d.case_oid, d.provider,
    d.unit, d.author_organisation, d.written_at, d.services, d.clients, d.annulled_at, d.annulled_by,
    d.annulled_by_user, d.annulment_reason, d.annulment_log_entry, v.oid
FROM document_version AS v JOIN document AS d ON d.original_oid = v.original_oid
WHERE v.oid = $1";

const GUARD: &str = "-- find::guard_document
SELECT 1 FROM document
WHERE original_oid = $1 AND version = $2 AND clients = $3 AND (annulled_at IS NULL) = $4";

/// The document with this original identifier.
pub fn find_document(original_oid: &Oid) -> Query<Document> {
    Query::new(FIND, vec![original_oid.into()], |row| document(row, 0))
}

/// The document of this identifier of it or of one of its versions, with the version that is meant: the
/// newest for the document's own identifier, which its first version also has, else that version.
pub fn find_by_any(oid: &Oid) -> Query<(Document, Oid)> {
    Query::new(FIND_BY_ANY, vec![oid.into()], meant)
}

/// Holds a plan to the document as it was read: no newer version, the same clients, annulled or not as
/// then.
pub fn guard_document(seen: &Document) -> Statement {
    let in_force = seen.annulment.is_none();
    let args = vec![
        (&seen.original_oid).into(),
        seen.version.into(),
        keys(&seen.clients),
        in_force.into(),
    ];
    let hold = Hold::shared(Held::Document, &[seen.original_oid.as_str().as_bytes()]);
    Statement::guard(GUARD, args, Conflict::Stale(Guard::Document)).holding(hold)
}

/// The row of a version of the document, and the version that is meant.
fn meant(row: &dyn Row) -> Result<(Document, Oid), Corrupt> {
    let (found, named) = (document(row, 0)?, row.oid(24)?);
    let meant = if named == found.original_oid { found.newest.clone() } else { named };
    Ok((found, meant))
}

/// The twenty-four columns of a [`Document`], from `first` on.
pub(super) fn document(row: &dyn Row, first: usize) -> Result<Document, Corrupt> {
    let annulment = |row: &dyn Row, column| {
        Ok(Annulment {
            at: row.instant(column)?,
            organisation: row.oid(column + 1)?,
            user_id: row.string(column + 2)?,
            reason: row.vec(column + 3)?,
            log_entry: row.uuid(column + 4)?,
        })
    };
    Ok(Document {
        original_oid: row.oid(first)?,
        newest: row.oid(first + 1)?,
        version: row.number(first + 2)?,
        stored_at: row.instant(first + 3)?,
        facts: facts(row, first + 4)?,
        services: row.json(first + 17)?,
        clients: row.keys(first + 18)?,
        annulment: row.maybe(first + 19, annulment)?,
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
