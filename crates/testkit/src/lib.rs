//! A server under test, test persons and documents ready to be stored. Only for tests.
//!
//! A [`TestServer`] runs in the process of the test; a [`ServerProcess`] is the built program, for
//! what only a process can show: signals, its log, sudden death. Both stand on a [`Site`], a sandbox
//! of their own in a temporary directory, and both speak real TLS. What goes wrong in here panics
//! with a reason: there is no test without a server.
//!
//! Documents belong to cases, and readers need a context: [`Site::care_of`] gives a client who has
//! both, and [`Care`] the drafts that name them. What a test varies of a case or a clientship it says
//! with [`Draft::case`] and [`Draft::clientship`], and stores both with [`Care::arrange`]. Wills are
//! put together in the same way: [`Draft::informing`], [`Draft::permit`], [`Draft::denial`],
//! [`Draft::representation`]; and so is a [`Draft::disclosure_notice`].

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::print_stdout,
    reason = "whoever calls is a test, and a test fails by panicking"
)]

mod care;
mod case;
mod citizen;
mod clients;
mod clientship;
#[cfg(test)]
mod control_documents;
mod denial;
mod documents;
mod expect;
mod national;
mod notice;
mod person;
mod process;
mod representation;
mod sealing;
mod server;
mod site;
mod store;
mod test_client;
mod will;

pub use care::Care;
pub use case::CaseDraft;
pub use citizen::{CITIZEN_SERVICE, CITIZEN_SERVICE_WORKER, TestCitizen};
pub use clients::{fresh_case, fresh_client, fresh_oid, identity_code};
pub use clientship::{ClientshipDraft, UnitEntry};
pub use denial::DenialDraft;
pub use documents::{Draft, Form, builtin_structure, codes};
pub use expect::Expect;
pub use national::{NationalStructure, national_structures};
pub use notice::NoticeDraft;
pub use person::TestPerson;
pub use process::{FurtherServer, ServerProcess, binary, run};
pub use representation::RepresentationDraft;
pub use server::TestServer;
pub use site::Site;
pub use store::{KeptStore, TestStore};
pub use test_client::TestClient;
pub use will::{InformingDraft, PermitDraft, TestRepresentative};
