//! Laws of wills over random documents: what can never widen a disclosure by accident.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use proptest::prelude::*;

use super::wills::{denial, informing, opaque, permit, representation};
use super::*;

/// One act on a document: a version of it, or its annulment.
#[derive(Clone, Debug)]
enum Act {
    Inform(u32, i64),
    Permit(u32, i64, bool),
    Deny(u32, BTreeSet<u32>),
    Represent(u32, i64),
    Annul(u32),
}

impl Act {
    fn document(&self) -> u32 {
        match self {
            Self::Inform(document, _)
            | Self::Permit(document, _, _)
            | Self::Deny(document, _)
            | Self::Represent(document, _)
            | Self::Annul(document) => *document,
        }
    }

    fn apply(&self, will: &mut Will, now: Timestamp) {
        let (document, keeper) = (oid(self.document()), unit(0));
        match self {
            Self::Inform(_, on) => {
                let informing = InformingDocument { day: day(*on), ..informing() };
                will.put_informing(&document, &keeper, &informing, now);
            }
            Self::Permit(_, on, given) => {
                let permit = PermitDocument { day: day(*on), given: *given, ..permit() };
                will.put_permit(&document, &keeper, &permit, now);
            }
            Self::Deny(_, controllers) => {
                let mut denial = denial();
                let first = denial.entries[0].clone();
                let entry = |number: &u32| DenialEntry {
                    scope: DenialScope::Controller(unit(*number)),
                    ..first.clone()
                };
                denial.entries = controllers.iter().map(entry).collect();
                will.put_denial(&document, &keeper, &denial, |_| None, now);
            }
            Self::Represent(_, from) => {
                let mut representation = representation();
                representation.representatives[0].first = day(*from);
                will.put_representation(&document, &keeper, &representation, opaque, now);
            }
            Self::Annul(_) => will.annul(&document, now),
        }
    }
}

fn day(n: i64) -> Date {
    date(2026, 1, 1).saturating_add(n.days())
}

fn noon(n: i64) -> Timestamp {
    at("2026-01-01T10:00:00Z") + (24 * n).hours()
}

/// A document is of one kind all its life.
fn acts() -> impl Strategy<Value = Act> {
    let controllers = prop::collection::btree_set(0_u32..5, 0..4);
    prop_oneof![
        2 => (0_u32..2, 0_i64..10).prop_map(|(n, on)| Act::Inform(n, on)),
        3 => (10_u32..14, 0_i64..10, any::<bool>()).prop_map(|(n, on, is)| Act::Permit(n, on, is)),
        3 => (20_u32..23, controllers).prop_map(|(n, controllers)| Act::Deny(n, controllers)),
        1 => (30_u32..32, 0_i64..10).prop_map(|(n, from)| Act::Represent(n, from)),
        2 => prop::sample::select(vec![0, 1, 10, 11, 12, 13, 20, 21, 22, 30, 31]).prop_map(Act::Annul),
    ]
}

/// Acts with the day on which each was done.
fn histories() -> impl Strategy<Value = Vec<(i64, Act)>> {
    prop::collection::vec(acts(), 0..12).prop_map(|acts| (0..).zip(acts).collect())
}

fn fold(acts: &[(i64, Act)]) -> Will {
    let mut will = Will::default();
    for (n, act) in acts {
        act.apply(&mut will, noon(*n));
    }
    will
}

