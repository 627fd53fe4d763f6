//! What is read, what keeps documents from being read, and what follows from them.

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

/// REQ CASE-01
#[test]
fn a_case_document_tells_case_organiser_task_state_days_and_clients() {
    let read = case(&[]);
    assert_eq!(read.case.as_str(), "1.2.246.10.99990001.14.1");
    assert_eq!(read.organiser, unit(0));
    assert_eq!((read.service_task.as_str(), read.name.as_str()), ("20", "1"));
    assert_eq!((read.state.as_str(), read.is_closed, read.is_joint), ("X-OPEN", false, true));
    assert_eq!((read.opened, read.closed), (date(2026, 1, 10), None));
    let ClientIdentifier::PersonalIdentityCode(code) = &read.clients[0].identifier else {
        panic!("a real identity code stands there")
    };
    assert_eq!((read.clients.len(), code.expose()), (1, "010594Y9032"));
    assert_eq!(read.places.case.as_str(), "/asia_asiakirja/asian_tiedot/asiatunnus/value");
    assert_eq!(read.clients[0].at.as_str(), "/asia_asiakirja/asiakas/0");
}

/// REQ CASE-01
#[test]
fn the_code_set_tells_which_state_is_closed_and_else_the_closing_day_does() {
    let closed = ("/asian_tiedot/tila/code", json!("X-CLOSED"));
    let day = ("/asian_tiedot/paattymispaiva", json!("2026-06-30"));
    assert!(case(&[closed.clone(), day.clone()]).is_closed);
    assert!(!case(std::slice::from_ref(&day)).is_closed, "an open case with a day of closing");
    assert_eq!(
        read_case(&changed(case_json(), &[closed])).unwrap_err(),
        [("/asian_tiedot/paattymispaiva".into(), "closing-date-missing")]
    );
    let silent = r#"{"oid": "1.2.246.537.6.1501", "name": {"fi": "Asian tila"}, "coverage": "full",
        "codes": [{"code": "X-OPEN", "name": {"fi": "Avoin"}}]}"#;
    for codes in
        [CodeSets::none(), CodeSet::parse(silent.as_bytes()).unwrap().into_iter().collect()]
    {
        for (changes, is_closed) in [(vec![], false), (vec![day.clone()], true)] {
            let content = changed(case_json(), &changes);
            let read = CaseDocument::read(&content, &Pointer::root(), &codes).unwrap();
            assert_eq!(read.is_closed, is_closed);
        }
    }
}

/// REQ CASE-03
#[test]
fn a_day_of_joining_counts_from_its_start_and_a_day_of_leaving_to_its_end() {
    let (joined, left) = ("/asiakas/0/asiaan_liittymishetki", "/asiakas/0/asiasta_poistumishetki");
    let days = case(&[(joined, json!("2026-02-01")), (left, json!("2026-07-01"))]);
    assert_eq!(days.clients[0].joined_at, Some(at("2026-01-31T22:00:00Z")));
    assert_eq!(days.clients[0].left_at, Some(at("2026-07-01T21:00:00Z")));
    let exact = case(&[(joined, json!("2026-02-01T10:15:00.1234567+02:00"))]);
    assert_eq!(exact.clients[0].joined_at, Some(at("2026-02-01T08:15:00.123456Z")));
}

