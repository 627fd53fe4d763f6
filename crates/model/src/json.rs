//! Strict, bounded JSON, and its canonical form.
//!
//! What is signed must have one reading only. Therefore [`parse`] takes I-JSON (RFC 7493): UTF-8,
//! no member twice, only numbers that a double carries. It also bounds size, depth and count, so
//! that no input costs more than its limits say. Every value that it gives has exactly one
//! [`canonical`] form (RFC 8785), and reading that form gives the same value again.
//!
//! What a document means is not known here.

mod build;
mod number;

use serde_json::Value;

use crate::fault::{Fault, Pointer};

/// The deepest nesting that any [`Limits`] can allow: the stack needed stays small.
pub const MAX_DEPTH: usize = 120;

/// What one JSON text may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The deepest nesting of arrays and objects; a value that is neither has depth 0. More than
    /// [`MAX_DEPTH`] counts as [`MAX_DEPTH`].
    pub depth: usize,
    /// The longest text, in bytes.
    pub bytes: usize,
    /// The most values: the text's own value, elements and members' values, all counted together.
    pub members: usize,
}

impl Default for Limits {
    /// 64 levels, 32 MiB, one million values.
    fn default() -> Self {
        Self { depth: 64, bytes: 32 * 1024 * 1024, members: 1_000_000 }
    }
}

impl Limits {
    /// These limits with another longest text, in bytes.
    #[must_use]
    pub const fn with_bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }
}

/// Where in a text something is, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The byte in the line, counted from 1.
    pub column: usize,
}

impl Position {
    /// The position of the byte at `offset`, counted from 0.
    fn of(bytes: &[u8], offset: usize) -> Self {
        let before = bytes.get(..offset).unwrap_or(bytes);
        let lines = || before.split(|byte| *byte == b'\n');
        Self { line: lines().count(), column: 1 + lines().next_back().map_or(0, <[u8]>::len) }
    }
}

/// Why a text is refused. The message repeats nothing of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The text is longer than the limit.
    #[error("the text is longer than {limit} bytes")]
    TooLarge {
        /// The longest text, in bytes.
        limit: usize,
    },
    /// The text is not UTF-8, does not follow the grammar of RFC 8259, ends too early, or goes on
    /// after its value.
    #[error("the text is not JSON at line {}, column {}", .at.line, .at.column)]
    NotJson {
        /// Where the grammar is left.
        at: Position,
    },
    /// An object has two members of the same name.
    #[error("the object has this member twice")]
    DuplicateMember {
        /// The member; its object, where the name is long.
        pointer: Pointer,
    },
    /// Arrays and objects are nested too deep.
    #[error("arrays and objects are nested deeper than {limit} levels")]
    TooDeep {
        /// The first array or object beyond the limit.
        pointer: Pointer,
        /// The deepest level.
        limit: usize,
    },
    /// There are too many values.
    #[error("the text has more than {limit} values")]
    TooManyValues {
        /// The most values.
        limit: usize,
    },
    /// A double cannot carry a number: its magnitude is over 2⁵³−1, it has more than 17 significant
    /// digits, or it is not zero but nearer to zero than any double (RFC 7493 section 2.2).
    #[error(
        "the number at line {}, column {} has more magnitude or precision than a double carries",
        .at.line, .at.column
    )]
    NumberNotExact {
        /// Where the number starts.
        at: Position,
    },
}

impl JsonError {
    /// The stable code of the kind of error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::NotJson { .. } => "not-json",
            Self::DuplicateMember { .. } => "duplicate-member",
            Self::TooDeep { .. } => "too-deep",
            Self::TooManyValues { .. } => "too-many-values",
            Self::NumberNotExact { .. } => "number-not-exact",
        }
    }

    /// The error as a fault of the request.
    pub fn fault(&self) -> Fault {
        let pointer = match self {
            Self::DuplicateMember { pointer } | Self::TooDeep { pointer, .. } => pointer.clone(),
            Self::TooLarge { .. }
            | Self::NotJson { .. }
            | Self::TooManyValues { .. }
            | Self::NumberNotExact { .. } => Pointer::root(),
        };
        Fault { pointer, code: self.code(), detail: self.to_string() }
    }
}

/// Reads one JSON text.
///
/// A number that is whole is read as an integer, however it is written: `1.0` and `1e0` as `1`,
/// `-0` as `0`.
pub fn parse(bytes: &[u8], limits: Limits) -> Result<Value, JsonError> {
    if bytes.len() > limits.bytes {
        return Err(JsonError::TooLarge { limit: limits.bytes });
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|e| JsonError::NotJson { at: Position::of(bytes, e.valid_up_to()) })?;
    if let Some(offset) = number::find_inexact(text) {
        return Err(JsonError::NumberNotExact { at: Position::of(bytes, offset) });
    }
    build::build(text, limits)
}

/// The canonical form (RFC 8785), in UTF-8.
///
/// The form exists for every value: only numbers that are not finite and repeated names have none,
/// and a [`Value`] holds neither. The plain compact form stands in for an error that cannot be, so
/// that different values never share a form.
pub fn canonical(value: &Value) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(value).unwrap_or_else(|_| value.to_string().into_bytes())
}

#[cfg(test)]
mod tests;
