//! Recipients, requests and the outbox: what happens once, happens once.

use jiff::Timestamp;
use jiff::civil::date;
use varanto_model::Digest;

use super::cases::controller;
use super::documents::plan;
use super::{commit_all, conflict};
use crate::disclosure_request::{Delivery, DisclosureRequest, RequestDecision, RequestState};
use crate::outbox::{Parcel, ParcelState, Payload, Waiting};
use crate::recipient::{Ended, Recipient};
use crate::samples::{at, code, document_oid, key, oid, open_file};
use crate::use_log::LogCursor;
use crate::{Conflict, Database, Entity, Statement, disclosure_request, outbox, recipient};

/// Every change of what goes to parties outside.
pub(crate) fn changes() -> Vec<Statement> {
    vec![
        recipient::insert(party(1)),
        recipient::end(key(1), ended()),
        recipient::guard(key(1)),
        disclosure_request::insert(request(1)),
        disclosure_request::decide(key(1), decision()),
        disclosure_request::deliver(key(1), delivery(), None),
        disclosure_request::follow(key(1), key(2), &controller(1)),
        outbox::insert(parcel(1), vec![1]),
        outbox::insert_next(parcel(1), "officer".to_owned(), vec![1]),
        outbox::claim(&parcel(1), at(1)),
        outbox::postpone(key(1), 1, at(1)),
        outbox::finish(key(1), 1, ParcelState::Delivered, at(1)),
    ]
}

fn party(n: u64) -> Recipient {
    Recipient {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        controller: controller(1),
        kind: code("kela"),
        valid_from: date(2026, 1, 1),
        valid_to: None,
        details: vec![1, 2, 3],
        user_id: "S-1001".to_owned(),
        log_entry: key(n),
        ended: None,
    }
}

fn ended() -> Ended {
    Ended { at: at(9), user_id: "S-1002".to_owned() }
}

fn request(n: u64) -> DisclosureRequest {
    DisclosureRequest {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        controller: controller(1),
        client: key(1),
        recipient: key(1),
        state: RequestState::Recorded,
        documents: vec![document_oid(1), document_oid(2)],
        details: vec![4, 5],
        user_id: "S-1001".to_owned(),
        log_entry: key(n),
        decision: None,
        delivery: None,
    }
}

fn decision() -> RequestDecision {
    RequestDecision {
        at: at(10),
        user_id: "S-1002".to_owned(),
        approved: vec![document_oid(2)],
        reason: vec![6],
    }
}

fn delivery() -> Delivery {
    Delivery { at: at(11), user_id: "S-1001".to_owned(), package: Digest::new([7; 32]) }
}

fn parcel(n: u64) -> Parcel {
    Parcel {
        id: key(n),
        kind: "patient-data".to_owned(),
        at: at(0),
        organisation: oid("1.2.246.10.99990001.10.0"),
        state: ParcelState::Waiting,
        attempts: 0,
        due_at: at(i64::try_from(n).unwrap()),
    }
}

/// REQ DIS-07
pub(super) async fn a_recipient_is_listed_and_ended_once(database: &Database) {
    let elsewhere = Recipient { controller: controller(3), ..party(2) };
    let until = Recipient { valid_to: Some(date(2026, 12, 31)), ..party(3) };
    let all = [party(1), elsewhere, until.clone()];
    commit_all(database, [plan(1, all.into_iter().map(recipient::insert).collect())]).await;
    let listed =
        async |after| database.fetch(recipient::list(&controller(1), after, 1)).await.unwrap();
    assert_eq!(listed(None).await, std::slice::from_ref(&until));
    assert_eq!(listed(Some(LogCursor { at: until.at, id: until.id })).await, [party(1)]);
    commit_all(
        database,
        [plan(2, vec![recipient::guard(key(1)), recipient::end(key(1), ended())])],
    )
    .await;
    let found = database.fetch(recipient::find(key(1))).await.unwrap();
    assert_eq!(found, [Recipient { ended: Some(ended()), ..party(1) }]);
    for again in [recipient::guard(key(1)), recipient::end(key(1), ended())] {
        let outcome = database.commit(plan(3, vec![again])).await;
        assert_eq!(conflict(outcome), Conflict::Gone(Entity::Recipient));
    }
}

async fn recorded(database: &Database, requests: Vec<DisclosureRequest>) {
    let recipient = plan(1, vec![recipient::insert(party(1))]);
    let requests = plan(2, requests.into_iter().map(disclosure_request::insert).collect());
    commit_all(database, [open_file(1), open_file(2), recipient, requests]).await;
}

