//! Small documents for the tests of what is read and of what follows.

mod folding;
mod laws;
mod reading;
mod will_laws;
mod wills;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use varanto_model::{ClientIdentifier, Code, Oid, Pointer};

use super::*;
use crate::codes::{CodeSet, CodeSets};
use crate::control::Control;
use crate::structure::Structure;
use crate::tests::national;
use crate::{builtin, example};

fn codes() -> CodeSets {
    builtin::code_sets().unwrap()
}

fn oid(last: u32) -> Oid {
    Oid::parse(&format!("1.2.246.10.99990001.{last}")).unwrap()
}

fn unit(number: u32) -> Oid {
    Oid::parse(&format!("1.2.246.10.99990001.10.{number}")).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn case_json() -> Value {
    json!({"asia_asiakirja": {
        "palvelunjarjestajan_toimintayksikko": coded("1.2.246.537.6.202", "1.2.246.10.99990001.10.0"),
        "asiakas": [
            {"sukunimi": "Testinen", "etunimet": "Aino", "henkilotunnus": {"value": "010594Y9032"}},
        ],
        "asian_tiedot": {
            "asiatunnus": {"value": "1.2.246.10.99990001.14.1"},
            "nimi": coded("1.2.246.537.6.1265", "1"),
            "tila": coded("1.2.246.537.6.1501", "X-OPEN"),
            "avauspaiva": "2026-01-10",
            "yhteinen_asia": true,
            "palvelutehtava": coded("1.2.246.537.6.1221", "20"),
        },
    }})
}

fn clientship_json() -> Value {
    json!({"asiakkuusasiakirja": {
        "asiakkuuden_yksilointitunnus": {"value": "1.2.246.10.99990001.14.7"},
        "asiakas": {
            "sukunimi": "Testinen", "etunimet": "Aino", "turvakielto": false,
            "henkilotunnus": {"value": "010594Y9032"},
        },
        "sosiaalihuollon_asiakkuus": {"asiakkuuden_alkamispvm": "2026-01-01"},
        "palvelunjarjestajan_toimintayksikko": coded("1.2.246.537.6.202", "1.2.246.10.99990001.10.0"),
        "palvelunjarjestajan_palveluyksikko": [entry(1, "2026-01-01", None)],
        "sosiaalihuollon_palvelutehtava": [{
            "palvelutehtava": coded("1.2.246.537.6.1221", "20"),
            "palvelunjarjestajan_palveluyksikko": [entry(2, "2026-01-02", Some("2026-05-31"))],
            "palveluntuottaja": [
                with(entry(3, "2026-02-01", Some("2026-03-31")), "palveluntoteuttaja",
                    json!([entry(4, "2026-02-10", None)])),
            ],
        }],
    }})
}

fn coded(set: &str, code: &str) -> Value {
    json!({"system": format!("urn:oid:{set}"), "code": code, "display": "x"})
}

fn entry(number: u32, first: &str, last: Option<&str>) -> Value {
    let name = coded("1.2.246.537.6.202", unit(number).as_str());
    let mut entry = json!({"palveluyksikon_nimi": name, "asiakkuuden_alkamispvm": first});
    if let Some(last) = last {
        entry["asiakkuuden_paattymispvm"] = json!(last);
    }
    entry
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

/// The value with changes: what stands at each pointer below the root becomes the value, or goes.
fn changed(mut document: Value, changes: &[(&str, Value)]) -> Value {
    let root = document.as_object().unwrap().keys().next().unwrap().clone();
    for (path, value) in changes {
        let path = format!("/{root}{path}");
        let (parent, name) = path.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")) {
            Value::Object(members) if value.is_null() => drop(members.remove(name)),
            Value::Object(members) => drop(members.insert(name.into(), value.clone())),
            Value::Array(list) => list.insert(name.parse().unwrap(), value.clone()),
            _ => panic!("no {path}"),
        }
    }
    document
}

fn read_case(content: &Value) -> Result<CaseDocument, Vec<(String, &'static str)>> {
    CaseDocument::read(content, &Pointer::root(), &codes()).map_err(|faults| told(&faults))
}

fn read_clientship(content: &Value) -> Result<ClientshipDocument, Vec<(String, &'static str)>> {
    ClientshipDocument::read(content, &Pointer::root()).map_err(|faults| told(&faults))
}

fn told(faults: &varanto_model::Faults) -> Vec<(String, &'static str)> {
    let place = |pointer: &Pointer| pointer.as_str().splitn(3, '/').nth(2).map(|p| format!("/{p}"));
    faults.as_slice().iter().map(|f| (place(&f.pointer).unwrap_or_default(), f.code)).collect()
}

fn case(changes: &[(&str, Value)]) -> CaseDocument {
    read_case(&changed(case_json(), changes)).unwrap()
}

fn clientship(changes: &[(&str, Value)]) -> ClientshipDocument {
    read_clientship(&changed(clientship_json(), changes)).unwrap()
}

const TASK: &str = "/sosiaalihuollon_palvelutehtava/0";
const PRODUCERS: &str = "/sosiaalihuollon_palvelutehtava/0/palveluntuottaja";
const WHOLE: &str = "/sosiaalihuollon_asiakkuus";

/// A standing of one case and one clientship.
fn standing(case: &CaseDocument, clientship: &ClientshipDocument) -> Standing {
    let mut standing = Standing::default();
    standing.put_case(&oid(1), &unit(0), case, &case.clients[0]);
    standing.put_clientship(&oid(2), &unit(0), clientship, at("2026-01-01T08:00:00Z"));
    standing
}

/// First and last day.
type Days = (Date, Option<Date>);

/// Units with their spells.
fn spells(standing: &Standing) -> Vec<(Oid, Vec<Days>)> {
    let days = |spells: Vec<Spell>| spells.into_iter().map(|s| (s.first, s.last)).collect();
    standing.rights().into_iter().map(|right| (right.unit, days(right.spells))).collect()
}
