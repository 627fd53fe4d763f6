//! Notices to another system.

use std::net::TcpListener;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_signatures::MacKey;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::outbox::{self, Parcel, ParcelState};
use varanto_store::use_log::Outcome;
use varanto_store::{Plan, Statement};
use varanto_testkit::{Site, TestServer};
use zeroize::Zeroizing;

use crate::given::{TESTILA, comes_through, once, report, report_as, waiting, waits_after};
use crate::mail_server::tls;
use crate::receiver::{Answering, Receiver, Request};

/// The secret of the tests.
const SECRET: [u8; 32] = [7; 32];

/// A server that tells a system, the system, and the folder of its secret.
pub(crate) struct Told {
    pub(crate) server: TestServer,
    pub(crate) receiver: Receiver,
    _folder: tempfile::TempDir,
}

/// The secret as its file has it.
pub(crate) fn secret_text() -> String {
    format!("whsec_{}\n", STANDARD.encode(SECRET))
}

impl Told {
    /// The system answers so at first; its certificate is looked for under the authorities in `ca`.
    async fn with(first: Answering, ca: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, secret_text()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let section = format!(
            "\n[[notices]]\nname = \"duty\"\ncontroller = \"{TESTILA}\"\n\
             webhook = \"https://localhost:{port}/notices\"\nca = \"{ca}\"\nsecret_file = \"{}\"\n",
            secret.display()
        );
        let server = TestServer::with_config(|text| text + &section).await;
        let receiver = Receiver::over(listener, Some(tls(&server)), first);
        Self { server, receiver, _folder: folder }
    }
}

/// The signature of Standard Webhooks over what came, checked with the secret alone.
fn is_signed(request: &Request) -> bool {
    let header = |name: &str| request.headers[name].as_str();
    let mut signed =
        format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).into_bytes();
    signed.extend_from_slice(&request.body);
    let signature = header("webhook-signature").strip_prefix("v1,").unwrap();
    MacKey::new(&Zeroizing::new(SECRET)).verify(&signed, &STANDARD.decode(signature).unwrap())
}

/// REQ LOG-07
#[tokio::test]
async fn a_controllers_system_is_told_at_once_signed_and_again_after_a_failure() {
    let told = Told::with(Answering::Fault, "ca.pem").await;
    let before = Timestamp::now();
    let breach = report(&told.server).await;
    once(async || (told.receiver.received().len() >= 2).then_some(())).await;
    told.receiver.answer(Answering::Well);
    let first = &told.receiver.received()[0];
    let id = Uuid::parse_str(&first.headers["webhook-id"]).unwrap();
    let delivered = comes_through(&told.server, id).await;
    let received = told.receiver.received();
    assert_eq!(received.len(), usize::try_from(delivered.attempts).unwrap());
    for request in &received {
        assert!(is_signed(request));
        assert_eq!((&request.path, &request.body), (&"/notices".to_owned(), &first.body));
        assert_eq!(request.headers["webhook-id"], first.headers["webhook-id"]);
        let at = request.headers["webhook-timestamp"].parse().unwrap();
        assert!((before.as_second()..=Timestamp::now().as_second()).contains(&at));
    }

    let text = String::from_utf8(first.body.clone()).unwrap();
    breach.is_not_told_in(&text);
    let told_of: Value = serde_json::from_str(&text).unwrap();
    let at = |member: &str| told_of[member].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert!(at("due_at") < at("opened_at") + SignedDuration::from_hours(72));
    let link = format!("{}/v1/breaches/{}", told.server.base_url(), breach.id);
    let expected = json!({
        "to": "duty",
        "breach": breach.id,
        "controller": TESTILA,
        "controller_name": {
            "fi": "Testilän hyvinvointialue",
            "sv": "Testby välfärdsområde",
            "en": "Testilä wellbeing services county",
        },
        "source": "person",
        "opened_at": told_of["opened_at"],
        "due_at": told_of["due_at"],
        "link": link,
        "register_link": format!("{}/v1/breaches/search", told.server.base_url()),
    });
    assert_eq!(told_of, expected);
}

/// REQ LOG-07
#[tokio::test]
async fn another_controllers_system_is_not_told() {
    let told = Told::with(Answering::Well, "ca.pem").await;
    report_as(&told.server, "S-3001").await;
    assert_eq!(waiting(&told.server).await, []);
    let breach = report(&told.server).await;
    let received = once(async || told.receiver.received().pop()).await;
    assert!(String::from_utf8(received.body).unwrap().contains(&breach.id));
    assert_eq!(told.receiver.received().len(), 1);
}

/// REQ LOG-07
#[tokio::test]
async fn a_redirect_is_not_followed_and_an_endless_answer_not_read() {
    let told = Told::with(Answering::Elsewhere, "ca.pem").await;
    report(&told.server).await;
    let parcel = waits_after(&told.server, 2).await;
    assert!(told.receiver.received().iter().all(|request| request.path == "/notices"));
    told.receiver.answer(Answering::Endlessly);
    comes_through(&told.server, parcel.id).await;
}

/// REQ LOG-07: nothing is sent to who cannot prove to be the system, and it is tried again.
#[tokio::test]
async fn a_system_with_a_certificate_of_others_is_told_nothing() {
    let told = Told::with(Answering::Well, "authority/cards.pem").await;
    report(&told.server).await;
    waits_after(&told.server, 2).await;
    assert!(told.receiver.received().is_empty());
}

fn patient_data(organisation: &str) -> Statement {
    let now = Timestamp::now();
    let parcel = Parcel {
        id: Uuid::now_v7(),
        kind: "patient-data".to_owned(),
        at: now,
        organisation: varanto_model::Oid::parse(organisation).unwrap(),
        state: ParcelState::Waiting,
        attempts: 0,
        due_at: now,
    };
    outbox::insert(parcel, b"sealed".to_vec())
}

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
    plan.extend((0..parcels).map(|_| patient_data(organisation)));
    site.open_store().await.commit(plan).await.unwrap();
}

/// REQ LOG-07
#[tokio::test]
async fn a_notice_does_not_wait_behind_patient_data() {
    let told = Told::with(Answering::Well, "ca.pem").await;
    fill(&told.server, "1.2.246.10.99990001.10.0", 1_001).await;
    report(&told.server).await;
    let received = once(async || told.receiver.received().pop()).await;
    comes_through(&told.server, Uuid::parse_str(&received.headers["webhook-id"]).unwrap()).await;
    assert!(waiting(&told.server).await.iter().all(|parcel| parcel.kind == "patient-data"));
}