#[test]
fn what_nothing_can_be_derived_from_is_a_fault_at_its_place() {
    for (path, value, place, code) in [
        ("/palvelunjarjestajan_toimintayksikko", json!(null), "", "missing"),
        ("/palvelunjarjestajan_toimintayksikko/code", json!("x"), "", "not-an-oid"),
        ("/asian_tiedot", json!(null), "", "missing"),
        ("/asian_tiedot/asiatunnus/value", json!("17"), "", "not-an-oid"),
        ("/asian_tiedot/nimi/code", json!("ä"), "", "not-a-code"),
        ("/asian_tiedot/palvelutehtava", json!([]), "/code", "not-a-code"),
        ("/asian_tiedot/avauspaiva", json!("2026-01"), "", "not-a-day"),
        ("/asian_tiedot/avauspaiva", json!(null), "", "missing"),
        ("/asian_tiedot/paattymispaiva", json!("2026"), "", "not-a-day"),
        ("/asian_tiedot/paattymispaiva", json!("2026-02-30"), "", "not-a-day"),
        ("/asiakas/0/asiaan_liittymishetki", json!("2026-02"), "", "not-a-day"),
        ("/asiakas/0/asiasta_poistumishetki", json!("9999-12-31"), "", "not-a-day"),
        ("/asiakas/0/henkilotunnus", json!(null), "", "identity-missing"),
        ("/asiakas/0/henkilotunnus/value", json!("010594Y9033"), "", "not-an-identity-code"),
        ("/asiakas", json!([]), "", "missing"),
    ] {
        let found = read_case(&changed(case_json(), &[(path, value.clone())])).unwrap_err();
        assert_eq!(found, [(format!("{path}{place}"), code)], "{value}");
    }
    for (path, value, code) in [
        (WHOLE.to_owned(), json!(null), "missing"),
        (format!("{WHOLE}/asiakkuuden_alkamispvm"), json!("2026"), "not-a-day"),
        (format!("{WHOLE}/asiakkuuden_paattymispvm"), json!("2026-09"), "not-a-day"),
        ("/palvelunjarjestajan_toimintayksikko/code".into(), json!("x"), "not-an-oid"),
        ("/asiakkuuden_yksilointitunnus/value".into(), json!("x"), "not-an-oid"),
        (format!("{TASK}/palvelutehtava"), json!(null), "missing"),
        (format!("{PRODUCERS}/0/palveluyksikon_nimi/code"), json!("x"), "not-an-oid"),
        (
            format!("{PRODUCERS}/0/palveluntoteuttaja/0/asiakkuuden_alkamispvm"),
            json!("2026"),
            "not-a-day",
        ),
        (format!("{PRODUCERS}/0/asiakkuuden_paattymispvm"), json!("2026-09"), "not-a-day"),
    ] {
        let content = changed(clientship_json(), &[(&path, value.clone())]);
        assert_eq!(read_clientship(&content).unwrap_err(), [(path, code)], "{value}");
    }
    for odd in [json!(null), json!([]), json!({}), json!({"asia_asiakirja": []})] {
        assert!(read_case(&odd).is_err() && read_clientship(&odd).is_err());
    }
}

/// REQ CASE-03
#[test]
fn a_client_stands_in_a_case_once() {
    let client = case_json()["asia_asiakirja"]["asiakas"][0].clone();
    let found = read_case(&changed(case_json(), &[("/asiakas/1", client)])).unwrap_err();
    assert_eq!(found, [("/asiakas/1".into(), "duplicate-client")]);
    let other = json!({"tilapainen_yksilointitunnus": {"value": "1.2.246.10.99990001.22.2026.1"}});
    assert_eq!(case(&[("/asiakas/1", other)]).clients.len(), 2);
}

/// REQ CASE-04
#[test]
fn a_clientship_document_tells_every_unit_with_its_task_and_days_cut_to_what_it_is_nested_in() {
    let end = (format!("{WHOLE}/asiakkuuden_paattymispvm"), json!("2026-04-30"));
    let read = clientship(&[(&end.0, end.1)]);
    let found: Vec<_> = read
        .units
        .iter()
        .map(|e| {
            let task = e.service_task.as_ref().map(Code::as_str);
            (task, e.part, e.unit.clone(), e.via.clone(), e.first, e.last, e.until)
        })
        .collect();
    let (april, march) = (Some(date(2026, 4, 30)), Some(date(2026, 3, 31)));
    let may = Some(date(2026, 5, 31));
    assert_eq!(
        found,
        [
            (None, Part::Organiser, unit(1), None, date(2026, 1, 1), None, april),
            (Some("20"), Part::Organiser, unit(2), None, date(2026, 1, 2), may, april),
            (Some("20"), Part::Producer, unit(3), None, date(2026, 2, 1), march, march),
            (Some("20"), Part::Implementer, unit(4), Some(unit(3)), date(2026, 2, 10), None, march),
        ]
    );
    assert_eq!(read.clientship, Some(Oid::parse("1.2.246.10.99990001.14.7").unwrap()));
    assert_eq!((read.first, read.last, read.organiser), (date(2026, 1, 1), april, Some(unit(0))));
    assert_eq!(read.units[3].at.as_str().rsplit_once('/').unwrap().1, "0");
}

