//! The server's clock is set forwards and back.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use varanto_testkit::Site;

use crate::book::End;
use crate::process::Serving;
use crate::scene::{self, Scene};

/// The clock of one process. libfaketime gives it another time than the machine's.
struct SteppedClock(PathBuf);

impl SteppedClock {
    fn of(site: &Site) -> Self {
        let clock = Self(site.paths().join("stepped-clock"));
        clock.set_ahead(0);
        clock
    }

    /// What a process needs in its environment to go by it. Its waiting goes by the machine's.
    fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("LD_PRELOAD", library().display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", self.0.display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ]
    }

    fn set_ahead(&self, seconds: i64) {
        // In one step: a process may read at any moment.
        let draft = self.0.with_extension("draft");
        std::fs::write(&draft, format!("{seconds:+}\n")).unwrap();
        std::fs::rename(&draft, &self.0).unwrap();
    }
}

/// Debian's package `libfaketime` puts it into a folder of the machine's kind.
fn library() -> PathBuf {
    let kinds = Path::new("/usr/lib").read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut found = kinds.map(|kind| kind.join("faketime/libfaketimeMT.so.1"));
    let found = found.find(|library| library.is_file());
    found.expect("libfaketime is there: run `cargo xtask test`, or install Debian's `libfaketime`")
}

/// Both clocks: that of the machine by hours, and that of the rules by days. However far they are set, no log lags
/// behind for that: of several servers all would say so at once.
///
/// REQ DOC-01, REQ LOG-01, REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_goes_on_when_its_clock_is_set_forwards_and_back() {
    let mut scene = Scene::plain().await;
    scene.in_order = false;
    let clock = SteppedClock::of(&scene.site);
    let mut server = Serving::start(&scene.site, "server", &clock.environment());
    // While a caller's clock and the server's differ, the caller may have to ask for a token again.
    let load = scene.load(&[&server], &["assertion-invalid", "token-invalid"]).await;
    let (end, mut steps) = (scene::end(), 0_u32);
    while Instant::now() < end || steps < 8 {
        scene.pause(1000).await;
        let forwards = steps % 4 < 2;
        if steps % 2 == 0 {
            // Not behind the machine's: what is signed now would lie in the future.
            let hours = if forwards { 30 * 60 + scene.dice.below(7200) } else { 0 };
            let ahead = i64::try_from(hours + scene.dice.below(60)).unwrap();
            load.place.set_ahead(ahead);
            clock.set_ahead(ahead);
        } else {
            let day = Timestamp::now() + SignedDuration::from_hours(if forwards { 72 } else { 0 });
            scene.site.set_clock(&day.to_string());
        }
        steps += 1;
    }
    load.place.set_ahead(0);
    clock.set_ahead(0);
    tokio::time::sleep(Duration::from_secs(1)).await;
    server.assert_alive();
    let done = load.end().await;
    let reasons = &done.watched.reasons;
    assert!(!reasons.contains("the log is not sealed in time"), "{reasons:?}");
    let what = format!("the server's clocks were set {steps} times");
    let sum = scene.all_is_well(&what, &server, done).await;
    assert!(sum.ended(End::Done) > 0);
}
