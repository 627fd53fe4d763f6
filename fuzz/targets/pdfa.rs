//! PDF/A acceptance: what is accepted has a page and is not larger than allowed.
#![no_main]

use varanto_documents::pdfa::{MAX_BYTES, check};
use varanto_model::Pointer;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(pdfa) = check(bytes, &Pointer::root()) {
        assert!(pdfa.pages() > 0 && bytes.len() <= MAX_BYTES);
    }
});
