//! Importing records of the directories: what a file comes to, compared with what there is.
//!
//! A file is one plan: all of it, or, where there is any fault, nothing. Each record that is new or has
//! changed is put in together with the note of its change; the plan is held to the directory that it
//! was compared with. Nothing is ever removed: what a complete file no longer has gets a last day.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use varanto_model::{Faults, Oid, Pointer, calendar};
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::directory::{self, Record, RecordKind};
use varanto_store::{Plan, Subject, bump_revision};

use crate::Error;
use crate::service::Service;
use crate::snapshot::{Directory, Snapshot};

/// How a file is imported.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Where it comes from, such as the name of the file; stands in the history of each record.
    pub source: String,
    /// Only tell what the import would come to.
    pub check: bool,
    /// Is the file all there is? Then what it does not have has ended.
    pub complete: bool,
}

/// A record with its place in the file.
pub(crate) type Placed = (Pointer, Record);

/// What an import has come to, or would come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Records that were not there before.
    pub new: Vec<Named>,
    /// Records that are otherwise than before.
    pub changed: Vec<Named>,
    /// Records that have been given a last day, by the file or because a complete one has them not.
    pub ended: Vec<Named>,
    /// How many records were there in the same form.
    pub unchanged: usize,
    /// Units and organisations that now come with another identifier.
    pub changed_oids: Vec<ChangedOid>,
}

/// A record by its name.
#[derive(Clone, PartialEq, Eq)]
pub struct Named {
    /// What kind of record.
    pub kind: RecordKind,
    /// What it is about: an identifier, the id of a person, or a name.
    pub subject: String,
    /// The operating unit of its organisation.
    pub organisation: Option<Oid>,
}

/// Ids of staff do not show.
impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Named").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A unit of the same organisation and name, or an organisation of the same business id, that comes
/// with another identifier than before (DIR-01).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedOid {
    /// What it is called.
    pub name: String,
    /// The identifier before.
    pub from: Oid,
    /// The identifier since.
    pub to: Oid,
}

/// What names a record among those of its kind.
type Key = (RecordKind, [String; 3]);

/// An import that has been read and checked.
pub(crate) struct Import<'a> {
    /// What the administration log calls it.
    pub(crate) action: &'static str,
    pub(crate) options: &'a ImportOptions,
    /// The kinds of which a complete file has all records.
    pub(crate) kinds: &'static [RecordKind],
}

impl Service {
    /// Reads a file against the directory as it is now, and puts in what it has.
    pub(crate) async fn import_records(
        &self,
        import: Import<'_>,
        read: impl FnOnce(&Directory, &mut Faults) -> Vec<Placed>,
    ) -> Result<ImportReport, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let mut faults = Faults::none();
        let records = read(&snapshot.directory, &mut faults);
        named_once(&records, &mut faults);
        let records = faults.or(records).map_err(Error::invalid)?;
        let comparison = compare(&import, &snapshot.directory, records, self.today())?;
        if !import.options.check {
            self.commit_changes(&import, &snapshot, &comparison).await?;
        }
        Ok(comparison.report)
    }

    fn today(&self) -> Date {
        calendar::day_of(self.now())
    }

    async fn commit_changes(
        &self,
        import: &Import<'_>,
        snapshot: &Snapshot,
        comparison: &Comparison,
    ) -> Result<(), Error> {
        let Comparison { report, put } = comparison;
        let now = self.now();
        let entry = AdministrativeEntry {
            action: import.action.to_owned(),
            detail: Some(counts(report)),
            ..self.entry(now)
        };
        let mut plan = Plan::administrative(entry);
        snapshot.guard(&mut plan);
        for (earlier, later) in put {
            plan.extend(change(now, &import.options.source, earlier.as_ref(), later.clone())?);
        }
        if !put.is_empty() {
            plan.push(bump_revision(Subject::Directory));
        }
        self.database.commit(plan).await?;
        self.refresh().await
    }
}

/// The statements that put a record in and note its change.
pub(crate) fn change(
    at: jiff::Timestamp,
    source: &str,
    earlier: Option<&Record>,
    later: Record,
) -> Result<[varanto_store::Statement; 2], Error> {
    directory::put(at, source, earlier, later)
        .map_err(|_| Error::Internal("a record cannot be written as JSON"))
}

fn counts(report: &ImportReport) -> String {
    let ImportReport { new, changed, ended, unchanged, .. } = report;
    let (new, changed, ended) = (new.len(), changed.len(), ended.len());
    format!("{new} new, {changed} changed, {ended} ended, {unchanged} unchanged")
}

/// What a file comes to: the report, and what is to be put in with what was there.
struct Comparison {
    report: ImportReport,
    put: Vec<(Option<Record>, Record)>,
}

