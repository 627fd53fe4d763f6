//! Denial document (kieltoasiakirja, 1505.9).
//!
//! | note of the structure | here |
//! |---|---|
//! | the client has a real identity code, never a temporary one | the structure has no other field, and its check asks for an identity code |
//! | the fixed text is shown | the published structure lists it |
//! | each denial has its scope and its day | the structure makes them mandatory |
//! | representatives are mandatory if a representative denies | `representative-missing` |
//! | … and shown only then | `representative-not-declared` |
//! | one of the representative's three identifiers is mandatory | `representative-identity-missing` |
//! | the representative's role is 31 to 34 | the structure lists them |
//! | the document is named by the identifier of its original | `not-an-oid`; whether it is the original's, only the store knows |
//! | a denied document is of phase 2 or a record entry | only the store knows |
//! | the author is mandatory when drawn up in a client data system | `author-missing` |
//! | headings are shown once, identifiers not to the citizen | display only |
//!
//! As with permits, a day in the future is refused (`in-the-future`). A controller is named by its
//! identifier in the register of organisations (`not-an-oid`). No denial at all is right: it is how
//! the last one is withdrawn. The denial of everything stands in our own structure alone; the rules
//! for it are those of every denial.

use varanto_model::Faults;

use super::{Circumstances, person};
use crate::node::Node;

/// The denial of everything.
const EVERYTHING: &str = "kaikkia_tietoja_koskeva_luovutuskielto";
/// Groups of denials: the outer group, and the repeated one within.
const SCOPES: [(&str, &str); 3] = [
    ("rekisterinpitajaa_koskevat_luovutuskiellot", "rekisterinpitajaa_koskeva_luovutuskielto"),
    ("palvelutehtavaa_koskevat_luovutuskiellot", "palvelutehtavaa_koskeva_luovutuskielto"),
    ("asiakirjoja_koskevat_luovutuskiellot", "asiakirjaa_koskeva_luovutuskielto"),
];

pub(super) fn check(denial: &Node<'_>, circumstances: Circumstances<'_>, faults: &mut Faults) {
    person::author(denial, circumstances.by_professional, faults);
    if let Some(entry) = denial.get(EVERYTHING) {
        check_entry(&entry, circumstances, faults);
    }
    for (group, list) in SCOPES {
        let entries = denial.get(group).map(|group| group.items(list));
        for entry in entries.into_iter().flatten() {
            check_entry(&entry, circumstances, faults);
        }
    }
}

fn check_entry(entry: &Node<'_>, circumstances: Circumstances<'_>, faults: &mut Faults) {
    let persons = "henkilo_joka_kieltaa_asiakastietojen_luovuttamisen";
    person::representatives(entry, "kieltaja_on_laillinen_edustaja", persons, faults);
    person::not_in_future(entry, "kiellon_asettamisen_ajankohta", circumstances.today, faults);
    for controller in entry.items("rekisterinpitaja_jonka_tietojen_luovutus_kielletaan") {
        controller.want_own_oid("code", faults);
    }
    for document in entry.items("asiakirja_jonka_luovutus_kielletaan") {
        document.want_oid("oid_tunnus", "value", faults);
    }
}