/// What documents deny, each with what it denies.
fn denied(will: &Will) -> BTreeSet<(Oid, DeniedScope)> {
    let of = |(document, denial): (&Oid, &DenialStanding)| -> Vec<_> {
        denial.entries.iter().map(|entry| (document.clone(), entry.scope.clone())).collect()
    };
    will.denials_in_force().flat_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn equal_wills_have_equal_bytes_and_are_read_back(history in histories()) {
        let will = fold(&history);
        let text = serde_json::to_string(&will).unwrap();
        let again: Will = serde_json::from_str(&text).unwrap();
        prop_assert!(again == will);
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), text);
        prop_assert_eq!(will.is_empty(), will == Will::default());
    }

    /// Documents do not touch each other: in which order those of different ones come is all the same.
    #[test]
    fn the_order_of_acts_on_different_documents_does_not_matter(history in histories()) {
        let mut sorted = history.clone();
        sorted.sort_by_key(|(_, act)| act.document());
        prop_assert!(fold(&sorted) == fold(&history));
    }

    /// REQ CASE-06
    #[test]
    fn merging_is_of_no_order_and_of_no_repetition(
        a in histories(), b in histories(), c in histories(),
    ) {
        let of = |parts: [&Will; 2]| {
            let mut one = parts[0].clone();
            one.merge(parts[1].clone());
            one
        };
        let (a, b, c) = (fold(&a), fold(&b), fold(&c));
        prop_assert!(of([&a, &b]) == of([&b, &a]));
        prop_assert!(of([&of([&a, &b]), &c]) == of([&a, &of([&b, &c])]));
        prop_assert!(of([&a, &a]) == a);
        prop_assert!(of([&a, &Will::default()]) == a);
    }

    /// REQ DIS-02
    #[test]
    fn a_permit_counts_only_where_it_came_after_every_refusal(history in histories()) {
        let will = fold(&history);
        let standing: Vec<_> =
            will.permits().filter(|(_, permit)| permit.annulled_at.is_none()).collect();
        let refusals: Vec<_> = standing.iter().filter(|(_, permit)| !permit.given).collect();
        let later = |a: &PermitStanding, b: &PermitStanding| {
            a.day >= b.day && a.stored_at > b.stored_at
        };
        let counts = |permit: &PermitStanding| {
            permit.given && refusals.iter().all(|(_, refusal)| later(permit, refusal))
        };
        let is_open = standing.iter().any(|(_, permit)| counts(permit));
        let found = will.permit();
        prop_assert_eq!(found.is_some_and(|(_, permit)| permit.given), is_open);
        prop_assert_eq!(found.is_none(), standing.is_empty());
        // Of those that count, and else of the refusals, it is the last.
        let alike = standing.iter().filter(|(_, p)| if is_open { counts(p) } else { !p.given });
        let last = alike.max_by_key(|(document, p)| (p.day, p.stored_at, (*document).clone()));
        prop_assert_eq!(found, last.copied());
    }

    /// REQ DIS-03
    #[test]
    fn no_document_takes_back_what_another_denies(history in histories(), next in acts()) {
        let before = fold(&history);
        let mut after = before.clone();
        next.apply(&mut after, noon(20));
        let others = |will: &Will| -> BTreeSet<_> {
            let document = oid(next.document());
            denied(will).into_iter().filter(|(of, _)| *of != document).collect()
        };
        prop_assert_eq!(others(&after), others(&before));
    }

    /// REQ DIS-03
    #[test]
    fn one_more_denial_in_a_document_takes_nothing_back(
        history in histories(), document in 20_u32..23,
        controllers in prop::collection::btree_set(0_u32..5, 0..4), more in 0_u32..5,
    ) {
        let with = |controllers: &BTreeSet<u32>| {
            let mut will = fold(&history);
            Act::Deny(document, controllers.clone()).apply(&mut will, noon(20));
            denied(&will)
        };
        let mut wider = controllers.clone();
        wider.insert(more);
        prop_assert!(with(&controllers).is_subset(&with(&wider)));
    }

    /// What was annulled stays so, whatever comes after.
    #[test]
    fn an_annulled_document_says_nothing_ever_again(
        history in histories(), document in prop::sample::select(vec![0, 10, 20, 30]), next in histories(),
    ) {
        let mut will = fold(&history);
        let known = |will: &Will| {
            let names: BTreeSet<_> = will.informings().map(|(document, _)| document)
                .chain(will.permits().map(|(document, _)| document))
                .chain(will.denials().map(|(document, _)| document))
                .chain(will.representations().map(|(document, _)| document))
                .cloned().collect();
            names.contains(&oid(document))
        };
        if !known(&will) {
            let before = will.clone();
            will.annul(&oid(document), noon(20));
            prop_assert!(will == before, "nothing is known of it");
            return Ok(());
        }
        will.annul(&oid(document), noon(20));
        for (n, act) in next {
            act.apply(&mut will, noon(30 + n));
        }
        let stands = |(of, annulled): (&Oid, Option<Timestamp>)| *of == oid(document) && annulled.is_none();
        prop_assert!(!will.informings().map(|(of, kept)| (of, kept.annulled_at)).any(stands));
        prop_assert!(!will.permits().map(|(of, kept)| (of, kept.annulled_at)).any(stands));
        prop_assert!(!will.denials().map(|(of, kept)| (of, kept.annulled_at)).any(stands));
        prop_assert!(!will.representations().map(|(of, kept)| (of, kept.annulled_at)).any(stands));
    }
}
