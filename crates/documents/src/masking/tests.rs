use std::collections::BTreeSet;

use serde_json::{Map, json};
use varanto_model::Language;

use super::*;
use crate::structure::Structure;
use crate::tests::national;
use crate::{builtin, display_form, example};

const ADDRESS: [&str; 3] = ["lahiosoite", "postinumero", "postitoimipaikka"];

/// Members that only a person in private has, and only somebody in office.
const PRIVATE: [&str; 7] = [
    "ammatti",
    "henkilotunnus",
    "kotikunta",
    "siviilisaaty",
    "syntymaaika",
    "tilapainen_yksilointitunnus",
    "turvakielto",
];
const OFFICE: [&str; 3] = ["organisaation_nimi", "palveluyksikko", "palveluyksikon_nimi"];

fn places(masked: &Masked) -> Vec<&str> {
    masked.withheld.iter().map(Pointer::as_str).collect()
}

fn structures() -> Vec<Structure> {
    let own = builtin::structures().map(|(_, text)| Structure::parse(text.as_bytes()).unwrap());
    own.chain(national().iter().map(|(_, structure, _)| structure.clone())).collect()
}

fn address() -> Value {
    json!({"lahiosoite": "Kuja 1", "postinumero": "00100", "postitoimipaikka": "Helsinki"})
}

/// Every object of the content with the name under which it stands.
fn holders<'a>(
    value: &'a Value,
    name: &'a str,
    found: &mut Vec<(&'a str, &'a Map<String, Value>)>,
) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|value| holders(value, name, found)),
        Value::Object(members) => {
            found.push((name, members));
            members.iter().for_each(|(name, value)| holders(value, name, found));
        }
        _ => {}
    }
}

/// Does any object of `value` have one of these members?
fn has(value: &Value, names: &[&str]) -> bool {
    let mut found = Vec::new();
    holders(value, "", &mut found);
    found.iter().any(|(_, members)| names.iter().any(|name| members.contains_key(*name)))
}

/// REQ CASE-07
#[test]
fn of_a_client_telephone_and_contact_address_stay_and_of_a_related_person_nothing() {
    let content = json!({"asiakkuusasiakirja": {
        "asiakas": {
            "sukunimi": "Testinen",
            "kotikunta": {"kunta": {"system": "urn:oid:1.2.246.537.6.21", "code": "091"}},
            "tilapainen_asuinkunta": [{"kuntaan_muutto": "2026"}],
            "salaiset_yhteystiedot": true,
            "yhteystiedot": {
                "osoite": [address()],
                "tilapainen_osoite": address(),
                "yhteysosoite": address(),
                "puhelinnumero": "123",
                "sahkopostiosoite": "a@b",
            },
        },
        "asiakkaaseen_liittyvat_henkilot": [
            {"sukunimi": "Kokeilija", "organisaatio": "Koulu", "tehtavanimike": "Opettaja",
             "yhteystiedot": {"puhelinnumero": "123"}},
        ],
        "palveluista_vastaava_tyontekija": [{"yhteystiedot": {"osoite": [address()]}}],
    }});
    let masked = mask(&content);
    assert_eq!(
        masked.data,
        json!({"asiakkuusasiakirja": {
            "asiakas": {
                "sukunimi": "Testinen",
                "salaiset_yhteystiedot": true,
                "yhteystiedot": {"yhteysosoite": address(), "puhelinnumero": "123"},
            },
            "asiakkaaseen_liittyvat_henkilot": [
                {"sukunimi": "Kokeilija", "organisaatio": "Koulu", "tehtavanimike": "Opettaja"},
            ],
            "palveluista_vastaava_tyontekija": [{"yhteystiedot": {"osoite": [address()]}}],
        }})
    );
    let mut withheld = places(&masked);
    withheld.sort_unstable();
    let client = "/asiakkuusasiakirja/asiakas";
    assert_eq!(
        withheld,
        [
            format!("{client}/kotikunta"),
            format!("{client}/tilapainen_asuinkunta"),
            format!("{client}/yhteystiedot/osoite"),
            format!("{client}/yhteystiedot/sahkopostiosoite"),
            format!("{client}/yhteystiedot/tilapainen_osoite"),
            "/asiakkuusasiakirja/asiakkaaseen_liittyvat_henkilot/0/yhteystiedot".into(),
        ]
    );
}

