//! Reading a representation document: who may act for the client, as what, and when.

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::{ClientIdentifier, Code, Faults, Pointer};

use super::super::read::{self, Partial};
use super::{Representative, RepresentativeIdentifier, WillPlaces, client, document};
use crate::control::Control;
use crate::node::Node;

/// What a representation document says: all who may act for the client. `Debug` counts only.
#[derive(Clone, PartialEq, Eq)]
pub struct RepresentationDocument {
    /// Who is represented.
    pub client: ClientIdentifier,
    /// The representatives in the order of the document. Empty where nobody represents any more.
    pub representatives: Vec<RepresentationEntry>,
    /// Where these stand in the request.
    pub places: WillPlaces,
}

/// A representative with the days of the representation, whole ones in Finland.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepresentationEntry {
    /// Who it is.
    pub identifier: RepresentativeIdentifier,
    /// As what: a code of 1.2.246.537.6.1284, which the structure limits to 31 to 34.
    pub role: Code,
    /// The first day.
    pub first: Date,
    /// The last day; without one the representation goes on.
    pub last: Option<Date>,
    /// Where it stands in the request.
    pub at: Pointer,
}

impl RepresentationDocument {
    /// Reads the JSON content of a representation document, which stands at `at` in the request.
    ///
    /// # Errors
    /// `missing`, `not-a-day`, `not-a-code`, and those of persons: `identity-missing`,
    /// `not-an-identity-code`, `not-a-temporary-identifier`, `representative-identity-missing`,
    /// `not-a-guardian-identifier`.
    pub fn read(content: &Value, at: &Pointer) -> Result<Self, Faults> {
        document(Control::Representation, content, at, Self::of)
    }

    fn of(root: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let person = client(root, faults);
        let nodes = root.items("edustaja");
        let representatives = nodes.iter().filter_map(|node| entry(node, faults)).collect();
        let (client, places) = person?;
        Some(Self { client, representatives, places })
    }
}

fn entry(node: &Node<'_>, faults: &mut Faults) -> Option<RepresentationEntry> {
    let person = Representative::of(node, faults);
    let first = read::wanted_day(node, "edustuksen_alkamispaiva", Partial::Refused, faults);
    let last = read::day(node, "edustuksen_paattymispaiva", Partial::Refused, faults);
    let Representative { identifier, role } = person?;
    Some(RepresentationEntry { identifier, role, first: first?, last, at: node.at() })
}

impl fmt::Debug for RepresentationDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepresentationDocument({} representatives)", self.representatives.len())
    }
}
