//! Object identifiers in dotted form, and the classes of nodes that Finnish social welfare gives them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest identifier that is taken, in characters.
pub const MAX_LENGTH: usize = 128;

/// An object identifier in dotted form without prefix, such as `1.2.246.10.99990001.10.0`.
///
/// The first arc is 0, 1 or 2; below 0 and 1 the second is under 40; no arc has leading zeros
/// (ITU-T X.660). It is at most [`MAX_LENGTH`] characters long and has at least two arcs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Oid(Box<str>);

/// Why a text is no object identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidError {
    /// Longer than [`MAX_LENGTH`].
    #[error("an object identifier has at most {MAX_LENGTH} characters")]
    TooLong,
    /// An arc is empty, is not a number, or starts with a zero.
    #[error("an object identifier is decimal numbers without leading zeros, separated by dots")]
    Arc,
    /// The first two arcs are outside the tree.
    #[error("an object identifier starts with 0, 1 or 2 and has at least two arcs")]
    Root,
}

/// What a node under an organisation's branch names (facts 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OidClass {
    /// `1.2.246.10.<business id>`: the organisation's own branch.
    Organisation,
    /// `….10.0`: an operating unit.
    OperatingUnit,
    /// `….10.<n>…`: a service unit.
    ServiceUnit,
    /// `….19.0`: a controller.
    Controller,
    /// `….11.<year>.<n>`: a document.
    Document {
        /// The year in which the identifier was given.
        year: u16,
    },
    /// `….22.<year>…` or `….10.<unit>.22.<year>…`: a temporary identifier.
    TemporaryIdentifier {
        /// The year in which the identifier was given.
        year: u16,
    },
    /// A node of an organisation for which no class is published, such as a case.
    OtherOfOrganisation,
    /// A code set, a document structure, a register: anything outside organisations' branches.
    Other,
}

const ORGANISATIONS: &str = "1.2.246.10";

impl Oid {
    /// Reads the dotted form.
    pub fn parse(text: &str) -> Result<Self, OidError> {
        if text.len() > MAX_LENGTH {
            return Err(OidError::TooLong);
        }
        let mut arcs = text.split('.');
        let first = arc(arcs.next().unwrap_or_default())?;
        let second = arc(arcs.next().ok_or(OidError::Root)?)?;
        arcs.try_for_each(|a| arc(a).map(|_| ()))?;
        let small = second.len() == 1 || (second.len() == 2 && second < "40");
        match first {
            "0" | "1" if small => {}
            "2" => {}
            _ => return Err(OidError::Root),
        }
        Ok(Self(text.into()))
    }

    /// The dotted form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The arcs from the root, each a decimal number of any size.
    pub fn arcs(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.')
    }

    /// Is this `root` itself or a node below it? Arcs are compared, not characters.
    pub fn is_under(&self, root: &Oid) -> bool {
        self.below(root.as_str()).is_some()
    }

    /// The node below this one with the given last arc.
    pub fn child(&self, arc: u64) -> Result<Self, OidError> {
        Self::parse(&format!("{}.{arc}", self.0))
    }

    /// The business id of the organisation in whose branch this stands, as written in the arc:
    /// digits without hyphen and leading zeros (JHS 159).
    pub fn business_id(&self) -> Option<&str> {
        let below = self.below(ORGANISATIONS)?;
        below.split('.').next().filter(|id| !id.is_empty())
    }

