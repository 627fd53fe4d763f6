//! Permit document (luovutuslupa-asiakirja, 1505.8).
//!
//! | note of the structure | here |
//! |---|---|
//! | the client has a real identity code, never a temporary one | the structure has no other field, and its check asks for an identity code |
//! | the fixed text is shown | the published structure lists it |
//! | representatives are mandatory if a representative gives the permit | `representative-missing` |
//! | … and shown only then | `representative-not-declared` |
//! | one of the representative's three identifiers is mandatory | `representative-identity-missing` |
//! | the representative's role is 31 to 34 | the structure lists them |
//! | the author is mandatory when drawn up in a client data system | `author-missing` |
//! | the permit is not given in advance | `in-the-future` |
//! | headings are shown once | display only |
//!
//! A permit that says neither yes nor no would steer nothing: `permit-missing`, a rule of ours.

use varanto_model::Faults;

use super::{Circumstances, person};
use crate::node::Node;

pub(super) fn check(permit: &Node<'_>, circumstances: Circumstances<'_>, faults: &mut Faults) {
    let switch = "luovutusluvan_antaja_on_laillinen_edustaja";
    person::representatives(permit, switch, "luovutusluvan_antaja", faults);
    person::author(permit, circumstances.by_professional, faults);
    let group = "voimassa_oleva_luovutuslupa";
    match permit.get(group) {
        None => faults.add(
            permit.place(group),
            "permit-missing",
            "whether the permit is given is not told",
        ),
        Some(given) => {
            person::not_in_future(
                &given,
                "luovutusluvan_antamisen_ajankohta",
                circumstances.today,
                faults,
            );
        }
    }
}
