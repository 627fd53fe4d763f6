//! Faults of input: where, which, and what to do about it. All of a request's faults are collected
//! before it is refused (DOC-05).

use std::fmt;

use serde::{Serialize, Serializer};

/// The most faults that one refusal names; further ones are only counted.
pub const MAX_FAULTS: usize = 1_000;

/// A JSON pointer (RFC 6901) into a request.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The whole request.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// The member `name` of what this points at.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + name.len() + 1);
        text.push_str(&self.0);
        text.push('/');
        for c in name.chars() {
            match c {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                c => text.push(c),
            }
        }
        Self(text)
    }

    /// The element at `index`, counted from 0, of what this points at.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The place `inner`, counted from here.
    #[must_use]
    pub fn joined(&self, inner: &Self) -> Self {
        Self(format!("{}{}", self.as_str(), inner.as_str()))
    }

    /// The text form; empty for the whole request.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where it is.
    pub pointer: Pointer,
    /// What kind it is: a stable word in kebab-case, such as `missing` or `wrong-type`.
    pub code: &'static str,
    /// One sentence for people, lower case, without a full stop. It never repeats a value of the
    /// request, which may be personal data.
    pub detail: String,
}

/// The faults of one request, in the order found, bounded by [`MAX_FAULTS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    list: Vec<Fault>,
    left_out: usize,
}

impl Faults {
    /// No faults yet.
    pub const fn none() -> Self {
        Self { list: Vec::new(), left_out: 0 }
    }

    /// Notes a fault.
    pub fn add(&mut self, pointer: Pointer, code: &'static str, detail: impl Into<String>) {
        self.push(Fault { pointer, code, detail: detail.into() });
    }

    /// Notes a fault that is already made.
    pub fn push(&mut self, fault: Fault) {
        if self.list.len() < MAX_FAULTS {
            self.list.push(fault);
        } else {
            self.left_out += 1;
        }
    }

    /// Takes over all faults of another collection.
    pub fn extend(&mut self, other: Self) {
        self.left_out += other.left_out;
        other.list.into_iter().for_each(|f| self.push(f));
    }

    /// The same of what stands at `at` in a larger request.
    #[must_use]
    pub fn below(mut self, at: &Pointer) -> Self {
        for fault in &mut self.list {
            fault.pointer = at.joined(&fault.pointer);
        }
        self
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Those that are named.
    pub fn as_slice(&self) -> &[Fault] {
        &self.list
    }

    /// How many were found beyond [`MAX_FAULTS`].
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// `Ok(value)` where there is no fault, else the faults.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_as_rfc_6901_says() {
        let pointer = Pointer::root().member("a/b").member("m~n").index(3);
        assert_eq!(pointer.as_str(), "/a~1b/m~0n/3");
    }

    #[test]
    fn faults_are_bounded_and_the_rest_is_counted() {
        let mut faults = Faults::none();
        (0..MAX_FAULTS + 5).for_each(|i| faults.add(Pointer::root().index(i), "missing", "x"));
        assert_eq!((faults.as_slice().len(), faults.left_out()), (MAX_FAULTS, 5));
    }
}
