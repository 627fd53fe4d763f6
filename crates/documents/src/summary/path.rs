//! Ways to members of a content.
//!
//! A path is member names joined by `/`; `*` stands for any one member. A list is passed through:
//! the step after it is taken in each of its elements. A path that starts where a rule's `each` has
//! led can begin with `..`, once for every name to go back, or be `.`, the place itself.

use serde_json::Value;

/// The most steps of a path.
pub(super) const MAX_STEPS: usize = 12;
/// The most places that a path is followed to.
const MAX_PLACES: usize = 1_000;

/// How members end that a summary never shows: contact data, residence and identifiers of persons.
const NEVER: [&str; 10] = [
    "asuinkunta",
    "henkilotunnus",
    "kotikunta",
    "osoite",
    "postinumero",
    "postitoimipaikka",
    "puhelinnumero",
    "syntymaaika",
    "yhteystiedot",
    "yksilointitunnus",
];

/// A way from one place of a content to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    up: usize,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Any,
    Member(Box<str>),
}

/// Why a text is no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PathError {
    #[error("a path is 1 to {MAX_STEPS} names or `*`, joined by `/`; `..` stands only before them")]
    Form,
    #[error("a summary shows no contact data and no identifiers of persons")]
    NeverShown,
}

impl Path {
    pub(super) fn parse(text: &str) -> Result<Self, PathError> {
        let parts: Vec<&str> = text.split('/').collect();
        let up = parts.iter().take_while(|part| **part == "..").count();
        let names = parts.get(up..).unwrap_or_default();
        if parts.len() > MAX_STEPS || names.is_empty() {
            return Err(PathError::Form);
        }
        let steps = match names {
            ["."] if up == 0 => Vec::new(),
            names => names.iter().map(|name| Step::parse(name)).collect::<Result<_, _>>()?,
        };
        Ok(Self { up, steps })
    }

    /// Does it go back, or nowhere? There must be an `each` then.
    pub(super) fn is_relative(&self) -> bool {
        self.up > 0 || self.steps.is_empty()
    }

    /// How many names it goes back.
    pub(super) fn up(&self) -> usize {
        self.up
    }

    /// How many names it goes on.
    pub(super) fn steps(&self) -> usize {
        self.steps.len()
    }

    /// The places that the path leads to from `start`, in the order of the content.
    pub(super) fn places<'a>(&self, start: &Place<'a>) -> Vec<Place<'a>> {
        let begin = start.0.len().saturating_sub(self.up);
        let mut places = match start.0.get(..begin) {
            Some(chain) if begin > 0 => vec![Place(chain.to_vec())],
            _ => Vec::new(),
        };
        for step in &self.steps {
            let children = places.iter().flat_map(|place| step.children(place));
            places = children.take(MAX_PLACES).collect();
        }
        places
    }
}

impl Step {
    fn parse(text: &str) -> Result<Self, PathError> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if text == "*" {
            return Ok(Self::Any);
        }
        if text.is_empty() || text.len() > 200 || !text.bytes().all(plain) {
            return Err(PathError::Form);
        }
        if is_never_shown(text) {
            return Err(PathError::NeverShown);
        }
        Ok(Self::Member(text.into()))
    }

    fn children<'a>(&self, place: &Place<'a>) -> Vec<Place<'a>> {
        let Some(members) = place.value().and_then(Value::as_object) else { return Vec::new() };
        let found: Vec<&Value> = match self {
            Self::Member(name) => members.get(&**name).into_iter().collect(),
            Self::Any => {
                let shown = members.iter().filter(|(name, _)| !is_never_shown(name));
                shown.map(|(_, value)| value).collect()
            }
        };
        let elements = found.into_iter().flat_map(|value| match value {
            Value::Array(elements) => elements.as_slice(),
            value => std::slice::from_ref(value),
        });
        elements.take(MAX_PLACES).map(|value| place.with(value)).collect()
    }
}

fn is_never_shown(name: &str) -> bool {
    NEVER.iter().any(|end| name.ends_with(end))
}

/// A place in a content: the value there, after those that it stands in.
#[derive(Clone)]
pub(super) struct Place<'a>(Vec<&'a Value>);

impl<'a> Place<'a> {
    /// The whole content.
    pub(super) fn whole(content: &'a Value) -> Self {
        Self(vec![content])
    }

    pub(super) fn value(&self) -> Option<&'a Value> {
        self.0.last().copied()
    }

    fn with(&self, value: &'a Value) -> Self {
        let mut chain = self.0.clone();
        chain.push(value);
        Self(chain)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(path: &str, start: &Place<'_>) -> Vec<Value> {
        let places = Path::parse(path).unwrap().places(start);
        places.iter().filter_map(Place::value).cloned().collect()
    }

    #[test]
    fn a_path_goes_through_lists_and_any_member_and_back() {
        let content = json!({"a": {
            "b": [{"c": [1, 2]}, {"c": 3}, {"d": 4}],
            "e": {"c": 5},
            "f": "text",
        }});
        let whole = Place::whole(&content);
        assert_eq!(found("a/b/c", &whole), [json!(1), json!(2), json!(3)]);
        assert_eq!(found("*/e/c", &whole), [json!(5)]);
        assert_eq!(found("*/*/c", &whole), [json!(1), json!(2), json!(3), json!(5)]);
        assert_eq!(found("*/x/c", &whole), [] as [Value; 0]);
        assert_eq!(found("*/f/c", &whole), [] as [Value; 0]);
        let elements = Path::parse("*/b").unwrap().places(&whole);
        let last = elements.last().unwrap();
        assert_eq!(found("d", last), [json!(4)]);
        assert_eq!(found(".", last), [json!({"d": 4})]);
        assert_eq!(found("../f", last), [json!("text")]);
        assert_eq!(found("../../../../f", last), [] as [Value; 0]);
    }

    #[test]
    fn contact_data_can_neither_be_named_nor_met_by_chance() {
        for path in ["*/asiakas/yhteystiedot/lahiosoite", "*/henkilotunnus", "a/tilapainen_osoite"]
        {
            assert_eq!(Path::parse(path), Err(PathError::NeverShown));
        }
        let content = json!({"a": {"yhteystiedot": {"nimi": 1}, "b": {"nimi": 2}}});
        assert_eq!(found("*/*/nimi", &Place::whole(&content)), [json!(2)]);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let long = ["a"; MAX_STEPS + 1].join("/");
        for bad in ["", "/a", "a/", "a//b", "A", "a b", "a/../b", "a/.", "./a", "**", "..", &long] {
            assert_eq!(Path::parse(bad), Err(PathError::Form), "{bad}");
        }
    }
}
