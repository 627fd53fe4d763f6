//! Documents and their versions.

use super::plans::together;
use super::{commit_all, conflict};
use crate::document::{
    Document, NewVersion, annul, contents_of, contents_of_each, find_document, find_version,
    find_whole, guard_document, insert_first_version, list_versions, replace_version,
    which_are_stored, whole,
};
use crate::samples::{
    annulment, document_oid, first_version, key, next_version, open_file, stored, use_entry,
};
use crate::{Conflict, Database, Entity, Guard, Plan, Statement, use_log};

pub(super) fn plan(entry: u64, statements: Vec<Statement>) -> Plan {
    let mut plan = Plan::recorded(use_entry(entry));
    plan.extend(statements);
    plan
}

pub(super) async fn seen(database: &Database, n: u64) -> Document {
    database.fetch_one(find_document(&document_oid(n))).await.unwrap().unwrap()
}

/// REQ DOC-06: what was signed is kept exactly.
pub(super) async fn a_document_comes_back_byte_for_byte(database: &Database) {
    commit_all(database, [open_file(1), open_file(2)]).await;
    let new = first_version(1, &[1, 2]);
    let oid = document_oid(1);
    commit_all(database, [plan(1, insert_first_version(new.clone()))]).await;
    assert_eq!(database.fetch(find_version(&oid)).await, Ok(vec![new.version.clone()]));
    assert_eq!(database.fetch(contents_of(&oid)).await, Ok(new.content.clone()));
    let rows = database.fetch(find_whole(&oid)).await.unwrap();
    assert_eq!(whole(rows), Some((new.version.clone(), new.content.clone())));
    assert_eq!(whole(database.fetch(find_whole(&document_oid(2))).await.unwrap()), None);
    let both = contents_of_each(&[oid.clone(), document_oid(2)]).unwrap();
    assert_eq!(database.fetch(both).await, Ok(new.content.clone()));
    assert_eq!(database.fetch(contents_of_each(&[]).unwrap()).await, Ok(vec![]));
    let which = which_are_stored(&[document_oid(2), oid.clone()]).unwrap();
    assert_eq!(database.fetch(which).await, Ok(vec![oid]));
    assert_eq!(database.fetch(which_are_stored(&[]).unwrap()).await, Ok(vec![]));
    assert_eq!(seen(database, 1).await, stored(&new));
    assert_eq!(database.fetch(find_document(&document_oid(2))).await, Ok(vec![]));
    let empty = NewVersion { content: Vec::new(), ..first_version(3, &[1]) };
    commit_all(database, [plan(2, insert_first_version(empty.clone()))]).await;
    let rows = database.fetch(find_whole(&document_oid(3))).await.unwrap();
    assert_eq!(whole(rows), Some((empty.version, vec![])), "a version without content");
}

pub(super) async fn the_same_document_twice_is_a_conflict_without_a_stray_entry(
    database: &Database,
) {
    let again = |entry| plan(entry, insert_first_version(first_version(1, &[1])));
    commit_all(database, [open_file(1), again(1)]).await;
    let outcome = database.commit(again(2)).await;
    assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::Document));
    assert_eq!(database.fetch(use_log::find(key(2))).await, Ok(vec![]));
}

/// REQ DOC-03
pub(super) async fn sixteen_writers_of_one_version_have_one_winner(database: &Database) {
    commit_all(database, [open_file(1), plan(1, insert_first_version(first_version(1, &[1])))])
        .await;
    let seen_first = seen(database, 1).await;
    let version = |n| plan(n, replace_version(&seen_first, next_version(&seen_first, n)));
    let commits = (100..116).map(|n| database.commit(version(n))).collect();
    let outcomes = together(commits).await;
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1, "{outcomes:?}");
    for lost in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(conflict(lost), Conflict::Stale(Guard::Document));
    }
    assert_eq!(seen(database, 1).await.version, 2);
    let versions = database.fetch(list_versions(&document_oid(1), None, 50)).await.unwrap();
    assert_eq!(versions.len(), 2);
}

