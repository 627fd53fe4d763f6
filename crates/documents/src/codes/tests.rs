use jiff::civil::date;

use super::*;

fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

const SET: &str = r#"{"oid": "1.2.3", "name": {"fi": "Joukko"}, "coverage": "full", "codes": [
    {"code": "1", "name": {"fi": "Yksi", "sv": "Ett"}, "valid_to": "2024-12-31"},
    {"code": "X-2", "name": {"fi": "Kaksi"}, "local": true, "meaning": "closed"}]}"#;

#[test]
fn a_code_is_known_in_every_version_of_its_set_and_on_the_days_of_its_use() {
    let sets: CodeSets = CodeSet::parse(SET.as_bytes()).unwrap().into_iter().collect();
    let (before, after) = (date(2024, 12, 31), date(2025, 1, 1));
    for system in ["1.2.3", "1.2.3.201601"] {
        assert_eq!(sets.known(&oid(system), "1", before), Standing::Valid);
        assert_eq!(sets.known(&oid(system), "1", after), Standing::NotOnThatDay);
        assert_eq!(sets.known(&oid(system), "9", after), Standing::Unknown);
    }
    assert_eq!(sets.known(&oid("1.2.30"), "9", after), Standing::Unchecked);
    assert!(sets.of_system("urn:oid:1.2.3.1").is_some() && sets.of_system("1.2.3").is_none());
    assert!(
        sets.means(&oid("1.2.3"), "X-2", "closed") && !sets.means(&oid("1.2.3"), "1", "closed")
    );
}

#[test]
fn a_code_outside_a_set_that_is_known_in_part_is_not_held_against_anyone() {
    let partial = SET.replace("full", "partial");
    let set = &CodeSet::parse(partial.as_bytes()).unwrap()[0];
    assert_eq!(set.known("9", date(2025, 1, 1)), Standing::Unchecked);
}

#[test]
fn every_fault_of_a_code_set_is_named_at_its_place() {
    let text = r#"{"code_sets": [{"oid": "x", "coverage": "some", "extra": 1, "codes": [
        {"code": "a b", "name": {"sv": "Ett"}}, {"code": "1", "name": {"fi": "a"}, "valid_from": "2025-02-30"},
        {"code": "1", "name": {"fi": "b"}, "valid_from": "2025-02-02", "valid_to": "2025-02-01"}, 7]}], "more": 2}"#;
    let faults = CodeSet::parse(text.as_bytes()).unwrap_err();
    let found: Vec<_> = faults.as_slice().iter().map(|f| (f.pointer.as_str(), f.code)).collect();
    let set = "/code_sets/0";
    assert_eq!(
        found,
        [
            ("/more".into(), "unknown-member"),
            (format!("{set}/oid"), "not-an-oid"),
            (format!("{set}/name"), "missing"),
            (format!("{set}/coverage"), "not-in-list"),
            (format!("{set}/extra"), "unknown-member"),
            (format!("{set}/codes/0/code"), "not-a-code"),
            (format!("{set}/codes/0/name"), "not-a-name"),
            (format!("{set}/codes/1/valid_from"), "not-a-date"),
            (format!("{set}/codes/2/valid_to"), "ends-before-it-starts"),
            (format!("{set}/codes/2/code"), "twice"),
            (format!("{set}/codes/3"), "wrong-type"),
        ]
        .iter()
        .map(|(p, c): &(String, &str)| (p.as_str(), *c))
        .collect::<Vec<_>>()
    );
}

fn header() -> Header {
    let name = LocalText { fi: "Joukko".into(), sv: None, en: None };
    let (version, validity) = (None, Validity::default());
    Header { oid: oid("1.2.3"), name, version, coverage: Coverage::Full, validity }
}

#[test]
fn a_table_with_quotes_and_open_dates_is_read() {
    let table = "\u{feff}code;fi;sv;en;valid_from;valid_to\r\n1;\"Yksi; \"\"eka\"\"\";Ett;;2024-01-01;\r\n2;Kaksi;;;;2025-01-01";
    let set = CodeSet::from_csv(header(), table.as_bytes()).unwrap();
    assert_eq!(set.find("1").unwrap().name().fi, "Yksi; \"eka\"");
    assert_eq!(set.known("1", date(2023, 12, 31)), Standing::NotOnThatDay);
    assert_eq!(set.known("2", date(2025, 1, 1)), Standing::Valid);
    assert_eq!(set.codes().count(), 2);
}

#[test]
fn a_table_may_say_what_a_code_means() {
    let table = "code;fi;sv;en;valid_from;valid_to;meaning\n3;Suljettu;;;;;closed\n1;Avoin;;;;;\n";
    let set = CodeSet::from_csv(header(), table.as_bytes()).unwrap();
    assert_eq!(set.find("3").unwrap().meaning(), Some("closed"));
    assert_eq!(set.find("1").unwrap().meaning(), None);
}

#[test]
fn a_code_set_is_read_from_the_form_that_it_is_written_in() {
    let text = SET.replace(
        "\"coverage\"",
        "\"version\": \"1\", \"valid_from\": \"2011-12-01\", \"coverage\"",
    );
    let given = CodeSet::parse(text.as_bytes()).unwrap();
    for set in given.iter().chain(crate::builtin::code_sets().unwrap().iter()) {
        assert_eq!(
            CodeSet::parse(set.to_json().to_string().as_bytes()).unwrap(),
            std::slice::from_ref(set)
        );
    }
}

#[test]
fn every_fault_of_a_table_is_named_at_its_line() {
    let table = "code;fi;sv;en;valid_from;valid_to\n;a;;;;\n1;;;;x;\n2;b;;;;\n2;c;;;;\n1;2\n";
    let faults = CodeSet::from_csv(header(), table.as_bytes()).unwrap_err();
    let found: Vec<_> = faults.as_slice().iter().map(|f| (f.pointer.as_str(), f.code)).collect();
    let wanted = [
        ("/1/code", "not-a-code"),
        ("/2/fi", "missing"),
        ("/2/valid_from", "not-a-date"),
        ("/4/code", "twice"),
        ("/5", "not-a-table"),
    ];
    assert_eq!(found, wanted);
    assert!(
        CodeSet::from_csv(header(), b"1;\"a").is_err() && CodeSet::from_csv(header(), b"").is_err()
    );
}
