//! Loading a file: objects and object streams (ISO 32000-1, 7.3.8 and 7.5.7).
//!
//! This reader is ours because acceptance must be strict and its cost bounded. A reader that
//! repairs would accept what others read differently; and in an object stream whose entries
//! overlap, reading every entry for itself takes the square of its size. Here every byte of the
//! file and of a decoded object stream belongs to one object at most: an object ends where the
//! next one begins.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::MAX_OBJECTS;
use super::cross_reference::Entry;
use super::decode::decode;
use super::file::{File, Object};
use super::syntax::{Dict, Parser, Value};

/// The most values of all objects together.
const MAX_VALUES: usize = 2_000_000;
/// The most lines of all cross-reference sections together.
const MAX_LINES: usize = 1_000_000;
/// The most bytes in which an object that is only a number is looked for.
const MAX_NUMBER_OBJECT: usize = 256;
/// The most bytes of one decoded cross-reference section or object stream.
const MAX_DECODED: usize = 16 * 1024 * 1024;
/// The most bytes of all decoded object streams and cross-reference sections together.
const MAX_DECODED_IN_ALL: usize = 64 * 1024 * 1024;

/// Reads all objects of a file. `Err` says what cannot be read. The objects of an encrypted file are
/// not read.
pub(super) fn load(bytes: &[u8]) -> Result<File<'_>, &'static str> {
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
    Ok(File {
        bytes,
        trailer: reader.trailer.unwrap_or_default(),
        encrypted: reader.encrypted,
        objects,
        compressed_structure: reader.compressed_structure,
    })
}

/// A file that is being read.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    /// How many more values may be read.
    pub(super) values: usize,
    /// How many more bytes may be decoded.
    decoded: usize,
    /// How many more lines of cross-reference sections may be read.
    pub(super) lines: usize,
    pub(super) entries: BTreeMap<u32, Entry>,
    /// Where objects and cross-reference sections begin.
    pub(super) starts: BTreeSet<usize>,
    pub(super) trailer: Option<Dict>,
    pub(super) encrypted: bool,
    pub(super) compressed_structure: bool,
}

impl Reader<'_> {
    /// Decodes what is read while the file is loaded, within what is left for all of it.
    pub(super) fn decode(&mut self, dict: &Dict, raw: &[u8]) -> Option<Vec<u8>> {
        let data = decode(dict, raw, MAX_DECODED.min(self.decoded))?;
        self.decoded = self.decoded.checked_sub(data.len().max(raw.len()))?;
        Some(data)
    }

    /// Reads the object that begins at the offset and does not go beyond the end.
    pub(super) fn object(&mut self, offset: usize, end: usize) -> Option<((u32, u16), Object)> {
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
