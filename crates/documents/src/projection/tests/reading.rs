//! What is read, and what keeps a document from being read.

use super::*;

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
    let foreign = ("/asian_tiedot/tila/code", json!("7"));
    assert!(case(&[foreign.clone(), day.clone()]).is_closed, "a state that is not in the set");
    assert!(!case(&[foreign]).is_closed);
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
                        let keeper = read.organiser.clone().unwrap_or_else(|| unit(0));
                        standing.put_clientship(&oid(1), &keeper, &read, now);
                        assert_eq!(standing.context_units().count(), read.units.len());
                        // What somebody else keeps gives the organiser's units no context.
                        let mut standing = Standing::default();
                        standing.put_clientship(&oid(1), &oid(9), &read, now);
                        assert_eq!(standing.context_units().count(), 0);
                    }
                    _ => {}
                }
            }
        }
    }
}
