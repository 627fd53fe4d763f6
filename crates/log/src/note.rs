//! Signed notes (C2SP signed-note): a text with lines below it that say who signed, with Ed25519.

use std::fmt;
use std::fmt::Write as _;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The kind of key: Ed25519 over the text as it is.
const ED25519_KIND: u8 = 1;
const KEY_ID: usize = 4;
const PUBLIC_KEY: usize = 32;

/// Why there is no signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// The name is empty, or holds a space, a line break or a plus.
    #[error("the name of a key is a word without spaces and `+`")]
    Name,
    /// The cryptographic library refused the seed.
    #[error("this seed gives no key")]
    Seed,
}

/// Why a text is no key of a verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the key of a verifier: `name+8 hexadecimal digits+base64`")]
pub struct VerifierKeyError;

/// Why a note is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is not a text, an empty line and signature lines.
    #[error("this is not a signed note")]
    Form,
    /// None of its signatures is by a key that is known.
    #[error("no key that is known has signed this")]
    UnknownKey,
    /// A signature by a known key does not hold.
    #[error("the signature does not hold")]
    Signature,
}

/// Signs notes.
pub struct NoteSigner {
    pair: Ed25519KeyPair,
    key: VerifierKey,
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NoteSigner").field(&self.key).finish()
    }
}

impl NoteSigner {
    /// The signer with this name and the private key of this seed (RFC 8032, section 5.1.5).
    pub fn from_seed(name: &str, seed: &Zeroizing<[u8; 32]>) -> Result<Self, SeedError> {
        if !is_name(name) {
            return Err(SeedError::Name);
        }
        let pair =
            Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| SeedError::Seed)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| SeedError::Seed)?;
        Ok(Self { pair, key: VerifierKey { name: name.to_owned(), public } })
    }

    /// The key by which others verify.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// A text, which ends with a line break, with its signature.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.pair.sign(text.as_bytes());
        let bytes = [self.key.id().as_slice(), signature.as_ref()].concat();
        format!("{text}\n— {} {}\n", self.key.name, STANDARD.encode(bytes))
    }
}

/// The public key of a signer with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    public: [u8; PUBLIC_KEY],
}

impl VerifierKey {
    /// Reads a key as [`fmt::Display`] writes it.
    pub fn parse(text: &str) -> Result<Self, VerifierKeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VerifierKeyError);
        };
        let bytes = STANDARD.decode(key).map_err(|_| VerifierKeyError)?;
        let (kind, public) = bytes.split_first().ok_or(VerifierKeyError)?;
        let public = public.try_into().map_err(|_| VerifierKeyError)?;
        let read = Self { name: name.to_owned(), public };
        if *kind == ED25519_KIND && is_name(name) && hex(&read.id()) == id {
            Ok(read)
        } else {
            Err(VerifierKeyError)
        }
    }

    /// The name of the key: the origin of the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn id(&self) -> [u8; KEY_ID] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519_KIND])
            .chain_update(self.public)
            .finalize();
        let mut id = [0; KEY_ID];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        id
    }

    /// Does this line of signature claim to be ours? Then whether it holds.
    fn verify(&self, text: &str, line: &SignatureLine<'_>) -> Option<Result<(), NoteError>> {
        let (id, signature) = line.bytes.split_at_checked(KEY_ID)?;
        if line.name != self.name || id != self.id() {
            return None;
        }
        let key = UnparsedPublicKey::new(&ED25519, self.public);
        Some(key.verify(text.as_bytes(), signature).map_err(|_| NoteError::Signature))
    }
}

/// `name+key id+key`.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519_KIND], self.public.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex(&self.id()), STANDARD.encode(key))
    }
}

pub(crate) struct SignatureLine<'a> {
    pub(crate) name: &'a str,
    pub(crate) bytes: Vec<u8>,
}

