//! A place in a document, looked at by rules: what is not there, or is of the wrong type, is simply
//! not found. The structure has its say on that.

use serde_json::Value;
use varanto_model::{Faults, Moment, Oid, PartialDate, Pointer};

/// A value and its place.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    at: Pointer,
}

impl<'a> Node<'a> {
    pub(crate) fn new(value: &'a Value, at: Pointer) -> Self {
        Self { value, at }
    }

    pub(crate) fn at(&self) -> Pointer {
        self.at.clone()
    }

    /// The place of the member `name`, whether it is there or not.
    pub(crate) fn place(&self, name: &str) -> Pointer {
        self.at.member(name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<Node<'a>> {
        let value = self.value.as_object()?.get(name)?;
        Some(Self { value, at: self.at.member(name) })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The elements of the array `name`.
    pub(crate) fn items(&self, name: &str) -> Vec<Node<'a>> {
        let list = self.get(name);
        let elements = list.as_ref().and_then(|list| list.value.as_array());
        let place = self.at.member(name);
        let nodes = elements.into_iter().flatten().enumerate();
        nodes.map(|(i, value)| Self { value, at: place.index(i) }).collect()
    }

    /// The names of its members, where it is an object.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.value.as_object().into_iter().flat_map(|members| members.keys()).map(String::as_str)
    }

    /// Is it an array?
    pub(crate) fn is_list(&self) -> bool {
        self.value.is_array()
    }

    /// The string `name`.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.value.as_str()
    }

    /// Is the switch `name` on?
    pub(crate) fn is(&self, name: &str) -> bool {
        self.get(name).is_some_and(|node| node.value.as_bool() == Some(true))
    }

    /// The date `name`.
    pub(crate) fn date(&self, name: &str) -> Option<PartialDate> {
        PartialDate::parse(self.text(name)?).ok()
    }

    /// Notes that `name` is missing, where it is.
    pub(crate) fn want(&self, name: &str, code: &'static str, why: &str, faults: &mut Faults) {
        if !self.has(name) {
            faults.add(self.place(name), code, why);
        }
    }

    /// Notes that `name` is there, where it is and should not be.
    pub(crate) fn refuse(&self, name: &str, code: &'static str, why: &str, faults: &mut Faults) {
        if self.has(name) {
            faults.add(self.place(name), code, why);
        }
    }

    /// The string `part` of the member `name` must be an object identifier.
    pub(crate) fn want_oid(&self, name: &str, part: &str, faults: &mut Faults) {
        if let Some(node) = self.get(name) {
            node.want_own_oid(part, faults);
        }
    }

    /// The string `part` of this must be an object identifier.
    pub(crate) fn want_own_oid(&self, part: &str, faults: &mut Faults) {
        if self.text(part).is_some_and(|text| Oid::parse(text).is_err()) {
            let why = "an object identifier in dotted form is wanted here";
            faults.add(self.place(part), "not-an-oid", why);
        }
    }

    /// `last` must not be over before `first` begins.
    pub(crate) fn want_order(&self, first: &str, last: &str, faults: &mut Faults) {
        let moment = |name| Moment::parse(self.text(name)?).ok();
        if let (Some(begin), Some(end)) = (moment(first), moment(last))
            && is_before(end, begin)
        {
            faults.add(
                self.place(last),
                "ends-before-it-starts",
                "the end is before the beginning",
            );
        }
    }
}

/// Is `end` surely before `begin`?
fn is_before(end: Moment, begin: Moment) -> bool {
    match (end, begin) {
        (Moment::Instant(end), Moment::Instant(begin)) => end < begin,
        _ => end.date().last_day() < begin.date().first_day(),
    }
}
