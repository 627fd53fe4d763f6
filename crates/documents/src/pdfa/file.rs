//! The file: cross-reference sections, objects and object streams (ISO 32000-1, 7.5).
//!
//! This reader is ours because acceptance must be strict and its cost bounded. A reader that
//! repairs would accept what others read differently; and in an object stream whose entries
//! overlap, reading every entry for itself takes the square of its size. Here every byte of the
//! file and of a decoded object stream belongs to one object at most: an object ends where the
//! next one begins. Only decompression is left to `lopdf`, with a limit on what comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Range};

use super::MAX_OBJECTS;
use super::syntax::{Dict, Parser, Value};

/// The most values of all objects together.
const MAX_VALUES: usize = 2_000_000;
/// The most lines of all cross-reference sections together.
const MAX_LINES: usize = 1_000_000;
/// The most bytes in which an object that is only a number is looked for.
const MAX_NUMBER_OBJECT: usize = 256;
/// The most cross-reference sections, one for each update of the file.
const MAX_SECTIONS: usize = 256;
/// The most bytes of one decoded cross-reference section or object stream.
const MAX_DECODED: usize = 16 * 1024 * 1024;
/// The most bytes of all decoded object streams and cross-reference sections together.
const MAX_DECODED_IN_ALL: usize = 64 * 1024 * 1024;

/// An object of the file.
#[derive(Debug)]
pub(super) struct Object {
    /// The object, or the dictionary of the stream.
    pub(super) value: Value,
    /// Where the bytes of a stream are in the file.
    pub(super) stream: Option<Range<usize>>,
}

/// A file that was read.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    /// The newest trailer.
    pub(super) trailer: Dict,
    /// Does any trailer name an encryption?
    pub(super) encrypted: bool,
    /// The newest object of each number.
    pub(super) objects: BTreeMap<u32, Object>,
    /// Has it cross-reference streams or object streams, which PDF 1.4 does not know?
    pub(super) compressed_structure: bool,
}

/// Where an object is.
#[derive(Clone, Copy)]
enum Entry {
    Free,
    At { offset: usize, generation: u16 },
    In { container: u32, index: usize },
}

impl<'a> File<'a> {
    /// Reads all objects of a file. `Err` says what cannot be read. The objects of an encrypted
    /// file are not read.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, &'static str> {
        let mut reader = Reader {
            bytes,
            values: MAX_VALUES,
            decoded: MAX_DECODED_IN_ALL,
            lines: MAX_LINES,
            entries: BTreeMap::new(),
            starts: BTreeSet::new(),
            trailer: None,
            encrypted: false,
            compressed_structure: false,
        };
        reader.sections()?;
        let mut objects = BTreeMap::new();
        if !reader.encrypted {
            reader.direct_objects(&mut objects)?;
            reader.compressed_objects(&mut objects)?;
        }
        Ok(Self {
            bytes,
            trailer: reader.trailer.unwrap_or_default(),
            encrypted: reader.encrypted,
            objects,
            compressed_structure: reader.compressed_structure,
        })
    }

    /// The object that is meant: itself, or what its reference leads to, in one step. A reference
    /// to a reference is nothing, and so is one to an object that is not there.
    pub(super) fn resolve<'v>(&'v self, value: &'v Value) -> Option<&'v Value> {
        match value {
            Value::Reference(number, _) => self.objects.get(number).map(|object| &object.value),
            value => Some(value),
        }
    }

    /// The entry of a dictionary, resolved; nothing where it is null.
    pub(super) fn get<'v>(&'v self, dict: &'v Dict, key: &[u8]) -> Option<&'v Value> {
        self.resolve(dict.get(key)?).filter(|value| **value != Value::Null)
    }

    /// The stream that an entry refers to: its dictionary, and where its bytes are.
    pub(super) fn stream(&self, dict: &Dict, key: &[u8]) -> Option<(&Dict, Range<usize>)> {
        let Value::Reference(number, _) = dict.get(key)? else { return None };
        let object = self.objects.get(number)?;
        Some((object.value.dict()?, object.stream.clone()?))
    }

    /// The bytes of a stream, decoded, where they are no more than the limit.
    pub(super) fn decode(&self, dict: &Dict, range: Range<usize>, limit: usize) -> Option<Vec<u8>> {
        decode(dict, self.bytes.get(range)?, limit)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    values: usize,
    decoded: usize,
    lines: usize,
    entries: BTreeMap<u32, Entry>,
    /// Where objects and cross-reference sections begin.
    starts: BTreeSet<usize>,
    trailer: Option<Dict>,
    encrypted: bool,
    compressed_structure: bool,
}