/// The text of a note that one of the keys has signed. A signature of a known key that does not hold spoils the
/// note, whoever else has signed; those of unknown keys are passed over.
pub(crate) fn open<'a>(note: &'a str, keys: &[VerifierKey]) -> Result<&'a str, NoteError> {
    let at = note.rfind("\n\n").ok_or(NoteError::Form)?;
    let (text, signatures) = note.split_at_checked(at + 1).ok_or(NoteError::Form)?;
    let signatures = signatures.strip_prefix('\n').ok_or(NoteError::Form)?;
    let lines = signatures.strip_suffix('\n').ok_or(NoteError::Form)?;
    let mut verified = false;
    for line in lines.split('\n') {
        let line = signature_line(line).ok_or(NoteError::Form)?;
        for key in keys {
            if let Some(outcome) = key.verify(text, &line) {
                outcome?;
                verified = true;
            }
        }
    }
    if verified { Ok(text) } else { Err(NoteError::UnknownKey) }
}

pub(crate) fn signature_line(line: &str) -> Option<SignatureLine<'_>> {
    let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = STANDARD.decode(signature).ok()?;
    (is_name(name) && bytes.len() > KEY_ID).then_some(SignatureLine { name, bytes })
}

pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(name: &str, seed: u8) -> NoteSigner {
        NoteSigner::from_seed(name, &Zeroizing::new([seed; 32])).unwrap()
    }

    #[test]
    fn a_note_opens_with_the_key_of_its_signer() {
        let (one, other) = (signer("example/log", 1), signer("example/log", 2));
        let note = one.sign("text\nof two lines\n");
        assert_eq!(open(&note, &[one.key().clone()]), Ok("text\nof two lines\n"));
        assert_eq!(open(&note, &[other.key().clone(), one.key().clone()]).unwrap().len(), 18);
        assert_eq!(open(&note, &[other.key().clone()]), Err(NoteError::UnknownKey));
        assert_eq!(open(&note, &[]), Err(NoteError::UnknownKey));
        let changed = note.replace("two", "ten");
        assert_eq!(open(&changed, &[one.key().clone()]), Err(NoteError::Signature));
    }

    #[test]
    fn signatures_of_others_are_passed_over_and_false_ones_of_ours_are_not() {
        let (one, witness) = (signer("example/log", 1), signer("witness", 9));
        let text = "text\n";
        let line = |signer: &NoteSigner, of: &str| {
            let note = signer.sign(of);
            note.split_once("\n\n").unwrap().1.to_owned()
        };
        let both = format!("{text}\n{}{}", line(&witness, text), line(&one, text));
        assert_eq!(open(&both, &[one.key().clone()]), Ok(text));
        let spoilt = format!("{both}{}", line(&one, "another\n"));
        assert_eq!(open(&spoilt, &[one.key().clone()]), Err(NoteError::Signature));
    }

    #[test]
    fn a_key_is_read_as_it_is_written_and_nothing_else() {
        let key = signer("example/log", 1).key().clone();
        let text = key.to_string();
        assert_eq!(VerifierKey::parse(&text), Ok(key));
        for wrong in [
            String::new(),
            text.replace("example", "sample"),
            text.replacen('+', " ", 1),
            format!("{text}="),
            text[..text.len() - 4].to_owned(),
        ] {
            assert_eq!(VerifierKey::parse(&wrong), Err(VerifierKeyError), "{wrong}");
        }
    }

    #[test]
    fn names_are_words() {
        for name in ["", "two words", "a+b", "line\nbreak", "tab\t"] {
            let refused = NoteSigner::from_seed(name, &Zeroizing::new([1; 32]));
            assert_eq!(refused.unwrap_err(), SeedError::Name, "{name}");
        }
    }

    #[test]
    fn what_is_no_note_is_refused() {
        let key = [signer("example/log", 1).key().clone()];
        for text in [
            "",
            "\n",
            "\n\n",
            "text\n",
            "text\n\n",
            "text\n\nno dash\n",
            "text\n\n— name !\n",
            "text\n\n— name AAAA\n",
            "text\n\n— n AAAAAAAA",
        ] {
            assert_eq!(open(text, &key), Err(NoteError::Form), "{text:?}");
        }
    }
}