/// REQ CASE-07
#[test]
fn what_stands_where_nobody_foresaw_it_counts_as_private() {
    let municipality = json!({"system": "urn:oid:1.2.246.537.6.21.20260101", "code": "091"});
    let near = json!({"system": "urn:oid:1.2.246.537.6.210", "code": "091"});
    for (content, withheld) in [
        (json!({"uusi": {"yhteystiedot": {"osoite": address()}}}), vec!["/uusi/yhteystiedot"]),
        (json!({"uusi": {"osoite": address()}}), vec!["/uusi/osoite"]),
        (
            json!({"uusi": address()}),
            vec!["/uusi/lahiosoite", "/uusi/postinumero", "/uusi/postitoimipaikka"],
        ),
        (json!({"uuden_paikan_yhteystiedot": "Kuja 1"}), vec!["/uuden_paikan_yhteystiedot"]),
        (json!({"x": municipality}), vec!["/x"]),
        (json!({"x": [near, municipality, 1, municipality]}), vec!["/x/1", "/x/3"]),
        (json!({"asiakas": {"yhteystiedot": {"osoite": []}}}), vec!["/asiakas/yhteystiedot"]),
        (json!({"asiakas": {"yhteystiedot": [address()]}}), vec!["/asiakas/yhteystiedot"]),
        (json!({"vastaanottaja": {"yhteystiedot": {}}}), vec!["/vastaanottaja/yhteystiedot"]),
        (json!({"vastaanottaja": {"organisaatio": "Koulu", "yhteystiedot": {}}}), vec![]),
        (json!({"laatija": {"tehtavanimike": "Ohjaaja", "yhteystiedot": {}}}), vec![]),
        (json!({"laatija": {"kuvaus": "Veli", "yhteystiedot": {}}}), vec!["/laatija/yhteystiedot"]),
        (json!({"valtuutettu": {"palveluyksikko": {}, "yhteystiedot": {}}}), vec![]),
        (json!(["kotikunta", {"salaiset_yhteystiedot": false}]), vec![]),
    ] {
        let masked = mask(&content);
        let mut found = places(&masked);
        found.sort_unstable();
        assert_eq!(found, withheld, "{content}");
        assert_eq!(masked.data == content, withheld.is_empty());
    }
}

