//! Revocation lists: one that no known issuer has signed is never trusted.
#![no_main]

mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    assert!(support::AUTHORITY.trust(vec![bytes.to_vec()]).is_err());
});
