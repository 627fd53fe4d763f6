//! From the suspicion to the closing, with the clock.

use jiff::SignedDuration;
use serde_json::{Value, json};
use varanto_testkit::{Expect, TestServer};

use crate::given::{BEGINNING, Officer, ids, report, reported};

fn members<'a>(breach: &'a Value, names: &[&str]) -> Vec<&'a Value> {
    names.iter().map(|name| &breach[*name]).collect()
}

/// REQ LOG-07
#[tokio::test]
async fn a_breach_is_assessed_told_and_closed_and_every_step_is_kept() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let id = reported(&server.person("S-1001").session(), &report()).await;
    let officer = Officer::of(&server, "T-1008");
    let assessed = json!({"kind": "assessment", "risk": "high", "affected": 2});
    let assessed = officer.stepped(&id, &assessed).await;
    assert_eq!(members(&assessed, &["state", "risk"]), ["assessed", "high"]);
    assert_eq!(assessed["clock"]["met"], false);

    let closing = json!({"kind": "closing"});
    for (place, step) in [
        ("/without_authority_notice", None),
        (
            "/without_subjects_notice",
            Some(json!({
                "kind": "authority-notice", "told_at": BEGINNING, "reference": "TSV-2026-5"
            })),
        ),
    ] {
        if let Some(step) = step {
            assert_eq!(officer.stepped(&id, &step).await["clock"]["met"], true);
        }
        let refused = officer.step(&id, &closing).await.expect_problem("invalid-request");
        assert_eq!(refused.errors[0].pointer, place);
    }
    officer.stepped(&id, &json!({"kind": "measure", "words": "Kirje haettu pois"})).await;
    let told = json!({"kind": "subjects-notice", "told_at": BEGINNING});
    officer.stepped(&id, &told).await;
    let closed = officer.stepped(&id, &closing).await;
    assert_eq!(closed["state"], "closed");
    assert!(closed["closed_at"].is_string());
    assert_eq!(closed["clock"]["remaining_seconds"], Value::Null);

    for step in [closing, json!({"kind": "note"}), json!({"kind": "assessment", "risk": "none"})] {
        officer.step(&id, &step).await.expect_problem("breach-closed");
    }
    let found = officer.found(&id).await;
    let steps = found["steps"].as_array().unwrap();
    let kinds: Vec<_> = steps.iter().map(|step| step["kind"].as_str().unwrap()).collect();
    let expected = ["assessment", "authority-notice", "measure", "subjects-notice", "closing"];
    assert_eq!(kinds, expected);
    assert_eq!(
        members(&steps[0], &["by", "risk", "affected", "words"]),
        [&json!("T-1008"), &json!("high"), &json!(2), &json!("Selvitetty")]
    );
    assert_eq!(
        members(&steps[1], &["number", "told_at", "reference"]),
        [&json!(2), &json!(BEGINNING), &json!("TSV-2026-5")]
    );
    assert_eq!(steps[2]["words"], "Kirje haettu pois");

    for (state, count) in [("suspected", 0), ("assessed", 0), ("closed", 1)] {
        assert_eq!(officer.listed(Some(state)).await.len(), count, "{state}");
    }
    let noted = officer.log("handle-breach").await;
    let closings: Vec<_> = noted
        .iter()
        .filter(|entry| entry["search"]["step"] == "closing")
        .map(|entry| (entry["outcome"].as_str().unwrap(), entry["search"]["breach"].as_str()))
        .collect();
    let of_it = Some(id.as_str());
    assert_eq!(
        closings,
        [
            ("breach-closed", of_it),
            ("permitted", of_it),
            ("invalid-request", of_it),
            ("invalid-request", of_it),
        ]
    );
}

/// REQ LOG-07
#[tokio::test]
async fn the_clock_runs_for_72_hours_and_who_tells_the_authority_late_says_why() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let maija = server.person("S-1001").session();
    let (late, harmless) = (reported(&maija, &report()).await, reported(&maija, &report()).await);
    let officer = Officer::of(&server, "T-1008");
    let clock = async |id| officer.found(id).await["clock"].clone();
    let remaining = clock(&late).await["remaining_seconds"].as_i64().unwrap();
    assert!((3_600..=72 * 3_600).contains(&remaining), "{remaining}");
    let none = json!({"kind": "assessment", "risk": "none"});
    assert_eq!(officer.stepped(&harmless, &none).await["clock"]["met"], true);

    server.advance_clock(SignedDuration::from_hours(71));
    assert_eq!(clock(&late).await["overdue"], false);
    server.advance_clock(SignedDuration::from_hours(2));
    let over = clock(&late).await;
    assert_eq!(
        members(&over, &["overdue", "remaining_seconds", "met"]),
        [&json!(true), &json!(0), &json!(false)]
    );
    assert_eq!(clock(&harmless).await["overdue"], false);

    let mut notice = json!({"kind": "authority-notice", "told_at": "2026-09-04T08:00:01Z"});
    let refused = officer.step(&late, &notice).await.expect_problem("invalid-request");
    assert_eq!(refused.errors[0].pointer, "/delay_reason");
    notice["delay_reason"] = "Lomakausi".into();
    let told = officer.stepped(&late, &notice).await;
    assert_eq!(
        members(&told["clock"], &["overdue", "remaining_seconds", "met"]),
        [&json!(true), &Value::Null, &json!(true)]
    );
    assert_eq!(officer.found(&late).await["steps"][0]["delay_reason"], "Lomakausi");
}

