//! Organisations and units as a table: a line for each, units with the operating unit of their
//! organisation as `parent`. The columns are those that the SOTE organisation registry has.

use serde_json::Value;
use varanto_model::reader::{self, Members, day, text, word};
use varanto_model::{Faults, Pointer};
use varanto_store::directory::{Organisation, Record, Unit};

use super::{KINDS, business_id, ordered};
use crate::directory_changes::Placed;
use crate::table::{Columns, rows};

const COLUMNS: Columns = Columns {
    required: &["oid", "parent", "name_fi", "valid_from"],
    optional: &["business_id", "name_sv", "name_en", "kind", "valid_to"],
};

/// The organisations and units of a table; an organisation is told as no controller, not joined, and
/// no service for citizens.
pub(super) fn read(bytes: &[u8], faults: &mut Faults) -> Vec<Placed> {
    let rows = rows(bytes, &COLUMNS, faults);
    let records = rows.into_iter().filter_map(|row| {
        let record = record(&row.value, &row.at, faults)?;
        Some((row.at, record))
    });
    records.collect()
}

fn record(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Record> {
    let mut m = Members::of(value, at, faults)?;
    let oid = m.required("oid", faults, reader::oid);
    let is_unit = m.raw("parent").is_some();
    let parent = m.optional("parent", faults, reader::oid);
    let name = m.required("name_fi", faults, text(300));
    let name_sv = m.optional("name_sv", faults, text(300));
    let name_en = m.optional("name_en", faults, text(300));
    let valid_from = m.optional("valid_from", faults, day);
    let valid_to = m.optional("valid_to", faults, day);
    ordered(valid_from, valid_to, &m.place("valid_to"), faults);
    if is_unit {
        if m.raw("valid_from").is_none() {
            faults.add(m.place("valid_from"), "missing", "a unit has a first day");
        }
        m.finish(faults);
        let (organisation, valid_from) = (parent?, valid_from?);
        let name = name?;
        return Some(Record::Unit(Unit {
            oid: oid?,
            organisation,
            name,
            name_sv,
            name_en,
            valid_from,
            valid_to,
        }));
    }
    let business_id = m.required("business_id", faults, business_id);
    let kind = m.required("kind", faults, word(KINDS, |kind| kind));
    m.finish(faults);
    Some(Record::Organisation(Organisation {
        operating_unit: oid?,
        business_id: business_id?,
        name_fi: name?,
        name_sv,
        name_en,
        kind: kind?.to_owned(),
        controller: None,
        joined: None,
        citizen_service: false,
        valid_from,
        valid_to,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ DIR-01
    #[test]
    fn every_fault_of_a_table_is_told_with_its_line() {
        let table = "oid;parent;business_id;name_fi;name_sv;name_en;kind;valid_from;valid_to\n\
            1.2.246.10.99990001.10.0;;9999000-1;Testilä;Testby;;public;2023-01-01;\n\
            1.2.246.10.99990001.10.1;1.2.246.10.99990001.10.0;;Iäkkäät;;;;2023-01-01;2022-01-01\n\
            x;1.2.246.10.99990001.10.0;;;;;private;;\n\
            1.2.246.10.99990002.10.0;;12;Hoiva;;;royal;2023-13-01;\n";
        let mut faults = Faults::none();
        assert_eq!(read(table.as_bytes(), &mut faults).len(), 2);
        let found: Vec<_> =
            faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect();
        let expected = [
            ("/line/3/valid_to", "before-first-day"),
            ("/line/4/oid", "not-an-oid"),
            ("/line/4/name_fi", "missing"),
            ("/line/4/valid_from", "missing"),
            ("/line/4/kind", "unknown-member"),
            ("/line/5/valid_from", "not-a-day"),
            ("/line/5/kind", "not-in-list"),
        ];
        assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code)));
    }
}
