//! JSON: what is accepted has a canonical form that is read as the same value again.
#![no_main]

use varanto_model::json::{Limits, canonical, parse};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = parse(bytes, Limits::default()) {
        let form = canonical(&value);
        let again = parse(&form, Limits::default()).expect("the canonical form is JSON");
        assert_eq!(canonical(&again), form);
    }
});
