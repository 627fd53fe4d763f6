//! The server dies, again and again.

use std::time::Instant;

use crate::book::End;
use crate::scene::{self, Scene};

/// REQ DOC-01, REQ DOC-03, REQ LOG-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_the_death_of_the_server() {
    let mut scene = Scene::plain().await;
    let mut server = scene.serve("server");
    let load = scene.load(&[&server], &[]).await;
    let (end, mut deaths) = (scene::end(), 0);
    while Instant::now() < end {
        scene.pause(700).await;
        scene::block(|| drop(server));
        deaths += 1;
        server = scene::block(|| scene.serve("server"));
        load.place.moved(&[&server.address]);
    }
    let done = load.end().await;
    let what = format!("the server was killed {deaths} times");
    let sum = scene.all_is_well(&what, &server, done).await;
    assert!(sum.ended(End::Unanswered) > 0, "nobody was in the middle of a call");
}
