//! Informing document (informointiasiakirja, a structure of our own).
//!
//! | rule | here |
//! |---|---|
//! | the client has a real identity code, never a temporary one | the structure has no other field |
//! | representatives are mandatory if a representative is informed | `representative-missing` |
//! | … and named only then | `representative-not-declared` |
//! | one of the representative's three identifiers is mandatory | `representative-identity-missing` |
//! | the representative's role is 31 to 34 | the structure lists them |
//! | the author is mandatory when drawn up in a client data system | `author-missing` |
//! | nobody is informed in advance | `in-the-future` |
//! | the text was given in a version that was in force on the day, in a language that it has | `unknown-information-text` |

use varanto_model::{Faults, Language};

use super::{Circumstances, person};
use crate::information::{InformationTexts, TextKind};
use crate::node::Node;

pub(super) fn check(informing: &Node<'_>, circumstances: Circumstances<'_>, faults: &mut Faults) {
    let switch = "informoitu_on_laillinen_edustaja";
    person::representatives(informing, switch, "informoitu_edustaja", faults);
    person::author(informing, circumstances.by_professional, faults);
    let Some(given) = informing.get("informointi") else { return };
    let day = "informoinnin_ajankohta";
    person::not_in_future(&given, day, circumstances.today, faults);
    let (version, spoken) = ("infotekstin_versio", "infotekstin_kieli");
    let (Some(told), Some(day)) = (given.text(version), given.date(day)) else { return };
    let texts = InformationTexts::built_in();
    match texts.find(TextKind::Informing, told.trim()) {
        Some(text) if texts.was_in_force(text, day.last_day()) => {
            let language = given.text(spoken).and_then(Language::parse);
            if language.is_some_and(|language| text.text(language).is_none()) {
                let why = "the information text is not known in this language";
                faults.add(given.place(spoken), "unknown-information-text", why);
            }
        }
        _ => {
            let why = "no information text of this version was in force on the day";
            faults.add(given.place(version), "unknown-information-text", why);
        }
    }
}
