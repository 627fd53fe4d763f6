//! The documents of a case: listed for what concerns the case as a whole, and counted.

use jiff::Timestamp;
use varanto_model::Oid;

use super::Document;
use super::find::document;
use crate::error::{Conflict, Corrupt, Guard};
use crate::hold::{Held, Hold};
use crate::plan::Statement;
use crate::query::{MAX_PAGE, Query, Row, Select, TooManyValues};

/// What an organisation has stored in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredInCase {
    /// How many documents, annulled ones too.
    pub documents: u32,
    /// When the last version of any of them was stored.
    pub last_stored_at: Option<Timestamp>,
}

const DOCUMENTS: &str = "-- of_case::documents_of_case
SELECT original_oid, newest, version, stored_at, controller, register, document_group, generation,
    structure, type_code, service_task, service_process, case_oid, provider, unit,
    author_organisation, written_at, services, clients, annulled_at, annulled_by, annulled_by_user,
    annulment_reason, annulment_log_entry
FROM document WHERE case_oid = ?";

const GUARD_COUNT: &str = "-- of_case::guard_count_of_case
SELECT 1 FROM (SELECT count(*) AS number FROM document WHERE case_oid = $1) AS found
WHERE found.number = $2";

const STORED_BY: &str = "-- of_case::stored_in_case_by
SELECT count(*), max(stored_at) FROM document WHERE case_oid = $1 AND author_organisation = $2";

const WHICH_EXIST: &str = "-- of_case::which_exist
SELECT original_oid FROM document WHERE case_oid = ? AND author_organisation = ?";

/// The documents of a case by original identifier, annulled ones too; at most `size` of them and at most
/// [`MAX_PAGE`].
pub fn documents_of_case(case: &Oid, after: Option<Oid>, size: u32) -> Query<Document> {
    Select::new(DOCUMENTS, [case.into()])
        .when(after, " AND original_oid > ?")
        .push(" ORDER BY original_oid LIMIT ?", [size.min(MAX_PAGE).into()])
        .decode(|row| document(row, 0))
}

/// Holds a plan to the number of documents in a case, annulled ones too: that none has come in since
/// they were read.
pub fn guard_count_of_case(case: &Oid, number: u32) -> Statement {
    let args = vec![case.into(), number.into()];
    // Alone: whoever stores in the case holds it together with others.
    let hold = Hold::exclusive(Held::Case, &[case.as_str().as_bytes()]);
    Statement::guard(GUARD_COUNT, args, Conflict::Stale(Guard::Document)).holding(hold)
}

/// What an organisation has stored in a case, by its operating unit; always one row.
pub fn stored_in_case_by(case: &Oid, organisation: &Oid) -> Query<StoredInCase> {
    Query::new(STORED_BY, vec![case.into(), organisation.into()], stored)
}

/// Those of these original identifiers whose documents the organisation has stored in the case, annulled
/// ones too: what a producer need no longer keep (RA-09).
pub fn which_exist(
    oids: &[Oid],
    organisation: &Oid,
    case: &Oid,
) -> Result<Query<Oid>, TooManyValues> {
    let select = Select::new(WHICH_EXIST, [case.into(), organisation.into()]);
    let select = if oids.is_empty() {
        select.push(" AND false", [])
    } else {
        select.within(" AND original_oid", oids, "")?
    };
    Ok(select.push(" ORDER BY original_oid", []).decode(|row| row.oid(0)))
}

fn stored(row: &dyn Row) -> Result<StoredInCase, Corrupt> {
    Ok(StoredInCase {
        documents: row.number(0)?,
        last_stored_at: row.maybe(1, <dyn Row>::instant)?,
    })
}