/// REQ LOG-07
#[tokio::test]
async fn a_breach_is_not_closed_before_it_is_assessed_and_a_reason_stands_for_a_notice() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let id = reported(&server.person("S-1001").session(), &report()).await;
    let officer = Officer::of(&server, "T-1008");
    let closing = json!({
        "kind": "closing", "without_authority_notice": "Tieto oli salattu",
        "without_subjects_notice": "Tieto oli salattu"
    });
    let early = officer.step(&id, &closing).await.expect_problem("invalid-request");
    assert_eq!(
        (early.errors[0].pointer.as_str(), early.errors[0].code.as_str()),
        ("/kind", "not-assessed")
    );
    for (wrong, place) in [
        (json!({"kind": "assessment"}), "/risk"),
        (json!({"kind": "assessment", "risk": "great"}), "/risk"),
        (json!({"kind": "note", "risk": "low"}), "/risk"),
        (json!({"kind": "subjects-notice", "told_at": "2026-09-02T08:00:00Z"}), "/told_at"),
        (json!({"kind": "forgetting"}), "/kind"),
    ] {
        let refused = officer.step(&id, &wrong).await.expect_problem("invalid-request");
        assert_eq!(refused.errors[0].pointer, place, "{refused}");
    }
    officer.stepped(&id, &json!({"kind": "assessment", "risk": "high"})).await;
    let closed = officer.stepped(&id, &closing).await;
    assert_eq!(closed["clock"]["met"], false, "a reason is no notice");
    let kept = officer.found(&id).await["steps"][1]["without_authority_notice"].clone();
    assert_eq!(kept, "Tieto oli salattu");
}

/// REQ LOG-07
#[tokio::test]
async fn breaches_are_listed_newest_first_page_by_page() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let maija = server.person("S-1001").session();
    let mut expected = Vec::new();
    for _ in 0..3 {
        expected.insert(0, reported(&maija, &report()).await);
    }
    let officer = server.person("T-1008").session();
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = json!({"size": 2, "cursor": cursor});
        let search = json!({"context": {"purpose": "supervision"}, "page": page});
        let found = officer.search_breaches(&search).await.unwrap().expect_status(200);
        seen.extend(ids(found["breaches"].as_array().unwrap()).into_iter().map(str::to_owned));
        cursor = found["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen, expected);
}

/// REQ LOG-07: whoever reports may name the only privacy officer; what that officer does then shows.
#[tokio::test]
async fn nobody_is_kept_from_handling_a_breach_by_being_named_in_a_report() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let maija = server.person("S-1001").session();
    let officer = Officer::of(&server, "T-1008");
    let mut report = report();
    for (suspected, shown) in [("T-1008", true), ("S-1002", false)] {
        report["suspected_user"] = suspected.into();
        let id = reported(&maija, &report).await;
        officer.stepped(&id, &json!({"kind": "assessment", "risk": "none"})).await;
        officer.stepped(&id, &json!({"kind": "closing"})).await;
        for step in officer.found(&id).await["steps"].as_array().unwrap() {
            assert_eq!(step["by_suspected_user"], shown);
        }
    }
}

/// REQ LOG-07
#[tokio::test]
async fn nobody_was_told_before_the_controller_was_aware() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let id = reported(&server.person("S-1001").session(), &report()).await;
    let officer = Officer::of(&server, "T-1008");
    for kind in ["authority-notice", "subjects-notice"] {
        let early = json!({"kind": kind, "told_at": "2026-09-01T07:59:59Z"});
        let problem = officer.step(&id, &early).await.expect_problem("invalid-request");
        let error = &problem.errors[0];
        assert_eq!((error.pointer.as_str(), error.code.as_str()), ("/told_at", "before-awareness"));
        officer.stepped(&id, &json!({"kind": kind, "told_at": BEGINNING})).await;
    }
}
