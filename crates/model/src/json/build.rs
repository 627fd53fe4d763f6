//! Builds the value of a JSON text under limits, and notes where a limit is met.
//!
//! The grammar is `serde_json`'s; repeated names, depth and count are judged here. The way to a
//! refused value is collected while the parser unwinds, so that it costs nothing where all is well.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::number::MAX_MAGNITUDE;
use super::{JsonError, Limits, MAX_DEPTH, Position};
use crate::fault::Pointer;

/// The longest pointer in an error, in bytes; a longer one ends at the nearest value that fits.
const MAX_POINTER: usize = 1_000;

/// Reads `text`, whose numbers are known to be exact.
pub(super) fn build(text: &str, limits: Limits) -> Result<Value, JsonError> {
    let limits = Limits { depth: limits.depth.min(MAX_DEPTH), ..limits };
    let mut course = Course { limits, values: 0, refusal: None, way: Vec::new() };
    let mut parser = serde_json::Deserializer::from_str(text);
    let read = Node { course: &mut course, depth: 0 }
        .deserialize(&mut parser)
        .and_then(|value| parser.end().map(|()| value));
    read.map_err(|e| course.error(&e))
}

/// The state of one reading.
struct Course {
    limits: Limits,
    values: usize,
    refusal: Option<Refusal>,
    /// The steps from the refused value up to the root.
    way: Vec<Step>,
}

enum Refusal {
    Duplicate,
    Deep,
    Many,
}

enum Step {
    Member(String),
    Index(usize),
}

impl Course {
    fn refuse<E: Error>(&mut self, refusal: Refusal) -> E {
        self.refusal = Some(refusal);
        E::custom("a limit is met")
    }

    /// Notes a step of the way, where the error is ours.
    fn note(&mut self, step: impl FnOnce() -> Step) {
        if self.refusal.is_some() {
            self.way.push(step());
        }
    }

    fn error(&self, error: &serde_json::Error) -> JsonError {
        match self.refusal {
            Some(Refusal::Duplicate) => JsonError::DuplicateMember { pointer: self.pointer() },
            Some(Refusal::Deep) => {
                JsonError::TooDeep { pointer: self.pointer(), limit: self.limits.depth }
            }
            Some(Refusal::Many) => JsonError::TooManyValues { limit: self.limits.members },
            None => {
                let at = Position { line: error.line(), column: error.column().max(1) };
                JsonError::NotJson { at }
            }
        }
    }

    fn pointer(&self) -> Pointer {
        let mut pointer = Pointer::root();
        for step in self.way.iter().rev() {
            let next = match step {
                Step::Member(name) if name.len() > MAX_POINTER => break,
                Step::Member(name) => pointer.member(name),
                Step::Index(index) => pointer.index(*index),
            };
            if next.as_str().len() > MAX_POINTER {
                break;
            }
            pointer = next;
        }
        pointer
    }
}

/// One value, `depth` arrays and objects below the root.
struct Node<'a> {
    course: &'a mut Course,
    depth: usize,
}

impl Node<'_> {
    /// Steps into an array or object.
    fn enter<E: Error>(&mut self) -> Result<(), E> {
        self.depth += 1;
        if self.depth > self.course.limits.depth {
            return Err(self.course.refuse(Refusal::Deep));
        }
        Ok(())
    }

    fn below(&mut self) -> Node<'_> {
        Node { course: self.course, depth: self.depth }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.course.values == self.course.limits.members {
            return Err(self.course.refuse(Refusal::Many));
        }
        self.course.values += 1;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        if value.fract() == 0.0 && value.abs() <= MAX_MAGNITUDE {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2⁵³")]
            return Ok((value as i64).into());
        }
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut array = Vec::new();
        loop {
            match elements.next_element_seed(self.below()) {
                Ok(Some(element)) => array.push(element),
                Ok(None) => return Ok(Value::Array(array)),
                Err(e) => {
                    self.course.note(|| Step::Index(array.len()));
                    return Err(e);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let place = match object.entry(name) {
                Entry::Vacant(place) => place,
                Entry::Occupied(taken) => {
                    let error = self.course.refuse(Refusal::Duplicate);
                    self.course.note(|| Step::Member(taken.key().clone()));
                    return Err(error);
                }
            };
            match members.next_value_seed(self.below()) {
                Ok(value) => place.insert(value),
                Err(e) => {
                    self.course.note(|| Step::Member(place.key().clone()));
                    return Err(e);
                }
            };
        }
        Ok(Value::Object(object))
    }
}
