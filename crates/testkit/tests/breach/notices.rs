//! The controller is told at once: with the breach, a notice waits for each of its addresses and for no other.

use jiff::{SignedDuration, Timestamp};
use varanto_client::UseContext;
use varanto_store::outbox::{self, Parcel};
use varanto_testkit::{Expect, TestServer};

use crate::given::{MALLILA, TESTILA, report, reported};

/// Addresses at a mail server that is not there, so that what is sent waits.
fn addresses(config: &str) -> String {
    let address = |name: &str, controller: &str| {
        format!(
            "[[notices]]\nname = \"{name}\"\ncontroller = \"{controller}\"\n\
             mail = \"{name}@controller.example\"\n"
        )
    };
    let mail = "[mail]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\n\
                from = \"varanto@repository.example\"\n";
    let officer = address("officer", TESTILA);
    let duty = address("duty", TESTILA);
    let other = address("other", MALLILA);
    format!("{config}\n{mail}{officer}{duty}{other}")
}

async fn waiting(server: &TestServer) -> Vec<Parcel> {
    let later = Timestamp::now().checked_add(SignedDuration::from_hours(24 * 365)).unwrap();
    server.open_store().await.fetch(outbox::due("notice-mail", later, 10)).await.unwrap()
}

/// REQ LOG-07
#[tokio::test]
async fn a_notice_for_each_address_of_the_controller_is_put_in_with_the_breach() {
    let server = TestServer::with_config(|config| addresses(&config)).await;
    let session = server.person("S-1001").session();
    let refused = session.find_breach("none", &UseContext::default()).await.unwrap();
    refused.expect_problem("purpose-not-permitted");
    assert_eq!(waiting(&server).await, []);
    reported(&session, &report()).await;
    let told = waiting(&server).await;
    assert_eq!(told.len(), 2, "the two of the controller, and not the other's: {told:?}");
    for notice in &told {
        assert_eq!(notice.organisation.as_str(), "1.2.246.10.99990001.10.0");
    }
}

/// REQ LOG-07: while one waits at an address, further breaches add one more at most, behind it.
#[tokio::test]
async fn notices_to_an_address_that_is_not_reached_do_not_pile_up() {
    let server = TestServer::with_config(|config| addresses(&config)).await;
    let session = server.person("S-1001").session();
    for _ in 0..8 {
        reported(&session, &report()).await;
    }
    let told = waiting(&server).await;
    assert_eq!(told.len(), 2, "the first of each address is next: {told:?}");
    let all = outbox::waiting(&told[0].organisation, "notice-mail");
    let all = server.open_store().await.fetch_one(all).await.unwrap().unwrap();
    assert!((2..=4).contains(&all.parcels), "{}", all.parcels);
}
