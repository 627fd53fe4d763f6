//! Withholding contact data: what was taken out stood there, and nothing is left to take out.
#![no_main]

use std::sync::LazyLock;

use varanto_documents::masking::mask;
use varanto_documents::{Structure, builtin};
use varanto_model::Language;
use varanto_model::json::{Limits, parse};

static STRUCTURES: LazyLock<Vec<Structure>> = LazyLock::new(|| {
    let texts = builtin::structures();
    texts.map(|(_, text)| Structure::parse(text.as_bytes()).expect("a structure")).collect()
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(content) = parse(bytes, Limits::default()) else { return };
    let masked = mask(&content);
    for place in &masked.withheld {
        assert!(content.pointer(place.as_str()).is_some(), "it stood there");
    }
    assert_eq!(masked.withheld.is_empty(), masked.data == content);
    assert!(mask(&masked.data).withheld.is_empty(), "nothing is left to withhold");
    for structure in STRUCTURES.iter() {
        let _ = structure.render(&masked.data, Language::Fi);
    }
});