/// REQ CASE-04
#[test]
fn two_entries_of_a_unit_in_the_same_place_share_no_day() {
    let second = |first, last| [(format!("{PRODUCERS}/1"), entry(3, first, last))];
    let faults = |changes: &[(String, Value)]| {
        let changes: Vec<_> = changes.iter().map(|(p, v)| (p.as_str(), v.clone())).collect();
        read_clientship(&changed(clientship_json(), &changes)).err().unwrap_or_default()
    };
    let overlap = [(format!("{PRODUCERS}/1"), "overlapping-periods")];
    assert_eq!(faults(&second("2026-03-31", None)), overlap);
    assert_eq!(faults(&second("2026-01-01", Some("2026-02-01"))), overlap);
    assert_eq!(faults(&second("2026-04-01", None)), []);
    assert_eq!(faults(&[(format!("{PRODUCERS}/1"), entry(5, "2026-02-01", None))]), []);
    let through = |producer: Value, first| {
        let below = json!([entry(4, first, None)]);
        vec![(format!("{PRODUCERS}/1"), with(producer, "palveluntoteuttaja", below))]
    };
    let again = entry(3, "2026-04-01", None);
    assert_eq!(faults(&through(again.clone(), "2026-04-01")), [], "cut to its producer's end");
    assert_eq!(
        faults(&through(again, "2026-03-01")),
        [(format!("{PRODUCERS}/1/palveluntoteuttaja/0"), "overlapping-periods")]
    );
    let other = through(entry(5, "2026-02-01", None), "2026-02-01");
    assert_eq!(faults(&other), [], "another producer's");
    let old = (format!("{WHOLE}/vanha_asiakkuus"), json!(true));
    let [same] = second("2026-03-31", None);
    assert_eq!(faults(&[old, same]), [], "an old clientship");
}

/// REQ CASE-04
#[test]
fn an_old_clientship_is_read_by_months_and_years_and_nothing_follows_from_it() {
    let read = clientship(&[
        (&format!("{WHOLE}/vanha_asiakkuus"), json!(true)),
        (&format!("{WHOLE}/asiakkuuden_alkamispvm"), json!("2026")),
        (&format!("{WHOLE}/asiakkuuden_paattymispvm"), json!("2026-06")),
        ("/asiakkuuden_yksilointitunnus", json!(null)),
        ("/palvelunjarjestajan_toimintayksikko", json!(null)),
        (&format!("{PRODUCERS}/0/asiakkuuden_alkamispvm"), json!("2026")),
    ]);
    assert_eq!((read.first, read.last), (date(2026, 1, 1), Some(date(2026, 6, 30))));
    assert_eq!((read.clientship.as_ref(), read.organiser.as_ref()), (None, None));
    assert_eq!((read.units.len(), read.units[2].first), (4, date(2026, 1, 1)));
    let standing = standing(&case(&[]), &read);
    assert_eq!((standing.context_units().count(), standing.rights().len()), (0, 0));
    assert_eq!(standing.active_clientship_of(&unit(0), date(2026, 3, 1)), None);
}