pub(super) async fn a_version_on_top_of_an_older_one_is_stale(database: &Database) {
    commit_all(database, [open_file(1), plan(1, insert_first_version(first_version(1, &[1])))])
        .await;
    let old = seen(database, 1).await;
    commit_all(database, [plan(2, replace_version(&old, next_version(&old, 102)))]).await;
    let outcome = database.commit(plan(3, replace_version(&old, next_version(&old, 103)))).await;
    assert_eq!(conflict(outcome), Conflict::Stale(Guard::Document));
    let outcome = database.commit(plan(4, annul(&old, annulment()))).await;
    assert_eq!(conflict(outcome), Conflict::Stale(Guard::Document));
    let now = seen(database, 1).await;
    // The identifier of a version is never given twice.
    let outcome = database.commit(plan(5, replace_version(&now, next_version(&now, 102)))).await;
    assert_eq!(conflict(outcome), Conflict::AlreadyExists(Entity::Document));
    assert_eq!(seen(database, 1).await, now);
}

pub(super) async fn an_annulled_document_takes_no_version_and_no_second_annulment(
    database: &Database,
) {
    commit_all(database, [open_file(1), plan(1, insert_first_version(first_version(1, &[1])))])
        .await;
    let before = seen(database, 1).await;
    commit_all(database, [plan(2, annul(&before, annulment()))]).await;
    let after = seen(database, 1).await;
    assert_eq!(after, Document { annulment: Some(annulment()), ..before });
    for late in [annul(&after, annulment()), replace_version(&after, next_version(&after, 102))] {
        let outcome = database.commit(plan(3, late)).await;
        assert_eq!(conflict(outcome), Conflict::Stale(Guard::Document));
    }
    let versions = database.fetch(find_version(&document_oid(1))).await.unwrap();
    assert_eq!(versions, [first_version(1, &[1]).version], "its version stays as it was");
}

pub(super) async fn versions_are_listed_newest_first_and_in_pages(database: &Database) {
    commit_all(database, [open_file(1), plan(1, insert_first_version(first_version(1, &[1])))])
        .await;
    for n in 2..=5 {
        let before = seen(database, 1).await;
        commit_all(database, [plan(n, replace_version(&before, next_version(&before, 100 + n)))])
            .await;
    }
    let page = async |before| {
        let query = list_versions(&document_oid(1), before, 2);
        let versions = database.fetch(query).await.unwrap();
        versions.into_iter().map(|v| v.version).collect::<Vec<_>>()
    };
    assert_eq!(page(None).await, [5, 4]);
    assert_eq!(page(Some(4)).await, [3, 2]);
    assert_eq!(page(Some(2)).await, [1]);
    assert_eq!(page(Some(1)).await, [] as [u32; 0]);
}

pub(super) async fn a_document_that_was_seen_is_guarded_until_it_changes(database: &Database) {
    commit_all(database, [open_file(1), plan(1, insert_first_version(first_version(1, &[1])))])
        .await;
    let first = seen(database, 1).await;
    commit_all(database, [plan(2, vec![guard_document(&first)])]).await;
    commit_all(database, [plan(3, replace_version(&first, next_version(&first, 102)))]).await;
    let second = seen(database, 1).await;
    let outcome = database.commit(plan(4, vec![guard_document(&first)])).await;
    assert_eq!(conflict(outcome), Conflict::Stale(Guard::Document));
    commit_all(database, [plan(5, annul(&second, annulment()))]).await;
    let outcome = database.commit(plan(6, vec![guard_document(&second)])).await;
    assert_eq!(conflict(outcome), Conflict::Stale(Guard::Document));
    let third = seen(database, 1).await;
    commit_all(database, [plan(7, vec![guard_document(&third)])]).await;
}
