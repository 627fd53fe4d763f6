use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::builtin;
use crate::control::Circumstances;
use crate::example::{self, DAY};

fn structure(file: &str) -> Structure {
    let (_, text) = builtin::structures().find(|(name, _)| *name == file).unwrap();
    Structure::parse(text.as_bytes()).unwrap()
}

fn found(faults: &Faults) -> Vec<(&str, &str, &str)> {
    faults.as_slice().iter().map(|f| (f.pointer.as_str(), f.code, f.detail.as_str())).collect()
}

/// REQ DOC-05
#[test]
fn all_faults_are_named_at_once_each_at_its_own_place() {
    let structure = structure("case.json");
    let mut codes = builtin::code_sets().unwrap();
    let mut document = example::full(&structure, &codes, 1);
    let whole = json!({"oid": "1.2.246.537.6.1221", "name": {"fi": "x"}, "coverage": "full",
        "codes": [{"code": "10", "name": {"fi": "x"}}]});
    codes.insert(crate::codes::CodeSet::parse(whole.to_string().as_bytes()).unwrap().remove(0));
    let root = &mut document["asia_asiakirja"];
    root["asiakas"][0].as_object_mut().unwrap().remove("sukunimi");
    root["asiakas"][1]["etunimet"] = json!("");
    root["asiakas"][1]["henkilotunnus"]["value"] = json!("131052-308T1");
    root["asian_tiedot"]["avauspaiva"] = json!("2024-02-30");
    root["asian_tiedot"]["palvelutehtava"]["code"] = json!("11");
    root["asian_tiedot"]["tila"]["system"] = json!("urn:oid:1.2.246.537.6.15010");
    root["a/b~c"] = json!(1);
    root.as_object_mut().unwrap().remove("palvelunjarjestajan_toimintayksikko");
    let at = Pointer::root().member("content").index(0).member("data");
    let faults = structure.validate(&document, &at, &codes, DAY);
    let place = |rest: &str| format!("/content/0/data/asia_asiakirja{rest}");
    let mut found = found(&faults);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (place("/asiakas/0/sukunimi").as_str(), "missing", "`Sukunimi` is missing"),
            (place("/asiakas/1/etunimet").as_str(), "too-short", "`Etunimet` is empty"),
            (
                place("/asiakas/1/henkilotunnus/value").as_str(),
                "not-an-identity-code",
                "`Henkilötunnus` is not a personal identity code"
            ),
            (
                place("/asian_tiedot/avauspaiva").as_str(),
                "not-a-date",
                "`Avattu` is not a year, month or day of the calendar"
            ),
            (
                place("/asian_tiedot/palvelutehtava/code").as_str(),
                "unknown-code",
                "`Palvelutehtävä` has a code that its code set does not have"
            ),
            (
                place("/asian_tiedot/tila/system").as_str(),
                "wrong-code-system",
                "`Tila` takes its codes from another system"
            ),
            (place("/a~1b~0c").as_str(), "unknown-member", "the structure has no such member here"),
            (
                place("/palvelunjarjestajan_toimintayksikko").as_str(),
                "missing",
                "`Järjestäjän toimintayksikkö` is missing"
            ),
        ]
    );
}

#[test]
fn a_fault_never_repeats_what_stood_in_the_field() {
    let (structure, codes) = (structure("clientship.json"), builtin::code_sets().unwrap());
    let document = example::full(&structure, &codes, 2);
    for mutation in example::mutations(&structure, &codes, &document) {
        let faults = structure.validate(&mutation.document, &Pointer::root(), &codes, DAY);
        let text = format!("{faults:?}");
        assert!(
            !["2024-13", "1.5.2024", "010594", "not-a-listed-code", "no-such-code"]
                .iter()
                .any(|v| text.contains(v)),
            "{text}"
        );
    }
}

#[test]
fn a_code_must_be_in_use_on_the_day_where_the_set_is_known() {
    let structure = structure("case.json");
    let codes = builtin::code_sets().unwrap();
    let document = example::full(&structure, &codes, 3);
    let used =
        document["asia_asiakirja"]["asian_tiedot"]["palvelutehtava"]["code"].as_str().unwrap();
    let set = json!({"oid": "1.2.246.537.6.1221", "name": {"fi": "x"}, "coverage": "full",
        "codes": [{"code": used, "name": {"fi": "x"}, "valid_to": "2024-12-31"}]});
    let codes: CodeSets =
        crate::codes::CodeSet::parse(set.to_string().as_bytes()).unwrap().into_iter().collect();
    let check = |day| structure.validate(&document, &Pointer::root(), &codes, day);
    assert!(check(date(2024, 12, 31)).is_empty());
    let late = check(date(2025, 1, 1));
    assert_eq!(found(&late)[0].1, "code-not-in-use");
    assert_eq!(
        structure.validate(&document, &Pointer::root(), &CodeSets::none(), DAY),
        Faults::none()
    );
}

#[test]
fn a_name_of_any_length_is_not_told_back() {
    let structure = structure("case.json");
    let long = "x".repeat(LONGEST_NAME + 1);
    let document = json!({"asia_asiakirja": {}, (long): 1});
    let faults = structure.validate(&document, &Pointer::root(), &CodeSets::none(), DAY);
    assert!(
        found(&faults).iter().any(|(place, code, _)| place.is_empty() && *code == "unknown-member")
    );
}

#[test]
fn what_is_no_object_at_all_is_one_fault() {
    let structure = structure("case.json");
    for value in [json!(null), json!([]), json!("x"), json!(1)] {
        let faults = structure.validate(&value, &Pointer::root(), &CodeSets::none(), DAY);
        assert_eq!(found(&faults), [("", "wrong-type", "`the document` is not an object")]);
    }
}

/// Any JSON, made of the names that the structure knows and of others.
fn anything() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "asia_asiakirja",
        "asiakas",
        "asian_tiedot",
        "henkilotunnus",
        "value",
        "system",
        "code",
        "tila",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6).prop_map(|map| map
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_checked_ruled_and_rendered_without_panic(value in anything()) {
        let (structure, codes) = (structure("case.json"), CodeSets::none());
        let document = json!({"asia_asiakirja": value});
        let at = Pointer::root();
        let faults = structure.validate(&document, &at, &codes, DAY);
        prop_assert!(!faults.is_empty(), "nothing so small is a case");
        let circumstances = Circumstances { today: DAY, codes: &codes, by_professional: true };
        let _ = structure.control().unwrap().check(&document, &at, circumstances);
        let page = structure.render(&document, varanto_model::Language::Fi);
        prop_assert!(crate::display_form::check(page.as_bytes(), &at).is_ok());
    }
}
