//! Temporary personal identifiers, which stand in where a personal identity code is missing.
//!
//! Of the form that is shown to people only one example is published. Therefore every text of its
//! shape is taken; only what is a personal identity code is not, so that one person does not come to
//! stand under both kinds.

use std::fmt;

use crate::identity_code::PersonalIdentityCode;
use crate::oid::{Oid, OidClass};

/// The characters between digits and number, as in personal identity codes.
const SEPARATORS: &[u8] = b"+-ABCDEFUVWXY";

/// A temporary identifier: an object identifier of class [`OidClass::TemporaryIdentifier`], or the
/// 11 characters shown to people (CASE-06).
///
/// It is personal data: there is no `Display` and no serialisation, `Debug` hides it, and
/// [`expose`](Self::expose) is the one way to its text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemporaryIdentifier(Box<str>);

/// Why a text is no temporary identifier. It repeats nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemporaryIdentifierError {
    /// It has neither shape.
    #[error(
        "a temporary identifier is an object identifier of that class, or six digits, a separator, three digits and one character"
    )]
    Form,
    /// It is a personal identity code, or one in lower case.
    #[error("a personal identity code is not a temporary identifier")]
    IsPersonalIdentityCode,
}

impl TemporaryIdentifier {
    /// Reads either form, without prefix.
    pub fn parse(text: &str) -> Result<Self, TemporaryIdentifierError> {
        if !is_shown_form(text) && !is_object_identifier(text) {
            return Err(TemporaryIdentifierError::Form);
        }
        if PersonalIdentityCode::parse(&text.to_ascii_uppercase()).is_ok() {
            return Err(TemporaryIdentifierError::IsPersonalIdentityCode);
        }
        Ok(Self(text.into()))
    }

    /// The text: personal data, for the store, the answer and the search key only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TemporaryIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TemporaryIdentifier(…)")
    }
}

fn is_object_identifier(text: &str) -> bool {
    Oid::parse(text).is_ok_and(|oid| matches!(oid.class(), OidClass::TemporaryIdentifier { .. }))
}

fn is_shown_form(text: &str) -> bool {
    match text.as_bytes() {
        [date @ .., separator, n1, n2, n3, last] if date.len() == 6 => {
            date.iter().chain([n1, n2, n3]).all(u8::is_ascii_digit)
                && SEPARATORS.contains(separator)
                && last.is_ascii_alphanumeric()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use TemporaryIdentifierError as E;

    use super::*;

    /// REQ CASE-06
    #[test]
    fn a_person_without_identity_code_has_an_identifier_of_either_form() {
        for good in [
            "112233-445a",
            "112233A9450",
            "010190-999L",
            "1.2.246.10.99990001.22.2026",
            "1.2.246.10.99990001.22.2026.7",
            "1.2.246.10.99990001.10.4.22.2026.8",
        ] {
            assert_eq!(TemporaryIdentifier::parse(good).unwrap().expose(), good);
        }
    }

    #[test]
    fn other_shapes_are_refused() {
        for bad in [
            "",
            "112233-445",
            "112233-445ab",
            "112233 445a",
            "112233G445a",
            "11223x-445a",
            "112233-4x5a",
            "112233-445ä",
            "112233-445.",
            "1.2.246.10.99990001.11.2026.7",
            "1.2.246.10.99990001.22",
            "urn:oid:1.2.246.10.99990001.22.2026",
        ] {
            assert_eq!(TemporaryIdentifier::parse(bad), Err(E::Form), "{bad}");
        }
    }

    #[test]
    fn a_personal_identity_code_is_refused_even_in_lower_case() {
        for code in ["010190-999W", "010190-999w", "010190Y999W"] {
            assert_eq!(TemporaryIdentifier::parse(code), Err(E::IsPersonalIdentityCode));
        }
    }

    #[test]
    fn debugging_output_hides_the_identifier() {
        let identifier = TemporaryIdentifier::parse("112233-445a").unwrap();
        assert_eq!(format!("{identifier:?}"), "TemporaryIdentifier(…)");
    }
}
