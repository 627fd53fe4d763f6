//! Documents as cases see them: found by any identifier, moved under other clients, counted, and read
//! again for what is derived from them.

use uuid::Uuid;
use varanto_model::{Group, Oid};

use super::cases::controller;
use super::documents::{plan, seen};
use super::{commit_all, conflict};
use crate::document::{
    ControlVersion, Document, ListFilter, ListOrder, StoredInCase, annul, control_documents,
    documents_of_case, find_by_any, guard_count_of_case, guard_document, insert_first_version,
    joint_documents, links_of, list_documents, reindex, replace_version, stored_in_case_by,
    which_exist,
};
use crate::samples::{
    annulment, at, code, document_oid, first_version, key, next_version, oid, open_file,
};
use crate::{Conflict, Database, Guard, MAX_VALUES, TooManyValues};

pub(super) async fn a_document_is_found_by_any_of_its_identifiers(database: &Database) {
    let first = insert_first_version(first_version(1, &[1]));
    commit_all(database, [open_file(1), plan(1, first)]).await;
    for n in 2..=3 {
        let before = seen(database, 1).await;
        let next = replace_version(&before, next_version(&before, 100 + n));
        commit_all(database, [plan(n, next)]).await;
    }
    let now = seen(database, 1).await;
    for (named, meant) in [(1, 103), (102, 102), (103, 103)] {
        let found = database.fetch(find_by_any(&document_oid(named))).await;
        assert_eq!(found, Ok(vec![(now.clone(), document_oid(meant))]));
    }
    assert_eq!(database.fetch(find_by_any(&document_oid(2))).await, Ok(vec![]));
    let annulled = annul(&now, annulment());
    commit_all(database, [plan(4, annulled)]).await;
    let found = database.fetch_one(find_by_any(&document_oid(1))).await.unwrap().unwrap();
    assert_eq!(found.0, Document { annulment: Some(annulment()), ..now });
}

/// The original identifiers of the documents under a client.
async fn under(database: &Database, client: u64, filter: ListFilter) -> Vec<(Oid, bool)> {
    let filter = ListFilter { include_annulled: true, ..filter };
    let query = list_documents(key(client), &filter, ListOrder::NewestFirst, None, 50).unwrap();
    let listed = database.fetch(query).await.unwrap();
    listed.into_iter().map(|d| (d.original_oid, d.annulled)).collect()
}

/// REQ CASE-03, CASE-06
pub(super) async fn a_moved_document_is_listed_under_its_new_clients_as_it_was(
    database: &Database,
) {
    commit_all(database, (1..=3).map(open_file)).await;
    let first = insert_first_version(first_version(1, &[1, 2]));
    commit_all(database, [plan(1, first)]).await;
    let before = seen(database, 1).await;
    let links = database.fetch(links_of(&document_oid(1), key(1))).await.unwrap();
    assert_eq!(links, [document_oid(901), document_oid(902)]);
    let moved = reindex(&before, &links, &[key(3), key(2)]);
    commit_all(database, [plan(2, moved)]).await;
    let after = seen(database, 1).await;
    assert_eq!(after, Document { clients: vec![key(3), key(2)], ..before });
    for filter in [
        ListFilter::default(),
        ListFilter { services: vec![code("X-MEALS")], ..ListFilter::default() },
        ListFilter { linked_to: vec![document_oid(902)], ..ListFilter::default() },
    ] {
        assert_eq!(under(database, 1, filter.clone()).await, []);
        for client in [2, 3] {
            let listed = under(database, client, filter.clone()).await;
            assert_eq!(listed, [(document_oid(1), false)], "client {client}");
        }
    }
    assert_eq!(database.fetch(links_of(&document_oid(1), key(3))).await, Ok(links.clone()));
    // An annulled one stays so where it comes.
    commit_all(database, [plan(3, annul(&after, annulment()))]).await;
    let annulled = seen(database, 1).await;
    commit_all(database, [plan(4, reindex(&annulled, &links, &[key(1)]))]).await;
    let all = ListFilter::default;
    assert_eq!(under(database, 1, all()).await, [(document_oid(1), true)]);
    assert_eq!(under(database, 3, all()).await, []);
}

