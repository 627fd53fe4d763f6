//! The disclosure log.

use super::{commit_all, conflict};
use crate::disclosure_log::{
    self, DisclosureEntry, DisclosureFilter, DisclosureScope, committed, find, list,
};
use crate::samples::{at, disclosure_entry, document_oid, key, oid, use_entry};
use crate::{Conflict, Database, Entity, MAX_VALUES, Plan, TooManyValues, use_log};

fn disclosing(entry: DisclosureEntry) -> Plan {
    let number = entry.id.as_u64_pair().1 & 0xffff;
    let mut plan = Plan::recorded(use_entry(10_000 + number));
    plan.also_disclosed(entry);
    plan
}

/// REQ LOG-02
pub(super) async fn a_disclosure_comes_back_whole(database: &Database) {
    let full = disclosure_entry(1);
    let outside = DisclosureEntry {
        basis: "notice".to_owned(),
        action: "notice".to_owned(),
        documents: vec![],
        words: Some(b"sealed words".to_vec()),
        receiver_organisation: None,
        unit: None,
        role: None,
        authentication: None,
        ground: None,
        special_reason: Some("1".to_owned()),
        use_entry: None,
        request_id: None,
        certificate: None,
        ..disclosure_entry(2)
    };
    commit_all(database, [disclosing(full.clone()), disclosing(outside.clone())]).await;
    assert_eq!(database.fetch_one(find(key(1))).await, Ok(Some(full)));
    assert_eq!(database.fetch_one(find(key(2))).await, Ok(Some(outside)));
    assert_eq!(database.fetch_one(find(key(3))).await, Ok(None));
}

/// REQ LOG-02
pub(super) async fn a_disclosure_and_its_use_are_kept_together_or_not_at_all(database: &Database) {
    let mut two = Plan::recorded(use_entry(1));
    two.also_disclosed(disclosure_entry(2));
    two.also_disclosed(disclosure_entry(3));
    commit_all(database, [two]).await;
    let mut again = Plan::recorded(use_entry(4));
    again.also_disclosed(disclosure_entry(5));
    again.also_disclosed(disclosure_entry(3));
    assert_eq!(
        conflict(database.commit(again).await),
        Conflict::AlreadyExists(Entity::LogEntry),
        "an entry is never written twice"
    );
    assert_eq!(database.fetch(find(key(5))).await, Ok(vec![]));
    assert_eq!(database.fetch(use_log::find(key(4))).await, Ok(vec![]));
}

async fn numbers(
    database: &Database,
    scope: &DisclosureScope,
    filter: &DisclosureFilter,
    size: u32,
) -> Vec<u64> {
    let (mut all, mut after) = (vec![], None);
    loop {
        let query = list(scope.clone(), filter.clone(), after, size).unwrap();
        let page = database.fetch(query).await.unwrap();
        let Some(last) = page.last() else { return all };
        assert!(page.len() <= size as usize);
        after = Some(last.cursor());
        all.extend(page.iter().map(|entry| entry.id.as_u64_pair().1 & 0xffff));
    }
}

/// REQ LOG-02
pub(super) async fn disclosures_are_listed_newest_first_by_controller_and_by_client(
    database: &Database,
) {
    let other = oid("1.2.246.10.99990004.19.0");
    for n in 1..=30 {
        let mut entry = disclosure_entry(n);
        entry.at = at(i64::try_from(n / 10).unwrap());
        entry.client = key(n % 4);
        if n % 3 == 0 {
            entry.controller = other.clone();
        }
        commit_all(database, [disclosing(entry)]).await;
    }
    let expected = |keep: fn(&u64) -> bool| (1..=30).rev().filter(keep).collect::<Vec<_>>();
    let all = DisclosureFilter::default();
    for size in [1, 4, 100] {
        let of = async |scope| numbers(database, &scope, &all, size).await;
        let controller = DisclosureScope::Controller(other.clone());
        assert_eq!(of(controller).await, expected(|n| n % 3 == 0));
        assert_eq!(of(DisclosureScope::Client(key(2))).await, expected(|n| n % 4 == 2));
        let both = DisclosureScope::ClientAt(key(2), other.clone());
        assert_eq!(of(both).await, expected(|n| n % 4 == 2 && n % 3 == 0));
    }
}

/// REQ LOG-02, DIS-05
pub(super) async fn disclosures_are_narrowed_by_user_receiver_basis_and_time(database: &Database) {
    let receiver = oid("1.2.246.10.99990004.10.0");
    for (n, basis) in (1..).zip(["disclosure", "broad", "notice", "broad"]) {
        let mut entry = disclosure_entry(n);
        entry.user_id = format!("S-{}", n % 2);
        entry.basis = basis.to_owned();
        entry.receiver_organisation = (n > 1).then(|| receiver.clone());
        commit_all(database, [disclosing(entry)]).await;
    }
    let scope = DisclosureScope::Controller(disclosure_entry(1).controller);
    let narrowed = async |filter| numbers(database, &scope, &filter, 50).await;
    let all = DisclosureFilter::default;
    assert_eq!(narrowed(all()).await, [4, 3, 2, 1]);
    assert_eq!(
        narrowed(DisclosureFilter { user_id: Some("S-1".to_owned()), ..all() }).await,
        [3, 1]
    );
    let received = DisclosureFilter { receiver_organisation: Some(receiver), ..all() };
    assert_eq!(narrowed(received.clone()).await, [4, 3, 2]);
    let bases = vec!["broad".to_owned(), "request".to_owned()];
    assert_eq!(narrowed(DisclosureFilter { bases, ..received }).await, [4, 2]);
    let time = DisclosureFilter { from: Some(at(2)), until: Some(at(4)), ..all() };
    assert_eq!(narrowed(time).await, [3, 2]);
    let bases = vec!["broad".to_owned(); MAX_VALUES + 1];
    let refused = list(scope, DisclosureFilter { bases, ..all() }, None, 50);
    assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));
}

pub(super) async fn disclosures_are_numbered_in_the_order_of_their_commits(database: &Database) {
    let entries = [3, 1, 2]
        .map(|n| DisclosureEntry { documents: vec![document_oid(n)], ..disclosure_entry(n) });
    commit_all(database, entries.clone().map(disclosing)).await;
    let found = database.fetch(committed(0)).await.unwrap();
    assert_eq!(found.iter().map(|(_, entry)| entry.clone()).collect::<Vec<_>>(), entries);
    assert!(found.is_sorted_by(|a, b| a.0 < b.0), "numbers rise");
    let later = database.fetch(disclosure_log::committed(found[0].0)).await.unwrap();
    assert_eq!(later, found[1..]);
}
