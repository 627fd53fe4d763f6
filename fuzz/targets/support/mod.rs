//! An authority whose keys nobody else has.

use std::sync::LazyLock;

use jiff::Timestamp;
use varanto_signatures::{TestAuthority, Validity};

/// The authority, made once for each run.
pub static AUTHORITY: LazyLock<TestAuthority> = LazyLock::new(|| {
    let validity = Validity {
        not_before: Timestamp::constant(1_700_000_000, 0),
        not_after: Timestamp::constant(1_900_000_000, 0),
    };
    TestAuthority::create("Fuzzing", validity).expect("an authority")
});
