//! A file that was read: its trailer, its objects, and the bytes of its streams.

use std::collections::BTreeMap;
use std::ops::Range;

use super::decode::decode;
use super::syntax::{Dict, Value};

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
    pub(super) bytes: &'a [u8],
    /// The newest trailer.
    pub(super) trailer: Dict,
    /// Does any trailer name an encryption?
    pub(super) encrypted: bool,
    /// The newest object of each number.
    pub(super) objects: BTreeMap<u32, Object>,
    /// Has it cross-reference streams or object streams, which PDF 1.4 does not know?
    pub(super) compressed_structure: bool,
}

impl File<'_> {
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
