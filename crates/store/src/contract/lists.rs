//! Lists of a client's documents.

use varanto_model::{Generation, Group};

use super::commit_all;
use super::documents::{plan, seen};
use crate::document::{
    DocumentCursor, ListFilter, ListOrder, ListedDocument, NewVersion, Permitted, Withheld, annul,
    insert_first_version, list_documents, replace_version,
};
use crate::samples::{
    annulment, at, code, document_oid, first_version, key, next_version, oid, open_file,
};
use crate::{Database, MAX_LEFT_OUT, MAX_VALUES, TooManyValues};

async fn page(
    database: &Database,
    client: u64,
    filter: &ListFilter,
    after: Option<DocumentCursor>,
    size: u32,
) -> Vec<ListedDocument> {
    let query = list_documents(key(client), filter, ListOrder::NewestFirst, after, size).unwrap();
    database.fetch(query).await.unwrap()
}

/// The numbers of all documents in a list, fetched page by page.
async fn listed(database: &Database, client: u64, filter: &ListFilter, size: u32) -> Vec<String> {
    let (mut all, mut after) = (vec![], None);
    loop {
        let page = page(database, client, filter, after, size).await;
        assert!(page.len() <= size as usize);
        after = page.last().map(ListedDocument::cursor);
        if page.is_empty() {
            return all;
        }
        all.extend(page.iter().map(|d| d.original_oid.arcs().next_back().unwrap().to_owned()));
    }
}

async fn store(database: &Database, documents: impl IntoIterator<Item = NewVersion>) {
    for (n, new) in documents.into_iter().enumerate() {
        let entry = 10_000 + u64::try_from(n).unwrap();
        commit_all(database, [plan(entry, insert_first_version(new))]).await;
    }
}

pub(super) async fn pages_through_equal_instants_lose_and_repeat_nothing(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let documents = (100..160).map(|n| {
        let mut new = first_version(n, &[1]);
        new.facts.written_at = at(i64::try_from(n / 20).unwrap());
        if n % 3 == 0 {
            new.facts.controller = oid("1.2.246.10.99990003.19.0");
        }
        new
    });
    store(database, documents).await;
    let expected: Vec<String> = (100..160).rev().map(|n| n.to_string()).collect();
    for size in [1, 7, 20, 60, 200] {
        let all = listed(database, 1, &ListFilter::default(), size).await;
        assert_eq!(all, expected, "pages of {size}");
    }
    let own =
        ListFilter { controllers: vec![oid("1.2.246.10.99990001.19.0")], ..ListFilter::default() };
    let expected: Vec<String> =
        (100..160).rev().filter(|n| n % 3 != 0).map(|n: u64| n.to_string()).collect();
    assert_eq!(listed(database, 1, &own, 7).await, expected);
}

/// Two documents that differ in everything; each filter must find one and leave the other.
pub(super) async fn each_filter_narrows_the_list_and_none_hides_too_much(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let one = first_version(1, &[1]);
    let mut two = first_version(2, &[1]);
    let facts = &mut two.facts;
    facts.group = Group::Case;
    facts.generation = Generation::Old;
    facts.controller = oid("1.2.246.10.99990003.19.0");
    facts.structure = None;
    facts.type_code = Some(code("2000"));
    facts.service_task = None;
    facts.service_process = Some(code("X-OTHER"));
    facts.provider = None;
    facts.unit = Some(oid("1.2.246.10.99990003.10.3"));
    facts.case = None;
    facts.written_at = at(1000);
    two.version.stored_at = at(2000);
    two.services = vec![];
    two.links = vec![];
    store(database, [one.clone(), two]).await;
    let all = ListFilter::default;
    let other = oid("1.2.3");
    for (name, filter) in [
        ("groups", ListFilter { groups: vec![one.facts.group, Group::Permit], ..all() }),
        ("tasks", ListFilter { service_tasks: vec![code("X-ELDERLY"), code("10")], ..all() }),
        ("processes", ListFilter { service_processes: vec![code("X-ASSESS")], ..all() }),
        ("services", ListFilter { services: vec![code("X-MEALS"), code("X-HOME")], ..all() }),
        ("types", ListFilter { type_codes: vec![code("1000")], ..all() }),
        (
            "structures",
            ListFilter { structures: one.facts.structure.iter().cloned().collect(), ..all() },
        ),
        (
            "controllers",
            ListFilter { controllers: vec![one.facts.controller.clone(), other.clone()], ..all() },
        ),
        (
            "providers",
            ListFilter { providers: one.facts.provider.iter().cloned().collect(), ..all() },
        ),
        ("units", ListFilter { units: one.facts.unit.iter().cloned().collect(), ..all() }),
        ("cases", ListFilter { cases: one.facts.case.iter().cloned().collect(), ..all() }),
        (
            "written until",
            ListFilter { written_from: Some(at(1)), written_until: Some(at(1000)), ..all() },
        ),
        (
            "stored until",
            ListFilter { stored_from: Some(at(500)), stored_until: Some(at(2000)), ..all() },
        ),
        ("links", ListFilter { linked_to: vec![document_oid(901), document_oid(902)], ..all() }),
        ("generations", ListFilter { generations: vec![Generation::Phase2], ..all() }),
    ] {
        assert_eq!(listed(database, 1, &filter, 50).await, ["1"], "{name}");
    }
    let later = ListFilter { written_from: Some(at(2)), ..all() };
    assert_eq!(listed(database, 1, &later, 50).await, ["2"]);
    let stored_later = ListFilter { stored_from: Some(at(501)), ..all() };
    assert_eq!(listed(database, 1, &stored_later, 50).await, ["2"]);
    // What belongs to no service task is within every role's reach.
    for (tasks, expected) in [
        (vec![], &["2"][..]),
        (vec![code("X-FAMILIES")], &["2"]),
        (vec![code("X-FAMILIES"), code("X-ELDERLY")], &["2", "1"]),
    ] {
        let permitted = Permitted { service_tasks: Some(tasks), ..Permitted::default() };
        let reach = ListFilter { permitted, ..all() };
        assert_eq!(listed(database, 1, &reach, 50).await, expected);
    }
    for permitted in [
        Permitted { service_processes: Some(vec![code("X-OTHER")]), ..Permitted::default() },
        Permitted { type_codes: Some(vec![code("2000")]), ..Permitted::default() },
    ] {
        let reach = ListFilter { permitted, ..all() };
        assert_eq!(listed(database, 1, &reach, 50).await, ["2"]);
    }
    let nothing = Permitted { type_codes: Some(vec![]), ..Permitted::default() };
    let reach = ListFilter { permitted: nothing, ..all() };
    assert_eq!(listed(database, 1, &reach, 50).await, [] as [&str; 0]);
    let none = ListFilter { units: vec![other], ..all() };
    assert_eq!(listed(database, 1, &none, 50).await, [] as [&str; 0]);
    assert_eq!(listed(database, 1, &all(), 50).await, ["2", "1"]);
}