/// REQ DIS-07
pub(super) async fn a_request_is_decided_once_and_delivered_once(database: &Database) {
    recorded(database, vec![request(1), request(2)]).await;
    let found = async |n| database.fetch(disclosure_request::find(key(n))).await.unwrap();
    assert_eq!(found(1).await, [request(1)]);
    let gone = async |entry, statement| {
        let outcome = database.commit(plan(entry, vec![statement])).await;
        assert_eq!(conflict(outcome), Conflict::Gone(Entity::DisclosureRequest));
    };
    let decide = || disclosure_request::decide(key(1), decision());
    let deliver = |n| disclosure_request::deliver(key(n), delivery(), Some(vec![8]));
    let receipt = async || database.fetch(disclosure_request::receipt(key(1))).await.unwrap();
    gone(3, deliver(1)).await;
    commit_all(database, [plan(4, vec![decide()])]).await;
    gone(5, decide()).await;
    assert_eq!(receipt().await, [] as [Vec<u8>; 0]);
    commit_all(database, [plan(6, vec![deliver(1)])]).await;
    gone(7, deliver(1)).await;
    assert_eq!(receipt().await, [[8]]);
    let delivered = DisclosureRequest {
        state: RequestState::Delivered,
        decision: Some(decision()),
        delivery: Some(delivery()),
        ..request(1)
    };
    assert_eq!(found(1).await, [delivered]);
    let refused = RequestDecision { approved: vec![], ..decision() };
    let refuse = disclosure_request::decide(key(2), refused.clone());
    commit_all(database, [plan(8, vec![refuse])]).await;
    gone(9, deliver(2)).await;
    let refused =
        DisclosureRequest { state: RequestState::Refused, decision: Some(refused), ..request(2) };
    assert_eq!(found(2).await, [refused]);
}

/// REQ DIS-07
pub(super) async fn requests_are_listed_by_client_and_state(database: &Database) {
    let of_another = DisclosureRequest { client: key(2), ..request(2) };
    let elsewhere = DisclosureRequest { controller: controller(3), ..request(3) };
    recorded(database, vec![request(1), of_another.clone(), elsewhere]).await;
    let listed = async |client, state, after| {
        let query = disclosure_request::list(&controller(1), client, state, after, 50);
        database.fetch(query).await.unwrap()
    };
    assert_eq!(listed(None, None, None).await, [of_another.clone(), request(1)]);
    let after = Some(LogCursor { at: of_another.at, id: of_another.id });
    assert_eq!(listed(None, None, after).await, [request(1)]);
    assert_eq!(listed(Some(key(1)), None, None).await, [request(1)]);
    assert_eq!(listed(None, Some(RequestState::Refused), None).await, []);
    let recorded = Some(RequestState::Recorded);
    assert_eq!(listed(Some(key(2)), recorded, None).await, std::slice::from_ref(&of_another));
    let follow = disclosure_request::follow(key(1), key(2), &controller(1));
    commit_all(database, [plan(3, vec![follow])]).await;
    let moved = DisclosureRequest { client: key(2), ..request(1) };
    assert_eq!(listed(Some(key(2)), None, None).await, [of_another, moved]);
}

/// REQ DIS-08
pub(super) async fn a_parcel_is_claimed_by_one_and_keeps_nothing_when_it_is_handed_over(
    database: &Database,
) {
    let put_in = [1, 2].map(|n| outbox::insert(parcel(n), vec![n.try_into().unwrap()]));
    commit_all(database, [plan(1, put_in.into())]).await;
    let due =
        async |now: Timestamp| database.fetch(outbox::due("patient-data", now, 50)).await.unwrap();
    let payload = async || database.fetch(outbox::payload(key(1))).await.unwrap();
    let gone = async |entry, statement| {
        let outcome = database.commit(plan(entry, vec![statement])).await;
        assert_eq!(conflict(outcome), Conflict::Gone(Entity::Parcel));
    };
    assert_eq!(due(at(0)).await, []);
    assert_eq!(due(at(1)).await, [parcel(1)]);
    assert_eq!(due(at(2)).await, [parcel(1), parcel(2)]);
    commit_all(database, [plan(2, vec![outbox::claim(&parcel(1), at(60))])]).await;
    gone(3, outbox::claim(&parcel(1), at(60))).await;
    let claimed = Parcel { attempts: 1, due_at: at(60), ..parcel(1) };
    assert_eq!(due(at(59)).await, [parcel(2)]);
    assert_eq!(due(at(60)).await, [parcel(2), claimed.clone()]);
    // It is claimed again after its time: who claimed it first has nothing to say any more.
    commit_all(database, [plan(4, vec![outbox::claim(&claimed, at(90))])]).await;
    gone(5, outbox::postpone(key(1), 1, at(70))).await;
    gone(6, outbox::finish(key(1), 1, ParcelState::Failed, at(70))).await;
    commit_all(database, [plan(7, vec![outbox::postpone(key(1), 2, at(80))])]).await;
    assert_eq!(payload().await, [Payload(vec![1])]);
    let finish = outbox::finish(key(1), 2, ParcelState::Delivered, at(81));
    commit_all(database, [plan(8, vec![finish])]).await;
    assert_eq!(payload().await, []);
    assert_eq!(due(at(99)).await, [parcel(2)]);
    assert_eq!(database.fetch(outbox::due("notice-mail", at(99), 50)).await.unwrap(), []);
    let found = database.fetch(outbox::find(key(1))).await.unwrap();
    let state = ParcelState::Delivered;
    assert_eq!(found, [Parcel { attempts: 2, state, due_at: at(81), ..parcel(1) }]);
}

