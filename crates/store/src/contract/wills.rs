//! Wills, by themselves and with the file and the standings of their client.

use super::cases::{controller, read, stands, upsert};
use super::documents::plan;
use super::{commit_all, conflict};
use crate::samples::{key, lookup, open_file};
use crate::standing::{self, ClientEverywhere, ClientStanding};
use crate::will::ClientWill;
use crate::{
    Conflict, Database, Entity, MAX_VALUES, Statement, StoreError, TooManyValues, client, will,
};

/// Every change of a will.
pub(crate) fn changes() -> Vec<Statement> {
    vec![put(1), will::remove(key(1))]
}

fn wants(client: u64) -> ClientWill {
    ClientWill { client: key(client), derived: format!("{{\"informed\":{client}}}") }
}

fn put(client: u64) -> Statement {
    let ClientWill { client, derived } = wants(client);
    will::upsert(client, derived)
}

/// REQ DIS-02
pub(super) async fn a_will_is_read_with_the_file_of_its_client(database: &Database) {
    commit_all(database, (1..=3).map(open_file)).await;
    commit_all(database, [plan(1, vec![upsert(1, 1), put(1), put(2)])]).await;
    let keys = [key(1), key(2), key(3)];
    let of = async |n| {
        database.fetch(standing::of_clients(&keys, &controller(n)).unwrap()).await.unwrap()
    };
    let with =
        |file: ClientStanding, client| ClientStanding { will: Some(wants(client).derived), ..file };
    let both = || with(read(1, Some(stands(1, 1))), 1);
    assert_eq!(of(1).await, [both(), with(read(2, None), 2), read(3, None)]);
    let elsewhere = [with(read(1, None), 1), with(read(2, None), 2), read(3, None)];
    assert_eq!(of(3).await, elsewhere, "a will is the same everywhere");
    let by_lookup =
        async || database.fetch(standing::of_lookup(&lookup(1), &controller(1))).await.unwrap();
    assert_eq!(by_lookup().await, [both()]);
    let by_itself = async || database.fetch(will::of_client(key(1))).await.unwrap();
    assert_eq!(by_itself().await, [wants(1)]);

    commit_all(database, [plan(2, vec![will::upsert(key(1), "{}".to_owned())])]).await;
    let newer = ClientStanding { will: Some("{}".to_owned()), ..both() };
    assert_eq!(by_lookup().await, [newer]);
    commit_all(database, [plan(3, vec![will::remove(key(1))])]).await;
    assert_eq!(by_lookup().await, [read(1, Some(stands(1, 1)))]);
    assert_eq!(by_itself().await, []);
    let outcome = database.commit(plan(4, vec![will::remove(key(1))])).await;
    assert_eq!(conflict(outcome), Conflict::Gone(Entity::Will));
    let outcome = database.commit(plan(5, vec![put(9)])).await;
    assert!(matches!(outcome, Err(StoreError::Failed { .. })), "of a file that is not there");
}

pub(super) async fn wills_are_listed_in_pages(database: &Database) {
    commit_all(database, (1..=5).map(open_file)).await;
    commit_all(database, [plan(1, (1..=5).map(put).collect())]).await;
    let expected: Vec<_> = (1..=5).map(wants).collect();
    for size in [1, 3, 50] {
        let (mut all, mut after) = (vec![], None);
        loop {
            let page = database.fetch(will::every(after, size)).await.unwrap();
            assert!(page.len() <= size as usize);
            let Some(last) = page.last() else { break };
            after = Some(last.client);
            all.extend(page);
        }
        assert_eq!(all, expected, "pages of {size}");
    }
}

/// REQ DIS-01, DIS-07
pub(super) async fn all_standings_of_a_client_are_read_with_the_will(database: &Database) {
    commit_all(database, (1..=4).map(open_file)).await;
    let statements =
        vec![upsert(1, 3), upsert(1, 1), put(1), upsert(2, 1), put(3), upsert(4, 1), put(4)];
    commit_all(database, [plan(1, statements)]).await;
    let file = |client: u64, will, controllers: &[u64]| ClientEverywhere {
        client: key(client),
        client_version: 1,
        joined_to: None,
        will,
        standings: controllers
            .iter()
            .map(|of| (controller(*of), stands(client, *of).derived))
            .collect(),
    };
    let will = |client| Some(wants(client).derived);
    let (one, two, three) = (file(1, will(1), &[1, 3]), file(2, None, &[1]), file(3, will(3), &[]));
    let keys = [key(3), key(1), key(2), key(9)];
    let of = async |keys: &[_]| {
        standing::fold(database.fetch(standing::everywhere(keys).unwrap()).await.unwrap())
    };
    assert_eq!(of(&keys).await, [one.clone(), two, three.clone()]);
    assert_eq!(of(&[]).await, []);
    let refused = standing::everywhere(&[key(1); MAX_VALUES + 1]);
    assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));

    let by_lookup = async |n| {
        let query = standing::everywhere_of_lookup(&lookup(n));
        standing::fold(database.fetch(query).await.unwrap())
    };
    assert_eq!(by_lookup(1).await, std::slice::from_ref(&one));
    assert_eq!(by_lookup(3).await, [three]);
    assert_eq!(by_lookup(9).await, []);
    // Of a joined file, the person's will and standings and not its own.
    commit_all(database, [plan(2, vec![client::join(key(4), 1, key(1))])]).await;
    assert_eq!(by_lookup(4).await, [one]);
    let joined =
        ClientEverywhere { client_version: 2, joined_to: Some(key(1)), ..file(4, will(4), &[1]) };
    assert_eq!(of(&[key(4)]).await, [joined]);
}