impl Reader<'_> {
    /// Reads the cross-reference sections from the newest to the oldest.
    fn sections(&mut self) -> Result<(), &'static str> {
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

    /// Decodes what is read while the file is loaded, within what is left for all of it.
    fn decode(&mut self, dict: &Dict, raw: &[u8]) -> Option<Vec<u8>> {
        let data = decode(dict, raw, MAX_DECODED.min(self.decoded))?;
        self.decoded = self.decoded.checked_sub(data.len().max(raw.len()))?;
        Some(data)
    }

    /// Reads the object that begins at the offset and does not go beyond the end.
    fn object(&mut self, offset: usize, end: usize) -> Option<((u32, u16), Object)> {
        let bytes = self.bytes.get(offset..end)?;
        if !bytes.first()?.is_ascii_digit() {
            return None;
        }
        let mut values = self.values;
        let mut parser = Parser::new(bytes, &mut values);
        let id = parser.object_head()?;
        let value = parser.value()?;
        let stream = if let Value::Dict(dict) = &value
            && parser.word(b"stream").is_some()
        {
            parser.end_of_line()?;
            let start = parser.at();
            let length = match dict.get(&b"Length"[..])? {
                Value::Reference(number, _) => {
                    self.length_elsewhere(*number).or_else(|| last_end(bytes.get(start..)?))?
                }
                length => usize::try_from(length.integer()?).ok()?,
            };
            let stop = start.checked_add(length)?;
            Parser::new(bytes.get(stop..)?, &mut 0).word(b"endstream")?;
            Some(offset + start..offset + stop)
        } else {
            parser.word(b"endobj")?;
            None
        };
        self.values = values;
        Some((id, Object { value, stream }))
    }

    /// The length of a stream that stands in an object of its own.
    fn length_elsewhere(&self, number: u32) -> Option<usize> {
        let Entry::At { offset, .. } = self.entries.get(&number)? else { return None };
        let mut budget = 1;
        let end = offset.checked_add(MAX_NUMBER_OBJECT)?.min(self.bytes.len());
        let mut parser = Parser::new(self.bytes.get(*offset..end)?, &mut budget);
        if parser.object_head()?.0 != number {
            return None;
        }
        usize::try_from(parser.number()?).ok()
    }

    fn direct_objects(&mut self, objects: &mut BTreeMap<u32, Object>) -> Result<(), &'static str> {
        let entries: Vec<_> = self
            .entries
            .iter()
            .filter_map(|(number, entry)| match *entry {
                Entry::At { offset, generation } => Some((*number, generation, offset)),
                Entry::Free | Entry::In { .. } => None,
            })
            .collect();
        for (number, generation, offset) in entries {
            let mut later = self.starts.range((Bound::Excluded(offset), Bound::Unbounded));
            let end = later.next().copied().unwrap_or(self.bytes.len());
            match self.object(offset, end) {
                Some((id, object)) if id == (number, generation) => {
                    objects.insert(number, object);
                }
                _ => return Err("has an object that cannot be read where it should be"),
            }
        }
        Ok(())
    }

    fn compressed_objects(
        &mut self,
        objects: &mut BTreeMap<u32, Object>,
    ) -> Result<(), &'static str> {
        let mut containers: BTreeMap<u32, Vec<(usize, u32)>> = BTreeMap::new();
        for (number, entry) in &self.entries {
            if let Entry::In { container, index } = entry {
                containers.entry(*container).or_default().push((*index, *number));
            }
        }
        for (container, wanted) in containers {
            let found = objects
                .get(&container)
                .and_then(|object| self.object_stream(object, &wanted))
                .ok_or("has an object stream that cannot be read")?;
            objects.extend(found);
        }
        Ok(())
    }

    fn object_stream(
        &mut self,
        container: &Object,
        wanted: &[(usize, u32)],
    ) -> Option<Vec<(u32, Object)>> {
        let dict = container.value.dict()?;
        if dict.get(&b"Type"[..])?.name()? != b"ObjStm" {
            return None;
        }
        let count = usize::try_from(dict.get(&b"N"[..])?.integer()?).ok()?;
        let first = usize::try_from(dict.get(&b"First"[..])?.integer()?).ok()?;
        let data = self.decode(dict, self.bytes.get(container.stream.clone()?)?)?;
        if count > MAX_OBJECTS {
            return None;
        }
        let mut budget = 0;
        let mut parser = Parser::new(data.get(..first)?, &mut budget);
        let mut heads = Vec::new();
        for _ in 0..count {
            let number = parser.number()?;
            let offset = first.checked_add(usize::try_from(parser.number()?).ok()?)?;
            // In order and apart: the bytes of one object are not those of another.
            if heads.last().is_some_and(|(_, last)| *last >= offset) {
                return None;
            }
            heads.push((number, offset));
        }
        let mut found = Vec::with_capacity(wanted.len());
        for (index, number) in wanted {
            let (stored, offset) = *heads.get(*index)?;
            if stored != u64::from(*number) {
                return None;
            }
            let end = heads.get(index + 1).map_or(data.len(), |(_, offset)| *offset);
            let mut parser = Parser::new(data.get(offset..end)?, &mut self.values);
            found.push((*number, Object { value: parser.value()?, stream: None }));
        }
        Some(found)
    }
}

/// Where the last `endstream` begins: the end of a stream whose length is kept in an object stream.
fn last_end(bytes: &[u8]) -> Option<usize> {
    const WORD: &[u8] = b"endstream";
    bytes.windows(WORD.len()).rposition(|window| window == WORD)
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// Decodes a stream that has no filter or `FlateDecode`, where the result keeps to the limit.
fn decode(dict: &Dict, raw: &[u8], limit: usize) -> Option<Vec<u8>> {
    let only = |value: &'_ Value| match value {
        Value::Array(values) if values.len() == 1 => values.first().cloned(),
        Value::Array(_) => None,
        value => Some(value.clone()),
    };
    let mut stream_dict = lopdf::Dictionary::new();
    if let Some(filter) = dict.get(&b"Filter"[..]) {
        if only(filter)?.name()? != b"FlateDecode" {
            return None;
        }
        stream_dict.set("Filter", "FlateDecode");
    } else if raw.len() > limit {
        return None;
    }
    if let Some(parameters) = dict.get(&b"DecodeParms"[..]).and_then(only) {
        let mut copy = lopdf::Dictionary::new();
        for key in ["Predictor", "Colors", "BitsPerComponent", "Columns"] {
            if let Some(number) = parameters.dict()?.get(key.as_bytes()) {
                copy.set(key, number.integer()?);
            }
        }
        stream_dict.set("DecodeParms", copy);
    }
    lopdf::Stream::new(stream_dict, raw.to_vec()).decompressed_content_with_limit(limit).ok()
}
