//! Documents: what each is (`document`), its unchanging versions (`document_version`), their content
//! (`content`), and an index row under each client (`client_document`) that lists are answered from.
//!
//! Metadata, signatures and content are packed before they come here (see [`crate::pack`]) and bound to
//! their place: metadata and signatures to the version's identifier, an item of content to
//! [`content_place`], the reason of an annulment to the original identifier. What decisions and filters
//! need stands beside them in the clear: codes and identifiers, never a person's.

mod change;
mod control;
mod find;
mod index;
mod joint;
mod list;
mod of_case;
mod version;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::{Code, Digest, Generation, Group, MediaType, Oid};

pub use change::{annul, insert_first_version, reindex, replace_version};
pub use control::{ControlCursor, ControlVersion, control_documents};
pub use find::{find_by_any, find_document, guard_document};
pub use index::{guard_nothing_under, links_of};
pub use joint::{JointDocument, joint_documents};
pub use list::{
    DocumentCursor, ListFilter, ListOrder, ListedDocument, Permitted, Withheld, list_documents,
};
pub use of_case::{
    StoredInCase, documents_of_case, guard_count_of_case, stored_in_case_by, which_exist,
};
pub use version::{
    WholeRow, contents_of, contents_of_each, find_version, find_whole, list_versions,
    which_are_stored, whole,
};

/// A document as its newest version has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Names the document through all its versions.
    pub original_oid: Oid,
    /// Names the newest version.
    pub newest: Oid,
    /// The number of the newest version.
    pub version: u32,
    /// When the newest version was stored.
    pub stored_at: Timestamp,
    /// What decisions and filters need.
    pub facts: Facts,
    /// Social services, code set 1222.
    pub services: Vec<Code>,
    /// The keys of its clients; several in a joint case.
    pub clients: Vec<Uuid>,
    /// Its annulment, if it is annulled.
    pub annulment: Option<Annulment>,
}

/// What decisions and filters need of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whose register it is in.
    pub controller: Oid,
    /// Which register of the controller.
    pub register: Code,
    /// What the repository does with it.
    pub group: Group,
    /// The metadata generation.
    pub generation: Generation,
    /// The published structure that its JSON follows.
    pub structure: Option<Oid>,
    /// Document type.
    pub type_code: Option<Code>,
    /// Service task, code set 1221.
    pub service_task: Option<Code>,
    /// Service process, code set 1277.
    pub service_process: Option<Code>,
    /// The case that it belongs to.
    pub case: Option<Oid>,
    /// The operating unit of the provider that wrote it.
    pub provider: Option<Oid>,
    /// The service unit in which it was written.
    pub unit: Option<Oid>,
    /// The operating unit of the organisation that stored it first (rule W6).
    pub author_organisation: Oid,
    /// When it was written; kept to the microsecond.
    pub written_at: Timestamp,
}

/// A version of a document: never changed once it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Names the version.
    pub oid: Oid,
    /// Names the document; equal to `oid` in version 1.
    pub original_oid: Oid,
    /// Counts from 1.
    pub version: u32,
    /// When it was stored.
    pub stored_at: Timestamp,
    /// The digest of its manifest.
    pub digest: Digest,
    /// The metadata as they were signed, packed.
    pub metadata: Vec<u8>,
    /// The signatures and the evidence of their validity, packed.
    pub signatures: Vec<u8>,
    /// The operating unit of the organisation that stored it.
    pub stored_by: Oid,
    /// The user who stored it.
    pub stored_by_user: String,
    /// The entry of the use log that was written with it.
    pub log_entry: Uuid,
}

/// An item of a version's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The version that it belongs to.
    pub version_oid: Oid,
    /// Its place among the items, from 0.
    pub ordinal: u32,
    /// Its form.
    pub media_type: MediaType,
    /// The bytes that it unpacks to.
    pub size: u64,
    /// The digest of what it unpacks to.
    pub sha256: Digest,
    /// The item, packed.
    pub packed: Vec<u8>,
}

/// The annulment of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annulment {
    /// When it was annulled.
    pub at: Timestamp,
    /// The operating unit of the organisation that annulled it.
    pub organisation: Oid,
    /// The user who annulled it.
    pub user_id: String,
    /// Why, sealed.
    pub reason: Vec<u8>,
    /// The entry of the use log that was written with it.
    pub log_entry: Uuid,
}

/// A version on its way into the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// The version itself.
    pub version: Version,
    /// What decisions and filters need of it.
    pub facts: Facts,
    /// Social services, code set 1222.
    pub services: Vec<Code>,
    /// The documents that it names as related, each once.
    pub links: Vec<Oid>,
    /// The keys of its clients, each once; their files are in the store or earlier in the plan.
    pub clients: Vec<Uuid>,
    /// Its content, with ordinals from 0.
    pub content: Vec<Content>,
}

/// The place that an item of content is sealed for.
pub fn content_place(version: &Oid, ordinal: u32) -> Vec<u8> {
    format!("{version}/{ordinal}").into_bytes()
}
