//! Retention: content leaves after twelve calendar years by signed time, and the tree stays whole.

use varanto_service::LogFault;

use crate::given::{Given, add_entry};

/// REQ LOG-03
#[tokio::test]
async fn content_leaves_after_twelve_years_and_not_before() {
    let given = Given::with(50).await;
    let sealed: u64 = given.told("SELECT size FROM log_state")[0].parse().unwrap();
    let begun = jiff::Timestamp::now();
    let after = |days: i64| {
        let then = begun.checked_add(jiff::SignedDuration::from_hours(days * 24)).unwrap();
        given.site.set_clock(&then.to_string());
    };
    after(12 * 365);
    assert_eq!(given.service().await.retain_log().await.unwrap(), 0, "leap days count");
    after(12 * 365 + 4);
    let service = given.service().await;
    assert_eq!(service.retain_log().await.unwrap(), sealed);
    assert_eq!(service.retain_log().await.unwrap(), 0, "once");
    assert_eq!(given.told("SELECT count(*) FROM log_leaf WHERE salt IS NOT NULL"), ["0"]);
    let noted = given.told("SELECT detail FROM administrative_entry WHERE action = 'retain_log'");
    assert_eq!(noted, [format!("leaves 0 to {}", sealed - 1)]);
    given.seal().await;
    let verified = given.verified().await;
    assert_eq!(verified.faults, []);
    assert_eq!(verified.without_content, sealed);
}

/// REQ LOG-03: what was deleted a day too early is told, also by whoever sets the state to match.
#[tokio::test]
async fn content_that_leaves_too_early_is_a_fault() {
    let given = Given::with(10).await;
    given.tamper("DELETE FROM administrative_entry WHERE number <= 3");
    given.tamper("UPDATE log_leaf SET salt = NULL WHERE log = 2 AND number <= 3");
    given.tamper("UPDATE log_state SET content_from = 3");
    let found = given.verified().await;
    let removed = found.faults.iter().filter(|f| matches!(f, LogFault::Removed { .. })).count();
    assert_eq!((removed, found.fault_count), (3, 4), "{:?}", found.faults);
    // Nobody makes it true by noting an earlier time on checkpoints: it is the signed time that counts.
    given.tamper("UPDATE log_checkpoint SET at = 1");
    let found = given.verified().await;
    assert!(found.faults.iter().any(|f| matches!(f, LogFault::Removed { .. })), "{found:?}");
}

/// REQ LOG-03: many go in several steps, and what is newer stays.
#[tokio::test]
async fn what_is_newer_stays() {
    let given = Given::with(1_100).await;
    let old: u64 = given.told("SELECT size FROM log_state")[0].parse().unwrap();
    let begun = jiff::Timestamp::now();
    let later = begun.checked_add(jiff::SignedDuration::from_hours(6 * 366 * 24)).unwrap();
    given.site.set_clock(&later.to_string());
    let service = given.service().await;
    for _ in 0..5 {
        add_entry(&service).await;
    }
    drop(service);
    given.seal().await;
    let later = begun.checked_add(jiff::SignedDuration::from_hours(12 * 366 * 24)).unwrap();
    given.site.set_clock(&later.to_string());
    assert_eq!(given.service().await.retain_log().await.unwrap(), old);
    let noted = given.told("SELECT detail FROM administrative_entry WHERE action = 'retain_log'");
    assert_eq!(noted.len(), 2, "at most a thousand leaves in one plan");
    let kept = given.told("SELECT count(*) FROM log_leaf WHERE salt IS NOT NULL");
    assert_eq!(kept, ["5"]);
    given.seal().await;
    let verified = given.verified().await;
    assert_eq!(verified.faults, []);
    assert_eq!((verified.without_content, verified.entries), (old, 7));
}
