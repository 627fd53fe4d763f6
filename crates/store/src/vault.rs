//! What is stored so that the database alone does not tell it: keyed hashes to look people up by, and
//! sealed bytes.
//!
//! Each purpose and each place has a key of its own, derived by HKDF-SHA256 (RFC 5869) from one
//! master key, so that bytes moved to another row or column do not open. Nothing here makes keys or
//! randomness; both are passed in.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{self, HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::hmac;
use serde::{Serialize, Serializer};
use varanto_model::Digest;
use zeroize::Zeroizing;

use crate::plan::Value;

/// What is sealed; each has keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A client's identity code or temporary identifier.
    ClientIdentifier,
    /// A client's names.
    ClientNames,
    /// The metadata of a version of a document, as it was signed.
    Metadata,
    /// The signatures of a version, with the evidence of their validity.
    Signatures,
    /// An item of content of a version.
    Content,
    /// The reason of an annulment.
    Annulment,
    /// The reason of an order about a register access right.
    AccessOrder,
    /// The reason why a client's choice was refused.
    ChoiceRefusal,
    /// Name, legal ground and address of a recipient outside social and health care.
    Recipient,
    /// Ground, reference and purpose of a request of such a recipient.
    DisclosureRequest,
    /// Why such a request was approved or refused.
    DisclosureDecision,
    /// What the controller can note of its delivery.
    DisclosureReceipt,
    /// What only words tell of a disclosure.
    Disclosure,
    /// What waits to be handed to another system.
    Parcel,
    /// Who has logged in to a service for citizens, in the token of that service.
    CitizenToken,
    /// The reason of a decision on a use that was reviewed.
    Review,
    /// Who asks for log data, and for what.
    LogRequest,
    /// Why more time is taken for it.
    LogRequestExtension,
    /// What was given on it, or why nothing was.
    LogRequestAnswer,
    /// What was told of a breach.
    Breach,
    /// What was done about a breach.
    BreachStep,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::ClientIdentifier => "client-identifier",
            Self::ClientNames => "client-names",
            Self::Metadata => "metadata",
            Self::Signatures => "signatures",
            Self::Content => "content",
            Self::Annulment => "annulment",
            Self::AccessOrder => "access-order",
            Self::ChoiceRefusal => "choice-refusal",
            Self::Recipient => "recipient",
            Self::DisclosureRequest => "disclosure-request",
            Self::DisclosureDecision => "disclosure-decision",
            Self::DisclosureReceipt => "disclosure-receipt",
            Self::Disclosure => "disclosure",
            Self::Parcel => "parcel",
            Self::CitizenToken => "citizen-token",
            Self::Review => "review",
            Self::LogRequest => "log-request",
            Self::LogRequestExtension => "log-request-extension",
            Self::LogRequestAnswer => "log-request-answer",
            Self::Breach => "breach",
            Self::BreachStep => "breach-step",
        }
    }
}

/// The kinds of what people are looked up or compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdentifierKind {
    /// A personal identity code.
    PersonalIdentityCode,
    /// A temporary identifier.
    TemporaryIdentifier,
    /// A home address: of staff, kept to be compared with those of clients (LOG-06).
    HomeAddress,
}

/// The keyed hash of an identifier or an address (HMAC-SHA256). Without the master key it can neither be
/// made nor be tried out.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lookup([u8; 32]);

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup(…)")
    }
}

impl Lookup {
    /// The hash as text, where a person is named by it in what is derived.
    pub fn name(&self) -> String {
        Digest::new(self.0).to_string()
    }

    /// The hash of its stored bytes.
    pub const fn of_stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// As its text.
impl Serialize for Lookup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name().serialize(serializer)
    }
}

impl From<&Lookup> for Value {
    fn from(lookup: &Lookup) -> Self {
        lookup.0.into()
    }
}

