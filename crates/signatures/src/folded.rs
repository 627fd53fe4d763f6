//! Text in which what is written in base64 is kept as the bytes that it stands for, so that it takes less
//! room and compression sees what is the same: a certificate that stands in a header and in the evidence is
//! compressed as if it stood there once.
//!
//! Nothing is read for its meaning. A run of characters is folded only where writing its bytes again gives
//! just these characters, and one level deep what the bytes of an object are (the header of a JWS) is folded
//! again. Whatever text is folded, [`unfold`] gives it back byte for byte.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Shorter runs stay as they are: the words of JSON are no base64, though they could be.
const SHORTEST: usize = 32;

/// The most bytes that anything unfolds to: more than twenty signatures of the greatest length with evidence.
pub(crate) const MAX_UNFOLDED: usize = 16 << 20;

/// What the bytes of a piece are in the text. The numbers are part of the form.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Form {
    /// Themselves.
    Text = 0,
    /// Base64 with padding (RFC 4648, section 4).
    Base64 = 1,
    /// Base64url without padding (RFC 4648, section 5).
    Base64Url = 2,
    /// As [`Form::Base64Url`], of bytes that are themselves folded.
    FoldedBase64Url = 3,
}

impl Form {
    fn of(number: u8) -> Option<Self> {
        [Self::Text, Self::Base64, Self::Base64Url, Self::FoldedBase64Url]
            .into_iter()
            .find(|form| *form as u8 == number)
    }
}

/// Writes a text as pieces: the number of the form, the length, the bytes.
pub(crate) fn fold(text: &[u8], folded: &mut Vec<u8>) {
    fold_level(text, true, folded);
}

/// The text that was folded; nothing where the bytes are not pieces or the text is too long.
pub(crate) fn unfold(folded: &[u8]) -> Option<Vec<u8>> {
    unfold_level(folded, true)
}

fn fold_level(text: &[u8], is_outer: bool, folded: &mut Vec<u8>) {
    let mut between = Vec::new();
    for run in text.chunk_by(|a, b| is_digit(*a) == is_digit(*b)) {
        let Some((form, bytes)) = decoded(run, is_outer) else {
            between.extend_from_slice(run);
            continue;
        };
        put(Form::Text, &between, folded);
        between.clear();
        put(form, &bytes, folded);
    }
    put(Form::Text, &between, folded);
}

/// May it stand in base64 of either alphabet?
fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

/// What a run stands for, if writing it again gives the same.
fn decoded(run: &[u8], is_outer: bool) -> Option<(Form, Vec<u8>)> {
    if run.len() < SHORTEST {
        return None;
    }
    if let Ok(bytes) = STANDARD.decode(run)
        && STANDARD.encode(&bytes).as_bytes() == run
        && !is_object(&bytes)
    {
        return Some((Form::Base64, bytes));
    }
    let bytes = URL_SAFE_NO_PAD.decode(run).ok()?;
    if URL_SAFE_NO_PAD.encode(&bytes).as_bytes() != run {
        return None;
    }
    if is_outer && is_object(&bytes) {
        let mut folded = Vec::with_capacity(bytes.len());
        fold_level(&bytes, false, &mut folded);
        return Some((Form::FoldedBase64Url, folded));
    }
    Some((Form::Base64Url, bytes))
}

fn is_object(bytes: &[u8]) -> bool {
    bytes.first() == Some(&b'{')
}

fn put(form: Form, bytes: &[u8], folded: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    folded.push(form as u8);
    put_length(bytes.len(), folded);
    folded.extend_from_slice(bytes);
}

/// Seven bits in a byte, the lowest first; the eighth says that there are more (LEB128).
fn put_length(mut length: usize, folded: &mut Vec<u8>) {
    loop {
        let [low, ..] = length.to_le_bytes();
        length >>= 7;
        if length == 0 {
            return folded.push(low & 0x7f);
        }
        folded.push(low | 0x80);
    }
}

fn take_length(folded: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0;
    let mut rest = folded;
    for shift in [0, 7, 14, 21] {
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((length, rest));
        }
    }
    None
}

