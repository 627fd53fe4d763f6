//! The register of rights to practise a profession (AC-05), as the supervising authority has it.

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row};

/// A right to practise a profession.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ProfessionalRight {
    /// The registration number of the person.
    pub registration_id: String,
    /// The profession, as the register names it.
    pub profession: String,
    /// The first day.
    pub valid_from: Date,
    /// The last day, if it has one.
    pub valid_to: Option<Date>,
    /// How the right is restricted, in words, if it is.
    pub restriction: Option<String>,
}

/// Who it is does not show.
impl fmt::Debug for ProfessionalRight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfessionalRight")
            .field("profession", &self.profession)
            .field("valid_from", &self.valid_from)
            .field("valid_to", &self.valid_to)
            .finish_non_exhaustive()
    }
}

const UPSERT: &str = "-- professional_right::upsert_professional_right
INSERT INTO professional_right (registration_id, profession, valid_from, valid_to, restriction)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (registration_id, profession, valid_from) DO UPDATE SET valid_to = excluded.valid_to,
    restriction = excluded.restriction";

const ALL: &str = "-- professional_right::all_professional_rights
SELECT registration_id, profession, valid_from, valid_to, restriction
FROM professional_right ORDER BY registration_id, profession, valid_from";

/// Stores a right, in place of one of the same person, profession and first day.
pub(super) fn upsert_professional_right(new: ProfessionalRight) -> Statement {
    let args = vec![
        new.registration_id.into(),
        new.profession.into(),
        new.valid_from.into(),
        new.valid_to.into(),
        new.restriction.into(),
    ];
    Statement::one(UPSERT, args, Conflict::AlreadyExists(Entity::DirectoryRecord))
}

/// All rights by registration number, profession and first day.
pub fn all_professional_rights() -> Query<ProfessionalRight> {
    Query::new(ALL, vec![], professional_right)
}

fn professional_right(row: &dyn Row) -> Result<ProfessionalRight, Corrupt> {
    Ok(ProfessionalRight {
        registration_id: row.string(0)?,
        profession: row.string(1)?,
        valid_from: row.date(2)?,
        valid_to: row.maybe(3, <dyn Row>::date)?,
        restriction: row.maybe(4, <dyn Row>::string)?,
    })
}
