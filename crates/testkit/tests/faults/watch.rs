//! Somebody outside who asks again and again whether the server is ready, and for the log's newest checkpoint:
//! what was signed once is never taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use varanto_client::Client;

use crate::load::Place;

/// What was seen.
#[derive(Default)]
pub(crate) struct Watched {
    /// How often the server was ready, and how often it was not.
    pub(crate) ready: u64,
    pub(crate) not_ready: u64,
    /// Why it was not.
    pub(crate) reasons: BTreeSet<String>,
    /// Checkpoints by the sizes of their trees.
    pub(crate) checkpoints: BTreeMap<u64, String>,
}

/// Watches every server until it is over.
pub(crate) async fn watch(place: Arc<Place>) -> Watched {
    let mut seen = Watched::default();
    let mut newest: BTreeMap<String, (u64, String)> = BTreeMap::new();
    while !place.is_over() {
        for address in place.addresses() {
            let person = place.person(&address, "S-1001");
            let stranger = Client::without_certificate(&address, &person.settings().ca_pem);
            let stranger = stranger.expect("a client");
            seen.ask_whether_ready(&stranger).await;
            let Some(note) = checkpoint(&stranger).await else { continue };
            let (size, time) = (size(&note), time(&note));
            if let Some((size_before, time_before)) = newest.get(&address) {
                assert!(size >= *size_before, "the tree went back from {size_before} to {size}");
                assert!(time >= *time_before, "its time went back from {time_before} to {time}");
            }
            newest.insert(address, (size, time));
            let signed = seen.checkpoints.entry(size).or_insert_with(|| note.clone());
            assert_eq!(*signed, note, "two checkpoints were signed over {size} leaves");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    seen
}

impl Watched {
    async fn ask_whether_ready(&mut self, stranger: &Client) {
        // While there is no server there is no answer.
        let Ok(answer) = stranger.get("/readyz").await else { return };
        if answer.status == 200 {
            self.ready += 1;
            return;
        }
        assert_eq!(answer.status, 503);
        self.not_ready += 1;
        let told = answer.json().expect("JSON");
        let reasons = told["reasons"].as_array().expect("reasons");
        self.reasons.extend(reasons.iter().map(|r| r.as_str().expect("a reason").to_owned()));
    }
}

/// The newest checkpoint; none where there is no server, or no database behind it.
pub(crate) async fn checkpoint(stranger: &Client) -> Option<String> {
    let answer = stranger.get("/v1/logs/checkpoint").await.ok()?;
    match answer.status {
        200 => Some(String::from_utf8(answer.body).expect("text")),
        503 | 404 => None,
        other => panic!("a checkpoint is answered with {other}"),
    }
}

/// The second line of a checkpoint is the size of the tree.
pub(crate) fn size(note: &str) -> u64 {
    note.lines().nth(1).expect("a size").parse().expect("a size")
}

fn time(note: &str) -> String {
    let told = note.lines().find_map(|line| line.strip_prefix("time "));
    told.expect("a time").to_owned()
}
