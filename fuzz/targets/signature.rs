//! Signatures: whoever has none of the authority's keys cannot sign.
#![no_main]

mod support;

use std::sync::LazyLock;

use jiff::Timestamp;
use varanto_signatures::{Trust, Usage, verify_compact, verify_detached};

/// An instant at which the authority's certificates are valid.
const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

static TRUST: LazyLock<Trust> =
    LazyLock::new(|| support::AUTHORITY.trust(Vec::new()).expect("trust in the authority"));

libfuzzer_sys::fuzz_target!(|text: &str| {
    let usage = Usage::SystemOrCard;
    assert!(verify_detached(text, b"payload", &TRUST, usage, NOW).is_err());
    assert!(verify_compact(text, &TRUST, usage, NOW).is_err());
});
