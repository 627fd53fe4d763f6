//! Clients' requests for log data: extended once, answered once, and told again as they were.

use jiff::civil::date;
use uuid::Uuid;

use super::cases::controller;
use super::documents::plan;
use super::{commit_all, conflict};
use crate::log_request::{Answered, Extension, LogRequest, LogRequestState};
use crate::samples::{at, client_file, key, lookup, open_file};
use crate::use_log::LogCursor;
use crate::{Conflict, Database, Entity, Statement, client, log_request};

/// Every change of a request.
pub(crate) fn changes() -> Vec<Statement> {
    vec![
        log_request::insert(request(1)),
        log_request::extend(key(1), date(2026, 12, 15), extension()),
        log_request::answer(key(1), LogRequestState::Given, answered(), vec![7]),
        log_request::forget(key(1)),
    ]
}

fn request(n: u64) -> LogRequest {
    LogRequest {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        controller: controller(1),
        state: LogRequestState::Open,
        received_on: date(2026, 9, 15),
        due_on: date(2026, 10, 15),
        details: vec![4, 5],
        user_id: "T-1008".to_owned(),
        log_entry: key(n),
        extension: None,
        answered: None,
    }
}

fn extension() -> Extension {
    Extension { at: at(10), user_id: "T-1008".to_owned(), reason: vec![6] }
}

fn answered() -> Answered {
    Answered { at: at(11), user_id: "T-1008".to_owned() }
}

async fn gone(database: &Database, entry: u64, statement: Statement) {
    let outcome = database.commit(plan(entry, vec![statement])).await;
    assert_eq!(conflict(outcome), Conflict::Gone(Entity::LogRequest));
}

/// REQ LOG-05
pub(super) async fn a_log_request_is_extended_once_and_answered_once(database: &Database) {
    let found = async |n| database.fetch(log_request::find(key(n))).await.unwrap();
    let kept = async |n| database.fetch(log_request::kept_answer(key(n))).await.unwrap();
    let requests = [request(1), request(2)].map(log_request::insert);
    commit_all(database, [open_file(1), plan(1, requests.into())]).await;
    assert_eq!(found(1).await, [request(1)]);
    assert_eq!(kept(1).await, [] as [Vec<u8>; 0]);
    let extend = |n| log_request::extend(key(n), date(2026, 12, 15), extension());
    let answer = |n, state| log_request::answer(key(n), state, answered(), vec![7, 8]);
    commit_all(database, [plan(2, vec![extend(1)])]).await;
    gone(database, 3, extend(1)).await;
    let extended =
        LogRequest { due_on: date(2026, 12, 15), extension: Some(extension()), ..request(1) };
    assert_eq!(found(1).await, std::slice::from_ref(&extended));
    commit_all(database, [plan(4, vec![answer(1, LogRequestState::Given)])]).await;
    gone(database, 5, answer(1, LogRequestState::Refused)).await;
    assert_eq!(kept(1).await, [[7, 8]]);
    let given =
        LogRequest { state: LogRequestState::Given, answered: Some(answered()), ..extended };
    assert_eq!(found(1).await, [given]);
    commit_all(database, [plan(6, vec![answer(2, LogRequestState::Refused)])]).await;
    gone(database, 7, extend(2)).await;
    assert_eq!(found(2).await.first().unwrap().state, LogRequestState::Refused);
}

/// REQ LOG-03, LOG-05
pub(super) async fn an_answered_log_request_is_forgotten_and_stays_as_a_row(database: &Database) {
    let requests = [1, 2, 3].map(|n| log_request::insert(request(n)));
    commit_all(database, [open_file(1), plan(1, requests.into())]).await;
    let answer = |n, time| {
        let answered = Answered { at: at(time), ..answered() };
        log_request::answer(key(n), LogRequestState::Given, answered, vec![7])
    };
    let extend = log_request::extend(key(1), date(2026, 12, 15), extension());
    commit_all(database, [plan(2, vec![extend, answer(1, 20), answer(2, 21)])]).await;
    let due = async |before, size| {
        database.fetch(log_request::answered_before(at(before), size)).await.unwrap()
    };
    assert_eq!(due(20, 50).await, [] as [Uuid; 0]);
    assert_eq!(due(21, 50).await, [key(1)]);
    assert_eq!(due(90, 50).await, [key(1), key(2)], "the third is open");
    assert_eq!(due(90, 1).await, [key(1)]);
    gone(database, 3, log_request::forget(key(3))).await;
    commit_all(database, [plan(4, vec![log_request::forget(key(1))])]).await;
    assert_eq!(database.fetch(log_request::find(key(1))).await.unwrap(), []);
    assert_eq!(database.fetch(log_request::kept_answer(key(1))).await.unwrap(), [[0; 0]; 0]);
    let query = log_request::list(&controller(1), None, None, None, 50);
    let listed = database.fetch(query).await.unwrap();
    assert_eq!(listed.iter().map(|r| r.id).collect::<Vec<_>>(), [key(3), key(2)]);
    gone(database, 5, log_request::forget(key(1))).await;
    assert_eq!(due(90, 50).await, [key(2)]);
}

/// REQ LOG-05
pub(super) async fn log_requests_are_listed_by_state_and_day(database: &Database) {
    let later = LogRequest { due_on: date(2026, 10, 16), ..request(2) };
    let elsewhere = LogRequest { controller: controller(3), ..request(3) };
    let all = [request(1), later.clone(), elsewhere].map(log_request::insert);
    commit_all(database, [open_file(1), plan(1, all.into())]).await;
    let listed = async |state, due, after| {
        let query = log_request::list(&controller(1), state, due, after, 50);
        database.fetch(query).await.unwrap()
    };
    assert_eq!(listed(None, None, None).await, [later.clone(), request(1)]);
    let after = Some(LogCursor { at: later.at, id: later.id });
    assert_eq!(listed(None, None, after).await, [request(1)]);
    assert_eq!(listed(None, Some(date(2026, 10, 16)), None).await, [request(1)]);
    assert_eq!(listed(None, Some(date(2026, 10, 15)), None).await, []);
    assert_eq!(listed(Some(LogRequestState::Given), None, None).await, []);
    assert_eq!(listed(Some(LogRequestState::Open), None, None).await.len(), 2);
}

/// REQ LOG-05
pub(super) async fn the_files_that_were_joined_to_a_person_are_told(database: &Database) {
    let person = client_file(1);
    let files = (1..=4).map(|n| plan(n, vec![client::insert(client_file(n), &lookup(n))]));
    commit_all(database, files).await;
    let joined = async |n, most| database.fetch(client::joined_to(key(n), most)).await.unwrap();
    assert_eq!(joined(1, 9).await, [] as [Uuid; 0]);
    let join = [2, 3].map(|n| client::join(key(n), client_file(n).version, person.key));
    commit_all(database, [plan(9, join.into())]).await;
    assert_eq!(joined(1, 9).await, [key(2), key(3)]);
    assert_eq!(joined(1, 1).await, [key(2)]);
    assert_eq!(joined(2, 9).await, [] as [Uuid; 0]);
}
