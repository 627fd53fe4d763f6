//! What follows from documents, alone and one after the other.

use super::*;

/// REQ CASE-05, RA-01
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

/// REQ CASE-03, RA-01
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

/// REQ CASE-04, RA-01
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
        "null".into(),
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
    standing.put_case(&oid(1), &unit(0), &case, &case.clients[0]);
    assert_eq!(standing.rights(), before);
}
