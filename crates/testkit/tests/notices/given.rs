//! What every test of notices needs: breaches that are reported, and parcels as they stand.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;
use varanto_service::PARCEL_KINDS;
use varanto_store::outbox::{self, Parcel, ParcelState};
use varanto_testkit::{Expect, Site, fresh_client};

/// The controller of S-1001 in the built-in world.
pub(crate) const TESTILA: &str = "1.2.246.10.99990001.19.0";

/// How often it is looked, before something is taken not to come.
const LOOKS: usize = 1_200;
const BETWEEN: Duration = Duration::from_millis(50);

/// A breach that was reported.
pub(crate) struct Reported {
    /// Its name.
    pub(crate) id: String,
    /// What was said of people: none of it belongs into a notice.
    pub(crate) personal: Vec<String>,
}

/// S-1001 reports that somebody has looked at a client's data for nothing.
pub(crate) async fn report(site: &Site) -> Reported {
    report_as(site, "S-1001").await
}

/// Somebody else reports it.
pub(crate) async fn report_as(site: &Site, id: &str) -> Reported {
    let client = fresh_client();
    let what = "Kollega on katsellut naapurinsa tietoja";
    let report = json!({
        "what": what,
        "when_noticed": Timestamp::now() - SignedDuration::from_mins(5),
        "documents": [],
        "clients": [{"id": client}],
        "suspected_user": "S-1002",
    });
    let person = site.person(id);
    let taken = person.session().report_breach(&report).await.unwrap().expect_status(201);
    let personal = [&client, what, id, "S-1002", "Esimerkki", "Maija", "Mallikas", "Olli"];
    Reported {
        id: taken["id"].as_str().unwrap().to_owned(),
        personal: personal.map(ToOwned::to_owned).into(),
    }
}

impl Reported {
    /// None of what was said of people stands in a text.
    pub(crate) fn is_not_told_in(&self, text: &str) {
        for word in &self.personal {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
}

/// Gives what `look` finds, as soon as it finds something.
pub(crate) async fn once<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(BETWEEN).await;
    }
    panic!("it does not come to that");
}

/// The parcels that wait.
pub(crate) async fn waiting(site: &Site) -> Vec<Parcel> {
    let queries: Vec<_> =
        PARCEL_KINDS.into_iter().map(|kind| outbox::due(kind, Timestamp::MAX, 50)).collect();
    site.open_store().await.fetch(queries).await.unwrap().into_iter().flatten().collect()
}

/// How a parcel stands.
pub(crate) async fn parcel(site: &Site, id: Uuid) -> Parcel {
    site.open_store().await.fetch_one(outbox::find(id)).await.unwrap().unwrap()
}

/// A parcel has come through, and keeps nothing.
pub(crate) async fn comes_through(site: &Site, id: Uuid) -> Parcel {
    let delivered = once(async || {
        let parcel = parcel(site, id).await;
        (parcel.state == ParcelState::Delivered).then_some(parcel)
    });
    let delivered = delivered.await;
    assert_eq!(site.open_store().await.fetch(outbox::payload(id)).await.unwrap(), []);
    delivered
}

/// The only parcel that waits has been attempted so many times and still waits.
pub(crate) async fn waits_after(site: &Site, attempts: u32) -> Parcel {
    once(async || {
        let parcels = waiting(site).await;
        assert_eq!(parcels.len(), 1);
        parcels.into_iter().find(|parcel| parcel.attempts >= attempts)
    })
    .await
}
