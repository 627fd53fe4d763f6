//! Unpredictable bytes, from the cryptographic library.

/// Fills `bytes` with unpredictable ones.
///
/// # Panics
/// If the operating system gives no randomness: nothing could be sealed or signed safely.
#[expect(clippy::expect_used, reason = "there is no safe way on without randomness")]
pub fn random(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the operating system gives randomness");
}
