//! Representation document (edustusasiakirja, a structure of our own).
//!
//! | rule | here |
//! |---|---|
//! | the client has a real identity code, never a temporary one | the structure has no other field |
//! | one of the representative's three identifiers is mandatory | `representative-identity-missing` |
//! | the representative's role is 31 to 34 | the structure lists them |
//! | a representation does not end before it starts | `ends-before-it-starts` |
//! | the author is mandatory when drawn up in a client data system | `author-missing` |
//!
//! A representation can begin in the future: a guardian is appointed from a day on. No representative
//! at all is right: it is how the last one is taken out. Whether a client whose guardian (31) is named
//! is a minor is known elsewhere.

use varanto_model::Faults;

use super::{Circumstances, person};
use crate::node::Node;

pub(super) fn check(
    representation: &Node<'_>,
    circumstances: Circumstances<'_>,
    faults: &mut Faults,
) {
    person::author(representation, circumstances.by_professional, faults);
    for person in representation.items("edustaja") {
        person::representative(&person, faults);
        person.want_order("edustuksen_alkamispaiva", "edustuksen_paattymispaiva", faults);
    }
}