/// REQ DIS-04
pub(super) async fn a_document_tells_whether_it_has_other_clients_too(database: &Database) {
    commit_all(database, (1..=3).map(open_file)).await;
    let joint = async |client: u64| {
        let filter = ListFilter { include_annulled: true, ..ListFilter::default() };
        let query = list_documents(key(client), &filter, ListOrder::NewestFirst, None, 50).unwrap();
        let listed = database.fetch(query).await.unwrap();
        listed.into_iter().map(|document| document.joint).collect::<Vec<_>>()
    };
    let first = insert_first_version(first_version(1, &[1]));
    commit_all(database, [plan(1, first)]).await;
    assert_eq!(joint(1).await, [false]);
    let reindexed = async |entry, clients: &[Uuid]| {
        let before = seen(database, 1).await;
        commit_all(database, [plan(entry, reindex(&before, &[], clients))]).await;
    };
    reindexed(2, &[key(1), key(2)]).await;
    assert_eq!((joint(1).await, joint(2).await), (vec![true], vec![true]));
    reindexed(3, &[key(3), key(2)]).await;
    assert_eq!((joint(2).await, joint(3).await), (vec![true], vec![true]));
    // Moved to a person who is in it already, and left by the other.
    reindexed(4, &[key(3)]).await;
    assert_eq!((joint(2).await, joint(3).await), (vec![], vec![false]));
    let before = seen(database, 1).await;
    let mut next = next_version(&before, 102);
    next.clients = vec![key(1), key(3)];
    commit_all(database, [plan(5, replace_version(&before, next))]).await;
    assert_eq!((joint(1).await, joint(3).await), (vec![true], vec![true]));
    let found = async |client: u64, after| {
        let found = database.fetch(joint_documents(key(client), after, 5)).await.unwrap();
        found.into_iter().map(|document| (document.original_oid, document.clients)).collect()
    };
    let whole: Vec<_> = found(1, None).await;
    assert_eq!(whole, [(document_oid(1), vec![key(1), key(3)])]);
    assert_eq!((found(2, None).await, found(1, Some(document_oid(1))).await), (vec![], vec![]));
    let before = seen(database, 1).await;
    commit_all(database, [plan(6, annul(&before, annulment()))]).await;
    reindexed(7, &[key(3)]).await;
    assert_eq!((joint(1).await, joint(3).await), (vec![], vec![false]));
}

pub(super) async fn a_change_of_a_document_that_was_moved_meanwhile_is_stale(database: &Database) {
    commit_all(database, [open_file(1), open_file(2)]).await;
    let first = insert_first_version(first_version(1, &[1]));
    commit_all(database, [plan(1, first)]).await;
    let before = seen(database, 1).await;
    let both: [Uuid; 2] = [key(1), key(2)];
    commit_all(database, [plan(2, reindex(&before, &[], &both))]).await;
    for late in [
        replace_version(&before, next_version(&before, 102)),
        annul(&before, annulment()),
        reindex(&before, &[], &[key(2)]),
        vec![guard_document(&before)],
    ] {
        let outcome = database.commit(plan(3, late)).await;
        assert_eq!(conflict(outcome), Conflict::Stale(Guard::Document));
    }
    let after = seen(database, 1).await;
    let next = replace_version(&after, next_version(&after, 102));
    commit_all(database, [plan(4, vec![guard_document(&after)]), plan(5, next)]).await;
    let outcome = database.commit(plan(6, reindex(&after, &[], &[key(2)]))).await;
    assert_eq!(conflict(outcome), Conflict::Stale(Guard::Document), "a newer version");
}

/// Five documents of one case, the third of another organisation, and one of another case.
async fn a_case(database: &Database) -> Oid {
    commit_all(database, [open_file(1)]).await;
    for n in 1..=6 {
        let mut new = first_version(n, &[1]);
        new.version.stored_at = at(i64::try_from(n).unwrap());
        if n == 3 {
            new.facts.author_organisation = oid("1.2.246.10.99990001.10.0");
        }
        if n == 6 {
            new.facts.case = Some(document_oid(999));
        }
        commit_all(database, [plan(n, insert_first_version(new))]).await;
    }
    document_oid(900)
}

