//! Code sets in JSON and as tables.
#![no_main]

use varanto_documents::codes::{CodeSet, Coverage, Header, Validity};
use varanto_model::{LocalText, Oid};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(sets) = CodeSet::parse(bytes) {
        for set in sets {
            assert!(set.codes().all(|(code, _)| set.find(code).is_some()));
        }
    }
    let header = Header {
        oid: Oid::parse("1.2.246.537.6.1277").expect("an identifier"),
        name: LocalText { fi: "x".into(), sv: None, en: None },
        version: None,
        coverage: Coverage::Full,
        validity: Validity { from: None, to: None },
    };
    if let Ok(set) = CodeSet::from_csv(header, bytes) {
        assert!(set.codes().all(|(code, _)| set.find(code).is_some()));
    }
});
