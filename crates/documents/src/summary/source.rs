//! A document as a summary is made of it.

use jiff::Timestamp;
use varanto_model::{Code, Group, Oid};

use super::Texts;

/// The newest version of a document that the reader of the summary may read.
#[derive(Clone, Copy)]
pub struct SourceDocument<'a> {
    /// Names the version.
    pub oid: &'a Oid,
    /// Whose register it is in.
    pub controller: &'a Oid,
    /// The service unit in which it was written.
    pub unit: Option<&'a Oid>,
    /// What the repository does with it.
    pub group: Group,
    /// Document type, code set 1506 or 1505.
    pub type_code: Option<&'a Code>,
    /// Code set 1221.
    pub service_task: Option<&'a Code>,
    /// When it was written.
    pub written_at: Timestamp,
    /// Its JSON content, masked where a fetch would mask it.
    pub content: &'a serde_json::Value,
    /// Does free text come out of it?
    pub texts: Texts,
}

impl SourceDocument<'_> {
    /// The newest comes last.
    pub(super) fn age(&self) -> (Timestamp, &Oid) {
        (self.written_at, self.oid)
    }
}
