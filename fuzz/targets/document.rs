//! The JSON content of documents against the structures that are built in: the first byte chooses
//! the structure.
#![no_main]

use std::sync::LazyLock;

use varanto_documents::codes::CodeSets;
use varanto_documents::example::DAY;
use varanto_documents::{Structure, builtin};
use varanto_model::Pointer;
use varanto_model::json::{Limits, parse};

static KNOWN: LazyLock<(Vec<Structure>, CodeSets)> = LazyLock::new(|| {
    let structures = builtin::structures()
        .map(|(_, text)| Structure::parse(text.as_bytes()).expect("a built-in structure"))
        .collect();
    (structures, builtin::code_sets().expect("the built-in code sets"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (structures, codes) = &*KNOWN;
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let Ok(document) = parse(bytes, Limits::default()) else { return };
    let structure = &structures[usize::from(*choice) % structures.len()];
    let faults = structure.validate(&document, &Pointer::root(), codes, DAY);
    for fault in faults.as_slice() {
        assert!(fault.pointer.as_str().is_empty() || fault.pointer.as_str().starts_with('/'));
    }
});
