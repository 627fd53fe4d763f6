//! Whatever is told, the entry is valid by the built-in structure and by the national one.

use jiff::civil::date;
use proptest::prelude::*;
use varanto_model::{PersonalIdentityCode, Pointer, TemporaryIdentifier};

use super::*;
use crate::builtin;
use crate::structure::Structure;
use crate::tests::national;

fn built_in(oid: &str) -> Structure {
    let read = builtin::structures().map(|(_, text)| Structure::parse(text.as_bytes()).unwrap());
    read.into_iter().find(|structure| structure.oid().as_str() == oid).unwrap()
}

fn assert_valid(oid: &str, entry: &Value) {
    let codes = builtin::code_sets().unwrap();
    let (at, day) = (Pointer::root(), date(2026, 9, 2));
    assert_eq!(built_in(oid).validate(entry, &at, &codes, day).as_slice(), [], "{entry}");
    let of_oid = |(_, structure, _): &&(String, Structure, Value)| structure.oid().as_str() == oid;
    if let Some((_, structure, schema)) = national().iter().find(of_oid) {
        assert_eq!(structure.validate(entry, &at, &codes, day).as_slice(), [], "{entry}");
        assert!(jsonschema::draft7::is_valid(schema, entry), "{entry}");
    }
}

/// What may be told of one entry or the other.
#[derive(Clone, Debug)]
struct Told {
    identifier: ClientIdentifier,
    clients: usize,
    names: [PersonName; 2],
    texts: [Option<String>; 3],
    wanted: [String; 2],
    has_unit: bool,
    documents: Vec<(Oid, bool, String)>,
    sources: Vec<String>,
}

fn names() -> impl Strategy<Value = PersonName> {
    (".{1,20}", ".{1,20}")
        .prop_map(|(family_name, given_names)| PersonName { family_name, given_names })
}

fn identifiers() -> impl Strategy<Value = ClientIdentifier> {
    let code = PersonalIdentityCode::parse("010594Y9032").unwrap();
    let temporary = TemporaryIdentifier::parse("1.2.246.10.99990001.22.2026.1").unwrap();
    prop_oneof![
        Just(ClientIdentifier::PersonalIdentityCode(code)),
        Just(ClientIdentifier::Temporary(temporary)),
    ]
}

