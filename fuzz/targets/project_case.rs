//! Case documents: what is read can be folded, kept and read back, and faults have places.
#![no_main]

use std::sync::LazyLock;

use jiff::Timestamp;
use varanto_documents::builtin;
use varanto_documents::codes::CodeSets;
use varanto_documents::projection::{CaseDocument, Standing};
use varanto_model::json::{Limits, parse};
use varanto_model::{Oid, Pointer};

static CODES: LazyLock<CodeSets> =
    LazyLock::new(|| builtin::code_sets().expect("the built-in code sets"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(content) = parse(bytes, Limits::default()) else { return };
    let case = match CaseDocument::read(&content, &Pointer::root(), &CODES) {
        Ok(case) => case,
        Err(faults) => return assert!(!faults.is_empty(), "a reason is told"),
    };
    let document = Oid::parse("1.2.246.10.99990001.11.2026.1").expect("an identifier");
    for client in &case.clients {
        let mut standing = Standing::default();
        standing.put_case(&document, &document, &case, client);
        let (_, kept) = standing.find_case(&case.case).expect("the case");
        let _ = (kept.first_day(), kept.last_day());
        standing.annul(&document, Timestamp::UNIX_EPOCH);
        let text = serde_json::to_string(&standing).expect("a text");
        let again: Standing = serde_json::from_str(&text).expect("a standing");
        assert!(again == standing, "it is read back as it was");
        assert!(standing.rights().is_empty());
    }
});
