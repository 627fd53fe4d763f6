//! Who uses the client data repository since when, as it is published (DIR-02).

use jiff::civil::Date;
use serde::Serialize;
use varanto_model::Oid;

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row};

/// That an organisation uses the client data repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deployment {
    /// What the organisation is called in the published list.
    pub organisation_name: String,
    /// The first day of use.
    pub in_use_since: Date,
    /// The operating unit of the organisation, where it is known.
    pub operating_unit: Option<Oid>,
}

const UPSERT: &str = "-- deployment::upsert_deployment
INSERT INTO deployment (organisation_name, in_use_since, operating_unit) VALUES ($1, $2, $3)
ON CONFLICT (organisation_name) DO UPDATE SET in_use_since = excluded.in_use_since,
    operating_unit = excluded.operating_unit";

const ALL: &str = "-- deployment::all_deployments
SELECT organisation_name, in_use_since, operating_unit FROM deployment
ORDER BY in_use_since, organisation_name";

/// Stores a deployment, in place of one of the same name.
pub(super) fn upsert_deployment(new: Deployment) -> Statement {
    let args =
        vec![new.organisation_name.into(), new.in_use_since.into(), new.operating_unit.into()];
    Statement::one(UPSERT, args, Conflict::AlreadyExists(Entity::DirectoryRecord))
}

/// All deployments, the earliest first.
pub fn all_deployments() -> Query<Deployment> {
    Query::new(ALL, vec![], deployment)
}

fn deployment(row: &dyn Row) -> Result<Deployment, Corrupt> {
    Ok(Deployment {
        organisation_name: row.string(0)?,
        in_use_since: row.date(1)?,
        operating_unit: row.maybe(2, <dyn Row>::oid)?,
    })
}
