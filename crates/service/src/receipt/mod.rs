//! Receipts: content of a record entry, ready made, by which what was received from another controller
//! (DIS-04) or disclosed to a party outside (DIS-07) is noted in the client's own file.

mod disclosed;
mod names;
mod received;

use serde::Serialize;
use serde_json::Value;
use varanto_model::Group;

pub(crate) use disclosed::{Disclosure, disclosed};
pub(crate) use received::received;

/// Content of a record entry. Title, case, display form and signature are for whoever stores it. Has no
/// `Debug`: it names persons.
#[derive(Serialize)]
pub(crate) struct ReceiptEntry {
    group: &'static str,
    structure: &'static str,
    data: Value,
}

impl ReceiptEntry {
    const fn new(structure: &'static str, data: Value) -> Self {
        Self { group: Group::RecordEntry.as_str(), structure, data }
    }
}