/// Why sealed bytes were not opened or bytes not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The bytes do not begin as sealed bytes do.
    #[error("these bytes are not sealed")]
    Form,
    /// They were sealed with another master key.
    #[error("these bytes were sealed with another key")]
    OtherKey,
    /// They were changed, or sealed for another purpose or place.
    #[error("sealed bytes have been changed or moved")]
    Refused,
    /// They unpack to more, or to something else, than they say.
    #[error("sealed bytes do not unpack to what they say")]
    Unpacking,
    /// The cryptographic library refused to work.
    #[error("the cryptographic library refused")]
    Library,
}

/// The form of sealed bytes: `[form, key id × 4, nonce × 12, ciphertext, tag × 16]`.
const FORM: u8 = 1;
const KEY_ID: usize = 4;
const HEADER: usize = 1 + KEY_ID;

/// Bytes that sealing adds.
pub const OVERHEAD: usize = HEADER + NONCE_LEN + 16;

/// The keys derived from one master key.
pub struct Vault {
    root: hkdf::Prk,
    key_id: [u8; KEY_ID],
    codes: hmac::Key,
    temporary: hmac::Key,
    addresses: hmac::Key,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// Derives what is needed from the master key, which is wiped at the end.
    pub fn new(master: &Zeroizing<[u8; 32]>) -> Result<Self, VaultError> {
        let root = Salt::new(HKDF_SHA256, b"varanto vault 1").extract(master.as_slice());
        let lookup_key = |label| {
            derive(&root, "lookup", label).map(|key| hmac::Key::new(hmac::HMAC_SHA256, &key[..]))
        };
        let (codes, temporary) =
            (lookup_key(b"personal-identity-code")?, lookup_key(b"temporary-identifier")?);
        let addresses = lookup_key(b"home-address")?;
        let named = derive(&root, "key-id", b"")?;
        let mut key_id = [0; KEY_ID];
        key_id.iter_mut().zip(named.iter()).for_each(|(id, byte)| *id = *byte);
        Ok(Self { root, key_id, codes, temporary, addresses })
    }

    /// The keyed hash of an identifier in its normal form.
    pub fn lookup(&self, kind: IdentifierKind, identifier: &str) -> Lookup {
        let key = match kind {
            IdentifierKind::PersonalIdentityCode => &self.codes,
            IdentifierKind::TemporaryIdentifier => &self.temporary,
            IdentifierKind::HomeAddress => &self.addresses,
        };
        let mut hash = [0; 32];
        let tag = hmac::sign(key, identifier.as_bytes());
        hash.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        Lookup(hash)
    }

