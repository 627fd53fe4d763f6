//! Reading request bodies: strict JSON, and every fault at once.

use serde_json::Value;
use varanto_model::reader::{Members, number, text};
use varanto_model::{Faults, Pointer, json};

use crate::Error;

/// Entries on a page where nothing else is asked for.
const PAGE: u32 = 50;
/// The most on a page.
const LARGEST_PAGE: u32 = 200;

/// Parses a body.
pub(crate) fn parse(body: &[u8]) -> Result<Value, Error> {
    json::parse(body, json::Limits::default()).map_err(|error| {
        let mut faults = Faults::none();
        faults.push(error.fault());
        Error::invalid(faults)
    })
}

/// Parses a body and reads what it says; a value counts only where no fault was noted.
pub(crate) fn read<T>(
    body: &[u8],
    read: impl FnOnce(&Value, &mut Faults) -> Option<T>,
) -> Result<T, Error> {
    let value = parse(body)?;
    let mut faults = Faults::none();
    match read(&value, &mut faults) {
        Some(request) if faults.is_empty() => Ok(request),
        _ => Err(Error::invalid(faults)),
    }
}

/// Which page of a list is wanted.
pub(crate) struct Page<C> {
    pub(crate) size: u32,
    /// The place after which it begins.
    pub(crate) after: Option<C>,
}

impl<C> Default for Page<C> {
    fn default() -> Self {
        Self { size: PAGE, after: None }
    }
}

impl<C> Page<C> {
    /// What the log keeps of it; `cursor` writes the opaque word.
    pub(crate) fn noted(&self, cursor: impl FnOnce(&C) -> String) -> Value {
        serde_json::json!({"size": self.size, "cursor": self.after.as_ref().map(cursor)})
    }

    /// Reads `{size, cursor}`; `cursor` reads the opaque word.
    pub(crate) fn read(
        value: &Value,
        at: &Pointer,
        faults: &mut Faults,
        cursor: impl FnOnce(&str) -> Option<C>,
    ) -> Option<Self> {
        let mut m = Members::of(value, at, faults)?;
        let size = m.optional("size", faults, number(1, LARGEST_PAGE)).unwrap_or(PAGE);
        let after = m.optional("cursor", faults, |v, at, faults| {
            let place = cursor(&text(400)(v, at, faults)?);
            if place.is_none() {
                faults.add(at.clone(), "not-a-cursor", "a cursor is taken only as it was given");
            }
            place
        });
        m.finish(faults);
        Some(Self { size, after })
    }
}
