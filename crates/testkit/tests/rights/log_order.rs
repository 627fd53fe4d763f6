//! What the use log tells in the order of its commits.

use varanto_model::Oid;
use varanto_store::use_log::{Outcome, UseEntry};

/// Asserts that no permitted use stands between a withdrawal of the right and the next giving. Both are
/// versions of the clientship document, all of which are in the log; at its beginning the right is
/// given.
pub(crate) fn only_while_given(log: &[(i64, UseEntry)], withdrawals: &[Oid], givings: &[Oid]) {
    let (mut is_given, mut changes) = (true, 0);
    for (number, entry) in log.iter().filter(|(_, entry)| entry.outcome == Outcome::Permitted) {
        let names = |list: &[Oid]| entry.documents.iter().any(|oid| list.contains(oid));
        let is_storing = entry.action.starts_with("store");
        if is_storing && names(withdrawals) {
            (is_given, changes) = (false, changes + 1);
        } else if is_storing && names(givings) {
            (is_given, changes) = (true, changes + 1);
        } else {
            assert!(is_given, "entry {number} tells of a use without a right: {}", entry.action);
        }
    }
    assert_eq!(changes, withdrawals.len() + givings.len(), "a version is missing in the log");
}
