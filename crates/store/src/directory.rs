//! The directory: organisations, service units, people, the certificates of systems, rights to practise,
//! and who uses the repository since when; with the account of all their changes.
//!
//! It is small, read at every request and changed seldom: load it whole, keep it in memory, and guard
//! plans with the counter of [`crate::Subject::Directory`], which every plan that changes it bumps.

mod certificate;
mod change;
mod deployment;
mod organisation;
mod person;
mod professional_right;
mod unit;

pub use certificate::{
    CertificateBinding, all_certificates, remove_certificate, upsert_certificate,
};
pub use change::{
    DirectoryChange, Record, RecordKind, history_of, history_of_organisation, history_of_person,
    put,
};
pub use deployment::{Deployment, all_deployments};
pub use organisation::{
    Controller, Joining, Organisation, WideAccess, all_organisations, remove_organisation,
    upsert_organisation,
};
pub use person::{Person, all_people, remove_person, upsert_person};
pub use professional_right::{ProfessionalRight, all_professional_rights};
pub use unit::{Unit, all_units, remove_unit, upsert_unit};