#[test]
fn the_examples_of_national_and_own_structures_are_read_and_folded() {
    let codes = codes();
    let own = builtin::structures().map(|(_, text)| Structure::parse(text.as_bytes()).unwrap());
    let national = national().iter().map(|(_, structure, _)| structure.clone());
    for structure in own.chain(national) {
        for seed in 0..20 {
            for content in [
                example::minimal(&structure, &codes, seed),
                example::full(&structure, &codes, seed),
            ] {
                let at = Pointer::root();
                let mut standing = Standing::default();
                match structure.control() {
                    Some(Control::Case) => {
                        let read = CaseDocument::read(&content, &at, &codes).unwrap();
                        standing.put_case(&oid(1), &unit(0), &read, &read.clients[0]);
                        assert_eq!(standing.cases().count(), 1);
                    }
                    Some(Control::Clientship) => {
                        let read = ClientshipDocument::read(&content, &at).unwrap();
                        let now = Timestamp::UNIX_EPOCH;
                        standing.put_clientship(&oid(1), &unit(0), &read, now);
                        assert_eq!(standing.context_units().count(), read.units.len());
                    }
                    _ => {}
                }
            }
        }
    }
}

/// REQ RA-01
/// REQ CASE-05
#[test]
fn rights_follow_from_producers_and_implementers_in_cases_of_the_same_task() {
    let standing = standing(&case(&[]), &clientship(&[]));
    let rights = standing.rights();
    let march = Some(date(2026, 3, 31));
    assert_eq!(
        spells(&standing),
        [(unit(3), vec![(date(2026, 2, 1), march)]), (unit(4), vec![(date(2026, 2, 10), march)]),]
    );
    assert!(rights.iter().all(|r| r.case == case(&[]).case && r.service_task.as_str() == "20"));
    let other = case(&[("/asian_tiedot/palvelutehtava/code", json!("10"))]);
    assert_eq!(spells(&self::standing(&other, &clientship(&[]))), []);
    assert_eq!(Standing::default().rights(), []);
}

/// REQ RA-01
/// REQ CASE-03
#[test]
fn a_right_lasts_no_longer_than_the_case_and_the_clients_part_in_it() {
    let (closing, left) = ("/asian_tiedot/paattymispaiva", "/asiakas/0/asiasta_poistumishetki");
    let (opening, joined) = ("/asian_tiedot/avauspaiva", "/asiakas/0/asiaan_liittymishetki");
    for (path, value, last) in [
        (closing, "2026-02-20", Some(date(2026, 2, 20))),
        (closing, "2026-04-20", Some(date(2026, 3, 31))),
        (left, "2026-02-20", Some(date(2026, 2, 20))),
        (left, "2026-02-20T00:00:00+02:00", Some(date(2026, 2, 19))),
    ] {
        let found = spells(&standing(&case(&[(path, json!(value))]), &clientship(&[])));
        assert_eq!(found[0], (unit(3), vec![(date(2026, 2, 1), last)]), "{value}");
    }
    for (path, value) in [
        (closing, "2026-01-31"),
        (left, "2026-01-31"),
        (opening, "2026-04-01"),
        (joined, "2026-04-01"),
    ] {
        let found = spells(&standing(&case(&[(path, json!(value))]), &clientship(&[])));
        assert_eq!(found, [], "no day in common: {path}");
    }
}

