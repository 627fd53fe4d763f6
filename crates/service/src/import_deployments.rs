//! Who uses the client data repository since when (DIR-02): the published list, imported, and those
//! who have joined here.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use varanto_model::reader::{self, Members, day, text};
use varanto_model::{Faults, Oid, Pointer, calendar};
use varanto_store::directory::{self, Deployment, Record};

use crate::Error;
use crate::directory_changes::{Import, ImportOptions, ImportReport, Placed};
use crate::service::Service;
use crate::snapshot::Directory;
use crate::table::{Columns, rows};

const COLUMNS: Columns =
    Columns { required: &["organisation", "in_use_since"], optional: &["operating_unit"] };

/// An organisation that uses the client data repository.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct ShownDeployment {
    organisation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    operating_unit: Option<Oid>,
    in_use_since: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

impl Service {
    /// Imports a table of deployments: all of it, or, where there is any fault, nothing.
    pub async fn import_deployments(
        &self,
        bytes: &[u8],
        options: &ImportOptions,
    ) -> Result<ImportReport, Error> {
        let import = Import { action: "import_deployments", options, kinds: &[] };
        self.import_records(import, |_, faults| read(bytes, faults)).await
    }

    /// Who uses the repository: the imported deployments, and every organisation that has joined and
    /// not left again, the earliest first.
    pub async fn list_deployments(&self) -> Result<Vec<ShownDeployment>, Error> {
        let snapshot = self.fresh_snapshot().await?;
        Ok(list(&snapshot.directory, calendar::day_of(self.now())))
    }
}

/// An imported deployment and a joining are the same where the operating unit is, or, where none is
/// told, the name.
fn list(directory: &Directory, today: Date) -> Vec<ShownDeployment> {
    let joined = directory.organisations.values().filter(|organisation| {
        let joined = organisation.joined.as_ref();
        joined.is_some_and(|joined| joined.to.is_none_or(|last| today <= last))
    });
    let mut joined: BTreeMap<&Oid, &directory::Organisation> =
        joined.map(|organisation| (&organisation.operating_unit, organisation)).collect();
    let mut list = Vec::with_capacity(directory.deployments.len() + joined.len());
    for imported in &directory.deployments {
        let named = || joined.values().find(|o| o.name_fi == imported.organisation_name);
        let unit = imported.operating_unit.clone();
        let unit = unit.or_else(|| named().map(|organisation| organisation.operating_unit.clone()));
        let here = unit.as_ref().and_then(|unit| joined.remove(unit));
        list.push(ShownDeployment {
            organisation: imported.organisation_name.clone(),
            operating_unit: unit,
            in_use_since: imported.in_use_since,
            model: here.and_then(model),
        });
    }
    list.extend(joined.into_values().filter_map(|organisation| {
        Some(ShownDeployment {
            organisation: organisation.name_fi.clone(),
            operating_unit: Some(organisation.operating_unit.clone()),
            in_use_since: organisation.joined.as_ref()?.from,
            model: model(organisation),
        })
    }));
    list.sort_by(|a, b| (a.in_use_since, &a.organisation).cmp(&(b.in_use_since, &b.organisation)));
    list
}

fn model(organisation: &directory::Organisation) -> Option<String> {
    organisation.joined.as_ref().map(|joined| joined.model.clone())
}

/// The deployments of a table, or all its faults.
pub fn deployments_of(bytes: &[u8]) -> Result<Vec<Record>, Faults> {
    let mut faults = Faults::none();
    let records = read(bytes, &mut faults);
    faults.or(records.into_iter().map(|(_, record)| record).collect())
}

fn read(bytes: &[u8], faults: &mut Faults) -> Vec<Placed> {
    let rows = rows(bytes, &COLUMNS, faults);
    let deployments = rows.into_iter().filter_map(|row| {
        let deployment = deployment(&row.value, &row.at, faults)?;
        Some((row.at, Record::Deployment(deployment)))
    });
    deployments.collect()
}

fn deployment(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Deployment> {
    let mut m = Members::of(value, at, faults)?;
    let organisation_name = m.required("organisation", faults, text(300));
    let in_use_since = m.required("in_use_since", faults, day);
    let operating_unit = m.optional("operating_unit", faults, reader::oid);
    m.finish(faults);
    Some(Deployment {
        organisation_name: organisation_name?,
        in_use_since: in_use_since?,
        operating_unit,
    })
}