    /// Seals bytes for one purpose and one place (AES-256-GCM). `context` names the place, such as
    /// the identifier of the version; `nonce` is random and used once.
    pub fn seal(
        &self,
        purpose: Purpose,
        context: &[u8],
        plain: &[u8],
        nonce: [u8; NONCE_LEN],
    ) -> Result<Vec<u8>, VaultError> {
        let header = self.header();
        let mut sealed = Vec::with_capacity(plain.len() + OVERHEAD);
        sealed.extend_from_slice(&header);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let key = self.key(purpose, context)?;
        let (_, body) = sealed.split_at_mut(HEADER + NONCE_LEN);
        let aad = Aad::from(bound(header, context));
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag =
            key.seal_in_place_separate_tag(nonce, aad, body).map_err(|_| VaultError::Library)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Vault::seal`] sealed for the same purpose and place.
    pub fn open(
        &self,
        purpose: Purpose,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (header, rest) = sealed.split_first_chunk::<HEADER>().ok_or(VaultError::Form)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Form)?;
        if header.first() != Some(&FORM) {
            return Err(VaultError::Form);
        }
        if *header != self.header() {
            return Err(VaultError::OtherKey);
        }
        let key = self.key(purpose, context)?;
        let aad = Aad::from(bound(*header, context));
        let mut plain = Zeroizing::new(body.to_vec());
        let length = key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), aad, plain.as_mut_slice())
            .map_err(|_| VaultError::Refused)?
            .len();
        plain.truncate(length);
        Ok(plain)
    }

    fn header(&self) -> [u8; HEADER] {
        let [a, b, c, d] = self.key_id;
        [FORM, a, b, c, d]
    }

    fn key(&self, purpose: Purpose, context: &[u8]) -> Result<LessSafeKey, VaultError> {
        let key = derive(&self.root, purpose.label(), context)?;
        let key = UnboundKey::new(&AES_256_GCM, &key[..]).map_err(|_| VaultError::Library)?;
        Ok(LessSafeKey::new(key))
    }
}

struct Bytes32;

impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

/// A key of its own for each label and context. No label holds a zero byte, so none can be mistaken.
fn derive(
    root: &hkdf::Prk,
    label: &str,
    context: &[u8],
) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    root.expand(&[label.as_bytes(), b"\0", context], Bytes32)
        .and_then(|okm| okm.fill(key.as_mut_slice()))
        .map_err(|_| VaultError::Library)?;
    Ok(key)
}

/// What is authenticated beside the bytes themselves.
fn bound(header: [u8; HEADER], context: &[u8]) -> Vec<u8> {
    [header.as_slice(), context].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(&Zeroizing::new([byte; 32])).unwrap()
    }

    #[test]
    fn lookups_differ_by_key_kind_and_identifier() {
        use IdentifierKind::{HomeAddress, PersonalIdentityCode, TemporaryIdentifier};
        let code = vault(1).lookup(PersonalIdentityCode, "010594Y9032");
        assert_eq!(code, vault(1).lookup(PersonalIdentityCode, "010594Y9032"));
        assert_ne!(code, vault(2).lookup(PersonalIdentityCode, "010594Y9032"));
        assert_ne!(code, vault(1).lookup(PersonalIdentityCode, "010594Y9021"));
        assert_ne!(code, vault(1).lookup(TemporaryIdentifier, "010594Y9032"));
        assert_ne!(code, vault(1).lookup(HomeAddress, "010594Y9032"));
    }

    #[test]
    fn nothing_secret_shows_in_debug() {
        let shown = format!(
            "{:?} {:?}",
            vault(1),
            vault(1).lookup(IdentifierKind::PersonalIdentityCode, "010594Y9032")
        );
        assert_eq!(shown, "Vault(…) Lookup(…)");
    }

    #[test]
    fn another_master_key_is_told_apart_from_damage() {
        let sealed = vault(1).seal(Purpose::Content, b"place", b"text", [7; 12]).unwrap();
        let open = |v: &Vault, s: &[u8]| v.open(Purpose::Content, b"place", s).unwrap_err();
        assert_eq!(open(&vault(2), &sealed), VaultError::OtherKey);
        assert_eq!(open(&vault(1), &sealed[..9]), VaultError::Form);
        assert_eq!(open(&vault(1), &sealed[..20]), VaultError::Refused);
        assert_eq!(open(&vault(1), b""), VaultError::Form);
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_to_the_same_bytes(plain: Vec<u8>, context: Vec<u8>, nonce: [u8; 12]) {
            let sealed = vault(1).seal(Purpose::Metadata, &context, &plain, nonce).unwrap();
            prop_assert_eq!(sealed.len(), plain.len() + OVERHEAD);
            let opened = vault(1).open(Purpose::Metadata, &context, &sealed).unwrap();
            prop_assert_eq!(&*opened, &plain);
        }

        #[test]
        fn another_place_or_purpose_is_refused(plain: Vec<u8>, context: Vec<u8>, other: Vec<u8>) {
            prop_assume!(context != other);
            let sealed = vault(1).seal(Purpose::Content, &context, &plain, [0; 12]).unwrap();
            let moved = vault(1).open(Purpose::Content, &other, &sealed);
            prop_assert_eq!(moved.unwrap_err(), VaultError::Refused);
            let misused = vault(1).open(Purpose::Metadata, &context, &sealed);
            prop_assert_eq!(misused.unwrap_err(), VaultError::Refused);
        }

        #[test]
        fn a_flipped_bit_is_refused(plain: Vec<u8>, at: prop::sample::Index, bit in 0..8_u32) {
            let mut sealed = vault(1).seal(Purpose::Content, b"place", &plain, [0; 12]).unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(vault(1).open(Purpose::Content, b"place", &sealed).is_err());
        }
    }
}
