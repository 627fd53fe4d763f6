//! The PEM text form (RFC 7468) of certificates and revocation lists.
//!
//! Private keys are read by `SigningKey` alone, so that their bytes have one way in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pki_types::pem::PemObject;
use pki_types::{CertificateDer, CertificateRevocationListDer};

use crate::certificate::{Certificate, CertificateError};

/// The most objects that one text may hold.
const MAX_OBJECTS: usize = 1_000;

/// Why a text is no list of certificates or revocation lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// The text is broken: a missing end line, or no base64 between the lines.
    #[error("the text is not well-formed pem")]
    Malformed,
    /// There is none of what was asked for.
    #[error("the text holds no object of the wanted kind")]
    Missing,
    /// More than 1,000 objects.
    #[error("the text holds more than {MAX_OBJECTS} objects")]
    TooMany,
    /// One of the certificates cannot be read.
    #[error("a certificate in the text is not usable: {0}")]
    Certificate(#[from] CertificateError),
}

/// The certificates of a PEM text, in its order; at least one. Other objects are passed over.
pub fn certificates_from_pem(text: &str) -> Result<Vec<Certificate>, PemError> {
    collect(CertificateDer::pem_slice_iter(text.as_bytes()), |der| Ok(Certificate::parse(&der)?))
}

/// The revocation lists of a PEM text in DER, in its order; at least one.
pub fn crls_from_pem(text: &str) -> Result<Vec<Vec<u8>>, PemError> {
    collect(CertificateRevocationListDer::pem_slice_iter(text.as_bytes()), |der| Ok(der.to_vec()))
}

/// Certificates as PEM, one after the other.
pub fn certificates_to_pem<'a>(certificates: impl IntoIterator<Item = &'a Certificate>) -> String {
    certificates.into_iter().map(|c| to_pem("CERTIFICATE", c.der())).collect()
}

/// Revocation lists in DER as PEM, one after the other.
pub fn crls_to_pem<'a>(crls: impl IntoIterator<Item = &'a [u8]>) -> String {
    crls.into_iter().map(|der| to_pem("X509 CRL", der)).collect()
}

fn to_pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

fn collect<S, T>(
    objects: impl Iterator<Item = Result<S, pki_types::pem::Error>>,
    read: impl Fn(S) -> Result<T, PemError>,
) -> Result<Vec<T>, PemError> {
    let mut list = Vec::new();
    for object in objects {
        if list.len() == MAX_OBJECTS {
            return Err(PemError::TooMany);
        }
        list.push(read(object.map_err(|_| PemError::Malformed)?)?);
    }
    if list.is_empty() { Err(PemError::Missing) } else { Ok(list) }
}
