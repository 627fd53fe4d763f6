//! The manifest `sandbox.json`: what there is in a sandbox and where its keys lie, for those who test
//! against it. Paths are relative to the sandbox's directory.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varanto_model::{Code, Oid};

use crate::world::{Card, Controller, Joined, Kind, Organisation, Person, Unit};

/// What there is in a sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The address of the interface, such as `https://localhost:8443`.
    pub base_url: String,
    /// The root's certificate.
    pub ca: String,
    /// The organisations of the world.
    pub organisations: Vec<ManifestOrganisation>,
    /// The published structures that are in the sandbox.
    pub structures: Vec<Oid>,
    /// The addresses of the portals by name.
    pub portals: BTreeMap<String, String>,
}

/// An organisation as in the world, with the certificate of its system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestOrganisation {
    /// Its name.
    pub name: String,
    /// Its name in Swedish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_sv: Option<String>,
    /// Its name in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Its business id.
    pub business_id: String,
    /// Public or private.
    pub kind: Kind,
    /// The OID of its operating unit.
    pub operating_unit: Oid,
    /// As a controller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<Controller>,
    /// That it has joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Joined>,
    /// Does it run a service for citizens?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub citizen_service: bool,
    /// Its service units.
    pub units: Vec<Unit>,
    /// The certificate with which its system connects and signs.
    pub system: Signer,
    /// The people of its user register.
    pub people: Vec<ManifestPerson>,
}

/// A person as in the world, with the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestPerson {
    /// The registration number or user id.
    pub id: String,
    /// The family name.
    pub family_name: String,
    /// The given names.
    pub given_names: String,
    /// The work task.
    pub role: Code,
    /// The units.
    pub units: Vec<Oid>,
    /// The card; absent for those who have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<PersonCard>,
    /// Is it someone outside the organisation's service?
    pub outsider: bool,
    /// The first day in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// A certificate with its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// PEM: the certificate, followed by its issuer's.
    pub certificate: String,
    /// PEM: the private key (PKCS#8).
    pub key: String,
}

/// A person's card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonCard {
    /// Which card it is.
    pub kind: Card,
    /// PEM: the certificate, followed by its issuer's.
    pub certificate: String,
    /// PEM: the private key (PKCS#8).
    pub key: String,
}

impl ManifestOrganisation {
    pub(crate) fn new(
        organisation: &Organisation,
        system: Signer,
        people: Vec<ManifestPerson>,
    ) -> Self {
        let organisation = organisation.clone();
        Self {
            name: organisation.name,
            name_sv: organisation.name_sv,
            name_en: organisation.name_en,
            business_id: organisation.business_id,
            kind: organisation.kind,
            operating_unit: organisation.operating_unit,
            controller: organisation.controller,
            joined: organisation.joined,
            citizen_service: organisation.citizen_service,
            units: organisation.units,
            system,
            people,
        }
    }
}

impl ManifestPerson {
    pub(crate) fn new(person: &Person, card: Option<PersonCard>) -> Self {
        let person = person.clone();
        Self {
            id: person.id,
            family_name: person.family_name,
            given_names: person.given_names,
            role: person.role,
            units: person.units,
            card,
            outsider: person.outsider,
            valid_from: person.valid_from,
            valid_to: person.valid_to,
        }
    }
}
