//! Cases: whose each is, the document that opened it and the clients that it concerns now. What a case
//! is about stands in its document and in the standings of its clients.

use uuid::Uuid;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::{Statement, Value};
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

const INSERT: &str = "-- case_file::insert
INSERT INTO case_file (case_oid, controller, original_oid, clients) VALUES ($1, $2, $3, $4)";

const UPSERT: &str = "-- case_file::upsert
INSERT INTO case_file (case_oid, controller, original_oid, clients) VALUES ($1, $2, $3, $4)
ON CONFLICT (case_oid) DO UPDATE SET controller = excluded.controller,
    original_oid = excluded.original_oid, clients = excluded.clients";

const REMOVE: &str = "-- case_file::remove
DELETE FROM case_file WHERE case_oid = $1";

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

/// Stores a case that its document opens; one that is there already, or a document that opens two
/// cases, is a conflict.
pub fn insert(new: CaseFile) -> Statement {
    Statement::one(INSERT, columns(new), Conflict::AlreadyExists(Entity::Case))
}

/// Stores a case, in place of the one before; a document that opens two cases is a conflict. Whose it
/// was is not looked at: hold the plan to the file that was read, or to its case document.
pub fn upsert(new: CaseFile) -> Statement {
    Statement::one(UPSERT, columns(new), Conflict::AlreadyExists(Entity::Case))
}

fn columns(new: CaseFile) -> Vec<Value> {
    let CaseFile { case, controller, original_oid, clients } = new;
    vec![case.into(), controller.into(), original_oid.into(), keys(&clients)]
}

/// Removes a case, because no document opens it any more.
pub fn remove(case: &Oid) -> Statement {
    Statement::one(REMOVE, vec![case.into()], Conflict::Gone(Entity::Case))
}

fn case_file(row: &dyn Row) -> Result<CaseFile, Corrupt> {
    Ok(CaseFile {
        case: row.oid(0)?,
        controller: row.oid(1)?,
        original_oid: row.oid(2)?,
        clients: row.keys(3)?,
    })
}
