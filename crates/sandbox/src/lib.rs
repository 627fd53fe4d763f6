//! Sandboxes: worlds of test organisations and persons, with certificates, ready to be served.
//!
//! A [`World`] is plain data: who there is. [`Sandbox::create`] makes of it a directory with a test
//! certificate authority, certificates and keys of every organisation and person, and a manifest that
//! lists them for those who test against it. [`SandboxClock`] is the clock that can be moved. The
//! crate touches files in one module and reads neither clock nor environment; it configures and
//! starts nothing.

mod clock;
mod files;
mod manifest;
mod paths;
mod read;
mod sandbox;
mod world;

pub use clock::{ClockError, SandboxClock};
pub use manifest::{Manifest, ManifestOrganisation, ManifestPerson, PersonCard, Signer};
pub use paths::SandboxPaths;
pub use sandbox::{Sandbox, SandboxError, Settings};
pub use world::{
    Card, Controller, Joined, JoiningModel, Kind, Organisation, Person, Unit, WideAccess, World,
};
