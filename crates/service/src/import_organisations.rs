//! Importing organisations with their units (DIR-01), from a table in the manner of the SOTE
//! organisation registry, or from the form of a sandbox's world, which has people, controllers and
//! joining as well.

mod json;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::reader::text;
use varanto_model::{Faults, Oid, Pointer};
use varanto_signatures::Certificate;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::directory::{CertificateBinding, Organisation, Record, RecordKind};
use varanto_store::{Plan, Subject, bump_revision};

use crate::Error;
use crate::directory_changes::{Import, ImportOptions, ImportReport, Placed, change};
use crate::service::Service;
use crate::snapshot::Directory;

const KINDS: &[&str] = &["public", "private"];

impl Service {
    /// Imports the organisations of a file: `{"organisations": […]}`, or a table. All of them, or,
    /// where there is any fault, none. What a table does not tell of an organisation – joining, and
    /// what it is as a controller – stays as it is.
    pub async fn import_organisations(
        &self,
        bytes: &[u8],
        options: &ImportOptions,
    ) -> Result<ImportReport, Error> {
        let kinds = &[RecordKind::Organisation, RecordKind::Unit];
        let import = Import { action: "import_organisations", options, kinds };
        self.import_records(import, |directory, faults| {
            let mut records = read(bytes, faults);
            keep_homes(&mut records, directory);
            if !is_json(bytes) {
                keep_untold(&mut records, directory);
            }
            check(&records, directory, options.complete, faults);
            records
        })
        .await
    }

    /// Binds a certificate to an organisation, for certificates that do not name one. The
    /// organisation is named by its operating unit, its controller or one of its units.
    pub async fn bind_certificate(
        &self,
        certificate: &Certificate,
        organisation: &Oid,
    ) -> Result<(), Error> {
        let now = self.now();
        let snapshot = self.fresh_snapshot().await?;
        let found = snapshot.directory.find(organisation).ok_or(Error::NotFound)?;
        let thumbprint = *certificate.thumbprint().as_bytes();
        let entry = AdministrativeEntry {
            action: "bind_certificate".to_owned(),
            organisation: Some(found.operating_unit.clone()),
            certificate: Some(thumbprint),
            ..self.entry(now)
        };
        let bound = |organisation: &Oid| {
            let organisation = organisation.clone();
            Record::Certificate(CertificateBinding { thumbprint, organisation })
        };
        let earlier = snapshot.directory.bound(&thumbprint).map(bound);
        let mut plan = Plan::administrative(entry);
        snapshot.guard(&mut plan);
        let later = bound(&found.operating_unit);
        plan.extend(change(now, "bind_certificate", earlier.as_ref(), later)?);
        plan.push(bump_revision(Subject::Directory));
        self.database.commit(plan).await?;
        self.refresh().await
    }
}

/// The records of a file, as far as they can be told without the directory, or all its faults.
pub fn organisations_of(bytes: &[u8]) -> Result<Vec<Record>, Faults> {
    let mut faults = Faults::none();
    let records = read(bytes, &mut faults);
    faults.or(records.into_iter().map(|(_, record)| record).collect())
}

fn read(bytes: &[u8], faults: &mut Faults) -> Vec<Placed> {
    if is_json(bytes) { json::read(bytes, faults) } else { table::read(bytes, faults) }
}

/// Is it JSON rather than a table?
pub(crate) fn is_json(bytes: &[u8]) -> bool {
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| b"{[".contains(byte))
}

/// A table tells nothing of joining and controllers: what is known stays.
fn keep_untold(records: &mut [Placed], directory: &Directory) {
    for (_, record) in records {
        if let Record::Organisation(organisation) = record
            && let Some(known) = directory.organisations.get(&organisation.operating_unit)
        {
            organisation.controller.clone_from(&known.controller);
            organisation.joined.clone_from(&known.joined);
            organisation.citizen_service = known.citizen_service;
        }
    }
}

/// Such a file tells no home addresses: those that are known stay.
fn keep_homes(records: &mut [Placed], directory: &Directory) {
    for (_, record) in records {
        if let Record::Person(person) = record
            && let Some(known) = directory.person(&person.organisation, &person.user_id)
        {
            person.home = known.home;
        }
    }
}

