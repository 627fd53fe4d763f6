//! The register of breaches: what happens once, happens once, and nothing of it goes.

use super::cases::controller;
use super::documents::plan;
use super::{commit_all, conflict};
use crate::breach::{Breach, BreachSource, BreachState, BreachStep, Progress, Risk};
use crate::samples::{at, document_oid, key, oid};
use crate::use_log::LogCursor;
use crate::{Conflict, Database, Entity, Statement, breach};

/// Every change of the register.
pub(crate) fn changes() -> Vec<Statement> {
    let mut changes = vec![breach::insert(suspected(1))];
    changes.extend(breach::step(taken(1), assessed()));
    changes
}

fn suspected(n: u64) -> Breach {
    Breach {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        controller: controller(1),
        aware_at: at(0),
        source: BreachSource::Person,
        documents: vec![document_oid(1), document_oid(2)],
        clients: vec![key(1), key(2)],
        details: Some(vec![4, 5]),
        organisation: oid("1.2.246.10.99990002.10.0"),
        user_id: "S-1001".to_owned(),
        steps: 0,
        progress: Progress::BEGINNING,
    }
}

fn taken(number: u32) -> BreachStep {
    BreachStep {
        breach: key(1),
        number,
        at: at(10 + i64::from(number)),
        details: vec![6],
        user_id: "T-1008".to_owned(),
        log_entry: key(70 + u64::from(number)),
    }
}

fn assessed() -> Progress {
    Progress {
        state: BreachState::Assessed,
        risk: Some(Risk::None),
        met_at: Some(at(11)),
        closed_at: None,
    }
}

fn closed() -> Progress {
    Progress { state: BreachState::Closed, closed_at: Some(at(12)), ..assessed() }
}

/// REQ LOG-07
pub(super) async fn a_breach_takes_its_steps_one_after_another_and_is_closed_once(
    database: &Database,
) {
    commit_all(database, [plan(1, vec![breach::insert(suspected(1))])]).await;
    let again = database.commit(plan(2, vec![breach::insert(suspected(1))])).await;
    assert_eq!(conflict(again), Conflict::AlreadyExists(Entity::Breach));
    let found = async || database.fetch(breach::find(key(1))).await.unwrap();
    assert_eq!(found().await, [suspected(1)]);
    let step = |entry, number, progress| plan(entry, breach::step(taken(number), progress).into());
    let gone = async |entry, number, progress| {
        let outcome = database.commit(step(entry, number, progress)).await;
        assert_eq!(conflict(outcome), Conflict::Gone(Entity::Breach));
    };
    gone(3, 2, assessed()).await;
    commit_all(database, [step(4, 1, assessed())]).await;
    gone(5, 1, assessed()).await;
    commit_all(database, [step(6, 2, closed())]).await;
    gone(7, 2, closed()).await;
    gone(8, 3, closed()).await;
    assert_eq!(found().await, [Breach { steps: 2, progress: closed(), ..suspected(1) }]);
    let steps = database.fetch(breach::steps(key(1))).await.unwrap();
    assert_eq!(steps, [taken(1), taken(2)], "what was refused has left nothing behind");
}

/// REQ REG-07, LOG-07
pub(super) async fn breaches_are_listed_newest_first_by_controller_and_state(database: &Database) {
    let elsewhere = Breach { controller: controller(3), ..suspected(3) };
    let same_time = Breach {
        at: at(1),
        source: BreachSource::WrongRegister,
        clients: vec![],
        details: None,
        ..suspected(2)
    };
    let all = [suspected(1), same_time.clone(), elsewhere];
    let assessment = breach::step(taken(1), assessed());
    let plans =
        [plan(1, all.into_iter().map(breach::insert).collect()), plan(2, assessment.into())];
    commit_all(database, plans).await;
    let assessed = Breach { steps: 1, progress: assessed(), ..suspected(1) };
    let listed = async |state, after| {
        database.fetch(breach::list(&controller(1), state, after, 1)).await.unwrap()
    };
    assert_eq!(listed(None, None).await, std::slice::from_ref(&same_time));
    let after = Some(LogCursor { at: same_time.at, id: same_time.id });
    assert_eq!(listed(None, after).await, std::slice::from_ref(&assessed));
    assert_eq!(listed(Some(BreachState::Assessed), None).await, [assessed]);
    assert_eq!(listed(Some(BreachState::Closed), None).await, []);
}
