//! Home addresses of staff and clients, to be compared: in one form however they are written, and kept as a
//! keyed hash alone (LOG-06).

use std::fmt;

use serde_json::Value;
use varanto_documents::control::Control;
use varanto_store::Vault;
use varanto_store::vault::{IdentifierKind, Lookup};

/// A home address in the form in which it is compared: letters and digits of the street, and the postal code.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct HomeAddress(String);

/// An address is personal.
impl fmt::Debug for HomeAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HomeAddress(…)")
    }
}

impl HomeAddress {
    /// An address; none where the street or the postal code tells nothing.
    pub(crate) fn of(street: &str, postal_code: &str) -> Option<Self> {
        let told = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let (street, postal_code) = (told(street), told(postal_code));
        (!street.is_empty() && !postal_code.is_empty())
            .then(|| Self(format!("{street}/{postal_code}")))
    }

    /// The addresses of the client that the content of a clientship document tells: home and temporary ones.
    pub(crate) fn of_client(content: &Value) -> Vec<Self> {
        let root = content.get(Control::Clientship.root());
        let contacts = root.and_then(|root| root.pointer("/asiakas/yhteystiedot"));
        let Some(contacts) = contacts else { return Vec::new() };
        let homes = contacts.get("osoite").and_then(Value::as_array).into_iter().flatten();
        let temporary = contacts.get("tilapainen_osoite");
        let told = homes.chain(temporary).filter_map(|address| {
            let part = |name| address.get(name).and_then(Value::as_str);
            Self::of(part("lahiosoite")?, part("postinumero")?)
        });
        told.collect()
    }

    /// What is kept of it.
    pub(crate) fn hashed(&self, vault: &Vault) -> Lookup {
        vault.lookup(IdentifierKind::HomeAddress, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// REQ LOG-06
    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let one = HomeAddress::of("Koivukuja 3 A 5", "00100");
        assert!(one.is_some());
        assert_eq!(HomeAddress::of("KOIVUKUJA 3a5", " 00100 "), one);
        assert_eq!(HomeAddress::of("Koivukuja 3, A-5", "00 100"), one);
        assert_ne!(HomeAddress::of("Koivukuja 3 A 6", "00100"), one);
        assert_ne!(HomeAddress::of("Koivukuja 3 A 5", "00200"), one);
        for (street, postal_code) in [("", "00100"), ("Koivukuja 3", ""), (" - ", "00100")] {
            assert_eq!(HomeAddress::of(street, postal_code), None);
        }
    }

    /// REQ LOG-06
    #[test]
    fn every_home_address_of_a_client_is_found_and_no_other() {
        let place = |street: &str| json!({"lahiosoite": street, "postinumero": "00100"});
        let document = json!({"asiakkuusasiakirja": {
            "asiakas": {"yhteystiedot": {
                "osoite": [place("Kuja 1"), {"lahiosoite": "Kuja 9"}, place("Kuja 2")],
                "tilapainen_osoite": place("Kuja 3"),
                "yhteysosoite": place("Kuja 4"),
            }},
            "laatija": {"yhteystiedot": {"osoite": [place("Kuja 5")]}},
        }});
        let expected = ["Kuja 1", "Kuja 2", "Kuja 3"].map(|s| HomeAddress::of(s, "00100").unwrap());
        assert_eq!(HomeAddress::of_client(&document), expected);
        assert_eq!(HomeAddress::of_client(&json!({})), []);
        assert_eq!(HomeAddress::of_client(&json!([1])), []);
    }

    #[test]
    fn nothing_of_an_address_shows_in_debug() {
        let shown = format!("{:?}", HomeAddress::of("Kuja 1", "00100").unwrap());
        assert_eq!(shown, "HomeAddress(…)");
    }
}
