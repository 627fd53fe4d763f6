//! The directory: organisations, service units, people and the certificates of systems.
//!
//! It is small, read at every request and changed seldom: load it whole, keep it in memory, and guard
//! plans with the counter of [`crate::Subject::Directory`], which every plan that changes it bumps.

mod certificate;
mod organisation;
mod person;
mod unit;

pub use certificate::{
    CertificateBinding, all_certificates, remove_certificate, upsert_certificate,
};
pub use organisation::{
    Controller, Joining, Organisation, all_organisations, remove_organisation, upsert_organisation,
};
pub use person::{Person, all_people, remove_person, upsert_person};
pub use unit::{Unit, all_units, remove_unit, upsert_unit};
