//! The rules in random worlds: decisions are those of a naive reading of the table of rules, and its
//! laws hold.
//!
//! Each world follows from a number. A failure tells it, and `VARANTO_SEED` makes that world the
//! first one of the next run.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a broken fixture fails the test"
)]

mod citizens;
mod dice;
mod gather;
mod laws;
mod making;
mod oracle;
mod world;

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};

use varanto_rules::{Action, Basis, Refusal};

use crate::dice::Dice;
use crate::laws::Held;
use crate::oracle::View;
use crate::world::World;

const WORLDS: u64 = 10_000;
/// Worlds in which all that somebody can do is looked at, twice.
const WORLDS_SEEN_THROUGH: u64 = 3_000;
const REQUESTS: usize = 8;

/// The number of the first world.
#[expect(clippy::disallowed_methods, reason = "a failure is had again by its number")]
fn first_seed() -> u64 {
    match std::env::var("VARANTO_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => RandomState::new().hash_one("worlds"),
    }
}

/// Holds a law in so many worlds, and that it speaks of enough of them to mean something.
fn in_worlds(count: u64, mut law: impl FnMut(&World, &mut Dice) -> Held) {
    let first = first_seed();
    let mut spoken_of = 0;
    for seed in (0..count).map(|n| first.wrapping_add(n)) {
        let mut dice = Dice::new(seed);
        let world = dice.world();
        let held = law(&world, &mut dice);
        assert!(held.is_ok(), "{held:?}; again with VARANTO_SEED={seed}");
        spoken_of += u64::from(held.is_ok_and(|speaks| speaks));
    }
    assert!(spoken_of > count / 200, "the law speaks of {spoken_of} worlds alone");
}

/// The decisions of some requests in a world are the oracle's; notes what was refused and permitted.
fn compare(
    world: &World,
    dice: &mut Dice,
    refused: &mut BTreeSet<Refusal>,
    permitted: &mut BTreeSet<(Action, Basis)>,
) -> Held {
    for _ in 0..REQUESTS {
        let request = dice.request();
        let decision = laws::decision(world, &request);
        let decided: BTreeSet<Refusal> = decision.refusals().map(|(_, r)| r).collect();
        let expected = View::new(world, &request).refusals();
        if decided != expected {
            return Err(format!("{decided:?} instead of {expected:?} for {request:?}"));
        }
        if expected.is_empty() {
            permitted.insert((request.action, request.basis));
        }
        refused.extend(expected);
    }
    Ok(true)
}

fn decisions_are_the_oracles_in(worlds: u64) {
    let (mut refused, mut permitted) = (BTreeSet::new(), BTreeSet::new());
    in_worlds(worlds, |world, dice| compare(world, dice, &mut refused, &mut permitted));
    // The worlds are rich enough to say something: each refusal occurs, and each act succeeds.
    let of_citizens =
        [Refusal::CapacityNotAssessed, Refusal::NotShown, Refusal::NotARepresentative];
    let refusals = Refusal::ALL.into_iter().filter(|refusal| !of_citizens.contains(refusal));
    assert_eq!(refused, refusals.collect());
    for action in Action::ALL {
        for basis in Basis::ALL {
            let is_ever = *action != Action::ReadAccess || !basis.discloses();
            assert_eq!(permitted.contains(&(*action, *basis)), is_ever, "{action:?} {basis:?}");
        }
    }
}

/// In more worlds than the laws: some acts are seldom permitted.
///
/// REQ AC-01, AC-02, RA-04, RA-05, RA-06, RA-07, RA-08, REG-01, REG-02, DIS-01, DIS-02, DIS-03, DIS-04,
/// DIS-05, DIS-09, AC-08, LOG-05, LOG-06, LOG-07
#[test]
fn decisions_are_those_of_a_naive_reading_of_the_table() {
    decisions_are_the_oracles_in(4 * WORLDS);
}

