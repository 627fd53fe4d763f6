//! Object identifiers: what is accepted is written as it was read.
#![no_main]

use varanto_model::Oid;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(oid) = Oid::parse(text) {
        assert_eq!(oid.as_str(), text);
    }
});
