//! Identifiers, codes, metadata, envelopes, periods and the calendar of Varanto: pure values.
//!
//! Nothing here reads a file, a clock or a network, and nothing here knows of HTTP or SQL. Values
//! from outside are made by `parse`; whoever holds one need not check it again.

pub mod calendar;
pub mod code;
pub mod digest;
pub mod envelope;
pub mod fault;
pub mod identity_code;
pub mod json;
pub mod language;
pub mod metadata;
pub mod oid;
pub mod partial_date;
pub mod period;
pub mod person;
pub mod reader;
pub mod temporary_identifier;

pub use code::{Code, CodeError};
pub use digest::{Digest, DigestError};
pub use envelope::{ContentItem, Envelope, MediaType, Signature, SignatureRole};
pub use fault::{Fault, Faults, Pointer};
pub use identity_code::{PersonalIdentityCode, PersonalIdentityCodeError};
pub use language::{Language, LocalText};
pub use metadata::{Author, CitizenView, Generation, Group, GuardianView, Link, Metadata};
pub use oid::{Oid, OidClass, OidError};
pub use partial_date::{Moment, PartialDate, PartialDateError, Precision};
pub use period::{Period, PeriodError};
pub use person::{ClientIdentifier, ClientReference, PersonName};
pub use temporary_identifier::{TemporaryIdentifier, TemporaryIdentifierError};
