//! Clientship documents that newly name the unit of who stored them: whoever stores one gives the own unit a
//! context to the client. Pure.

use varanto_documents::projection::ClientshipDocument;
use varanto_model::Oid;

/// Does a version of a clientship document name the unit, which the version before did not? Nothing follows
/// from an old clientship.
pub(in crate::supervision) fn is_newly_named(
    unit: &Oid,
    stored: &ClientshipDocument,
    before: Option<&ClientshipDocument>,
) -> bool {
    let names = |document: &ClientshipDocument| {
        !document.is_old && document.units.iter().any(|entry| entry.unit == *unit)
    };
    names(stored) && !before.is_some_and(names)
}
