//! The database dies or is stopped, and comes back. The server goes on by itself.

use std::time::{Duration, Instant};

use varanto_client::UseContext;
use varanto_testkit::Expect;

use crate::book::End;
use crate::load::Load;
use crate::process::Serving;
use crate::scene::{self, Scene};

/// Longer than a plan or a query waits for the database.
const LONG: Duration = Duration::from_millis(6500);
const AWAY: &str = "the store does not answer";

/// REQ DOC-01, REQ LOG-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_the_end_of_the_database_and_the_server_goes_on() {
    let mut scene = Scene::plain().await;
    let mut server = scene.serve("server");
    let load = scene.load(&[&server], &[]).await;
    let (end, mut deaths, mut stops) = (scene::end(), 0, 0);
    while Instant::now() < end || stops < 1 {
        scene.pause(1500).await;
        // Two deaths for each end in good order.
        if (deaths + stops) % 3 == 2 {
            scene::block(|| scene.postgres.stop());
            stops += 1;
        } else {
            scene::block(|| scene.postgres.kill());
            deaths += 1;
        }
        if (deaths + stops) % 8 == 2 {
            is_away(&scene, &server, &load).await;
        }
        scene::block(|| scene.postgres.restart());
    }
    scene.pause(1000).await;
    server.assert_alive();
    let done = load.end().await;
    let what = format!("the database was killed {deaths} times and stopped {stops} times");
    let sum = scene.all_is_well(&what, &server, done).await;
    assert!(sum.ended(End::NotDone) > 0, "nobody was told");
}

/// While the database is away the server says so, and tells nobody anything.
async fn is_away(scene: &Scene, server: &Serving, load: &Load) {
    let began = Instant::now();
    let stranger = scene.stranger(server);
    loop {
        // What it found out a moment ago may still be told.
        let answer = stranger.get("/readyz").await.unwrap();
        if answer.status == 503 {
            let told = answer.expect_status(503);
            assert!(told["reasons"].as_array().unwrap().iter().any(|why| why == AWAY), "{told}");
            break;
        }
        assert!(began.elapsed() < LONG, "a server without a database is not ready");
    }
    assert_eq!(stranger.get("/healthz").await.unwrap().status, 200, "it is alive all the same");
    let session = load.place.session(&server.address, "S-1001");
    let oid = varanto_testkit::fresh_oid();
    if let Ok(answer) = session.fetch(&oid, &UseContext::default()).await {
        assert_eq!(answer.expect_problem("log-unavailable").status, 503);
    }
    tokio::time::sleep(LONG.saturating_sub(began.elapsed())).await;
}