    /// The class of the node (facts 3.1).
    pub fn class(&self) -> OidClass {
        let Some(below) = self.below(ORGANISATIONS).filter(|b| !b.is_empty()) else {
            return OidClass::Other;
        };
        let nodes: Vec<&str> = below.split('.').skip(1).collect();
        let year = |text: &str| text.parse().ok().filter(|y| (1900..=9999).contains(y));
        let temporary =
            |at: usize| (nodes.get(at) == Some(&"22")).then(|| nodes.get(at + 1)).flatten();
        match nodes.as_slice() {
            [] => OidClass::Organisation,
            ["10", "0"] => OidClass::OperatingUnit,
            ["19", "0"] => OidClass::Controller,
            ["11", given, _, ..] => year(given)
                .map_or(OidClass::OtherOfOrganisation, |year| OidClass::Document { year }),
            ["22", ..] => match temporary(0).and_then(|y| year(y)) {
                Some(year) => OidClass::TemporaryIdentifier { year },
                None => OidClass::OtherOfOrganisation,
            },
            ["10", _, "22", ..] => match temporary(2).and_then(|y| year(y)) {
                Some(year) => OidClass::TemporaryIdentifier { year },
                None => OidClass::ServiceUnit,
            },
            ["10", _, ..] => OidClass::ServiceUnit,
            _ => OidClass::OtherOfOrganisation,
        }
    }

    /// What follows `root`, without the dot; empty for `root` itself.
    fn below(&self, root: &str) -> Option<&str> {
        let rest = self.0.strip_prefix(root)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
    }
}

fn arc(text: &str) -> Result<&str, OidError> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let plain = text == "0" || !text.starts_with('0');
    if digits && plain { Ok(text) } else { Err(OidError::Arc) }
}

impl FromStr for Oid {
    type Err = OidError;
    fn from_str(text: &str) -> Result<Self, OidError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Oid {
    type Error = OidError;
    fn try_from(text: String) -> Result<Self, OidError> {
        Self::parse(&text)
    }
}

impl From<Oid> for String {
    fn from(oid: Oid) -> Self {
        oid.0.into()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        Oid::parse(text).unwrap()
    }

    #[test]
    fn only_dotted_decimal_arcs_are_identifiers() {
        for good in [
            "0.0",
            "1.39",
            "2.999.3",
            "1.2.246.10.99990001.11.2026.17",
            "2.25.340282366920938463463374607431768211455",
        ] {
            assert_eq!(oid(good).as_str(), good);
        }
        for bad in [
            "",
            "1",
            "1.",
            ".1",
            "1..2",
            "1.02",
            "3.1",
            "1.40",
            "01.2",
            "1.2.a",
            "1.2 ",
            "urn:oid:1.2",
            "1.-2",
            "1.+2",
            "1.²",
        ] {
            assert!(Oid::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Oid::parse(&format!("1.2.{}", "1".repeat(200))), Err(OidError::TooLong));
    }

    #[test]
    fn a_prefix_is_of_arcs_and_not_of_characters() {
        assert!(oid("1.2.246.10.1").is_under(&oid("1.2.246.10")));
        assert!(oid("1.2.246.10").is_under(&oid("1.2.246.10")));
        assert!(!oid("1.2.246.100").is_under(&oid("1.2.246.10")));
        assert!(!oid("1.2.246").is_under(&oid("1.2.246.10")));
    }

    #[test]
    fn national_node_classes_are_told_apart() {
        use OidClass::*;
        for (text, class) in [
            ("1.2.246.10.32213086", Organisation),
            ("1.2.246.10.32213086.10.0", OperatingUnit),
            ("1.2.246.10.1012636.10.1.1.100768", ServiceUnit),
            ("1.2.246.10.2085212.10.1314", ServiceUnit),
            ("1.2.246.10.32213086.19.0", Controller),
            ("1.2.246.10.2048198.11.2002.3567", Document { year: 2002 }),
            ("1.2.246.10.2048198.11.2002", OtherOfOrganisation),
            ("1.2.246.10.99990001.22.2026", TemporaryIdentifier { year: 2026 }),
            ("1.2.246.10.99990001.22.2026.7", TemporaryIdentifier { year: 2026 }),
            ("1.2.246.10.99990001.10.4.22.2026", TemporaryIdentifier { year: 2026 }),
            ("1.2.246.10.99990001.14.5", OtherOfOrganisation),
            ("1.2.246.10", Other),
            ("1.2.246.537.6.1221", Other),
        ] {
            assert_eq!(oid(text).class(), class, "{text}");
        }
        assert_eq!(oid("1.2.246.10.2048198.11.2002.3567").business_id(), Some("2048198"));
        assert_eq!(oid("1.2.246.537.6").business_id(), None);
    }
}
