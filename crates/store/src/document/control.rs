//! The control documents of all clients – cases, clientships and wills –, version by version: what
//! standings and wills are derived from anew.
//!
//! They come document by document, and the versions of one in the order in which they were stored. What
//! is derived depends on no other order: each document adds to it what it says itself.

use varanto_model::Oid;

use super::find::document;
use super::version::version;
use super::{Document, Version};
use crate::error::Corrupt;
use crate::query::{MAX_PAGE, Query, Row, Select};

/// A version of a control document, with the document as it stands now: its clients and controller, and
/// its annulment if it is annulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlVersion {
    /// The version.
    pub version: Version,
    /// The document.
    pub document: Document,
}

/// The place of a version among them; the next page starts after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlCursor {
    /// The original identifier of the document.
    pub original_oid: Oid,
    /// The number of the version.
    pub version: u32,
}

impl ControlVersion {
    /// Its place among them.
    pub fn cursor(&self) -> ControlCursor {
        let Version { original_oid, version, .. } = &self.version;
        ControlCursor { original_oid: original_oid.clone(), version: *version }
    }
}

const CONTROL: &str = "-- control::control_documents
SELECT v.oid, v.original_oid, v.version, v.stored_at, v.digest, v.metadata, v.signatures, v.stored_by,
    v.stored_by_user, v.log_entry, d.original_oid, d.newest, d.version, d.stored_at, d.controller, d.register,
    d.document_group, d.generation, d.structure, d.type_code, d.service_task, d.service_process,
    d.case_oid, d.provider, d.unit, d.author_organisation, d.written_at, d.services, d.clients,
    d.annulled_at, d.annulled_by, d.annulled_by_user, d.annulment_reason, d.annulment_log_entry
FROM (SELECT original_oid FROM document
    WHERE document_group IN ('case', 'clientship', 'informing', 'permit', 'denial', 'representation')";

const VERSIONS: &str = " ORDER BY original_oid LIMIT ?) AS page
JOIN document AS d ON d.original_oid = page.original_oid
JOIN document_version AS v ON v.original_oid = page.original_oid";

/// The versions of control documents of all registers or of one, by document and number, at most `size`
/// of them and at most [`MAX_PAGE`]. For their content see [`super::contents_of_each`].
pub fn control_documents(
    controller: Option<&Oid>,
    after: Option<ControlCursor>,
    size: u32,
) -> Query<ControlVersion> {
    let size = size.min(MAX_PAGE);
    // Of the document that the last page ended in there may be no version left.
    let documents = size + 1;
    let select = Select::new(CONTROL, [])
        .when(controller, " AND controller = ?")
        .when(after.as_ref().map(|after| &after.original_oid), " AND original_oid >= ?")
        .push(VERSIONS, [documents.into()]);
    let select = match after {
        Some(ControlCursor { original_oid, version }) => select.push(
            " WHERE page.original_oid > ? OR v.version > ?",
            [original_oid.into(), version.into()],
        ),
        None => select,
    };
    select
        .push(" ORDER BY page.original_oid, v.version LIMIT ?", [size.into()])
        .decode(control_version)
}

fn control_version(row: &dyn Row) -> Result<ControlVersion, Corrupt> {
    Ok(ControlVersion { version: version(row)?, document: document(row, 10)? })
}
