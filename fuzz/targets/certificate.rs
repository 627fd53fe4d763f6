//! Certificates, in DER and as PEM: what is read is kept byte for byte.
#![no_main]

use varanto_signatures::{Certificate, certificates_from_pem, crls_from_pem};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(certificate) = Certificate::parse(bytes) {
        assert_eq!(certificate.der(), bytes);
        let _ = (certificate.organisation(), certificate.holder(), certificate.key_kind());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(certificates) = certificates_from_pem(text) {
            assert!(!certificates.is_empty());
        }
        if let Ok(lists) = crls_from_pem(text) {
            assert!(!lists.is_empty());
        }
    }
});