#[test]
#[ignore = "a million worlds take minutes"]
fn decisions_are_those_of_a_naive_reading_of_the_table_in_a_million_worlds() {
    decisions_are_the_oracles_in(1_000_000);
}

/// REQ RA-06
#[test]
fn ending_a_right_never_shows_more() {
    in_worlds(WORLDS_SEEN_THROUGH, laws::ending_a_right_never_shows_more);
}

/// REQ RA-07
#[test]
fn suspending_a_right_never_shows_more() {
    in_worlds(WORLDS_SEEN_THROUGH, laws::suspending_a_right_never_shows_more);
}

/// REQ AC-01, RA-01
#[test]
fn adding_a_unit_to_a_clientship_never_shows_less() {
    in_worlds(WORLDS_SEEN_THROUGH, laws::adding_a_unit_never_shows_less);
}

/// REQ AC-03
#[test]
fn an_outsider_never_sees_more() {
    in_worlds(WORLDS_SEEN_THROUGH, laws::an_outsider_never_sees_more);
}

/// REQ RA-06
#[test]
fn a_right_that_has_ended_does_not_come_back_by_itself() {
    in_worlds(WORLDS, laws::a_right_that_has_ended_stays_so);
}

/// REQ REG-01, RA-04, DIS-04, DIS-05
#[test]
fn a_search_shows_exactly_what_a_fetch_would_give() {
    in_worlds(WORLDS, laws::a_search_gives_what_fetches_would);
}

#[test]
fn a_refusal_about_the_caller_does_not_depend_on_the_document() {
    in_worlds(WORLDS, laws::the_caller_is_told_the_same_of_every_document);
}

/// REQ CASE-07
#[test]
fn contact_data_are_masked_where_they_go_beyond_their_controller() {
    in_worlds(WORLDS, laws::masking_is_where_data_go_beyond_their_controller);
}

/// REQ RA-06
#[test]
fn what_was_stored_after_a_right_had_ended_is_as_if_it_were_not_there() {
    in_worlds(WORLDS, laws::what_was_never_within_a_right_is_as_if_absent);
}

/// REQ DIS-03, RA-10: rule R6
#[test]
fn adding_a_denial_never_shows_more_and_cuts_disclosure_alone() {
    in_worlds(WORLDS_SEEN_THROUGH, laws::adding_a_denial_never_shows_more);
}

/// REQ DIS-01, DIS-02
#[test]
fn withdrawing_never_shows_more_and_cuts_disclosure_alone() {
    in_worlds(WORLDS_SEEN_THROUGH, laws::withdrawing_never_shows_more);
}

/// REQ DIS-02
#[test]
fn giving_a_permit_never_shows_less() {
    in_worlds(WORLDS_SEEN_THROUGH, laws::giving_a_permit_never_shows_less);
}

/// REQ DIS-05
#[test]
fn the_broad_right_shows_at_least_what_disclosure_does() {
    in_worlds(WORLDS, laws::the_broad_right_shows_at_least_what_disclosure_does);
}

/// REQ AC-08, LOG-05, LOG-06, LOG-07
#[test]
fn supervision_looks_at_no_client_and_no_document() {
    in_worlds(WORLDS, laws::supervision_looks_at_no_client_and_no_document);
}

/// REQ LOG-01, LOG-06
#[test]
fn without_a_register_the_own_staff_alone_is_looked_at() {
    in_worlds(WORLDS, laws::without_a_register_the_own_staff_alone_is_looked_at);
}

/// REQ LOG-07
#[test]
fn a_report_is_decided_alike_for_every_register() {
    in_worlds(WORLDS, laws::a_report_is_decided_alike_for_every_register);
}

/// REQ DIS-04
#[test]
fn what_is_kept_back_is_told_alike_whatever_keeps_it() {
    in_worlds(WORLDS, laws::what_is_kept_back_is_told_alike);
}

/// REQ DIS-04
#[test]
fn no_declared_will_changes_what_a_caller_is_told() {
    in_worlds(WORLDS, laws::no_will_changes_what_a_caller_is_told);
}
