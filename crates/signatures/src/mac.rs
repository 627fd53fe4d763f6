//! A key for short-lived proofs of our own: what we issued ourselves, we know again.

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

/// A key for HMAC-SHA256 (RFC 2104).
pub struct MacKey(hmac::Key);

impl MacKey {
    /// The key of 32 secret bytes, which are wiped.
    pub fn new(secret: &Zeroizing<[u8; 32]>) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice()))
    }

    /// The proof over a message.
    pub fn tag(&self, message: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, message).as_ref().to_vec()
    }

    /// Is it the proof over the message? Takes the same time whatever differs.
    pub fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.0, message, tag).is_ok()
    }
}

impl std::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MacKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_message_prove() {
        let key = MacKey::new(&Zeroizing::new([1; 32]));
        let tag = key.tag(b"message");
        assert!(key.verify(b"message", &tag));
        assert!(!key.verify(b"messagf", &tag));
        assert!(!key.verify(b"message", tag.get(1..).unwrap()));
        assert!(!MacKey::new(&Zeroizing::new([2; 32])).verify(b"message", &tag));
    }
}