fn unfold_level(folded: &[u8], is_outer: bool) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(folded.len() * 2);
    let mut rest = folded;
    while let Some((number, behind)) = rest.split_first() {
        let (length, behind) = take_length(behind)?;
        let (bytes, behind) = behind.split_at_checked(length)?;
        rest = behind;
        match Form::of(*number)? {
            Form::Text => text.extend_from_slice(bytes),
            Form::Base64 => text.extend_from_slice(STANDARD.encode(bytes).as_bytes()),
            Form::Base64Url => text.extend_from_slice(URL_SAFE_NO_PAD.encode(bytes).as_bytes()),
            Form::FoldedBase64Url if is_outer => {
                let inner = unfold_level(bytes, false)?;
                text.extend_from_slice(URL_SAFE_NO_PAD.encode(inner).as_bytes());
            }
            Form::FoldedBase64Url => return None,
        }
        if text.len() > MAX_UNFOLDED {
            return None;
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        fold(text, &mut bytes);
        bytes
    }

    #[test]
    fn base64_is_kept_as_its_bytes() {
        let (standard, url) = (STANDARD.encode([0xfb; 31]), URL_SAFE_NO_PAD.encode([0xfe; 32]));
        let bytes = folded(format!("\"{standard}\".{url}").as_bytes());
        let wanted: &[&[u8]] =
            &[&[0, 1, b'"', 1, 31], &[0xfb; 31], &[0, 2, b'"', b'.', 2, 32], &[0xfe; 32]];
        assert_eq!(bytes, wanted.concat());
    }

    #[test]
    fn the_bytes_of_an_object_are_folded_once_more_and_no_deeper() {
        let inmost = URL_SAFE_NO_PAD.encode(format!("{{{}", STANDARD.encode([9; 40])));
        let middle = format!("{{\"{inmost}\"");
        let outer = URL_SAFE_NO_PAD.encode(&middle);
        let bytes = folded(outer.as_bytes());
        assert_eq!(bytes.first(), Some(&(Form::FoldedBase64Url as u8)));
        let (_, inner) = take_length(&bytes[1..]).unwrap();
        assert_eq!(inner[..5], [0, 2, b'{', b'"', Form::Base64Url as u8]);
        assert_eq!(unfold(&bytes).unwrap(), outer.as_bytes());
        assert_eq!(unfold(&[3, 3, 3, 1, 0]), None);
    }

    #[test]
    fn what_would_be_written_otherwise_stays_text() {
        let padded = STANDARD.encode([7; 31]);
        for text in [
            padded.trim_end_matches('=').to_owned() + "=",
            padded.trim_end_matches("A==").to_owned() + "B==",
            URL_SAFE_NO_PAD.encode([0xff; 31]) + "=",
            "+_".repeat(20),
            "A".repeat(33),
            STANDARD.encode([1; 20]),
        ] {
            let bytes = folded(text.as_bytes());
            assert_eq!(bytes[0], Form::Text as u8, "{text}");
            assert_eq!(unfold(&bytes).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn what_unfolds_to_more_than_the_bound_is_refused() {
        let bytes = folded(&vec![b'.'; MAX_UNFOLDED]);
        assert!(unfold(&bytes).is_some());
        assert_eq!(unfold(&[bytes.as_slice(), &[0, 1, b'.']].concat()), None);
    }

    /// Text as it may come: JSON, base64 of either alphabet whole and spoilt, and base64 in base64.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        let bytes = || prop::collection::vec(any::<u8>(), 0..120);
        let plain = prop_oneof![
            "[{}\":,.=+/_A-Za-z0-9-]{0,80}".prop_map(String::into_bytes),
            bytes(),
            bytes().prop_map(|bytes| STANDARD.encode(bytes).into_bytes()),
            bytes().prop_map(|bytes| URL_SAFE_NO_PAD.encode(bytes).into_bytes()),
        ];
        let piece = plain.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|parts| parts.join(&b'"')),
                inner.clone().prop_map(|bytes| URL_SAFE_NO_PAD
                    .encode([b"{".as_slice(), &bytes].concat())
                    .into_bytes()),
                inner.prop_map(|bytes| STANDARD.encode(bytes).into_bytes()),
            ]
        });
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_unfolds_to_itself(text in text()) {
            prop_assert_eq!(unfold(&folded(&text)), Some(text));
        }

        #[test]
        fn bytes_that_nobody_folded_are_read_without_panic(
            pieces in prop::collection::vec((0_u8..5, 0_u8..=255, any::<Vec<u8>>()), 0..8)
        ) {
            let pieces = pieces.into_iter().map(|(form, length, bytes)| [&[form, length], bytes.as_slice()].concat());
            let _ = unfold(&pieces.collect::<Vec<_>>().concat());
        }
    }
}
