//! Certificates, chains, revocation, signatures and evidence.
//!
//! Everything that Varanto knows of X.509 and of JOSE stands here, so that the rest of the system
//! handles a [`ValidatedChain`] or a [`VerifiedSignature`] and never a certificate field. The crate
//! reads no file, no clock and no network: material and instants are arguments. It proves *who*
//! signed and that the proof held at an instant; whether that signer was *entitled* is decided by
//! the rules, from the facts that a verified signature carries.

mod algorithm;
mod authority;
mod cache;
mod certificate;
mod chain;
mod crl;
mod evidence;
mod folded;
mod header;
mod jws;
mod kept;
mod key;
mod mac;
mod names;
mod path;
mod pem;
mod policies;
mod public_key;
mod random;
mod trust;

pub use algorithm::{Algorithm, KeyKind};
pub use authority::{
    AuthorityError, AuthorityPart, CardSubject, Issued, TestAuthority, TestSubject, Validity,
};
pub use certificate::{Certificate, CertificateError, MAX_CERTIFICATE_BYTES};
pub use chain::{ChainError, CrlReference, Usage, ValidatedChain};
pub use crl::{Crl, MAX_CRL_BYTES};
pub use evidence::{Evidence, EvidenceError, Recheck, RevocationRecheck};
pub use jws::{
    MAX_ASSERTION_BYTES, MAX_JWS_BYTES, SignatureError, VerifiedAssertion, VerifiedSignature,
    sign_compact, sign_detached, verify_compact, verify_detached,
};
pub use kept::{KeptError, KeptSignature};
pub use key::{KeyError, SigningKey};
pub use mac::MacKey;
pub use names::{BusinessId, CardHolder};
pub use pem::{PemError, certificates_from_pem, certificates_to_pem, crls_from_pem, crls_to_pem};
pub use policies::{CertificateKind, Policies};
pub use random::random;
pub use trust::{Trust, TrustError, TrustMaterial};