fn compare(
    import: &Import<'_>,
    directory: &Directory,
    records: Vec<Placed>,
    today: Date,
) -> Result<Comparison, Error> {
    let mut present: BTreeMap<Key, Record> =
        directory.records().map(|record| (key(&record), record)).collect();
    let mut comparison = Comparison { report: ImportReport::default(), put: Vec::new() };
    comparison.report.changed_oids = changed_oids(&present, &records);
    for (_, record) in records {
        comparison.add(present.remove(&key(&record)), record);
    }
    if import.options.complete {
        let yesterday = today.yesterday().map_err(|_| Error::Internal("a day out of calendar"))?;
        let absent = present.into_values().filter(|record| import.kinds.contains(&record.kind()));
        for record in absent.filter(|record| last_day(record).is_none_or(|last| last > yesterday)) {
            let mut ended = record.clone();
            end(&mut ended, yesterday);
            comparison.add(Some(record), ended);
        }
    }
    Ok(comparison)
}

impl Comparison {
    fn add(&mut self, earlier: Option<Record>, later: Record) {
        let report = &mut self.report;
        let list = match &earlier {
            None => &mut report.new,
            Some(earlier) if *earlier == later => {
                report.unchanged += 1;
                return;
            }
            Some(earlier)
                if last_day(&later).is_some() && last_day(earlier) != last_day(&later) =>
            {
                &mut report.ended
            }
            Some(_) => &mut report.changed,
        };
        list.push(Named {
            kind: later.kind(),
            subject: later.subject(),
            organisation: later.organisation().cloned(),
        });
        self.put.push((earlier, later));
    }
}

fn key(record: &Record) -> Key {
    let more = match record {
        Record::Person(person) => [person.organisation.to_string(), String::new()],
        Record::ProfessionalRight(right) => {
            [right.profession.clone(), right.valid_from.to_string()]
        }
        Record::Organisation(_)
        | Record::Unit(_)
        | Record::Certificate(_)
        | Record::Deployment(_) => [String::new(), String::new()],
    };
    let [first, second] = more;
    (record.kind(), [record.subject(), first, second])
}

fn last_day(record: &Record) -> Option<Date> {
    match record {
        Record::Organisation(organisation) => organisation.valid_to,
        Record::Unit(unit) => unit.valid_to,
        Record::Person(person) => person.valid_to,
        Record::ProfessionalRight(right) => right.valid_to,
        Record::Certificate(_) | Record::Deployment(_) => None,
    }
}

/// Gives a record its last day; one that has not begun by then ends on its first day.
fn end(record: &mut Record, day: Date) {
    let last = |first: Option<Date>| Some(first.map_or(day, |first| first.max(day)));
    match record {
        Record::Organisation(organisation) => organisation.valid_to = last(organisation.valid_from),
        Record::Unit(unit) => unit.valid_to = last(Some(unit.valid_from)),
        Record::Person(person) => person.valid_to = last(person.valid_from),
        Record::ProfessionalRight(right) => right.valid_to = last(Some(right.valid_from)),
        Record::Certificate(_) | Record::Deployment(_) => {}
    }
}

fn named_once(records: &[Placed], faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for (at, record) in records {
        if !seen.insert(key(record)) {
            faults.add(at.clone(), "duplicate", "the same record stands in the file twice");
        }
    }
}

/// New records that take the place of others: the earlier one is not in the file any more, or ends.
fn changed_oids(present: &BTreeMap<Key, Record>, records: &[Placed]) -> Vec<ChangedOid> {
    let given: BTreeMap<Key, &Record> = records.iter().map(|(_, r)| (key(r), r)).collect();
    let ends = |key: &Key, record: &Record| last_day(given.get(key).unwrap_or(&record)).is_some();
    let left = present.iter().filter(|(key, r)| !given.contains_key(*key) || ends(key, r));
    let left: BTreeMap<_, &Oid> =
        left.filter_map(|(_, record)| known_by(record)).map(|k| (k.likeness, k.oid)).collect();
    let fresh = given.iter().filter(|(key, _)| !present.contains_key(*key));
    fresh
        .filter_map(|(_, record)| {
            let Known { likeness, oid, name } = known_by(record)?;
            let from = (*left.get(&likeness)?).clone();
            Some(ChangedOid { name: name.to_owned(), from, to: oid.clone() })
        })
        .collect()
}

/// By what a record is known again under another identifier.
struct Known<'a> {
    likeness: (RecordKind, &'a str, &'a str),
    oid: &'a Oid,
    name: &'a str,
}

fn known_by(record: &Record) -> Option<Known<'_>> {
    match record {
        Record::Organisation(organisation) => Some(Known {
            likeness: (RecordKind::Organisation, &organisation.business_id, ""),
            oid: &organisation.operating_unit,
            name: &organisation.name_fi,
        }),
        Record::Unit(unit) => Some(Known {
            likeness: (RecordKind::Unit, unit.organisation.as_str(), &unit.name),
            oid: &unit.oid,
            name: &unit.name,
        }),
        Record::Person(_)
        | Record::Certificate(_)
        | Record::ProfessionalRight(_)
        | Record::Deployment(_) => None,
    }
}
