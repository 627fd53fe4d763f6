//! Two servers over one database, of which now and then one dies.

use std::time::{Duration, Instant};

use crate::book::End;
use crate::scene::{self, Scene};

/// REQ DOC-01, REQ LOG-01, REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_one_may_die_and_the_other_goes_on_and_seals() {
    let mut scene = Scene::plain().await;
    let (mut first, mut second) = (scene.serve("first"), scene.serve("second"));
    let load = scene.load(&[&first, &second], &[]).await;
    let (end, mut deaths) = (scene::end(), 0);
    while Instant::now() < end || deaths < 4 {
        scene.pause(800).await;
        std::mem::swap(&mut first, &mut second);
        scene::block(|| drop(first));
        deaths += 1;
        load.place.moved(&[&second.address]);
        let (began, sealed) = (Instant::now(), scene.count("SELECT size FROM varanto.log_state"));
        while scene.count("SELECT size FROM varanto.log_state") == sealed {
            assert!(began.elapsed() < Duration::from_mins(1), "nobody seals");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        scene.pause(500).await;
        first = scene::block(|| scene.serve(&format!("server-{deaths}")));
        load.place.moved(&[&first.address, &second.address]);
    }
    let done = load.end().await;
    let what = format!("one of two servers was killed {deaths} times");
    let sum = scene.all_is_well(&what, &first, done).await;
    assert!(sum.ended(End::Unanswered) > 0, "nobody was in the middle of a call");
    scene.becomes_ready(&second).await;
}