pub(super) async fn instants_are_kept_to_the_microsecond(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    store(database, (1..=3).rev().map(|n| first_version(n, &[1]))).await;
    let found = page(database, 1, &ListFilter::default(), None, 50).await;
    let written: Vec<_> = found.iter().map(|d| d.facts.written_at).collect();
    assert_eq!(written, [at(3), at(2), at(1)]);
    let new = first_version(3, &[1]);
    let first = ListedDocument {
        original_oid: document_oid(3),
        newest: document_oid(3),
        version: 1,
        stored_at: at(500),
        annulled: false,
        joint: false,
        facts: new.facts,
        metadata: new.version.metadata,
    };
    assert_eq!(found[0], first, "a listed document is the one that was stored");
}

pub(super) async fn annulled_documents_are_listed_only_when_asked_for(database: &Database) {
    commit_all(database, [open_file(1), open_file(2)]).await;
    store(database, [first_version(1, &[1, 2]), first_version(2, &[1])]).await;
    let document = seen(database, 1).await;
    commit_all(database, [plan(3, annul(&document, annulment()))]).await;
    let every = ListFilter { include_annulled: true, ..ListFilter::default() };
    assert_eq!(listed(database, 1, &ListFilter::default(), 50).await, ["2"]);
    assert_eq!(listed(database, 1, &every, 50).await, ["2", "1"]);
    assert!(page(database, 2, &every, None, 50).await[0].annulled);
    assert_eq!(listed(database, 2, &ListFilter::default(), 50).await, [] as [&str; 0]);
}

pub(super) async fn a_document_of_a_joint_case_is_listed_under_each_client(database: &Database) {
    commit_all(database, [open_file(1), open_file(2), open_file(3)]).await;
    store(database, [first_version(1, &[1, 2])]).await;
    let all = ListFilter::default();
    assert_eq!(listed(database, 1, &all, 50).await, ["1"]);
    assert_eq!(listed(database, 2, &all, 50).await, ["1"]);
    assert_eq!(listed(database, 3, &all, 50).await, [] as [&str; 0]);
}

