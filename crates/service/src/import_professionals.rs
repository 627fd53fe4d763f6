//! The register of rights to practise a profession (AC-05, SIG-04): its import, and what it says of
//! somebody on a day.
//!
//! The authority's own registers are not open to a program of one's own; what is imported is an extract
//! of them. Where nothing has been imported, nothing is said: see [`Directory::knows_professionals`].

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use varanto_model::json::{self, Limits};
use varanto_model::reader::{Members, day, elements, text};
use varanto_model::{Faults, Pointer};
use varanto_store::directory::{ProfessionalRight, Record, RecordKind};

use crate::Error;
use crate::directory_changes::{Import, ImportOptions, ImportReport, Placed};
use crate::import_organisations::{is_json, ordered};
use crate::service::Service;
use crate::snapshot::Directory;
use crate::table::{Columns, rows};

/// The most rights of one file.
const MAX_LISTED: usize = 200_000;

const COLUMNS: Columns = Columns {
    required: &["id", "profession", "valid_from"],
    optional: &["valid_to", "restriction"],
};

/// What the register says of a registration number on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RightStanding {
    /// There is a right, valid on the day; it may be restricted.
    Valid,
    /// There is one, but not on the day.
    NotValid,
    /// The register has no such number.
    Unknown,
}

/// A right as it is told to the operator.
#[derive(Serialize)]
pub struct ShownRight {
    id: String,
    profession: String,
    valid_from: Date,
    valid_to: Option<Date>,
    restriction: Option<String>,
}

impl Directory {
    /// What the register says of a registration number on a day.
    pub(crate) fn professional_right(&self, id: &str, day: Date) -> RightStanding {
        let Some(rights) = self.professional_rights.get(id) else { return RightStanding::Unknown };
        let valid = |right: &ProfessionalRight| {
            right.valid_from <= day && right.valid_to.is_none_or(|last| day <= last)
        };
        if rights.iter().any(valid) { RightStanding::Valid } else { RightStanding::NotValid }
    }

    /// Has the register ever been imported?
    pub(crate) fn knows_professionals(&self) -> bool {
        !self.professional_rights.is_empty()
    }
}

impl Service {
    /// Imports rights: `{"professionals": […]}`, or a table. All of them, or, where there is any fault,
    /// none.
    pub async fn import_professionals(
        &self,
        bytes: &[u8],
        options: &ImportOptions,
    ) -> Result<ImportReport, Error> {
        let kinds = &[RecordKind::ProfessionalRight];
        let import = Import { action: "import_professionals", options, kinds };
        self.import_records(import, |_, faults| read(bytes, faults)).await
    }

    /// The rights under a registration number.
    pub async fn find_professional(&self, id: &str) -> Result<Vec<ShownRight>, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let rights = snapshot.directory.professional_rights.get(id).ok_or(Error::NotFound)?;
        Ok(rights.iter().cloned().map(shown).collect())
    }
}

fn shown(right: ProfessionalRight) -> ShownRight {
    ShownRight {
        id: right.registration_id,
        profession: right.profession,
        valid_from: right.valid_from,
        valid_to: right.valid_to,
        restriction: right.restriction,
    }
}

fn read(bytes: &[u8], faults: &mut Faults) -> Vec<Placed> {
    let placed = |value: &Value, at: &Pointer, faults: &mut Faults| {
        Some((at.clone(), Record::ProfessionalRight(right(value, at, faults)?)))
    };
    if !is_json(bytes) {
        let rows = rows(bytes, &COLUMNS, faults);
        return rows.iter().filter_map(|row| placed(&row.value, &row.at, faults)).collect();
    }
    let value = match json::parse(bytes, Limits::default()) {
        Ok(value) => value,
        Err(error) => {
            faults.push(error.fault());
            return Vec::new();
        }
    };
    let Some(mut m) = Members::of(&value, &Pointer::root(), faults) else { return Vec::new() };
    let rights = m.required("professionals", faults, |value, at, faults| {
        Some(elements(value, at, MAX_LISTED, faults, placed))
    });
    m.finish(faults);
    rights.unwrap_or_default()
}

fn right(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<ProfessionalRight> {
    let mut m = Members::of(value, at, faults)?;
    let id = m.required("id", faults, text(64));
    let profession = m.required("profession", faults, text(200));
    let valid_from = m.required("valid_from", faults, day);
    let valid_to = m.optional("valid_to", faults, day);
    let restriction = m.optional("restriction", faults, text(1_000));
    ordered(valid_from, valid_to, &m.place("valid_to"), faults);
    m.finish(faults);
    Some(ProfessionalRight {
        registration_id: id?,
        profession: profession?,
        valid_from: valid_from?,
        valid_to,
        restriction,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// REQ AC-05, SIG-04
    #[test]
    fn a_right_is_valid_on_its_days_only() {
        let table = "id,profession,valid_from,valid_to,restriction\n\
            S-1,social_worker,2020-01-01,2024-12-31,\n\
            S-1,social_worker,2026-03-01,,\"not alone, and not by night\"\n\
            S-2,practical_nurse,2020-01-01,,\n";
        let mut faults = Faults::none();
        let mut directory = Directory::default();
        assert!(!directory.knows_professionals());
        for (_, record) in read(table.as_bytes(), &mut faults) {
            let Record::ProfessionalRight(right) = record else { panic!("no right") };
            let of = directory.professional_rights.entry(right.registration_id.clone());
            of.or_default().push(right);
        }
        assert!(faults.is_empty() && directory.knows_professionals());
        let standing = |id, on| directory.professional_right(id, day(on));
        assert_eq!(standing("S-1", "2019-12-31"), RightStanding::NotValid);
        assert_eq!(standing("S-1", "2024-12-31"), RightStanding::Valid);
        assert_eq!(standing("S-1", "2025-01-01"), RightStanding::NotValid);
        assert_eq!(standing("S-1", "2026-03-01"), RightStanding::Valid);
        assert_eq!(standing("S-2", "2026-03-01"), RightStanding::Valid);
        assert_eq!(standing("S-3", "2026-03-01"), RightStanding::Unknown);
    }

    #[test]
    fn both_forms_say_the_same() {
        let table = "id;profession;valid_from\nS-1;social_worker;2020-01-01\n";
        let json = r#"{"professionals": [
            {"id": "S-1", "profession": "social_worker", "valid_from": "2020-01-01"}]}"#;
        let mut faults = Faults::none();
        let read = |text: &str, faults: &mut Faults| {
            read(text.as_bytes(), faults).into_iter().map(|(_, record)| record).collect::<Vec<_>>()
        };
        assert_eq!(read(table, &mut faults), read(json, &mut faults));
        assert!(faults.is_empty());
        read(r#"{"professionals": [{"id": ""}], "x": 1}"#, &mut faults);
        let codes: Vec<_> = faults.as_slice().iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["too-short", "missing", "missing", "unknown-member"]);
    }
}
