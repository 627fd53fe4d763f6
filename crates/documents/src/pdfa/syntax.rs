//! The objects of PDF (ISO 32000-1, 7.3) as far as the rules of PDF/A need them.
//!
//! The contents of strings are not kept: no rule reads them. Nesting and the number of values are
//! bounded, and a dictionary that names a key twice is refused, since readers differ on which of
//! the two counts.

use std::collections::BTreeMap;

/// The deepest nesting of arrays and dictionaries.
const MAX_NESTING: usize = 64;

/// A dictionary; keys without their slash.
pub(super) type Dict = BTreeMap<Box<[u8]>, Value>;

/// An object that is not a stream.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Nothing, which is the same as no entry at all.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real,
    /// A name, without its slash and with its escapes resolved.
    Name(Box<[u8]>),
    /// A string.
    Text,
    /// An array.
    Array(Vec<Self>),
    /// A dictionary.
    Dict(Dict),
    /// A reference to the object of this number and generation.
    Reference(u32, u16),
}

impl Value {
    pub(super) fn integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn dict(&self) -> Option<&Dict> {
        if let Self::Dict(dict) = self { Some(dict) } else { None }
    }

    pub(super) fn array(&self) -> Option<&[Self]> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }
}

/// Reads objects from bytes. Every method gives `None` where the bytes are not what it reads.
pub(super) struct Parser<'a, 'b> {
    bytes: &'a [u8],
    at: usize,
    /// How many more values may be read, here and by whoever reads next.
    budget: &'b mut usize,
}

impl<'a, 'b> Parser<'a, 'b> {
    pub(super) const fn new(bytes: &'a [u8], budget: &'b mut usize) -> Self {
        Self { bytes, at: 0, budget }
    }

