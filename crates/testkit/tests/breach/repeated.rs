//! What comes again opens nothing, and nobody reports without end.

use serde_json::{Value, json};
use varanto_client::{Answer, Session};
use varanto_testkit::{Expect, TestServer, fresh_client};

use crate::given::{BEGINNING, Officer, report, reported};

/// As many as somebody reports to a controller within 24 hours.
const MOST: usize = 20;

async fn send(session: &Session, report: &Value) -> Answer {
    session.report_breach(report).await.unwrap()
}

/// REQ LOG-07
#[tokio::test]
async fn a_report_that_comes_again_is_answered_with_the_breach_that_it_opened() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let (maija, olli) = (server.person("S-1001").session(), server.person("S-1002").session());
    let officer = Officer::of(&server, "T-1008");
    let report = report();
    let first = send(&maija, &report).await.expect_status(201);
    server.set_clock("2026-09-01T08:50:00Z");
    let mut later = report.clone();
    later["when_noticed"] = "2026-09-01T07:00:00Z".into();
    for again in [&report, &later] {
        assert_eq!(send(&maija, again).await.expect_status(201), first);
    }
    assert_eq!(officer.listed(None).await.len(), 1);
    let noted = officer.log("report-breach").await;
    let repeats: Vec<_> = noted.iter().filter(|entry| !entry["search"].is_null()).collect();
    assert_eq!((noted.len(), repeats.len()), (3, 2), "each is logged");
    let repeat = json!({"breach": first["id"], "act": "repeat"});
    assert!(repeats.iter().all(|entry| entry["search"] == repeat), "{repeats:?}");

    let mut other = report.clone();
    other["what"] = "Toinen kirje".into();
    for (session, another) in [(&maija, &other), (&olli, &report)] {
        assert_ne!(reported(session, another).await, first["id"]);
    }
    server.set_clock("2026-09-01T09:30:00Z");
    assert_ne!(reported(&maija, &report).await, first["id"], "an hour is over");
}

/// REQ LOG-07: the same report is told by what it says, and so nobody learns from it who is whose client.
#[tokio::test]
async fn whose_document_it_is_shows_in_no_repeat() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let letter = care.draft(&maija);
    maija.session().store(&letter.build()).await.unwrap().expect_status(201);
    let session = maija.session();
    let named = async |clients: Value| {
        let mut report = report();
        report["documents"] = json!([letter.oid().as_str()]);
        report["clients"] = clients;
        reported(&session, &report).await
    };
    let alone = named(json!([])).await;
    let with_its_client = named(json!([{"id": care.client}])).await;
    let with_another = named(json!([{"id": fresh_client()}])).await;
    assert!(alone != with_its_client && with_its_client != with_another && alone != with_another);
}

/// REQ LOG-07
#[tokio::test]
async fn a_user_reports_so_many_breaches_a_day_and_is_told_when_to_come_again() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let (maija, olli) = (server.person("S-1001").session(), server.person("S-1002").session());
    let officer = Officer::of(&server, "T-1008");
    let first = report();
    let id = reported(&maija, &first).await;
    server.set_clock("2026-09-01T08:30:00Z");
    for _ in 1..MOST {
        reported(&maija, &report()).await;
    }
    let refused = send(&maija, &report()).await;
    let seconds: u32 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((80_000..=84_660).contains(&seconds), "a day after the first one: {seconds}");
    let problem = refused.expect_problem("too-many-reports");
    assert!(problem.detail.as_ref().unwrap().contains("2026-09-02T08:0"), "{problem}");
    assert_eq!(reported(&maija, &first).await, id, "what was taken is taken");
    reported(&olli, &report()).await;
    assert_eq!(officer.listed(None).await.len(), MOST + 1);
    assert_eq!(officer.log("report-breach").await[2]["outcome"], "too-many-reports");
    server.set_clock("2026-09-02T08:20:00Z");
    reported(&maija, &report()).await;
    send(&maija, &report()).await.expect_problem("too-many-reports");
}