pub(super) async fn the_documents_of_a_case_are_listed_and_guarded_by_their_number(
    database: &Database,
) {
    let case = a_case(database).await;
    let names = |page: Vec<Document>| page.into_iter().map(|d| d.original_oid).collect::<Vec<_>>();
    let first = database.fetch(documents_of_case(&case, None, 3)).await.unwrap();
    assert_eq!(first[0], seen(database, 1).await);
    assert_eq!(names(first), [1, 2, 3].map(document_oid));
    let rest = documents_of_case(&case, Some(document_oid(3)), 3);
    assert_eq!(names(database.fetch(rest).await.unwrap()), [4, 5].map(document_oid));
    commit_all(database, [plan(10, vec![guard_count_of_case(&case, 5)])]).await;
    let annulled = annul(&seen(database, 1).await, annulment());
    commit_all(database, [plan(11, annulled)]).await;
    commit_all(database, [plan(12, vec![guard_count_of_case(&case, 5)])]).await;
    for n in [4, 6] {
        let outcome = database.commit(plan(13, vec![guard_count_of_case(&case, n)])).await;
        assert_eq!(conflict(outcome), Conflict::Stale(Guard::Document));
    }
    commit_all(database, [plan(14, vec![guard_count_of_case(&oid("1.2.3"), 0)])]).await;
}

/// REQ RA-09
pub(super) async fn what_an_organisation_stored_in_a_case_is_told(database: &Database) {
    let case = a_case(database).await;
    let producer = first_version(1, &[]).facts.author_organisation;
    let stored = async |organisation: &Oid| {
        let query = stored_in_case_by(&case, organisation);
        database.fetch_one(query).await.unwrap().unwrap()
    };
    let of_producer = StoredInCase { documents: 4, last_stored_at: Some(at(5)) };
    assert_eq!(stored(&producer).await, of_producer);
    let nothing = StoredInCase { documents: 0, last_stored_at: None };
    assert_eq!(stored(&oid("1.2.3")).await, nothing);
    let annulled = annul(&seen(database, 1).await, annulment());
    commit_all(database, [plan(11, annulled)]).await;
    let asked: Vec<_> = (1..=7).map(document_oid).collect();
    let exist = which_exist(&asked, &producer, &case).unwrap();
    let expected = [1, 2, 4, 5].map(document_oid).to_vec();
    assert_eq!(database.fetch(exist).await, Ok(expected));
    let none = which_exist(&[], &producer, &case).unwrap();
    assert_eq!(database.fetch(none).await, Ok(vec![]));
    let refused = which_exist(&vec![document_oid(1); MAX_VALUES + 1], &producer, &case);
    assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));
}

/// REQ CASE-05, DIS-02
pub(super) async fn control_documents_come_version_by_version_in_pages(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let groups = [
        Group::Case,
        Group::ClientDocument,
        Group::Clientship,
        Group::Case,
        Group::Informing,
        Group::Permit,
        Group::Denial,
        Group::Representation,
        Group::DisclosureNotice,
    ];
    for (n, group) in (1..).zip(groups) {
        let mut new = first_version(n, &[1]);
        new.facts.group = group;
        if n == 4 {
            new.facts.controller = controller(3);
        }
        commit_all(database, [plan(n, insert_first_version(new))]).await;
    }
    for (n, version) in [(1, 101), (2, 102), (3, 103), (1, 104), (1, 105)] {
        let before = seen(database, n).await;
        let next = replace_version(&before, next_version(&before, version));
        commit_all(database, [plan(version, next)]).await;
    }
    let annulled = annul(&seen(database, 3).await, annulment());
    commit_all(database, [plan(11, annulled)]).await;
    let read = async |controller: Option<&Oid>, size| {
        let (mut all, mut after) = (vec![], None);
        loop {
            let query = control_documents(controller, after, size);
            let page = database.fetch(query).await.unwrap();
            assert!(page.len() <= size as usize);
            after = page.last().map(ControlVersion::cursor);
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    };
    for size in [1, 2, 3, 50] {
        let all = read(None, size).await;
        let names: Vec<_> = all.iter().map(|c| c.version.oid.clone()).collect();
        assert_eq!(
            names,
            [1, 101, 104, 105, 3, 103, 4, 5, 6, 7, 8].map(document_oid),
            "pages of {size}"
        );
        assert_eq!(all[0].version, first_version(1, &[1]).version);
        assert_eq!(all[0].document, seen(database, 1).await);
        assert_eq!(all[5].document.annulment, Some(annulment()));
        let names: Vec<_> = read(Some(&controller(3)), size).await;
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].version.oid, document_oid(4));
    }
}
