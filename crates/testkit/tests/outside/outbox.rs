//! Patient data on its way: handed over, tried again, given up – and nothing of it kept.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;
use varanto::server::open_service;
use varanto_client::Session;
use varanto_model::Oid;
use varanto_service::PATIENT_DATA;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::outbox::{self, Parcel, ParcelState};
use varanto_store::use_log::Outcome;
use varanto_store::{Plan, Statement};
use varanto_testkit::{Expect, Site, TestServer, fresh_client};

use crate::endpoint::Endpoint;
use crate::mandates::{ORGANISER, PRODUCER, claims, envelope};

/// How often it is looked, before something is taken not to come.
const LOOKS: usize = 1_200;
const BETWEEN: Duration = Duration::from_millis(50);

/// Sends an envelope as the producer; gives its name, and the envelope.
async fn sent(server: &TestServer, session: &Session) -> (String, Value) {
    let client = fresh_client();
    let envelope = envelope(server, "S-1001", &claims(&client), &client);
    let taken = session.pass_on_patient_data(&envelope).await.unwrap().expect_status(202);
    assert_eq!(taken["state"], "waiting");
    (taken["id"].as_str().unwrap().to_owned(), envelope)
}

/// The state of what was sent, as soon as `wanted` holds of it.
async fn once(session: &Session, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..LOOKS {
        let state = session.find_patient_data(id).await.unwrap().expect_status(200);
        if wanted(&state) {
            return state;
        }
        tokio::time::sleep(BETWEEN).await;
    }
    panic!("it does not come to that");
}

/// What the table has of the content.
async fn kept(site: &Site, id: &str) -> Vec<outbox::Payload> {
    site.open_store().await.fetch(outbox::payload(Uuid::parse_str(id).unwrap())).await.unwrap()
}

/// REQ DIS-08
#[tokio::test]
async fn patient_data_is_handed_over_as_it_came_tried_again_and_not_kept() {
    let (server, endpoint) = Endpoint::with_server(2).await;
    let session = server.person("S-2001").session();
    let (id, envelope) = sent(&server, &session).await;
    let state = once(&session, &id, |state| state["state"] == "delivered").await;
    assert_eq!(state["attempts"], 3);
    assert!(state["ended_at"].is_string() && state.get("next_attempt_at").is_none());
    let received = endpoint.received();
    assert_eq!(received.len(), 3);
    for (key, body) in &received {
        assert_eq!(key, &id);
        assert_eq!(serde_json::from_slice::<Value>(body).unwrap(), envelope);
    }
    // Only who sent it is told, and the log of the organiser has it.
    for other in ["S-1001", "S-4002"] {
        let unknown = server.person(other).session().find_patient_data(&id).await.unwrap();
        unknown.expect_problem("not-found");
    }
    let search = json!({"context": {"purpose": "supervision"}, "filter": {"action": "pass-on"}});
    let log = server.person("T-1008").session().search_use_log(&search).await.unwrap();
    let entries = log.expect_status(200)["entries"].clone();
    let entry = entries.as_array().unwrap().iter().find(|e| e["search"]["parcel"] == id.as_str());
    assert_eq!(entry.unwrap()["user"]["id"], "S-2001");
    let site = server.stop().await;
    assert_eq!(kept(&site, &id).await, []);
}

/// A parcel that waits long.
fn waiting(organisation: &str) -> Statement {
    let now = Timestamp::now();
    let parcel = Parcel {
        id: Uuid::now_v7(),
        kind: "patient-data".to_owned(),
        at: now,
        organisation: Oid::parse(organisation).unwrap(),
        state: ParcelState::Waiting,
        attempts: 0,
        due_at: now + SignedDuration::from_hours(24),
    };
    outbox::insert(parcel, b"sealed".to_vec())
}