/// REQ DIS-08
pub(super) async fn what_waits_is_counted_by_organisation_and_kind_with_its_size(
    database: &Database,
) {
    let elsewhere = Parcel { organisation: oid("1.2.246.10.99990002.10.0"), ..parcel(3) };
    let of_another_kind = Parcel { kind: "notice-mail".to_owned(), ..parcel(4) };
    let put_in = vec![
        outbox::insert(of_another_kind, vec![4]),
        outbox::insert(parcel(1), vec![1; 10]),
        outbox::insert(parcel(2), vec![2; 20_000]),
        outbox::insert(elsewhere.clone(), vec![3]),
    ];
    let waiting = async |organisation: &str| {
        database.fetch(outbox::waiting(&oid(organisation), "patient-data")).await.unwrap()
    };
    let (ours, theirs) = ("1.2.246.10.99990001.10.0", elsewhere.organisation.as_str());
    assert_eq!(waiting(ours).await, [Waiting { parcels: 0, bytes: 0 }]);
    commit_all(database, [plan(1, put_in)]).await;
    assert_eq!(waiting(ours).await, [Waiting { parcels: 2, bytes: 20_010 }]);
    assert_eq!(waiting(theirs).await, [Waiting { parcels: 1, bytes: 1 }]);
    let done = vec![
        outbox::claim(&parcel(2), at(60)),
        outbox::finish(key(2), 1, ParcelState::Delivered, at(3)),
    ];
    commit_all(database, [plan(2, done)]).await;
    assert_eq!(waiting(ours).await, [Waiting { parcels: 1, bytes: 10 }]);
}

/// REQ LOG-07
pub(super) async fn parcels_for_an_addressee_go_one_after_another_and_do_not_pile_up(
    database: &Database,
) {
    let to = |n: u64, addressee: &str| {
        let notice = Parcel { kind: "notice-mail".to_owned(), ..parcel(n) };
        outbox::insert_next(notice, addressee.to_owned(), vec![n.try_into().unwrap()])
    };
    let due = async || {
        let due = database.fetch(outbox::due("notice-mail", at(99), 50)).await.unwrap();
        due.into_iter().map(|parcel| parcel.id).collect::<Vec<_>>()
    };
    let first = Parcel { kind: "notice-mail".to_owned(), ..parcel(1) };
    commit_all(database, [plan(1, vec![to(1, "officer"), to(2, "officer"), to(3, "duty")])]).await;
    assert_eq!(due().await, [key(1), key(3)], "what has not been attempted leads to the next too");
    commit_all(database, [plan(2, vec![outbox::claim(&first, at(60))])]).await;
    // What is on its way may be too early for the next one: a second one waits behind it, and no third.
    commit_all(database, [plan(3, vec![to(4, "officer"), to(5, "officer")])]).await;
    assert_eq!(due().await, [key(3), key(1)]);
    commit_all(database, [plan(4, vec![outbox::postpone(key(1), 1, at(80))])]).await;
    commit_all(database, [plan(5, vec![to(6, "officer")])]).await;
    assert_eq!(due().await, [key(3), key(1)], "it fails, and it is still two who wait");
    let finish = outbox::finish(key(1), 1, ParcelState::Delivered, at(81));
    commit_all(database, [plan(6, vec![finish])]).await;
    assert_eq!(due().await, [key(3), key(4)]);
}

/// REQ LOG-07
pub(super) async fn the_first_of_two_parcels_is_the_one_that_was_attempted_whatever_clocks_say(
    database: &Database,
) {
    let notice = |n| Parcel { kind: "notice-mail".to_owned(), ..parcel(n) };
    let put_in = |n| outbox::insert_next(notice(n), "officer".to_owned(), vec![1]);
    let due = async || {
        let due = database.fetch(outbox::due("notice-mail", at(99), 50)).await.unwrap();
        due.into_iter().map(|parcel| parcel.id).collect::<Vec<_>>()
    };
    let claim = outbox::claim(&notice(9), at(60));
    commit_all(database, [plan(1, vec![put_in(9)]), plan(2, vec![claim])]).await;
    // By a server whose clock is behind: its name is that of an earlier time.
    commit_all(database, [plan(3, vec![put_in(5)])]).await;
    assert_eq!(due().await, [key(9)]);
    let finish = outbox::finish(key(9), 1, ParcelState::Delivered, at(81));
    commit_all(database, [plan(4, vec![finish])]).await;
    assert_eq!(due().await, [key(5)]);
}
