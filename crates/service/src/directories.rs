//! Structures, code sets and organisations as they are told to the systems that ask.

use jiff::civil::Date;
use serde::Serialize;
use varanto_documents::codes::{CodeSet, Coverage, Entry};
use varanto_model::{LocalText, Oid};
use varanto_store::directory::WideAccess;
use varanto_store::{Origin, directory};

use crate::Error;
use crate::service::Service;
use crate::snapshot::{KnownStructure, Snapshot, name_of};

/// A document structure (DIR-05).
#[derive(Debug, Serialize)]
pub struct ShownStructure {
    oid: Oid,
    code: String,
    title: LocalText,
    status: String,
    document_type: Option<String>,
    author: Option<String>,
    subject: Option<String>,
    origin: &'static str,
    asks_professional_signature: bool,
}

/// A code set (DIR-04), with or without its codes.
#[derive(Debug, Serialize)]
pub struct ShownCodeSet {
    oid: Oid,
    name: LocalText,
    version: Option<String>,
    coverage: &'static str,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    codes: Option<Vec<ShownCode>>,
}

#[derive(Debug, Serialize)]
struct ShownCode {
    code: String,
    name: LocalText,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
    local: bool,
}

/// An organisation with its units (DIR-01, DIR-02).
#[derive(Debug, Serialize)]
pub struct ShownOrganisation {
    name: LocalText,
    business_id: String,
    kind: String,
    operating_unit: Oid,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<ShownController>,
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<ShownJoining>,
    /// Does it run a service for citizens?
    citizen_service: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<Date>,
    units: Vec<ShownUnit>,
}

#[derive(Debug, Serialize)]
struct ShownController {
    oid: Oid,
    register_opens: Option<Date>,
    accepts_models: Vec<String>,
    closing_working_days: Option<u32>,
    professional_signatures_from: Option<Date>,
    wide_access: Vec<WideAccess>,
}

#[derive(Debug, Serialize)]
struct ShownJoining {
    model: String,
    from: Date,
    to: Option<Date>,
}

#[derive(Debug, Serialize)]
struct ShownUnit {
    oid: Oid,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_sv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
    valid_from: Date,
    valid_to: Option<Date>,
}

impl Service {
    /// Every structure that documents may follow.
    pub async fn list_structures(&self) -> Result<Vec<ShownStructure>, Error> {
        Ok(self.fresh_snapshot().await?.structures.values().map(structure).collect())
    }

    /// The identifiers of the structures that are known here.
    pub fn structure_oids(&self) -> Vec<Oid> {
        self.snapshot().structures.keys().cloned().collect()
    }

    /// One structure.
    pub async fn find_structure(&self, oid: &str) -> Result<ShownStructure, Error> {
        let snapshot = self.fresh_snapshot().await?;
        known(&snapshot, oid).map(structure)
    }

    /// The file of one structure, byte for byte.
    pub async fn structure_schema(&self, oid: &str) -> Result<String, Error> {
        let snapshot = self.fresh_snapshot().await?;
        known(&snapshot, oid).map(|known| known.json.clone())
    }

    /// Every code set, without its codes.
    pub async fn list_code_sets(&self) -> Result<Vec<ShownCodeSet>, Error> {
        Ok(self.fresh_snapshot().await?.codes.iter().map(|set| code_set(set, None)).collect())
    }

    /// One code set with its codes, by its identifier with or without a version.
    pub async fn find_code_set(&self, oid: &str) -> Result<ShownCodeSet, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let oid = Oid::parse(oid).map_err(|_| Error::NotFound)?;
        let set = snapshot.codes.find(&oid).ok_or(Error::NotFound)?;
        Ok(code_set(set, Some(set.codes().map(code).collect())))
    }

    /// Every organisation.
    pub async fn list_organisations(&self) -> Result<Vec<ShownOrganisation>, Error> {
        let snapshot = self.fresh_snapshot().await?;
        Ok(snapshot.directory.organisations.values().map(|o| organisation(&snapshot, o)).collect())
    }

    /// One organisation, by its operating unit, its controller or one of its units.
    pub async fn find_organisation(&self, oid: &str) -> Result<ShownOrganisation, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let oid = Oid::parse(oid).map_err(|_| Error::NotFound)?;
        let found = snapshot.directory.find(&oid).ok_or(Error::NotFound)?;
        Ok(organisation(&snapshot, found))
    }
}

fn known<'a>(snapshot: &'a Snapshot, oid: &str) -> Result<&'a KnownStructure, Error> {
    let oid = Oid::parse(oid).map_err(|_| Error::NotFound)?;
    snapshot.structures.get(&oid).ok_or(Error::NotFound)
}

fn structure(known: &KnownStructure) -> ShownStructure {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let structure = &known.structure;
    ShownStructure {
        oid: structure.oid().clone(),
        code: structure.code().to_owned(),
        title: structure.title().clone(),
        status: structure.status().to_owned(),
        document_type: owned(structure.document_type()),
        author: owned(structure.author()),
        subject: owned(structure.subject()),
        origin: match known.origin {
            Origin::Builtin => "builtin",
            Origin::Imported => "imported",
        },
        asks_professional_signature: structure.asks_for_professional_signature(),
    }
}

fn code_set(set: &CodeSet, codes: Option<Vec<ShownCode>>) -> ShownCodeSet {
    ShownCodeSet {
        oid: set.oid().clone(),
        name: set.name().clone(),
        version: set.version().map(str::to_owned),
        coverage: match set.coverage() {
            Coverage::Full => "full",
            Coverage::Partial => "partial",
        },
        valid_from: set.validity().from,
        valid_to: set.validity().to,
        codes,
    }
}

fn code((code, entry): (&str, &Entry)) -> ShownCode {
    ShownCode {
        code: code.to_owned(),
        name: entry.name().clone(),
        valid_from: entry.validity().from,
        valid_to: entry.validity().to,
        local: entry.is_local(),
    }
}

fn organisation(snapshot: &Snapshot, organisation: &directory::Organisation) -> ShownOrganisation {
    let own = |unit: &&directory::Unit| unit.organisation == organisation.operating_unit;
    ShownOrganisation {
        name: name_of(organisation),
        business_id: organisation.business_id.clone(),
        kind: organisation.kind.clone(),
        operating_unit: organisation.operating_unit.clone(),
        controller: organisation.controller.clone().map(|c| ShownController {
            oid: c.oid,
            register_opens: c.register_opens,
            accepts_models: c.accepts_models,
            closing_working_days: c.closing_working_days,
            professional_signatures_from: c.professional_signatures_from,
            wide_access: c.wide_access,
        }),
        joined: organisation.joined.clone().map(|j| ShownJoining {
            model: j.model,
            from: j.from,
            to: j.to,
        }),
        citizen_service: organisation.citizen_service,
        valid_from: organisation.valid_from,
        valid_to: organisation.valid_to,
        units: snapshot.directory.units.values().filter(own).cloned().map(unit).collect(),
    }
}

fn unit(unit: directory::Unit) -> ShownUnit {
    ShownUnit {
        oid: unit.oid,
        name: unit.name,
        name_sv: unit.name_sv,
        name_en: unit.name_en,
        valid_from: unit.valid_from,
        valid_to: unit.valid_to,
    }
}
