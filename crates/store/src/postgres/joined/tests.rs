use super::*;
use crate::error::{Conflict, Entity};

const ENTRY: &str = "-- use_log::insert\nINSERT INTO use_entry (id, at) VALUES ($1, $2)";
const A: &str = "-- a::insert\nINSERT INTO a (b, c)\nVALUES ($1, $2)";
const B: &str = "-- b::insert\nINSERT INTO other (d) VALUES ($1)";
const UPSERT: &str = "-- b::put\nINSERT INTO other (d) VALUES ($1) ON CONFLICT DO NOTHING";
const GUARD_A: &str = "-- a::guard\nSELECT 1 FROM a WHERE b = $1 AND c = $2";
const GUARD_AB: &str = "-- ab::guard\nSELECT 1 FROM a_b WHERE b = $1";
const ABOUT: Conflict = Conflict::Gone(Entity::Breach);

fn one(sql: &'static str) -> Statement {
    let arguments = sql.matches('$').count();
    Statement::one(sql, vec![Value::Int(7); arguments], ABOUT)
}

fn guard(sql: &'static str) -> Statement {
    Statement::guard(sql, vec![Value::Int(7); sql.matches('$').count()], ABOUT)
}

/// The parts of a plan that go together.
fn lengths(plan: &[Statement]) -> Vec<usize> {
    let (joined, texts) = (Joined::default(), Texts::default());
    let sendings = joined.of(plan, 0, &texts);
    let mut next = 0;
    for sending in &sendings {
        assert_eq!(sending.stands_for.start, next, "none is left out, in order");
        next = sending.stands_for.end;
        assert_eq!(
            sending.args.len(),
            plan[sending.stands_for.clone()].iter().map(|s| s.args.len()).sum::<usize>()
        );
    }
    assert_eq!(next, plan.len());
    sendings.iter().map(|sending| sending.stands_for.len()).collect()
}

#[test]
fn statements_of_several_kinds_become_parts_of_one() {
    let plan = [one(ENTRY), one(A), one(B), guard(GUARD_AB)];
    let (joined, texts) = (Joined::default(), Texts::default());
    let sendings = joined.of(&plan, 0, &texts);
    assert_eq!(sendings.len(), 1);
    assert_eq!(
        &*sendings[0].text,
        "-- use_log::insert, a::insert, b::insert, ab::guard\n\
         WITH part_0 AS (INSERT INTO use_entry (id, at) VALUES ($1, $2) RETURNING 1),\n\
         part_1 AS (INSERT INTO a (b, c)\nVALUES ($3, $4)),\n\
         part_2 AS (INSERT INTO other (d) VALUES ($5))\n\
         SELECT 1 / ((SELECT count(*) FROM part_0) = 1 AND EXISTS (SELECT 1 FROM a_b WHERE b = $6))::int"
    );
}

#[test]
fn a_guard_sees_what_was_inserted_before_it() {
    assert_eq!(lengths(&[one(ENTRY), one(A), guard(GUARD_A), one(B)]), [2, 2]);
    assert_eq!(lengths(&[guard(GUARD_A), one(A)]), [2]);
}

#[test]
fn what_may_touch_rows_of_others_goes_alone() {
    assert_eq!(lengths(&[one(ENTRY), one(UPSERT), one(A), one(B)]), [1, 1, 2]);
    let any = Statement::any("-- a::clear\nDELETE FROM a", Vec::new(), ABOUT);
    assert_eq!(lengths(&[one(ENTRY), any, one(A)]), [1, 1, 1]);
}

#[test]
fn equal_inserts_become_rows_of_one() {
    let plan: Vec<_> = std::iter::repeat_with(|| one(A)).take(71).collect();
    assert_eq!(lengths(&plan), [64, 4, 3]);
    let texts = Texts::default();
    let sent = of_rows(&plan.iter().take(4).map(|s| step(s, &texts)).collect::<Vec<_>>());
    assert_eq!(
        sent,
        "-- a::insert\nINSERT INTO a (b, c) VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8)"
    );
    let mixed = [one(ENTRY), one(B), one(A), one(A), one(A), one(A), guard(GUARD_AB)];
    assert_eq!(lengths(&mixed), [2, 4, 1]);
}

/// REQ LOG-01
#[test]
fn entries_of_logs_are_counted_each_for_itself() {
    let plan: Vec<_> = std::iter::repeat_with(|| one(ENTRY)).take(5).collect();
    let (joined, texts) = (Joined::default(), Texts::default());
    let sendings = joined.of(&plan, 0, &texts);
    assert_eq!(sendings[0].text.matches("count(*)").count(), 5);
}

#[test]
fn no_more_texts_are_kept_than_there_is_room_for() {
    let (joined, texts) = (Joined::default(), Texts::default());
    let form = |n: usize| -> Vec<Statement> {
        let kinds = [|| one(A), || one(B), || guard(GUARD_AB)];
        [1, 3, 9, 27, 81].map(|digit| kinds[n / digit % 3]()).into()
    };
    let mut alone = 0;
    for n in 0..243 {
        let plan = form(n);
        let sendings = joined.of(&plan, 0, &texts);
        alone += usize::from(sendings.len() == plan.len());
    }
    assert!(alone > 0, "forms beyond the room go in their parts");
    assert_eq!(joined.made.read().unwrap().len(), MAX_TEXTS);
}
