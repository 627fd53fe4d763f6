//! What organisations and units were called at an instant, by the account of the directory's changes
//! (DIR-01): a log tells of whom somebody met then.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;
use varanto_model::{LocalText, Oid};
use varanto_store::MAX_VALUES;
use varanto_store::directory::{self, DirectoryChange, RecordKind};

use crate::Error;
use crate::service::Service;
use crate::snapshot::{Directory, Snapshot, name_of};

/// The names of some organisations and units through time.
#[derive(Debug, Default)]
pub(crate) struct PastNames {
    names: BTreeMap<Oid, Vec<Named>>,
}

/// A name, and from when on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    /// `None`: from the beginning.
    from: Option<Timestamp>,
    name: LocalText,
}

impl PastNames {
    /// What it was called then; where its name is known only from later on, the first one that is known.
    pub(crate) fn at(&self, oid: &Oid, at: Timestamp) -> Option<LocalText> {
        let names = self.names.get(oid)?;
        let then = names.iter().rev().find(|named| named.from.is_none_or(|from| from <= at));
        then.or_else(|| names.first()).map(|named| named.name.clone())
    }
}

impl Service {
    /// The names of these organisations, by their operating units, and service units.
    pub(crate) async fn past_names(
        &self,
        snapshot: &Snapshot,
        wanted: &BTreeSet<Oid>,
    ) -> Result<PastNames, Error> {
        let mut names = BTreeMap::new();
        let wanted: Vec<&Oid> = wanted.iter().collect();
        for some in wanted.chunks(MAX_VALUES) {
            let history = |oid: &&Oid| {
                directory::history_of(kind_of(&snapshot.directory, oid), oid.to_string())
            };
            let histories =
                self.database.fetch(some.iter().map(history).collect::<Vec<_>>()).await?;
            for (oid, changes) in some.iter().zip(histories) {
                let mut known = through_time(&changes);
                if known.is_empty() {
                    let now = name_now(&snapshot.directory, oid);
                    known.extend(now.map(|name| Named { from: None, name }));
                }
                names.insert((*oid).clone(), known);
            }
        }
        Ok(PastNames { names })
    }
}

/// Records are never removed, so that each is in the directory still.
fn kind_of(directory: &Directory, oid: &Oid) -> RecordKind {
    if directory.units.contains_key(oid) { RecordKind::Unit } else { RecordKind::Organisation }
}

fn name_now(directory: &Directory, oid: &Oid) -> Option<LocalText> {
    let of_unit = |unit: &directory::Unit| LocalText {
        fi: unit.name.clone(),
        sv: unit.name_sv.clone(),
        en: unit.name_en.clone(),
    };
    let unit = directory.units.get(oid).map(of_unit);
    unit.or_else(|| directory.organisations.get(oid).map(name_of))
}

/// The names of a record by its changes, the first one first.
fn through_time(changes: &[DirectoryChange]) -> Vec<Named> {
    let first = changes.first().and_then(|change| change.earlier.as_deref());
    let first = first.and_then(name_in).map(|name| Named { from: None, name });
    let later = changes
        .iter()
        .filter_map(|change| Some(Named { from: Some(change.at), name: name_in(&change.later)? }));
    first.into_iter().chain(later).collect()
}

/// The name in a noted record of an organisation or a unit.
fn name_in(record: &str) -> Option<LocalText> {
    let record: Value = serde_json::from_str(record).ok()?;
    let text = |member: &str| record.get(member).and_then(Value::as_str).map(str::to_owned);
    let fi = text("name").or_else(|| text("name_fi"))?;
    Some(LocalText { fi, sv: text("name_sv"), en: text("name_en") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> Timestamp {
        format!("{day}T00:00:00Z").parse().unwrap()
    }

    fn change(day: &str, earlier: Option<&str>, later: &str) -> DirectoryChange {
        let record = |name: &str| format!(r#"{{"name":"{name}","name_sv":"{name} sv"}}"#);
        DirectoryChange {
            number: 1,
            at: at(day),
            kind: "unit".to_owned(),
            subject: "1.2.3".to_owned(),
            organisation: None,
            earlier: earlier.map(record),
            later: record(later),
            source: "test".to_owned(),
        }
    }

    /// REQ LOG-05, DIR-01
    #[test]
    fn a_unit_is_called_what_it_was_called_then() {
        let oid = Oid::parse("1.2.3").unwrap();
        let changes = [change("2026-02-01", Some("A"), "B"), change("2026-03-01", Some("B"), "C")];
        let names = PastNames { names: [(oid.clone(), through_time(&changes))].into() };
        let called = |day| names.at(&oid, at(day)).unwrap().fi;
        assert_eq!(called("2026-01-31"), "A");
        assert_eq!(called("2026-02-01"), "B");
        assert_eq!(called("2026-02-28"), "B");
        assert_eq!(called("2027-01-01"), "C");
        assert_eq!(names.at(&Oid::parse("1.2.4").unwrap(), at("2026-01-01")), None);
    }

    /// REQ LOG-05
    #[test]
    fn a_record_that_is_known_only_from_later_on_has_its_first_name() {
        let oid = Oid::parse("1.2.3").unwrap();
        let known = through_time(&[change("2026-02-01", None, "B")]);
        let names = PastNames { names: [(oid.clone(), known)].into() };
        let name = names.at(&oid, at("2026-01-01")).unwrap();
        assert_eq!((name.fi.as_str(), name.sv.as_deref(), name.en), ("B", Some("B sv"), None));
    }
}
