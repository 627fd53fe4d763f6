//! What those who run a repository watch is what a server tells.

use std::collections::BTreeSet;

use varanto::telemetry::catalogue::{METRICS, Since};
use varanto_sandbox::World;
use varanto_testkit::{ServerProcess, TestStore};

use crate::common::{metrics, store};

/// The dashboard and the alarms name nothing that is not in the list: a test of the program holds them to it.
#[tokio::test]
async fn a_server_exports_the_metrics_of_the_list() {
    let listen =
        |text: String| text.replace("[metrics]\n", "[metrics]\nlisten = \"127.0.0.1:0\"\n");
    let server = ServerProcess::with(&World::builtin(), listen).await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    store(&maija.session(), &care.draft(&maija)).await;
    // Entries of what was just done are sealed a moment later.
    let mut text = String::new();
    for _ in 0..600 {
        text = metrics(&server.log());
        if value(&text, "varanto_log_tree_size").is_some_and(|size| size > 0.0) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let exported = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let exported: BTreeSet<_> = exported.collect();
    let is_there = |since| match since {
        Since::Start | Since::Event => true,
        Since::Postgres => TestStore::of_this_run() == TestStore::Postgres,
        Since::Witness => false,
    };
    let expected = METRICS.iter().filter(|metric| is_there(metric.since)).map(|metric| metric.name);
    assert_eq!(exported, expected.collect());
    for metric in METRICS.iter().filter(|metric| is_there(metric.since)) {
        let help = format!("# HELP {} {}\n", metric.name, metric.says);
        assert!(text.contains(&help), "{help} is not in {text}");
    }
    let now = jiff::Timestamp::now().as_duration().as_secs_f64();
    assert!(value(&text, "varanto_server_certificate_ends_timestamp_seconds").unwrap() > now);
    assert!(value(&text, "varanto_revocation_lists_end_timestamp_seconds").unwrap() > now);
    assert!(value(&text, "varanto_process_resident_bytes").unwrap() > 1e6);
}

/// The value of a metric without labels.
fn value(text: &str, name: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    rest.parse().ok()
}
