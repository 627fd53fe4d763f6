//! Small things: published texts, spent assertions, clients' files.

use varanto_model::Digest;

use super::{commit_all, conflict};
use crate::published::{Origin, Published, PublishedSummary};
use crate::samples::{administrative_entry, at, client_file, lookup, oid, open_file, use_entry};
use crate::{Conflict, Database, Entity, Plan, client, code_set, structure, token};

fn published(arc: &str, json: &str, origin: Origin) -> Published {
    let summary = PublishedSummary {
        oid: oid(&format!("1.2.246.537.6.{arc}")),
        digest: Digest::new([8; 32]),
        origin,
        imported_at: at(3),
    };
    Published { summary, json: json.to_owned() }
}

pub(super) async fn published_texts_come_back_byte_for_byte(database: &Database) {
    let first = published("1221", "{\"b\": 1,\n \"a\":\t2.50 }", Origin::Builtin);
    let second = published("1506.1000", "{}", Origin::Imported);
    let newer = published("1221", "{\"ä\":\"\\u0000\"}", Origin::Imported);
    let plan = Plan::administrative(administrative_entry(1))
        .with(code_set::upsert(first.clone()))
        .with(structure::upsert(second.clone()))
        .with(structure::upsert(first.clone()))
        .with(code_set::upsert(newer.clone()));
    commit_all(database, [plan]).await;
    assert_eq!(database.fetch(code_set::all()).await, Ok(vec![newer.clone()]));
    assert_eq!(database.fetch(code_set::list()).await, Ok(vec![newer.summary]));
    assert_eq!(database.fetch(structure::all()).await, Ok(vec![first.clone(), second.clone()]));
    let listed = database.fetch(structure::list()).await;
    assert_eq!(listed, Ok(vec![first.summary, second.summary]));
}

pub(super) async fn an_assertion_is_spent_once_until_it_is_forgotten(database: &Database) {
    let issuer = oid("1.2.246.10.99990001.10.0");
    let spend = |entry, jti, until| {
        Plan::administrative(administrative_entry(entry)).with(token::spend_assertion(
            &issuer,
            jti,
            at(until),
        ))
    };
    commit_all(database, [spend(1, [1; 32], 10), spend(2, [2; 32], 20)]).await;
    let again = conflict(database.commit(spend(3, [1; 32], 30)).await);
    assert_eq!(again, Conflict::AlreadyExists(Entity::Assertion));
    let forget = Plan::administrative(administrative_entry(4)).with(token::forget_expired(at(20)));
    commit_all(database, [forget, spend(5, [1; 32], 30)]).await;
    let kept = conflict(database.commit(spend(6, [2; 32], 30)).await);
    assert_eq!(kept, Conflict::AlreadyExists(Entity::Assertion));
}

pub(super) async fn a_client_is_found_by_the_hash_of_the_identifier(database: &Database) {
    commit_all(database, [open_file(1), open_file(2)]).await;
    let named = client::Client { names: Some(vec![9]), ..client_file(4) };
    let opening = Plan::recorded(use_entry(1)).with(client::insert(named.clone(), &lookup(4)));
    commit_all(database, [opening]).await;
    assert_eq!(database.fetch(client::find_by_lookup(&lookup(4))).await, Ok(vec![named]));
    let found = database.fetch(client::find_by_lookup(&lookup(2))).await;
    assert_eq!(found, Ok(vec![client_file(2)]));
    assert_eq!(database.fetch(client::find_by_lookup(&lookup(3))).await, Ok(vec![]));
}
