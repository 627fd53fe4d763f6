//! A code of a code set, as it stands in metadata: a short plain word.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest code that is taken, in characters.
pub const MAX_LENGTH: usize = 64;

/// A code of a code set: 1 to [`MAX_LENGTH`] ASCII letters, digits, `.`, `_` or `-`.
///
/// Whether a code set knows it is another question (DOC-05), which the code sets answer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(Box<str>);

/// The text is empty, too long, or has a character that codes do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code is 1 to {MAX_LENGTH} letters, digits, dots, hyphens or underscores")]
pub struct CodeError;

impl Code {
    /// Reads a code.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let fits = !text.is_empty() && text.len() <= MAX_LENGTH && text.bytes().all(plain);
        if fits { Ok(Self(text.into())) } else { Err(CodeError) }
    }

    /// The code as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Code {
    type Error = CodeError;
    fn try_from(text: String) -> Result<Self, CodeError> {
        Self::parse(&text)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0.into()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes an enum whose values are fixed words of the interface, with `parse` and `as_str`.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of its definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Reads the word of the interface.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            /// The word of the interface.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_short_plain_word() {
        for good in ["10", "X-ELDERLY", "Y30", "1.2", "social_worker"] {
            assert_eq!(Code::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", "a b", "ä", "a\n", "<", &"1".repeat(65)] {
            assert_eq!(Code::parse(bad), Err(CodeError), "{bad:?}");
        }
    }
}
