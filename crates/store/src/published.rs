//! What structures and code sets have in common: JSON as it was published, by object identifier.

use jiff::Timestamp;
use varanto_model::{Digest, Oid};

use crate::error::Corrupt;
use crate::plan::Value;
use crate::query::Row;

/// Where a published thing came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// With the program.
    Builtin,
    /// By an import.
    Imported,
}

impl Origin {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Builtin => "builtin",
            Self::Imported => "imported",
        }
    }
}

/// A published structure or code set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// What it is and whence, without its text.
    pub summary: PublishedSummary,
    /// The JSON text, byte by byte as it came.
    pub json: String,
}

/// What a published thing is and whence, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedSummary {
    /// Its name.
    pub oid: Oid,
    /// The digest of its text.
    pub digest: Digest,
    /// Where it came from.
    pub origin: Origin,
    /// When it was stored.
    pub imported_at: Timestamp,
}

/// For the columns `oid, digest, origin, imported_at, json`.
pub(crate) fn args(published: Published) -> Vec<Value> {
    let Published { summary: PublishedSummary { oid, digest, origin, imported_at }, json } =
        published;
    vec![oid.into(), digest.into(), origin.as_str().into(), imported_at.into(), json.into()]
}

pub(crate) fn published(row: &dyn Row) -> Result<Published, Corrupt> {
    Ok(Published { summary: summary(row)?, json: row.string(4)? })
}

pub(crate) fn summary(row: &dyn Row) -> Result<PublishedSummary, Corrupt> {
    let origin = match row.text(2)? {
        "builtin" => Origin::Builtin,
        "imported" => Origin::Imported,
        _ => return Err(Corrupt { column: 2, wanted: "origin" }),
    };
    Ok(PublishedSummary {
        oid: row.oid(0)?,
        digest: row.digest(1)?,
        origin,
        imported_at: row.instant(3)?,
    })
}
