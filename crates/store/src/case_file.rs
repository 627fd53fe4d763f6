//! Cases: whose each is, the document that opened it and the clients that it concerns now. What a case
//! is about stands in its document and in the standings of its clients.

use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row, Select, keys};

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// Names the case.
    pub case: Oid,
    /// Whose case it is.
    pub controller: Oid,
    /// The original identifier of the case document.
    pub original_oid: Oid,
    /// The keys of its clients; several in a joint case.
    pub clients: Vec<Uuid>,
}

const FIND: &str = "-- case_file::find
SELECT case_oid, controller, original_oid, clients FROM case_file WHERE case_oid = $1";

const EVERY: &str = "-- case_file::every
SELECT case_oid, controller, original_oid, clients FROM case_file WHERE true";

const UPSERT: &str = "-- case_file::upsert
INSERT INTO case_file (case_oid, controller, original_oid, clients) VALUES ($1, $2, $3, $4)
ON CONFLICT (case_oid) DO UPDATE SET controller = excluded.controller, clients = excluded.clients
WHERE case_file.original_oid = excluded.original_oid";

const REMOVE: &str = "-- case_file::remove
DELETE FROM case_file WHERE case_oid = $1 AND original_oid = $2";

/// The case with this identifier.
pub fn find(case: &Oid) -> Query<CaseFile> {
    Query::new(FIND, vec![case.into()], case_file)
}

/// All cases by identifier, after `after`; at most `size` of them and at most [`MAX_PAGE`].
pub fn every(after: Option<Oid>, size: u32) -> Query<CaseFile> {
    Select::new(EVERY, [])
        .when(after, " AND case_oid > ?")
        .push(" ORDER BY case_oid LIMIT ?", [size.min(MAX_PAGE).into()])
        .decode(case_file)
}

/// Stores a case, in place of what the same document said before. A case that another document opened
/// is a conflict, and so is a document that opens a second case.
pub fn upsert(new: CaseFile) -> Statement {
    let CaseFile { case, controller, original_oid, clients } = new;
    let args = vec![case.into(), controller.into(), original_oid.into(), keys(&clients)];
    Statement::one(UPSERT, args, Conflict::AlreadyExists(Entity::Case))
}

/// Removes a case as it was seen, because its document no longer opens it.
pub fn remove(seen: &CaseFile) -> Statement {
    let args = vec![(&seen.case).into(), (&seen.original_oid).into()];
    Statement::one(REMOVE, args, Conflict::Gone(Entity::Case))
}

fn case_file(row: &dyn Row) -> Result<CaseFile, Corrupt> {
    Ok(CaseFile {
        case: row.oid(0)?,
        controller: row.oid(1)?,
        original_oid: row.oid(2)?,
        clients: row.keys(3)?,
    })
}