/// REQ CASE-07: who is in private and who in office is told here by what else stands with the
/// contact data, not by the names that the code knows.
#[test]
fn in_no_structure_an_address_or_municipality_of_a_person_is_left() {
    let codes = builtin::code_sets().unwrap();
    let mut unclear = BTreeSet::new();
    for structure in structures() {
        let content = example::full(&structure, &codes, 5);
        let masked = mask(&content);
        assert!(!masked.data.to_string().contains(MUNICIPALITIES), "{}", structure.oid());
        let mut left = Vec::new();
        holders(&masked.data, "", &mut left);
        assert!(!left.iter().any(|(_, m)| OF_RESIDENCE.iter().any(|name| m.contains_key(*name))));
        let (mut before, mut kept) = (Vec::new(), left.into_iter());
        holders(&content, "", &mut before);
        // What is withheld is whole groups, so that holders come again in the same order.
        for (name, members) in before.into_iter().filter(|(_, m)| m.contains_key("yhteystiedot")) {
            let is_same = |(other, left): &(&str, &Map<String, Value>)| {
                *other == name && left.keys().all(|key| members.contains_key(key))
            };
            let Some((_, now)) = kept.find(is_same) else {
                panic!("{}: no {name} is left", structure.oid())
            };
            let is = |names: &[&str]| names.iter().any(|name| members.contains_key(*name));
            let contact = now.get("yhteystiedot");
            match (is(&PRIVATE), is(&OFFICE)) {
                (true, true) => panic!("{}: {name} is both", structure.oid()),
                (false, true) => assert_eq!(contact, members.get("yhteystiedot"), "{name}"),
                _ if name == "asiakas" => {
                    let told = contact.and_then(Value::as_object);
                    let told: Vec<_> = told.into_iter().flat_map(Map::keys).collect();
                    assert!(told.iter().all(|name| OF_CLIENT.contains(&name.as_str())), "{told:?}");
                }
                (true, false) => assert_eq!(contact, None, "{}: {name}", structure.oid()),
                (false, false) => {
                    if contact.is_some() {
                        unclear.insert(name.to_owned());
                    }
                }
            }
        }
        // A placed child's home is nowhere told.
        assert!(!has(&masked.data, &["sijoituspaikan_yhteystiedot"]));
        assert!(!has(&masked.data, &["sijaishuoltopaikan_yhteystiedot"]));
    }
    if !national().is_empty() {
        let known = [
            "ammattihenkilo",
            "kustannuksista_vastaava_hyvinvointialue",
            "lahiohjaaja",
            "palvelun_vastuuhenkilo",
            "perhetyon_vastuuhenkilo",
            "suostumuksen_vastaanottaja",
            "tehostetun_perhetyon_vastuuhenkilo",
            "tukisuhdetoiminnan_vastuuhenkilo",
            "vastaanottaja",
            "vastuutyontekija",
            "yhteyshenkilo",
        ];
        assert_eq!(unclear, known.map(str::to_owned).into(), "kept by name alone");
    }
}

#[test]
fn what_is_no_contact_data_is_unchanged() {
    let codes = builtin::code_sets().unwrap();
    for structure in structures() {
        let content = example::full(&structure, &codes, 5);
        let masked = mask(&content);
        let mut removed = content.clone();
        for place in masked.withheld.iter().rev() {
            let (parent, name) = place.as_str().rsplit_once('/').unwrap();
            let value = content.pointer(place.as_str()).unwrap();
            let is_contact = name.ends_with("yhteystiedot")
                || ["kotikunta", "tilapainen_asuinkunta"].contains(&name)
                || name.contains("osoite")
                || has(value, &ADDRESS)
                || is_municipality(value);
            assert!(is_contact, "{}: {place}", structure.oid());
            match removed.pointer_mut(parent).unwrap() {
                Value::Object(members) => drop(members.remove(name).unwrap()),
                Value::Array(elements) => drop(elements.remove(name.parse().unwrap())),
                _ => panic!("{place}"),
            }
        }
        assert_eq!(removed, masked.data, "{}", structure.oid());
        assert_eq!(mask(&masked.data).withheld, [], "nothing is left to withhold");
    }
}

#[test]
fn masked_documents_are_rendered_though_mandatory_members_may_be_missing() {
    let codes = builtin::code_sets().unwrap();
    for structure in structures() {
        let content = example::full(&structure, &codes, 5);
        let page = structure.render(&mask(&content).data, Language::Fi);
        let checked = display_form::check(page.as_bytes(), &Pointer::root());
        assert!(checked.is_ok(), "{}: {checked:?}", structure.oid());
    }
    let (_, text) = builtin::structures().find(|(name, _)| *name == "clientship.json").unwrap();
    let structure = Structure::parse(text.as_bytes()).unwrap();
    let mut content = example::full(&structure, &codes, 5);
    content["asiakkuusasiakirja"]["asiakas"]["yhteystiedot"]["osoite"][0] = address();
    assert!(structure.render(&content, Language::Fi).contains("Kuja 1"));
    assert!(!structure.render(&mask(&content).data, Language::Fi).contains("Kuja 1"));
}