/// What can only be told of the file and the directory together.
fn check(records: &[Placed], directory: &Directory, complete: bool, faults: &mut Faults) {
    let given = records.iter().filter_map(|(_, record)| organisation(record));
    let given: BTreeSet<&Oid> = given.map(|organisation| &organisation.operating_unit).collect();
    let units: BTreeSet<&Oid> = records.iter().filter_map(|(_, record)| unit(record)).collect();
    // Those that stay beside the given ones.
    let stay = directory.organisations.values().filter(|o| !given.contains(&o.operating_unit));
    let stay: Vec<&Organisation> = stay.filter(|_| !complete).collect();
    let mut business_ids: BTreeMap<&str, &Oid> = BTreeMap::new();
    let mut controllers: BTreeMap<&Oid, &Oid> = BTreeMap::new();
    for organisation in stay {
        note(organisation, &mut business_ids, &mut controllers);
    }
    for (at, record) in records {
        match record {
            Record::Organisation(organisation) => {
                let (of_business_id, of_controller) =
                    note(organisation, &mut business_ids, &mut controllers);
                if of_business_id {
                    let why = "another organisation has this business id and no last day";
                    faults.add(at.member("business_id"), "duplicate", why);
                }
                let at = at.member("controller");
                if of_controller {
                    let why = "another organisation is this controller";
                    faults.add(at.member("oid"), "duplicate", why);
                }
                let wide = organisation.controller.iter().flat_map(|c| &c.wide_access);
                for (i, wide) in wide.enumerate() {
                    if !units.contains(&wide.unit) && !directory.units.contains_key(&wide.unit) {
                        let at = at.member("wide_access").index(i).member("unit");
                        faults.add(at, "unit-unknown", "no such unit is known");
                    }
                }
            }
            Record::Unit(unit) => {
                let owner = &unit.organisation;
                if !given.contains(owner) && !directory.organisations.contains_key(owner) {
                    let why = "no organisation with this operating unit is known";
                    faults.add(at.member("parent"), "organisation-unknown", why);
                }
            }
            Record::Person(_)
            | Record::Certificate(_)
            | Record::ProfessionalRight(_)
            | Record::Deployment(_) => {}
        }
    }
}

/// Notes by what an organisation is found; tells whether another is found by the same business id, or
/// the same controller.
fn note<'a>(
    organisation: &'a Organisation,
    business_ids: &mut BTreeMap<&'a str, &'a Oid>,
    controllers: &mut BTreeMap<&'a Oid, &'a Oid>,
) -> (bool, bool) {
    let own = &organisation.operating_unit;
    let business_id = organisation.business_id.as_str();
    let lasts = organisation.valid_to.is_none();
    let other_id = lasts && business_ids.insert(business_id, own).is_some_and(|other| other != own);
    let controller = organisation.controller.as_ref();
    let other = controller.and_then(|controller| controllers.insert(&controller.oid, own));
    (other_id, other.is_some_and(|other| other != own))
}

fn organisation(record: &Record) -> Option<&Organisation> {
    match record {
        Record::Organisation(organisation) => Some(organisation),
        Record::Unit(_)
        | Record::Person(_)
        | Record::Certificate(_)
        | Record::ProfessionalRight(_)
        | Record::Deployment(_) => None,
    }
}

fn unit(record: &Record) -> Option<&Oid> {
    match record {
        Record::Unit(unit) => Some(&unit.oid),
        Record::Organisation(_)
        | Record::Person(_)
        | Record::Certificate(_)
        | Record::ProfessionalRight(_)
        | Record::Deployment(_) => None,
    }
}

/// The digits of a business id, without hyphen and leading zeros, as in an object identifier.
fn business_id(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<String> {
    let given = text(12)(value, at, faults)?;
    let digits = given.replace('-', "");
    let good = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !good {
        faults.add(
            at.clone(),
            "not-a-business-id",
            "a business id is digits, with or without a hyphen",
        );
        return None;
    }
    Some(digits.trim_start_matches('0').to_owned())
}

/// Notes a last day that is before the first.
pub(crate) fn ordered(from: Option<Date>, to: Option<Date>, last: &Pointer, faults: &mut Faults) {
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        faults.add(last.clone(), "before-first-day", "the last day is before the first");
    }
}
