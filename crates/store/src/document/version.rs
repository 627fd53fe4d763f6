//! Versions of documents and their content.

use varanto_model::Oid;

use super::{Content, Version};
use crate::error::Corrupt;
use crate::query::{MAX_PAGE, Query, Row, Select, TooManyValues};

const FIND: &str = "-- version::find_version
SELECT oid, original_oid, version, stored_at, digest, metadata, signatures, stored_by,
    stored_by_user, log_entry
FROM document_version WHERE oid = $1";

/// The columns of [`FIND_WHOLE`] that are null where the version, or an item, is not in the row.
const METADATA: usize = 5;
const CONTENT: usize = 10;

/// What is large of the version comes with its first item alone.
const FIND_WHOLE: &str = "-- version::find_whole
SELECT v.oid, v.original_oid, v.version, v.stored_at, v.digest,
    CASE WHEN c.ordinal > 0 THEN NULL ELSE v.metadata END,
    CASE WHEN c.ordinal > 0 THEN NULL ELSE v.signatures END,
    v.stored_by, v.stored_by_user, v.log_entry,
    c.version_oid, c.ordinal, c.media_type, c.size, c.sha256, c.packed
FROM document_version AS v LEFT JOIN content AS c ON c.version_oid = v.oid
WHERE v.oid = $1 ORDER BY c.ordinal";

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

/// An item of a version's content, and with the first one the version itself; see [`whole`].
#[derive(Debug)]
pub struct WholeRow {
    version: Option<Version>,
    content: Option<Content>,
}

/// The version with this identifier and its content in order, in one query: rows for [`whole`].
pub fn find_whole(oid: &Oid) -> Query<WholeRow> {
    Query::new(FIND_WHOLE, vec![oid.into()], |row| {
        Ok(WholeRow {
            version: row.maybe(METADATA, |row, _| version(row))?,
            content: row.maybe(CONTENT, content)?,
        })
    })
}

/// The version of the rows of [`find_whole`], if there is one, with its content.
pub fn whole(rows: Vec<WholeRow>) -> Option<(Version, Vec<Content>)> {
    let (versions, content): (Vec<_>, Vec<_>) =
        rows.into_iter().map(|row| (row.version, row.content)).unzip();
    let version = versions.into_iter().flatten().next()?;
    Some((version, content.into_iter().flatten().collect()))
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
    let select = Select::new(WHICH_STORED, []).among("oid", versions)?;
    Ok(select.decode(|row| row.oid(0)))
}

/// The content of a version, in order.
pub fn contents_of(version: &Oid) -> Query<Content> {
    Query::new(CONTENTS, vec![version.into()], |row| content(row, 0))
}

/// The content of several versions, by version and in order.
pub fn contents_of_each(versions: &[Oid]) -> Result<Query<Content>, TooManyValues> {
    let select = Select::new(CONTENTS_OF_EACH, []).among("version_oid", versions)?;
    Ok(select.push(" ORDER BY version_oid, ordinal", []).decode(|row| content(row, 0)))
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

/// The six columns of a [`Content`], from `first` on.
fn content(row: &(dyn Row + '_), first: usize) -> Result<Content, Corrupt> {
    let too_large = |_| Corrupt { column: first + 3, wanted: "size" };
    Ok(Content {
        version_oid: row.oid(first)?,
        ordinal: row.number(first + 1)?,
        media_type: row.media_type(first + 2)?,
        size: row.int(first + 3)?.try_into().map_err(too_large)?,
        sha256: row.digest(first + 4)?,
        packed: row.vec(first + 5)?,
    })
}
