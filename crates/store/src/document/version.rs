//! Versions of documents and their content.

use varanto_model::Oid;

use super::{Content, Version};
use crate::error::Corrupt;
use crate::query::{MAX_PAGE, Query, Row, Select, TooManyValues};

const FIND: &str = "-- version::find_version
SELECT oid, original_oid, version, stored_at, digest, metadata, signatures, stored_by,
    stored_by_user, log_entry
FROM document_version WHERE oid = $1";

const LIST: &str = "-- version::list_versions
SELECT oid, original_oid, version, stored_at, digest, metadata, signatures, stored_by,
    stored_by_user, log_entry
FROM document_version WHERE original_oid = ?";

const WHICH_STORED: &str = "-- version::which_are_stored
SELECT oid FROM document_version WHERE ";

const CONTENTS: &str = "-- version::contents_of
SELECT version_oid, ordinal, media_type, size, sha256, packed FROM content
WHERE version_oid = $1 ORDER BY ordinal";

const CONTENTS_OF_EACH: &str = "-- version::contents_of_each
SELECT version_oid, ordinal, media_type, size, sha256, packed FROM content WHERE ";

/// The version with this identifier.
pub fn find_version(oid: &Oid) -> Query<Version> {
    Query::new(FIND, vec![oid.into()], version)
}

/// The versions of a document, newest first; those before `before`, if it is given. At most `size` of
/// them and at most [`MAX_PAGE`].
pub fn list_versions(original_oid: &Oid, before: Option<u32>, size: u32) -> Query<Version> {
    Select::new(LIST, [original_oid.into()])
        .when(before, " AND version < ?")
        .push(" ORDER BY version DESC LIMIT ?", [size.min(MAX_PAGE).into()])
        .decode(version)
}

/// Those of these identifiers under which a version is stored.
pub fn which_are_stored(versions: &[Oid]) -> Result<Query<Oid>, TooManyValues> {
    let select = Select::new(WHICH_STORED, []);
    let select = if versions.is_empty() {
        select.push("false", [])
    } else {
        select.within("oid", versions, "")?
    };
    Ok(select.decode(|row| row.oid(0)))
}

/// The content of a version, in order.
pub fn contents_of(version: &Oid) -> Query<Content> {
    Query::new(CONTENTS, vec![version.into()], content)
}

/// The content of several versions, by version and in order.
pub fn contents_of_each(versions: &[Oid]) -> Result<Query<Content>, TooManyValues> {
    let select = Select::new(CONTENTS_OF_EACH, []);
    let select = if versions.is_empty() {
        select.push("false", [])
    } else {
        select.within("version_oid", versions, "")?
    };
    Ok(select.push(" ORDER BY version_oid, ordinal", []).decode(content))
}

/// The ten columns of a [`Version`], which stand first.
pub(super) fn version(row: &dyn Row) -> Result<Version, Corrupt> {
    Ok(Version {
        oid: row.oid(0)?,
        original_oid: row.oid(1)?,
        version: row.number(2)?,
        stored_at: row.instant(3)?,
        digest: row.digest(4)?,
        metadata: row.vec(5)?,
        signatures: row.vec(6)?,
        stored_by: row.oid(7)?,
        stored_by_user: row.string(8)?,
        log_entry: row.uuid(9)?,
    })
}

fn content(row: &dyn Row) -> Result<Content, Corrupt> {
    Ok(Content {
        version_oid: row.oid(0)?,
        ordinal: row.number(1)?,
        media_type: row.media_type(2)?,
        size: row.int(3)?.try_into().map_err(|_| Corrupt { column: 3, wanted: "size" })?,
        sha256: row.digest(4)?,
        packed: row.vec(5)?,
    })
}
