//! Clientship documents that newly name the unit of who stored them: whoever stores one gives the own unit a
//! context to the client. Pure.

use varanto_documents::projection::ClientshipDocument;
use varanto_model::Oid;

/// Does a version of a clientship document name the unit, which the version before did not? Nothing follows
/// from an old clientship.
pub(in crate::supervision) fn is_newly_named(
    unit: &Oid,
    stored: &ClientshipDocument,
    before: Option<&ClientshipDocument>,
) -> bool {
    let names = |document: &ClientshipDocument| {
        !document.is_old && document.units.iter().any(|entry| entry.unit == *unit)
    };
    names(stored) && !before.is_some_and(names)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use varanto_documents::projection::{ClientshipPlaces, Part, UnitEntry};
    use varanto_model::{ClientIdentifier, PersonalIdentityCode, Pointer};

    use super::*;

    const OWN: &str = "1.2.246.10.99990001.10.1";
    const OTHER: &str = "1.2.246.10.99990001.10.2";

    fn oid(text: &str) -> Oid {
        Oid::parse(text).unwrap()
    }

    fn naming(units: &[&str]) -> ClientshipDocument {
        let root = Pointer::root;
        let units = units.iter().map(|unit| UnitEntry {
            service_task: None,
            part: Part::Organiser,
            unit: oid(unit),
            via: None,
            services: vec![],
            first: date(2026, 1, 1),
            last: None,
            until: None,
            at: root(),
        });
        ClientshipDocument {
            clientship: None,
            is_old: false,
            client: ClientIdentifier::PersonalIdentityCode(
                PersonalIdentityCode::parse("010594Y9032").unwrap(),
            ),
            first: date(2026, 1, 1),
            last: None,
            organiser: None,
            turvakielto: false,
            turvakielto_until: None,
            units: units.collect(),
            places: ClientshipPlaces {
                clientship: root(),
                client: root(),
                organiser: root(),
                last: root(),
            },
        }
    }

    /// REQ LOG-06
    #[test]
    fn a_unit_is_newly_named_where_the_version_before_did_not_name_it() {
        let own = oid(OWN);
        let newly = |stored: &[&str], before: Option<&[&str]>| {
            is_newly_named(&own, &naming(stored), before.map(naming).as_ref())
        };
        assert!(newly(&[OWN], None));
        assert!(newly(&[OTHER, OWN], Some(&[OTHER])));
        assert!(!newly(&[OTHER, OWN], Some(&[OWN])));
        assert!(!newly(&[OTHER], None));
        assert!(!newly(&[OTHER], Some(&[OWN])), "it was taken out");
        let old = ClientshipDocument { is_old: true, ..naming(&[OWN]) };
        assert!(!is_newly_named(&own, &old, None), "nothing follows from an old clientship");
        assert!(is_newly_named(&own, &naming(&[OWN]), Some(&old)));
    }
}
