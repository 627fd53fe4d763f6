//! Documents: structures, validation, display forms and PDF/A acceptance, as pure functions.
//!
//! - [`structure`]: reading published structures; [`Structure::validate`] checks content by one,
//!   [`Structure::render`] makes its display form.
//! - [`control`]: the rules of the control documents that only words tell; [`information`]: the texts
//!   that clients are informed by.
//! - [`codes`]: code sets; [`builtin`]: structures and code sets of our own.
//! - [`projection`]: what follows from case and clientship documents (contexts and rights) and from
//!   declarations of will.
//! - [`masking`]: withholding contact data under turvakielto; [`receipt`]: entries on data received and
//!   disclosed.
//! - [`import`]: many structure files at once; [`example`]: documents out of a structure.
//! - [`report`]: readable reports, as a page and as PDF/A.
//! - [`summary`]: what a client's documents say now, by rules that are data.
//! - [`display_form`], [`pdfa`]: acceptance of XHTML and of PDF/A.
//!
//! Nothing here reads a file, a clock or a network; a panic on input is a defect.

pub mod builtin;
pub mod codes;
pub mod control;
pub mod display_form;
pub mod example;
pub mod import;
pub mod information;
pub mod masking;
mod node;
pub mod pdfa;
pub mod projection;
pub mod receipt;
mod render;
pub mod report;
pub mod structure;
pub mod summary;
mod validate;

pub use structure::{Structure, StructureError};

#[cfg(test)]
mod tests;
