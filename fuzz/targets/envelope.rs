//! Envelopes: a document as it is sent to be stored.
#![no_main]

use varanto_model::Envelope;
use varanto_model::json::{Limits, parse};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = parse(bytes, Limits::default()) else { return };
    match Envelope::parse(value) {
        Ok(envelope) => assert!(parse(&envelope.manifest(), Limits::default()).is_ok()),
        Err(faults) => assert!(!faults.is_empty()),
    }
});
