//! Cosignatures: what a witness signs when it has seen that a log has only grown (C2SP tlog-cosignature,
//! Ed25519 with a timestamp).

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::note::{VerifierKeyError, hex, is_name, signature_line};

/// The kind of key: Ed25519 over a text with the time of signing.
const COSIGNATURE_KIND: u8 = 4;
const KEY_ID: usize = 4;
const TIME: usize = 8;

/// The most bytes of a witness's signature lines that are looked through.
pub const MAX_COSIGNATURE_BYTES: usize = 8 * 1024;

/// The key of a witness with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    public: [u8; 32],
}

/// No cosignature of the witness is among these lines, or it does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the witness has not signed this")]
pub struct NotCosigned;

impl WitnessKey {
    /// Reads a key in the form `name+8 hexadecimal digits+base64`.
    pub fn parse(text: &str) -> Result<Self, VerifierKeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VerifierKeyError);
        };
        let bytes = STANDARD.decode(key).map_err(|_| VerifierKeyError)?;
        let (kind, public) = bytes.split_first().ok_or(VerifierKeyError)?;
        let public = public.try_into().map_err(|_| VerifierKeyError)?;
        let read = Self { name: name.to_owned(), public };
        let fits = *kind == COSIGNATURE_KIND && is_name(name) && hex(&read.id()) == id;
        if fits { Ok(read) } else { Err(VerifierKeyError) }
    }

    /// The name of the witness.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn id(&self) -> [u8; KEY_ID] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', COSIGNATURE_KIND])
            .chain_update(self.public)
            .finalize();
        let mut id = [0; KEY_ID];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        id
    }

    /// The line of this witness among signature lines, where it holds for a note, with the time at which the
    /// witness has signed.
    pub fn cosigned(&self, note: &str, lines: &str) -> Result<(String, Timestamp), NotCosigned> {
        if lines.len() > MAX_COSIGNATURE_BYTES {
            return Err(NotCosigned);
        }
        let at = note.rfind("\n\n").ok_or(NotCosigned)?;
        let text = note.get(..=at).ok_or(NotCosigned)?;
        let mut own = lines.lines().filter_map(|line| Some((line, self.verified(text, line)?)));
        own.next().map(|(line, at)| (format!("{line}\n"), at)).ok_or(NotCosigned)
    }

    fn verified(&self, text: &str, line: &str) -> Option<Timestamp> {
        let read = signature_line(line).filter(|read| read.name == self.name)?;
        let (id, stamped) = read.bytes.split_at_checked(KEY_ID)?;
        let (time, signature) = stamped.split_at_checked(TIME)?;
        let seconds = u64::from_be_bytes(time.try_into().ok()?);
        let signed = format!("cosignature/v1\ntime {seconds}\n{text}");
        let key = UnparsedPublicKey::new(&ED25519, self.public);
        let holds = id == self.id() && key.verify(signed.as_bytes(), signature).is_ok();
        let at = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
        holds.then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

    use super::*;

    const NOTE: &str =
        "example/log\n7\nroot\ntime 2026-11-22T12:00:00Z\n\n— example/log AAAAAAAA\n";

    struct Witness(Ed25519KeyPair);

    impl Witness {
        fn new(seed: u8) -> Self {
            Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
        }

        fn key(&self) -> WitnessKey {
            let public = self.0.public_key().as_ref().try_into().unwrap();
            WitnessKey { name: "witness.example".to_owned(), public }
        }

        fn sign(&self, time: u64) -> String {
            let text = NOTE.split_once("\n\n").unwrap().0;
            let signed = format!("cosignature/v1\ntime {time}\n{text}\n");
            let signature = self.0.sign(signed.as_bytes());
            let bytes = [&self.key().id()[..], &time.to_be_bytes(), signature.as_ref()].concat();
            format!("— witness.example {}\n", STANDARD.encode(bytes))
        }
    }

    /// REQ LOG-03
    #[test]
    fn only_the_witness_itself_cosigns_and_only_this_note() {
        let (witness, other) = (Witness::new(1), Witness::new(2));
        let line = witness.sign(1_790_000_000);
        let at = Timestamp::from_second(1_790_000_000).unwrap();
        assert_eq!(witness.key().cosigned(NOTE, &line), Ok((line.clone(), at)));
        let among = format!("— else AAAAAAAA\n{}{line}", other.sign(5));
        assert_eq!(witness.key().cosigned(NOTE, &among), Ok((line.clone(), at)));
        assert_eq!(other.key().cosigned(NOTE, &line), Err(NotCosigned));
        assert_eq!(witness.key().cosigned(&NOTE.replace('7', "8"), &line), Err(NotCosigned));
        assert_eq!(witness.key().cosigned("", &line), Err(NotCosigned));
        for lines in ["", "x", "— witness.example AAAAAAAAAAAAAAAAAAAA\n"] {
            assert_eq!(witness.key().cosigned(NOTE, lines), Err(NotCosigned));
        }
    }

    #[test]
    fn the_key_of_a_witness_is_of_its_own_kind() {
        let key = Witness::new(1).key();
        let text = |kind: u8| {
            let bytes = [&[kind], key.public.as_slice()].concat();
            format!("witness.example+{}+{}", hex(&key.id()), STANDARD.encode(bytes))
        };
        assert_eq!(WitnessKey::parse(&text(4)), Ok(key.clone()));
        assert_eq!(WitnessKey::parse(&text(1)), Err(VerifierKeyError));
        assert_eq!(WitnessKey::parse(&text(4).replace("example", "sample")), Err(VerifierKeyError));
    }
}