    /// Where the parser stands.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Takes the bytes for which the test holds.
    fn take_while(&mut self, test: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|b| !test(*b)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Passes white space and comments.
    pub(super) fn space(&mut self) {
        loop {
            self.take_while(is_space);
            if self.peek() != Some(b'%') {
                return;
            }
            self.take_while(|b| b != b'\n' && b != b'\r');
        }
    }

    /// Passes this word, after white space.
    pub(super) fn word(&mut self, word: &[u8]) -> Option<()> {
        self.space();
        let after = self.rest().strip_prefix(word)?;
        if after.first().copied().is_some_and(is_regular) {
            return None;
        }
        self.at += word.len();
        Some(())
    }

    /// Passes the end of line that follows the word `stream`.
    pub(super) fn end_of_line(&mut self) -> Option<()> {
        let rest = self.rest();
        self.at += if rest.starts_with(b"\r\n") {
            2
        } else if rest.starts_with(b"\n") {
            1
        } else {
            return None;
        };
        Some(())
    }

    /// A whole number without a sign, after white space.
    pub(super) fn number(&mut self) -> Option<u64> {
        self.space();
        let digits = self.take_while(|b| b.is_ascii_digit());
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// Passes `number generation obj`.
    pub(super) fn object_head(&mut self) -> Option<(u32, u16)> {
        let number = u32::try_from(self.number()?).ok()?;
        let generation = u16::try_from(self.number()?).ok()?;
        self.word(b"obj")?;
        Some((number, generation))
    }

    /// The next object.
    pub(super) fn value(&mut self) -> Option<Value> {
        self.nested(MAX_NESTING)
    }

    fn nested(&mut self, depth: usize) -> Option<Value> {
        *self.budget = self.budget.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        self.space();
        match self.peek()? {
            b'/' => Some(Value::Name(self.name()?)),
            b'(' => self.literal_string(),
            b'[' => self.array(depth),
            b'<' if self.rest().starts_with(b"<<") => Some(Value::Dict(self.dict(depth)?)),
            b'<' => self.hexadecimal_string(),
            b'0'..=b'9' | b'+' | b'-' | b'.' => self.number_or_reference(),
            b't' => self.word(b"true").map(|()| Value::Boolean(true)),
            b'f' => self.word(b"false").map(|()| Value::Boolean(false)),
            b'n' => self.word(b"null").map(|()| Value::Null),
            _ => None,
        }
    }

    fn name(&mut self) -> Option<Box<[u8]>> {
        self.at += 1;
        let raw = self.take_while(is_regular);
        if !raw.contains(&b'#') {
            return Some(raw.into());
        }
        let mut name = Vec::with_capacity(raw.len());
        let mut bytes = raw.iter();
        while let Some(byte) = bytes.next() {
            if *byte == b'#' {
                let digits = [*bytes.next()?, *bytes.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                name.push(u8::from_str_radix(digits, 16).ok()?);
            } else {
                name.push(*byte);
            }
        }
        Some(name.into())
    }

    fn literal_string(&mut self) -> Option<Value> {
        let mut open = 0_usize;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Some(Value::Text);
                    }
                }
                _ => {}
            }
        }
    }

    fn hexadecimal_string(&mut self) -> Option<Value> {
        self.at += 1;
        self.take_while(|b| b.is_ascii_hexdigit() || is_space(b));
        if self.peek()? != b'>' {
            return None;
        }
        self.at += 1;
        Some(Value::Text)
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.space();
            if self.peek()? == b']' {
                self.at += 1;
                return Some(Value::Array(values));
            }
            values.push(self.nested(depth)?);
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Dict> {
        self.at += 2;
        let mut dict = Dict::new();
        loop {
            self.space();
            if self.rest().starts_with(b">>") {
                self.at += 2;
                return Some(dict);
            }
            if self.peek()? != b'/' {
                return None;
            }
            let key = self.name()?;
            let value = self.nested(depth)?;
            if dict.insert(key, value).is_some() {
                return None;
            }
        }
    }

    fn number_or_reference(&mut self) -> Option<Value> {
        let token = self.take_while(is_regular);
        let text = std::str::from_utf8(token).ok()?;
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            let decimals = digits.split_once('.')?;
            let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
            let plain = digits.len() > 1 && all_digits(decimals.0) && all_digits(decimals.1);
            return plain.then_some(Value::Real);
        }
        let Ok(number) = text.parse::<i64>() else { return Some(Value::Real) };
        let after = self.at;
        if let Ok(object) = u32::try_from(number)
            && let Some(generation) = self.number().and_then(|g| u16::try_from(g).ok())
            && self.word(b"R").is_some()
        {
            return Some(Value::Reference(object, generation));
        }
        self.at = after;
        Some(Value::Integer(number))
    }
}

/// White space of PDF.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Value> {
        Parser::new(text.as_bytes(), &mut 1_000).value()
    }

    #[test]
    fn objects_of_every_kind_are_read() {
        let Some(Value::Dict(dict)) = parse(
            "<</A 1 /B[1 0 R -2 +.5 (a(b)\\)) <0a 0B>]/C#20D /E%x\n/F true/G null/H<</I false>>>>",
        ) else {
            panic!("a dictionary")
        };
        assert_eq!(dict.get(&b"A"[..]), Some(&Value::Integer(1)));
        assert_eq!(
            dict.get(&b"B"[..]).and_then(Value::array),
            Some(
                &[
                    Value::Reference(1, 0),
                    Value::Integer(-2),
                    Value::Real,
                    Value::Text,
                    Value::Text
                ][..]
            )
        );
        assert_eq!(dict.get(&b"C D"[..]).and_then(Value::name), Some(&b"E"[..]));
        assert_eq!(dict.len(), 6);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [
            "",
            "<<",
            "<</A>>",
            "<</A 1/A 2>>",
            "[1",
            "(a",
            "<0g>",
            "--1",
            "1.2.3",
            ".",
            "+",
            "/#g0",
            "/#4",
            "nul",
            "truest",
            "R",
            "}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_and_the_number_of_values_are_bounded() {
        assert!(parse(&("[".repeat(MAX_NESTING) + &"]".repeat(MAX_NESTING))).is_some());
        assert_eq!(parse(&"[".repeat(100_000)), None);
        assert_eq!(parse(&format!("[{}]", "0 ".repeat(1_000))), None);
    }
}
