//! Disclosure notices: what is read tells whom and what it is about, and faults have places.
#![no_main]

use varanto_documents::projection::DisclosureNotice;
use varanto_model::Pointer;
use varanto_model::json::{Limits, parse};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(content) = parse(bytes, Limits::default()) else { return };
    match DisclosureNotice::read(&content, &Pointer::root()) {
        Ok(notice) => {
            assert!(!notice.clients.is_empty(), "somebody's data were disclosed");
            assert_eq!(notice.documents.len(), notice.document_places.len());
            assert!(!notice.ground.is_empty() && !notice.purpose.is_empty());
        }
        Err(faults) => assert!(!faults.is_empty(), "a reason is told"),
    }
});