/// REQ CASE-04
/// REQ RA-01
#[test]
fn an_entry_that_a_new_version_leaves_out_ends_at_that_instant() {
    let mut standing = standing(&case(&[]), &clientship(&[]));
    let second = at("2026-02-15T09:00:00.123456789Z");
    let without = clientship(&[(PRODUCERS, json!(null))]);
    standing.put_clientship(&oid(2), &unit(0), &without, second);
    let withdrawn = Some(at("2026-02-15T09:00:00.123456Z"));
    let rights = standing.rights();
    assert_eq!(rights.iter().map(|r| r.spells[0].withdrawn_at).collect::<Vec<_>>(), [withdrawn; 2]);
    assert!(rights[0].spells[0].holds_at(at("2026-02-15T09:00:00.123455Z")));
    assert!(!rights[0].spells[0].holds_at(second));
    let contexts: Vec<_> = standing.context_units().filter(|unit| unit.holds_at(second)).collect();
    assert_eq!(contexts.iter().map(|c| c.unit.clone()).collect::<Vec<_>>(), [unit(1), unit(2)]);

    // A third version keeps the instant of the second, and has the entry again where it names it.
    let third = at("2026-02-20T09:00:00Z");
    let mut unchanged = standing.clone();
    unchanged.put_clientship(&oid(2), &unit(0), &without, third);
    assert_eq!(unchanged, standing);
    standing.put_clientship(&oid(2), &unit(0), &clientship(&[]), third);
    assert_eq!(standing.rights()[0].spells[0].withdrawn_at, None);
}

#[test]
fn a_withdrawn_entry_that_never_began_gives_no_right() {
    let mut standing = standing(&case(&[]), &clientship(&[]));
    let without = clientship(&[(PRODUCERS, json!(null))]);
    standing.put_clientship(&oid(2), &unit(0), &without, at("2026-01-20T09:00:00Z"));
    assert_eq!(standing.rights(), []);
}

/// REQ CASE-05
#[test]
fn an_annulled_clientship_withdraws_its_entries_and_an_annulled_case_gives_no_right() {
    let (now, later) = (at("2026-02-15T09:00:00Z"), at("2026-02-16T09:00:00Z"));
    let whole = standing(&case(&[]), &clientship(&[]));
    let mut standing = whole.clone();
    standing.annul(&oid(2), now);
    standing.annul(&oid(2), later);
    standing.annul(&oid(99), now);
    assert!(standing.context_units().all(|unit| unit.withdrawn_at == Some(now)));
    assert!(standing.rights().iter().all(|right| right.spells[0].withdrawn_at == Some(now)));
    assert_eq!(standing.active_clientship_of(&unit(0), date(2026, 2, 15)), None);
    let mut standing = whole;
    standing.annul(&oid(1), now);
    assert_eq!(standing.rights(), []);
    assert_eq!(standing.find_case(&case(&[]).case).unwrap().1.annulled_at, Some(now));
}

#[test]
fn spells_that_touch_or_overlap_are_one() {
    let second = |first, last| {
        let path = format!("{PRODUCERS}/1");
        spells(&standing(&case(&[]), &clientship(&[(&path, entry(3, first, last))]))).remove(0).1
    };
    let first = (date(2026, 2, 1), Some(date(2026, 3, 31)));
    assert_eq!(second("2026-04-01", None), [(date(2026, 2, 1), None)]);
    assert_eq!(
        second("2026-04-02", None),
        [first, (date(2026, 4, 2), None)],
        "there is a day between"
    );
    // The same unit under another producer.
    let path = format!("{PRODUCERS}/1");
    let other = with(
        entry(5, "2026-02-01", Some("2026-02-28")),
        "palveluntoteuttaja",
        json!([entry(3, "2026-01-15", None)]),
    );
    let found = spells(&standing(&case(&[]), &clientship(&[(&path, other)])));
    assert_eq!(found[0], (unit(3), vec![(date(2026, 1, 15), Some(date(2026, 3, 31)))]));
}

/// REQ CASE-04
#[test]
fn a_keeper_has_one_active_clientship_until_it_ends() {
    let end = format!("{WHOLE}/asiakkuuden_paattymispvm");
    let standing = standing(&case(&[]), &clientship(&[(&end, json!("2026-04-30"))]));
    let find = |keeper, day| standing.active_clientship_of(&unit(keeper), day).map(|(d, _)| d);
    assert_eq!(find(0, date(2026, 4, 30)), Some(&oid(2)));
    assert_eq!(find(0, date(2026, 5, 1)), None);
    assert_eq!(find(1, date(2026, 4, 30)), None);
}

