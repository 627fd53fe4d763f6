//! Disclosure notice (luovutusilmoitus, a structure of our own after the record entry 1506.19010).
//!
//! | rule | here |
//! |---|---|
//! | a client has an identity code or a temporary identifier | `identity-missing` |
//! | what was disclosed is told in words or by documents | `disclosed-data-missing` |
//! | documents are named by identifiers | `not-an-oid` |
//! | receiver, discloser, ground, purpose, means and author are mandatory | the structure says so |
//! | nothing is noted in advance | `in-the-future` |

use varanto_model::Faults;

use super::{Circumstances, person};
use crate::node::Node;

pub(super) fn check(notice: &Node<'_>, circumstances: Circumstances<'_>, faults: &mut Faults) {
    for client in notice.items("asiakas") {
        person::identity(&client, faults);
    }
    let documents = notice.items("luovutetut_asiakirjat");
    let what = "luovutetut_tiedot";
    if documents.is_empty() && notice.text(what).is_none_or(|text| text.trim().is_empty()) {
        let why = "what was disclosed is told neither in words nor by documents";
        faults.add(notice.place(what), "disclosed-data-missing", why);
    }
    for document in documents {
        document.want_oid("oid_tunnus", "value", faults);
    }
    let day = "tietojen_luovuttamisen_paivamaara";
    person::not_in_future(notice, day, circumstances.today, faults);
}
