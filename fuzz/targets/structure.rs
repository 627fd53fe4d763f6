//! Document structures: a structure that is read can be walked and checks a document.
#![no_main]

use serde_json::json;
use varanto_documents::Structure;
use varanto_documents::codes::CodeSets;
use varanto_documents::example::DAY;
use varanto_model::Pointer;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(structure) = Structure::parse(bytes) {
        assert!(structure.root().walk().count() > 0);
        let faults = structure.validate(&json!([]), &Pointer::root(), &CodeSets::none(), DAY);
        assert!(!faults.is_empty(), "an array is no document");
    }
});