/// REQ CASE-07
#[test]
fn turvakielto_holds_to_its_last_day_in_any_clientship_that_is_not_annulled() {
    let under = |until: Value| {
        clientship(&[
            ("/asiakas/turvakielto", json!(true)),
            ("/asiakas/turvakiellon_paattymispaiva", until),
        ])
    };
    let mut standing = standing(&case(&[]), &under(json!("2026-06")));
    assert!(standing.turvakielto(date(2026, 6, 30)));
    assert!(!standing.turvakielto(date(2026, 7, 1)));
    standing.put_clientship(&oid(3), &unit(5), &under(json!(null)), Timestamp::UNIX_EPOCH);
    assert!(standing.turvakielto(date(2099, 7, 1)));
    standing.annul(&oid(3), Timestamp::UNIX_EPOCH);
    assert!(!standing.turvakielto(date(2099, 7, 1)));
}

/// REQ CASE-06
#[test]
fn two_files_of_one_person_in_one_case_make_the_longer_part_in_it() {
    let (joined, left) = ("/asiakas/0/asiaan_liittymishetki", "/asiakas/0/asiasta_poistumishetki");
    let of = |changes: &[(&str, Value)]| {
        let mut standing = Standing::default();
        let case = case(changes);
        standing.put_case(&oid(1), &unit(0), &case, &case.clients[0]);
        standing
    };
    let mut whole = of(&[(joined, json!("2026-02-01")), (left, json!("2026-03-01"))]);
    whole.merge(of(&[(joined, json!("2026-02-10")), (left, json!("2026-04-01"))]));
    assert!(whole == of(&[(joined, json!("2026-02-01")), (left, json!("2026-04-01"))]));
    whole.merge(of(&[]));
    assert!(whole == of(&[]), "from the opening on, and still in it");
}

#[test]
fn the_stored_form_is_short_and_what_cannot_be_read_is_an_error() {
    let end = format!("{TASK}/palveluntuottaja/0/sosiaalipalvelu");
    let services = json!([coded("x", "30"), coded("x", "10"), coded("x", "30")]);
    let mut standing = standing(&case(&[]), &clientship(&[(&end, services)]));
    standing.annul(&oid(1), at("2026-03-01T00:00:00.000001Z"));
    let text = serde_json::to_string_pretty(&standing).unwrap();
    insta::assert_snapshot!(text);
    assert!(serde_json::from_str::<Standing>(&text).unwrap() == standing);
    assert_eq!(serde_json::to_string(&Standing::default()).unwrap(), "{}");
    for broken in [
        text.replace("2026-02-01", "2026-02-31"),
        text.replace("\"annulled\"", "\"cancelled\""),
        text.replace("1772323200000001", "9223372036854775807"),
        text.replace("producer", "donor"),
        "[]".into(),
    ] {
        assert_ne!(broken, text);
        assert!(serde_json::from_str::<Standing>(&broken).is_err(), "{broken}");
    }
}

#[test]
fn debugging_output_shows_no_person_and_no_protection() {
    let (case, clientship) = (case(&[]), clientship(&[("/asiakas/turvakielto", json!(true))]));
    let standing = standing(&case, &clientship);
    let inner: Vec<_> = standing.clientships().collect();
    let text = format!("{case:?} {:?} {clientship:?} {standing:?} {inner:?}", case.clients);
    for hidden in ["010594", "urvakielto", "true"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
}

/// REQ RA-08
#[test]
fn a_clientship_reaches_the_cases_of_its_own_keeper_alone() {
    let case = case(&[]);
    let mut standing = standing(&case, &clientship(&[]));
    let before = standing.rights();
    assert!(!before.is_empty());
    standing.put_case(&oid(1), &unit(9), &case, &case.clients[0]);
    assert!(standing.rights().is_empty());
    standing.put_clientship(&oid(2), &unit(9), &clientship(&[]), at("2026-01-01T08:00:00Z"));
    assert_eq!(standing.rights(), before);
}