/// Puts so many parcels of an organisation into the table.
async fn fill(site: &Site, organisation: &str, parcels: usize) {
    let entry = AdministrativeEntry {
        id: Uuid::now_v7(),
        at: Timestamp::now(),
        action: "fill".to_owned(),
        outcome: Outcome::Permitted,
        organisation: None,
        actor: None,
        detail: None,
        request_id: None,
        certificate: None,
    };
    let mut plan = Plan::administrative(entry);
    plan.extend((0..parcels).map(|_| waiting(organisation)));
    site.open_store().await.commit(plan).await.unwrap();
}

/// REQ DIS-08: where nothing is handed over, one organisation does not fill the store.
#[tokio::test]
async fn no_more_is_taken_while_a_thousand_parcels_of_the_organisation_wait() {
    let (server, _endpoint) = Endpoint::with_server(usize::MAX).await;
    let session = server.person("S-2001").session();
    fill(&server, ORGANISER, 1_000).await;
    fill(&server, PRODUCER, 999).await;
    sent(&server, &session).await;
    let client = fresh_client();
    let envelope = envelope(&server, "S-1001", &claims(&client), &client);
    let refused = session.pass_on_patient_data(&envelope).await.unwrap();
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.expect_problem("outbox-full").status, 503);
}

/// REQ DIS-08
#[tokio::test]
async fn what_waits_survives_the_server_and_is_handed_over_after_it() {
    let (server, endpoint) = Endpoint::with_server(usize::MAX).await;
    let session = server.person("S-2001").session();
    let (id, _) = sent(&server, &session).await;
    once(&session, &id, |state| state["attempts"].as_u64() >= Some(1)).await;
    let site = server.stop().await;
    assert_eq!(kept(&site, &id).await.len(), 1);
    endpoint.recover();
    let server = TestServer::over(site).await;
    let session = server.person("S-2001").session();
    // The pause may be long by now: the clock is moved past it.
    server.advance_clock(SignedDuration::from_hours(2));
    once(&session, &id, |state| state["state"] == "delivered").await;
}

/// REQ DIS-08
#[tokio::test]
async fn after_a_week_it_is_given_up_and_not_kept() {
    let (server, _endpoint) = Endpoint::with_server(usize::MAX).await;
    let session = server.person("S-2001").session();
    let (id, _) = sent(&server, &session).await;
    let waiting = once(&session, &id, |state| state["attempts"].as_u64() >= Some(1)).await;
    assert_eq!(waiting["state"], "waiting");
    server.advance_clock(SignedDuration::from_hours(6 * 24));
    let before = waiting["attempts"].as_u64();
    let still = once(&session, &id, |state| state["attempts"].as_u64() > before).await;
    assert_eq!(still["state"], "waiting");
    server.advance_clock(SignedDuration::from_hours(25));
    once(&session, &id, |state| state["state"] == "failed").await;
    let site = server.stop().await;
    assert_eq!(kept(&site, &id).await, []);
}

/// REQ DIS-08
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_store_hand_everything_over_once() {
    let (server, endpoint) = Endpoint::with_server(usize::MAX).await;
    let session = server.person("S-2001").session();
    let mut expected = BTreeSet::new();
    for _ in 0..8 {
        expected.insert(sent(&server, &session).await.0);
    }
    let site = server.stop().await;
    let before = endpoint.received().len();
    endpoint.recover();
    site.advance_clock(SignedDuration::from_hours(2));
    let (config, urls) = (site.config(), [site.base_url().to_owned()]);
    let one = Box::pin(open_service(&config, &urls)).await.unwrap();
    let other = Box::pin(open_service(&config, &urls)).await.unwrap();
    let (by_one, by_other) =
        tokio::join!(one.deliver_due(PATIENT_DATA), other.deliver_due(PATIENT_DATA));
    assert_eq!(by_one.unwrap() + by_other.unwrap(), expected.len());
    let handed_over: Vec<_> =
        endpoint.received().split_off(before).into_iter().map(|(key, _)| key).collect();
    assert_eq!(handed_over.len(), expected.len());
    assert_eq!(handed_over.into_iter().collect::<BTreeSet<_>>(), expected);
    assert_eq!(one.deliver_due(PATIENT_DATA).await.unwrap(), 0);
}
