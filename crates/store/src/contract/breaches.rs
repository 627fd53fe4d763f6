//! The register of breaches: what happens once, happens once, and nothing of it goes.

use super::cases::controller;
use super::documents::plan;
use super::{commit_all, conflict};
use crate::breach::{Breach, BreachSource, BreachState, BreachStep, Progress, Reporter, Risk};
use crate::samples::{at, document_oid, key, oid};
use crate::use_log::LogCursor;
use crate::{Conflict, Database, Entity, Statement, breach};

/// Every change of the register.
pub(crate) fn changes() -> Vec<Statement> {
    let mut changes = vec![breach::insert(suspected(1))];
    changes.extend(breach::step(taken(1), assessed()));
    changes.extend(breach::forget(key(1)));
    changes.extend([breach::guard_reports(&reporter(), at(0), 1), breach::guard_open(key(1))]);
    changes
}

/// Who has reported [`suspected`].
pub(crate) fn reporter() -> Reporter {
    let Breach { controller, organisation, user_id, .. } = suspected(1);
    Reporter { controller, organisation, user_id }
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

/// REQ LOG-07
pub(super) async fn what_somebody_has_reported_is_found_and_counted(database: &Database) {
    let others = [
        Breach { controller: controller(3), ..suspected(4) },
        Breach { user_id: "S-1002".to_owned(), ..suspected(5) },
        Breach { organisation: oid("1.2.246.10.99990001.10.0"), ..suspected(6) },
        Breach { source: BreachSource::Supervision, ..suspected(7) },
    ];
    let all = (1..=3).map(suspected).chain(others).map(breach::insert);
    commit_all(database, [plan(1, all.collect())]).await;
    let reports =
        async |since| database.fetch(breach::reports_by(&reporter(), at(since), 50)).await.unwrap();
    assert_eq!(reports(1).await, [suspected(3), suspected(2)], "after the instant, newest first");
    let counted = |n, reports| plan(n, vec![breach::guard_reports(&reporter(), at(1), reports)]);
    commit_all(database, [counted(2, 2)]).await;
    for (n, reports) in [(3, 1), (4, 3)] {
        let refused = conflict(database.commit(counted(n, reports)).await);
        assert_eq!(refused, Conflict::AlreadyExists(Entity::Breach));
    }
    commit_all(database, [plan(5, vec![breach::guard_open(key(1))])]).await;
    commit_all(database, [plan(6, breach::step(taken(1), closed()).into())]).await;
    let closed = database.commit(plan(7, vec![breach::guard_open(key(1))])).await;
    assert_eq!(conflict(closed), Conflict::Gone(Entity::Breach));
}

/// REQ LOG-03, LOG-07
pub(super) async fn a_closed_breach_is_forgotten_with_its_steps(database: &Database) {
    let opened = [1, 2].map(|n| breach::insert(suspected(n)));
    commit_all(database, [plan(1, opened.into())]).await;
    commit_all(database, [plan(2, breach::step(taken(1), closed()).into())]).await;
    let due = async |before| database.fetch(breach::closed_before(at(before), 50)).await.unwrap();
    assert_eq!(due(12).await, [] as [uuid::Uuid; 0]);
    assert_eq!(due(90).await, [key(1)]);
    let open = database.commit(plan(3, breach::forget(key(2)).into())).await;
    assert_eq!(conflict(open), Conflict::Gone(Entity::Breach));
    commit_all(database, [plan(4, breach::forget(key(1)).into())]).await;
    assert_eq!(database.fetch(breach::find(key(1))).await.unwrap(), []);
    assert_eq!(database.fetch(breach::steps(key(1))).await.unwrap(), []);
    let listed = database.fetch(breach::list(&controller(1), None, None, 50)).await.unwrap();
    assert_eq!(listed, [suspected(2)]);
    assert_eq!(due(90).await, [] as [uuid::Uuid; 0]);
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
