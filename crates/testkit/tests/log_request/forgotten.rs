//! What was answered does not outlive the log that it tells of, and neither do breaches and reviews.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use varanto::server::open_service;
use varanto_client::UseContext;
use varanto_model::Code;
use varanto_service::{Sealer, Service};
use varanto_store::testing::Hand;
use varanto_testkit::{Expect, Site};

use crate::given::{Given, with};

/// A store that nobody serves any more.
struct Left {
    site: Site,
}

impl Left {
    async fn service(&self) -> Service {
        Box::pin(open_service(&self.site.config(), &[])).await.unwrap()
    }

    /// Lets go what the log lets go at a time, and what was handled; gives how many of each.
    async fn retained(&self, at: Timestamp) -> (u64, usize) {
        self.site.set_clock(&at.to_string());
        let service = self.service().await;
        let entries = service.retain_log().await.unwrap();
        (entries, service.forget_handled().await.unwrap())
    }

    fn hand(&self) -> Hand {
        Hand::on(self.site.store_settings())
    }

    fn told(&self, sql: &str) -> Vec<String> {
        self.hand().column(sql).unwrap()
    }
}

/// Waits until all that is noted is in the tree.
async fn sealed(given: &Given) {
    let store = Hand::on(given.server.store_settings());
    let waiting = "SELECT count(*) FROM use_entry, log_state WHERE number > use_number";
    for _ in 0..200 {
        if store.column(waiting).unwrap() == ["0"] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the log is not sealed");
}

/// Closes a breach that was reported, and decides on a use; the names of the breach and the decision's item.
async fn handled(given: &Given, letter: &str) {
    let report = json!({
        "what": "Kirje jäi bussiin", "when_noticed": "2026-09-10T12:00:00+03:00",
        "documents": [letter],
    });
    let breach = given.maija.session().report_breach(&report).await.unwrap().expect_status(201);
    let breach = breach["id"].as_str().unwrap();
    for step in [json!({"kind": "assessment", "risk": "none"}), json!({"kind": "closing"})] {
        let mut step = with(&step);
        step["words"] = json!("Kirje löytyi");
        given.officer.step_breach(breach, &step).await.unwrap().expect_status(201);
    }
    let reason =
        UseContext { special_reason: Code::parse("X-OTHER").ok(), ..UseContext::default() };
    let olli = given.server.person("S-1002").session();
    let letter = varanto_model::Oid::parse(letter).unwrap();
    olli.fetch(&letter, &reason).await.unwrap().expect_status(200);
    let search = with(&json!({"filter": {"list": "special-reasons"}}));
    let page = given.officer.post_json("/v1/supervision/search", &search).await.unwrap();
    let item = page.expect_status(200)["items"][0]["id"].clone();
    let decision = with(&json!({
        "list": "special-reasons", "item": item, "decision": "justified", "reason": "Asiakas soitti"
    }));
    let decided = given.officer.post_json("/v1/supervision/decisions", &decision).await.unwrap();
    decided.expect_status(201);
}

/// REQ LOG-03, LOG-05, LOG-06, LOG-07
#[tokio::test]
async fn what_was_answered_closed_and_decided_leaves_with_the_log_and_not_before() {
    // The log is signed with this time, or with that of the tests, whichever comes first; the later one stays.
    let begun = Timestamp::now();
    let after = |days: i64| begun + SignedDuration::from_hours(24 * days);
    let given = Given::start().await;
    let letter = given.letter().await;
    let answered = given.register(&given.request()).await;
    given.answer(&answered, &json!({"with_proofs": true})).await;
    let open = given.register(&given.request()).await;
    handled(&given, letter.oid().as_str()).await;
    given.server.set_clock("2026-09-10T13:00:00+03:00");
    given.preview(&open).await;
    sealed(&given).await;
    given.server.set_clock(&after(100).to_string());
    let later = given.register(&given.request()).await;
    given.answer(&later, &json!({})).await;
    let left = Left { site: given.server.stop().await };
    left.hand().execute("UPDATE log_state SET held_until = 0").unwrap();
    left.site.seal_with(&mut Sealer::new(left.service().await)).await;
    let too_early = "2038-09-10T08:00:00Z".parse().unwrap();
    assert_eq!(left.retained(too_early).await, (0, 0));
    let (entries, forgotten) = left.retained(after(12 * 366)).await;
    assert!(entries > 10);
    assert_eq!(forgotten, 3, "the answered request, the breach and the decision");
    assert_eq!(left.service().await.forget_handled().await.unwrap(), 0, "once");
    let noted =
        left.told("SELECT detail FROM administrative_entry WHERE action = 'forget_handled'");
    assert_eq!(noted, ["1 log requests, 1 breaches, 1 reviews"]);
    let requests = "SELECT state || ' ' || received_on || ' ' ||
        CASE WHEN length(details) > 0 THEN 1 ELSE 0 END || ' ' ||
        CASE WHEN answer IS NOT NULL THEN 1 ELSE 0 END || ' ' || coalesce(answered_by, '-') || ' ' || user_id
        FROM log_request ORDER BY at, id";
    let expected = [
        "given 2026-09-10 0 0 - ",
        "open 2026-09-10 1 0 - T-1008",
        "given 2026-09-10 1 1 T-1008 T-1008",
    ];
    assert_eq!(left.told(requests), expected);
    let breaches = "SELECT state || length(clients) || documents || user_id ||
        coalesce(CAST(length(details) AS TEXT), '-') FROM breach";
    assert_eq!(left.told(breaches), ["closed0[]-"]);
    assert_eq!(left.told("SELECT count(*) FROM breach_step"), ["0"]);
    let reviews = "SELECT decision || item || length(reason) || user_id || user_name FROM review";
    assert_eq!(left.told(reviews), ["justified0"]);
    let service = left.service().await;
    for (id, is_kept) in [(&answered, false), (&open, false), (&later, true)] {
        let exported = service.export_log_answer(id.parse().unwrap(), "X").await;
        assert_eq!(exported.is_ok(), is_kept);
    }
}

/// REQ LOG-05: a server that is asked for what is forgotten knows it no more.
#[tokio::test]
async fn a_forgotten_request_is_not_found_and_not_listed() {
    let given = Given::start().await;
    let id = given.register(&given.request()).await;
    given.answer(&id, &json!({})).await;
    let store = Hand::on(given.server.store_settings());
    let nothing = store.bytes(b"");
    let forget = "user_id = '', answered_by = NULL, answer = NULL";
    store.execute(&format!("UPDATE log_request SET details = {nothing}, {forget}")).unwrap();
    let found = given.officer.find_log_request(&id, &crate::given::supervision()).await.unwrap();
    found.expect_problem("not-found");
    let listed = given.officer.search_log_requests(&with(&json!({}))).await.unwrap();
    assert_eq!(listed.expect_status(200), json!({"requests": [], "next": Value::Null}));
}
