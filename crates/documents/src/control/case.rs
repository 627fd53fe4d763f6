//! Case document (asia-asiakirja, 1505.2).
//!
//! | note of the structure | here |
//! |---|---|
//! | several clients only in a joint case | `not-a-joint-case` at the second client |
//! | identity code or temporary identifier mandatory | `identity-missing` |
//! | birth date with a temporary identifier | `birth-date-missing` |
//! | moment of joining mandatory in a joint case | `joining-moment-missing` |
//! | moment of leaving only in a joint case | `not-a-joint-case` at the moment |
//! | the case has an object identifier | `not-an-oid` |
//! | further detail mandatory with the name "99 Muu" | `detail-missing`, where the code set says that the code means `other` |
//! | closing day mandatory when the case is closed | `closing-date-missing`, where the code set says that the state means `closed` |
//! | data types of the metadata | not a matter of the content |
//! | fields in use from phase 2 on | not checked: older cases may fill them as well |
//!
//! Ours: the organiser's unit is named by its identifier (`not-an-oid`), an end is not before its
//! beginning (`ends-before-it-starts`), a temporary identifier has the form of one
//! (`not-a-temporary-identifier`).

use varanto_model::{Faults, Oid};

use super::{Circumstances, person};
use crate::node::Node;

pub(super) fn check(case: &Node<'_>, circumstances: Circumstances<'_>, faults: &mut Faults) {
    case.want_oid("palvelunjarjestajan_toimintayksikko", "code", faults);
    let details = case.get("asian_tiedot");
    let is_joint = details.as_ref().is_some_and(|details| details.is("yhteinen_asia"));
    check_clients(case, is_joint, faults);
    let Some(details) = details else { return };
    details.want_oid("asiatunnus", "value", faults);
    details.want_order("avauspaiva", "paattymispaiva", faults);
    if means(&details, "nimi", "other", circumstances) {
        let why = "further detail is mandatory with this name of the case";
        details.want("lisatieto_luokkaan_muu", "detail-missing", why, faults);
    }
    if means(&details, "tila", "closed", circumstances) {
        let why = "the closing day is mandatory in a closed case";
        details.want("paattymispaiva", "closing-date-missing", why, faults);
    }
}

fn check_clients(case: &Node<'_>, is_joint: bool, faults: &mut Faults) {
    let clients = case.items("asiakas");
    for client in &clients {
        person::client(client, faults);
        client.want_order("asiaan_liittymishetki", "asiasta_poistumishetki", faults);
        if is_joint {
            let why = "the moment of joining is mandatory in a joint case";
            client.want("asiaan_liittymishetki", "joining-moment-missing", why, faults);
        } else {
            let why = "only clients of a joint case leave it";
            client.refuse("asiasta_poistumishetki", "not-a-joint-case", why, faults);
        }
    }
    if let (false, Some(second)) = (is_joint, clients.get(1)) {
        faults.add(second.at(), "not-a-joint-case", "only a joint case has several clients");
    }
}

/// Does its code set give the code of `name` this meaning?
fn means(details: &Node<'_>, name: &str, meaning: &str, circumstances: Circumstances<'_>) -> bool {
    let Some(coded) = details.get(name) else { return false };
    let system = coded.text("system").and_then(|system| system.strip_prefix("urn:oid:"));
    match (system.map(Oid::parse), coded.text("code")) {
        (Some(Ok(set)), Some(code)) => circumstances.codes.means(&set, code, meaning),
        _ => false,
    }
}
