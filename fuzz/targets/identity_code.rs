//! Personal identity codes and temporary identifiers.
#![no_main]

use varanto_model::{PersonalIdentityCode, TemporaryIdentifier};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(code) = PersonalIdentityCode::parse(text) {
        assert_eq!(code.expose(), text);
        assert!(!format!("{code:?}").contains(text));
    }
    if let Ok(identifier) = TemporaryIdentifier::parse(text) {
        assert_eq!(identifier.expose(), text);
        assert!(!format!("{identifier:?}").contains(text));
    }
});
