//! Lists of what is told to a citizen beside documents, page by page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use varanto_model::reader::Members;
use varanto_model::{Faults, Oid, Pointer};
use varanto_rules::Mask;

use crate::request::Page;

/// A page of a list.
#[derive(Debug)]
pub struct CitizenList<T> {
    /// The member under which the entries stand.
    pub(crate) member: &'static str,
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
}

impl<T: Serialize> Serialize for CitizenList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(self.member, &self.items)?;
        map.serialize_entry("next", &self.next)?;
        map.end()
    }
}

/// These lists hold no contact data of clients.
impl<T> Mask for CitizenList<T> {
    fn masked(self) -> Self {
        self
    }
}

/// Reads `{page}` of a list in the order of documents' identifiers.
pub(super) fn read_page(value: &Value, faults: &mut Faults) -> Option<Page<Oid>> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    Some(page.unwrap_or_default())
}

/// The place after a document as an opaque word.
pub(super) fn cursor(document: &Oid) -> String {
    URL_SAFE_NO_PAD.encode(document.as_str())
}

fn read_cursor(word: &str) -> Option<Oid> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    Oid::parse(&text).ok()
}

/// The page of `items`, which stand in the order of documents' identifiers.
pub(super) fn page_of<T>(mut items: Vec<(Oid, T)>, page: &Page<Oid>) -> CitizenList<(Oid, T)> {
    if let Some(after) = &page.after {
        items.retain(|(document, _)| document > after);
    }
    let size = page.size as usize;
    let more = items.len() > size;
    items.truncate(size);
    let last = items.last().filter(|_| more);
    let next = last.map(|(document, _)| cursor(document));
    CitizenList { member: "", items, next }
}
