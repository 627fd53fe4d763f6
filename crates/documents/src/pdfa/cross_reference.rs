//! Cross-reference sections: tables, streams, and hybrids of both (ISO 32000-1, 7.5.4 and 7.5.8).

use super::MAX_OBJECTS;
use super::load::Reader;
use super::syntax::{Dict, Parser, Value};

/// The most cross-reference sections, one for each update of the file.
const MAX_SECTIONS: usize = 256;

/// Where an object is.
#[derive(Clone, Copy)]
pub(super) enum Entry {
    Free,
    At { offset: usize, generation: u16 },
    In { container: u32, index: usize },
}

impl Reader<'_> {
    /// Reads the cross-reference sections from the newest to the oldest.
    pub(super) fn sections(&mut self) -> Result<(), &'static str> {
        let mut todo = vec![self.newest_section().ok_or("does not end with startxref and %%EOF")?];
        while let Some(offset) = todo.pop() {
            if self.starts.len() >= MAX_SECTIONS {
                return Err("has too many cross-reference sections");
            }
            if offset >= self.bytes.len() || !self.starts.insert(offset) {
                return Err("has a cross-reference section outside the file or in a circle");
            }
            let trailer =
                self.section(offset).ok_or("has a cross-reference section that cannot be read")?;
            self.encrypted |= trailer.contains_key(&b"Encrypt"[..]);
            // The stream of a hybrid file comes after its table and before older sections.
            for key in [&b"Prev"[..], b"XRefStm"] {
                if let Some(value) = trailer.get(key) {
                    let offset = value.integer().and_then(|offset| usize::try_from(offset).ok());
                    todo.push(offset.ok_or("has a cross-reference section at no number")?);
                }
            }
            self.trailer.get_or_insert(trailer);
        }
        let offsets = self.entries.values().filter_map(|entry| match entry {
            Entry::At { offset, .. } => Some(*offset),
            Entry::Free | Entry::In { .. } => None,
        });
        self.starts.extend(offsets);
        Ok(())
    }

    fn newest_section(&self) -> Option<usize> {
        const WORD: &[u8] = b"startxref";
        let from = self.bytes.len().saturating_sub(2_048);
        let tail = self.bytes.get(from..)?;
        let at = tail.windows(WORD.len()).rposition(|window| window == WORD)?;
        let after = tail.get(at + WORD.len()..)?;
        let mut budget = 0;
        let mut parser = Parser::new(after, &mut budget);
        let offset = parser.number()?;
        after.windows(5).any(|window| window == b"%%EOF").then_some(())?;
        usize::try_from(offset).ok()
    }

    /// Reads the section at the offset; gives its trailer.
    fn section(&mut self, offset: usize) -> Option<Dict> {
        let bytes = self.bytes.get(offset..)?;
        if bytes.starts_with(b"xref") { self.table(bytes) } else { self.stream_section(offset) }
    }

    fn table(&mut self, bytes: &[u8]) -> Option<Dict> {
        let mut values = self.values;
        let mut parser = Parser::new(bytes, &mut values);
        parser.word(b"xref")?;
        while parser.word(b"trailer").is_none() {
            let first = parser.number()?;
            let count = parser.number()?;
            for number in first..first.checked_add(count)? {
                let offset = parser.number()?;
                let generation = parser.number()?;
                let entry = if parser.word(b"n").is_some() {
                    Entry::At {
                        offset: usize::try_from(offset).ok()?,
                        generation: u16::try_from(generation).ok()?,
                    }
                } else {
                    parser.word(b"f")?;
                    Entry::Free
                };
                self.add_entry(number, entry)?;
            }
        }
        let trailer = parser.value()?;
        self.values = values;
        if let Value::Dict(trailer) = trailer { Some(trailer) } else { None }
    }

    fn stream_section(&mut self, offset: usize) -> Option<Dict> {
        self.compressed_structure = true;
        let (_, object) = self.object(offset, self.bytes.len())?;
        let Value::Dict(dict) = object.value else { return None };
        if dict.get(&b"Type"[..])?.name()? != b"XRef" {
            return None;
        }
        let data = self.decode(&dict, self.bytes.get(object.stream?)?)?;
        let widths: Vec<usize> = dict
            .get(&b"W"[..])?
            .array()?
            .iter()
            .map(|width| width.integer().and_then(|w| usize::try_from(w).ok()).filter(|w| *w <= 8))
            .collect::<Option<_>>()?;
        let [kind_width, first_width, second_width] = *widths.as_slice() else { return None };
        let width = kind_width + first_width + second_width;
        if width == 0 {
            return None;
        }
        let index: Vec<u64> = match dict.get(&b"Index"[..]) {
            None => vec![0, u64::try_from(dict.get(&b"Size"[..])?.integer()?).ok()?],
            Some(index) => index
                .array()?
                .iter()
                .map(|number| number.integer().and_then(|n| u64::try_from(n).ok()))
                .collect::<Option<_>>()?,
        };
        let mut rows = data.chunks_exact(width);
        for range in index.chunks(2) {
            let [first, count] = *range else { return None };
            for number in first..first.checked_add(count)? {
                let row = rows.next()?;
                let (kind, row) = row.split_at_checked(kind_width)?;
                let (first, second) = row.split_at_checked(first_width)?;
                let entry = match if kind_width == 0 { 1 } else { big_endian(kind) } {
                    0 => Entry::Free,
                    1 => Entry::At {
                        offset: usize::try_from(big_endian(first)).ok()?,
                        generation: u16::try_from(big_endian(second)).ok()?,
                    },
                    2 => Entry::In {
                        container: u32::try_from(big_endian(first)).ok()?,
                        index: usize::try_from(big_endian(second)).ok()?,
                    },
                    _ => return None,
                };
                self.add_entry(number, entry)?;
            }
        }
        Some(dict)
    }

    /// Notes where an object is, unless a newer section has said so.
    fn add_entry(&mut self, number: u64, entry: Entry) -> Option<()> {
        self.lines = self.lines.checked_sub(1)?;
        self.entries.entry(u32::try_from(number).ok()?).or_insert(entry);
        (self.entries.len() <= MAX_OBJECTS).then_some(())
    }
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