prop_compose! {
    fn told()(
        identifier in identifiers(),
        clients in 1_usize..4,
        names in prop::array::uniform2(names()),
        texts in prop::array::uniform3(prop::option::of(".{0,30}")),
        wanted in prop::array::uniform2(".{1,30}"),
        has_unit in any::<bool>(),
        documents in prop::collection::vec((1_u64..1000, any::<bool>(), ".{0,20}"), 0..4),
        sources in prop::collection::vec(".{0,20}", 0..3),
    ) -> Told {
        let root = Oid::parse("1.2.246.10.99990001.11.2026").unwrap();
        let named = |(number, is, title)| (root.child(number).unwrap(), is, title);
        let documents = documents.into_iter().map(named).collect();
        Told { identifier, clients, names, texts, wanted, has_unit, documents, sources }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// REQ DIS-04 REQ DIS-06
    #[test]
    fn every_receipt_is_valid_by_the_national_structure_and_by_ours(told in told()) {
        let [one, other] = &told.names;
        let [first, second, third] = [0, 1, 2].map(|n: usize| told.texts[n].as_deref());
        let (task, kind) = (Code::parse("X-ELDERLY").unwrap(), Code::parse("1000").unwrap());
        let unit = Oid::parse("1.2.246.10.99990001.10.1").unwrap();
        let clients = vec![Client { identifier: &told.identifier, name: one }; told.clients];
        let professional = Professional {
            name: other,
            title: first,
            unit: told.has_unit.then_some((&unit, "Kotipalvelu")),
        };
        let service_task = Named { code: &task, display: "Iäkkäiden palvelut" };
        let type_code = Named { code: &kind, display: "Palvelutarpeen arvio" };
        let documents: Vec<_> = told.documents.iter().map(|(oid, is_coded, title)| Document {
            oid, type_code: is_coded.then_some(type_code), title,
        }).collect();
        let sources: Vec<_> = told.sources.iter().map(String::as_str).collect();
        let (done, written_on) = (date(2026, 9, 1), date(2026, 9, 2));
        let entry = received(&Received {
            clients: &clients, service_task, reader: professional, ground: second,
            purpose: &told.wanted[0], documents: &documents, sources: &sources,
            received_on: done, written_on, author: professional,
        });
        assert_valid(RECEIVED, &entry);
        let entry = disclosed(&Disclosed {
            clients: &clients, service_task, what: second, documents: &documents,
            disclosed_on: done, receiver: Receiver { name: one, title: first, organisation: third },
            discloser: professional, ground: &told.wanted[0], purpose: &told.wanted[1],
            written_on, author: professional,
        });
        assert_valid(DISCLOSED, &entry);
    }
}

/// REQ DIS-04
#[test]
fn a_receipt_tells_who_got_what_from_whom_when_and_what_for() {
    let name = PersonName { family_name: "Testinen".into(), given_names: "Aino".into() };
    let worker = PersonName { family_name: "Mallikas".into(), given_names: "Sisu".into() };
    let code = PersonalIdentityCode::parse("010594Y9032").unwrap();
    let identifier = ClientIdentifier::PersonalIdentityCode(code);
    let (task, kind) = (Code::parse("X-ELDERLY").unwrap(), Code::parse("1000").unwrap());
    let oid = Oid::parse("1.2.246.10.99990002.11.2026.1").unwrap();
    let unit = Oid::parse("1.2.246.10.99990001.10.1").unwrap();
    let reader = Professional {
        name: &worker,
        title: Some("Sosiaalityöntekijä"),
        unit: Some((&unit, "Aikuiset")),
    };
    let title = "Arvio";
    let documents = [Document {
        oid: &oid,
        type_code: Some(Named { code: &kind, display: "Palvelutarpeen arvio" }),
        title,
    }];
    let entry = received(&Received {
        clients: &[Client { identifier: &identifier, name: &name }],
        service_task: Named { code: &task, display: "Iäkkäiden palvelut" },
        reader,
        ground: None,
        purpose: "Palvelutarpeen arviointi",
        documents: &documents,
        sources: &["Pohjoinen", "Eteläinen"],
        received_on: date(2026, 9, 1),
        written_on: date(2026, 9, 2),
        author: reader,
    });
    assert_eq!(
        entry["merkinta_asiakasta_koskevien_tietojen_pyytamisesta_tai_saamisesta"],
        json!({
            "asiakas": [{
                "sukunimi": "Testinen", "etunimet": "Aino",
                "henkilotunnus": {"system": "urn:oid:1.2.246.21", "value": "010594Y9032"},
            }],
            "palvelutehtava": {
                "system": "urn:oid:1.2.246.537.6.1221", "code": "X-ELDERLY",
                "display": "Iäkkäiden palvelut",
            },
            "tietojen_pyytamisen_paivamaara": "2026-09-01",
            "tietoja_pyytanyt_ammattihenkilo": professional(&reader),
            "kayttotarkoitus_johon_tiedot_on_pyydetty": "Palvelutarpeen arviointi",
            "saadut_tiedot": "Arvio",
            "liite": [{
                "oid_tunnus": {"value": oid.as_str()},
                "nimi": {
                    "system": "urn:oid:1.2.246.537.6.1506", "code": "1000",
                    "display": "Palvelutarpeen arvio",
                },
            }],
            "tiedonlahde": "Pohjoinen; Eteläinen",
            "tietojen_saamisen_paivamaara": "2026-09-01",
            "paivamaara": "2026-09-02",
            "laatija": {
                "sukunimi": "Mallikas", "etunimet": "Sisu", "tehtavanimike": "Sosiaalityöntekijä",
                "palveluyksikko": {
                    "system": "urn:oid:1.2.246.537.6.202", "code": unit.as_str(),
                    "display": "Aikuiset",
                },
            },
        })
    );
}
