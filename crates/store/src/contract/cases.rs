//! Standings, cases and register access rights.

use jiff::civil::date;

use crate::access_order::AccessOrder;
use crate::breach_event::BreachEvent;
use crate::case_file::CaseFile;
use crate::choice::{Choice, Refusal};
use crate::register_access::AccessRow;
use crate::samples::{at, code, document_oid, key, oid};
use crate::{Statement, access_order, breach_event, case_file, choice, register_access, standing};

/// Every change of what follows from control documents.
pub(crate) fn changes() -> Vec<Statement> {
    vec![
        standing::upsert(key(1), &controller(), "{}".to_owned(), "[]".to_owned()),
        case_file::insert(case(2)),
        case_file::upsert(case(1)),
        case_file::remove(&case(1).case),
        register_access::insert(right(1)),
        register_access::clear(key(1), &controller()),
        standing::remove(key(1), &controller()),
        access_order::insert(order(1)),
        choice::insert(report(1)),
        choice::refuse(key(1), refusal()),
        breach_event::insert(breach(1)),
    ]
}

fn controller() -> varanto_model::Oid {
    oid("1.2.246.10.99990001.19.0")
}

fn unit(n: u64) -> varanto_model::Oid {
    oid(&format!("1.2.246.10.99990002.10.{n}"))
}

fn case(n: u64) -> CaseFile {
    CaseFile {
        case: document_oid(900 + n),
        controller: controller(),
        original_oid: document_oid(n),
        clients: vec![key(1), key(2)],
    }
}

/// A right of unit `n` about client 1.
fn right(n: u64) -> AccessRow {
    AccessRow {
        oid: oid(&format!("2.25.{n}")),
        unit: unit(n),
        client: key(1),
        controller: controller(),
        case: document_oid(900),
        service_task: code("X-ELDERLY"),
        spells: "[{\"first\":\"2026-01-01\"}]".to_owned(),
    }
}

fn order(n: u64) -> AccessOrder {
    AccessOrder {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        access: right(1).oid,
        client: key(1),
        controller: controller(),
        case: right(1).case,
        unit: right(1).unit,
        kind: "reopening".to_owned(),
        until: Some(date(2026, 12, 31)),
        reason: Some(vec![0, 255]),
        organisation: oid("1.2.246.10.99990001.10.0"),
        user_id: "S-1001".to_owned(),
        log_entry: key(70 + n),
    }
}

fn report(n: u64) -> Choice {
    Choice {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        controller: controller(),
        unit: unit(1),
        client: key(1),
        service_task: code("X-ELDERLY"),
        first_day: date(2026, 10, 1),
        organisation: oid("1.2.246.10.99990002.10.0"),
        user_id: "S-2001".to_owned(),
        refusal: None,
    }
}

fn refusal() -> Refusal {
    Refusal { at: at(900), user_id: "S-1001".to_owned(), reason: vec![8, 0, 8] }
}

fn breach(n: u64) -> BreachEvent {
    BreachEvent {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        controller: controller(),
        kind: "wrong_register".to_owned(),
        documents: vec![document_oid(1), document_oid(2)],
        clients: vec![key(1), key(2)],
        organisation: oid("1.2.246.10.99990002.10.0"),
        user_id: "S-1001".to_owned(),
        log_entry: key(70 + n),
    }
}
