//! Identifiers, codes, metadata, envelopes, periods and the calendar of Varanto: pure values.
//!
//! Nothing here reads a file, a clock or a network, and nothing here knows of HTTP or SQL. Values
//! from outside are made by `parse`; whoever holds one need not check it again.

pub mod code;
pub mod digest;
pub mod fault;
pub mod json;
pub mod language;
pub mod oid;
pub mod reader;

pub use code::{Code, CodeError};
pub use digest::{Digest, DigestError};
pub use fault::{Fault, Faults, Pointer};
pub use language::{Language, LocalText};
pub use oid::{Oid, OidClass, OidError};
