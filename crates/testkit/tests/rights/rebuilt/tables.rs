//! The three derived tables as they are stored, and ways to damage them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::case_file::{self, CaseFile};
use varanto_store::register_access::{self, AccessFilter, AccessFound, AccessRow};
use varanto_store::standing::{self, Standing};
use varanto_store::use_log::Outcome;
use varanto_store::{Database, MAX_PAGE, Plan, Statement};
use varanto_testkit::fresh_case;

use crate::dice::Dice;

const NO_ORDERS: &str = "[]";

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tables {
    standings: Vec<Standing>,
    cases: Vec<CaseFile>,
    rights: BTreeMap<Oid, AccessRow>,
}

impl Tables {
    pub(super) async fn read(database: &Database) -> Self {
        let (mut standings, mut after) = (Vec::new(), None);
        loop {
            let page = database.fetch(standing::every(after.take(), MAX_PAGE)).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.client, last.controller.clone()));
            standings.extend(page);
        }
        let (mut cases, mut after) = (Vec::new(), None);
        loop {
            let page = database.fetch(case_file::every(after.take(), MAX_PAGE)).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.case.clone());
            cases.extend(page);
        }
        let (mut rights, mut after) = (BTreeMap::new(), None);
        loop {
            let page = register_access::list(&AccessFilter::default(), after.take(), MAX_PAGE);
            let page = database.fetch(page.unwrap()).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(AccessFound::cursor(last));
            rights.extend(page.into_iter().map(|f| (f.right.oid.clone(), f.right)));
        }
        Self { standings, cases, rights }
    }

    /// How many cases and rights.
    pub(super) fn counts(&self) -> (u64, u64) {
        (self.cases.len() as u64, self.rights.len() as u64)
    }

    pub(super) fn has_several_clients_in_a_case(&self) -> bool {
        self.cases.iter().any(|case| case.clients.len() > 1)
    }

    /// The same without the orders, which no document tells.
    pub(super) fn without_orders(&self) -> Self {
        let mut tables = self.clone();
        for standing in &mut tables.standings {
            NO_ORDERS.clone_into(&mut standing.orders);
        }
        tables
    }
}

async fn commit(database: &Database, statements: Vec<Statement>) {
    let entry = AdministrativeEntry {
        id: Uuid::now_v7(),
        at: Timestamp::now(),
        action: "damage".to_owned(),
        outcome: Outcome::Permitted,
        organisation: None,
        actor: None,
        detail: None,
        request_id: None,
        certificate: None,
    };
    let mut plan = Plan::administrative(entry);
    plan.extend(statements);
    database.commit(plan).await.unwrap();
}

/// Gives every fifth standing an order, as a controller would.
pub(super) async fn give_orders(database: &Database) {
    let tables = Tables::read(database).await;
    let given = tables.standings.iter().step_by(5).map(|row| {
        let orders =
            r#"[{"case":"1.2.3","unit":"1.2.4","suspended_since":"2026-09-02T09:00:00Z"}]"#;
        standing::upsert(row.client, &row.controller, row.derived.clone(), orders.to_owned())
    });
    commit(database, given.collect()).await;
}

/// Damages rows of all three tables in every way; orders are left.
pub(super) async fn damage(database: &Database, tables: &Tables, seed: u64) {
    let mut dice = Dice::new(seed);
    let mut statements = Vec::new();
    let rights = |row: &Standing| {
        let of = (row.client, row.controller.clone());
        let own = tables
            .rights
            .values()
            .filter(move |right| (right.client, &right.controller) == (of.0, &of.1));
        own.cloned().collect::<Vec<_>>()
    };
    for row in &tables.standings {
        let (client, controller) = (row.client, &row.controller);
        let change =
            |text: &str| standing::upsert(client, controller, text.to_owned(), row.orders.clone());
        let own = rights(row);
        match dice.below(8) {
            0 if row.orders == NO_ORDERS => {
                statements.push(register_access::clear(client, controller));
                statements.push(standing::remove(client, controller));
            }
            1 => statements.push(change("{}")),
            2 => statements.push(change(&tables.standings[0].derived)),
            3 => statements.push(register_access::clear(client, controller)),
            4 => {
                statements.push(register_access::clear(client, controller));
                statements.extend(own.into_iter().map(|right| {
                    register_access::insert(AccessRow { spells: "[]".to_owned(), ..right })
                }));
            }
            5 => statements.extend(
                own.into_iter()
                    .take(1)
                    .map(|right| register_access::insert(AccessRow { oid: fresh_case(), ..right })),
            ),
            _ => {}
        }
        // A standing of a client about whom no document tells anything in that register.
        if dice.below(20) == 0 {
            let elsewhere = Oid::parse("1.2.246.10.99990009.19.0").unwrap();
            let text = row.derived.clone();
            statements.push(standing::upsert(client, &elsewhere, text, NO_ORDERS.to_owned()));
        }
    }
    for case in &tables.cases {
        match dice.below(8) {
            0 => statements.push(case_file::remove(case)),
            1 => {
                let mut clients = case.clients.clone();
                clients.push(tables.standings[0].client);
                statements.push(case_file::upsert(CaseFile { clients, ..case.clone() }));
            }
            2 => {
                statements.push(case_file::remove(case));
                let moved = CaseFile { case: fresh_case(), ..case.clone() };
                statements.push(case_file::upsert(moved));
            }
            _ => {}
        }
    }
    commit(database, statements).await;
}

/// Removes everything.
pub(super) async fn empty(database: &Database, tables: &Tables) {
    let of_standing = tables.standings.iter().flat_map(|row| {
        let (client, controller) = (row.client, &row.controller);
        [register_access::clear(client, controller), standing::remove(client, controller)]
    });
    let all = of_standing.chain(tables.cases.iter().map(case_file::remove)).collect();
    commit(database, all).await;
    let left = Tables::read(database).await;
    assert_eq!((left.standings.len(), left.counts()), (0, (0, 0)));
}
