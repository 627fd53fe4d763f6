//! Declarations of will (DIS-01…03, CIT-05): informing, permits, denials, representation.
//!
//! Each is a document of its own, read by a type of its own ([`InformingDocument`],
//! [`PermitDocument`], [`DenialDocument`], [`RepresentationDocument`]). [`Will`] is everything that
//! they say together of one person, whoever recorded it: wills are in the joint control of all
//! (DIS-09). Whether a will lets a certain document out is decided elsewhere.

mod denial;
mod fold;
mod informing;
mod permit;
mod representation;
mod representative;
mod standing;

use serde_json::Value;
use varanto_model::{ClientIdentifier, Faults, Pointer};

pub use self::denial::{DenialDocument, DenialEntry, DenialScope};
pub use self::fold::Will;
pub use self::informing::{InformingDocument, InformingPlaces};
pub use self::permit::PermitDocument;
pub use self::representation::{RepresentationDocument, RepresentationEntry};
pub use self::representative::{GuardianIdentifier, Representative, RepresentativeIdentifier};
pub use self::standing::{
    DenialEntryStanding, DenialStanding, DeniedScope, InformingStanding, PermitStanding,
    RepresentationStanding, RepresentativeStanding,
};

use super::read;
use crate::control::Control;
use crate::node::Node;

/// Places of a will in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WillPlaces {
    /// That of the client whose will it is.
    pub client: Pointer,
}

/// Reads what stands under the root of a document of the kind.
fn document<T>(
    kind: Control,
    content: &Value,
    at: &Pointer,
    of: impl FnOnce(&Node<'_>, &mut Faults) -> Option<T>,
) -> Result<T, Faults> {
    let mut faults = Faults::none();
    let document = Node::new(content, at.clone());
    let read =
        read::wanted(&document, kind.root(), &mut faults).and_then(|root| of(&root, &mut faults));
    read.filter(|_| faults.is_empty()).ok_or(faults)
}

/// Whose will it is, and where that stands.
fn client(root: &Node<'_>, faults: &mut Faults) -> Option<(ClientIdentifier, WillPlaces)> {
    let person = read::wanted(root, "asiakas", faults)?;
    let client = read::client(&person, faults)?;
    Some((client, WillPlaces { client: person.at() }))
}