pub(super) async fn a_new_version_moves_the_document_in_the_list(database: &Database) {
    commit_all(database, [open_file(1), open_file(2)]).await;
    store(database, [first_version(1, &[1, 2]), first_version(2, &[1])]).await;
    let before = seen(database, 1).await;
    let mut new = next_version(&before, 101);
    new.facts.written_at = at(9000);
    new.facts.controller = oid("1.2.246.10.99990003.19.0");
    new.services = vec![code("X-NEW")];
    new.links = vec![document_oid(903)];
    new.clients = vec![key(1)];
    commit_all(database, [plan(3, replace_version(&before, new.clone()))]).await;
    let found = page(database, 1, &ListFilter::default(), None, 50).await;
    assert_eq!(found.len(), 2);
    assert_eq!((&found[0].newest, found[0].version), (&document_oid(101), 2));
    assert_eq!(found[0].facts, new.facts);
    assert_eq!(found[0].metadata, new.version.metadata);
    let by_service =
        |service| ListFilter { services: vec![code(service)], ..ListFilter::default() };
    assert_eq!(listed(database, 1, &by_service("X-NEW"), 50).await, ["1"]);
    assert_eq!(listed(database, 1, &by_service("X-HOME"), 50).await, ["2"]);
    let by_link = |n| ListFilter { linked_to: vec![document_oid(n)], ..ListFilter::default() };
    assert_eq!(listed(database, 1, &by_link(903), 50).await, ["1"]);
    assert_eq!(listed(database, 1, &by_link(901), 50).await, ["2"]);
    let left = listed(database, 2, &ListFilter::default(), 50).await;
    assert_eq!(left, [] as [&str; 0], "a client that it no longer concerns");
}

/// REQ DOC-09
pub(super) async fn the_continuous_record_is_listed_oldest_first(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let documents = (100..130).map(|n| {
        let mut new = first_version(n, &[1]);
        new.facts.written_at = at(i64::try_from(n / 10).unwrap());
        new
    });
    store(database, documents).await;
    for size in [1, 7, 50] {
        let (mut all, mut after) = (vec![], None);
        loop {
            let filter = ListFilter::default();
            let query = list_documents(key(1), &filter, ListOrder::OldestFirst, after, size);
            let page = database.fetch(query.unwrap()).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.cursor());
            all.extend(page.into_iter().map(|d| d.original_oid));
        }
        assert_eq!(all, (100..130).map(document_oid).collect::<Vec<_>>(), "pages of {size}");
    }
}

pub(super) async fn a_filter_of_too_many_values_is_refused(database: &Database) {
    let of = |n| ListFilter { units: vec![document_oid(1); n], ..ListFilter::default() };
    assert!(page(database, 1, &of(MAX_VALUES), None, 50).await.is_empty());
    let refused = list_documents(key(1), &of(MAX_VALUES + 1), ListOrder::NewestFirst, None, 50);
    assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));
}

/// REQ DIS-03: what has no service task and no type is not left out for one.
pub(super) async fn what_is_left_out_is_left_out_alone(database: &Database) {
    commit_all(database, [open_file(1)]).await;
    let one = first_version(1, &[1]);
    let mut two = first_version(2, &[1]);
    two.facts.controller = oid("1.2.246.10.99990003.19.0");
    two.facts.service_task = Some(code("X-FAMILIES"));
    two.facts.type_code = Some(code("2000"));
    let mut three = first_version(3, &[1]);
    three.facts.controller = oid("1.2.246.10.99990004.19.0");
    three.facts.service_task = None;
    three.facts.type_code = None;
    store(database, [one.clone(), two, three]).await;
    let without = async |without| {
        let filter = ListFilter { without, ..ListFilter::default() };
        listed(database, 1, &filter, 1).await
    };
    let none = Withheld::default;
    let own = one.facts.controller.clone();
    assert_eq!(without(none()).await, ["3", "2", "1"]);
    assert_eq!(without(Withheld { controllers: vec![own.clone()], ..none() }).await, ["3", "2"]);
    let tasks = |tasks: &[&str]| Withheld {
        service_tasks: tasks.iter().map(|task| code(task)).collect(),
        ..none()
    };
    assert_eq!(without(tasks(&["X-ELDERLY"])).await, ["3", "2"]);
    assert_eq!(without(tasks(&["X-ELDERLY", "X-FAMILIES", "X-OTHER"])).await, ["3"]);
    let types = Withheld { type_codes: vec![code("1000"), code("1")], ..none() };
    assert_eq!(without(types.clone()).await, ["3", "2"]);
    let documents = Withheld { documents: vec![document_oid(2), document_oid(3)], ..none() };
    assert_eq!(without(documents.clone()).await, ["1"]);
    let all = Withheld { type_codes: types.type_codes, ..documents };
    assert_eq!(without(all).await, [] as [&str; 0]);
    // What is left out wins over what is asked for.
    let filter = ListFilter {
        controllers: vec![own.clone(), oid("1.2.246.10.99990003.19.0")],
        without: Withheld { controllers: vec![own], ..none() },
        ..ListFilter::default()
    };
    assert_eq!(listed(database, 1, &filter, 50).await, ["2"]);
    let documents = |count| Withheld { documents: vec![document_oid(1); count], ..none() };
    assert_eq!(without(documents(MAX_LEFT_OUT)).await, ["3", "2"]);
    let controllers = Withheld { controllers: vec![oid("1.2"); MAX_VALUES + 1], ..none() };
    for many in [documents(MAX_LEFT_OUT + 1), controllers] {
        let filter = ListFilter { without: many, ..ListFilter::default() };
        let refused = list_documents(key(1), &filter, ListOrder::NewestFirst, None, 50);
        assert_eq!(refused.map(|query| query.name()), Err(TooManyValues));
    }
}
