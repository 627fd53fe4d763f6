//! Laws over random documents: what can never widen anybody's view.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use proptest::prelude::*;
use varanto_model::{Period, calendar};

use super::*;
use crate::projection::read::earlier;

/// The days of the small world in which documents are drawn.
const DAYS: i64 = 40;

/// One act on a document: a version of it, or its annulment. They are done day after day.
#[derive(Clone, Debug)]
enum Act {
    Case(u32, CaseDocument),
    Clientship(u32, ClientshipDocument),
    Annul(u32),
}

fn day(n: i64) -> Date {
    date(2026, 1, 1).saturating_add(n.days())
}

/// Some instant of the day.
fn noon(n: i64) -> Timestamp {
    calendar::start_of(day(n)).unwrap() + 12.hours()
}

fn apply(standing: &mut Standing, act: &Act, now: Timestamp) {
    match act {
        Act::Case(document, case) => {
            standing.put_case(&oid(*document), &unit(0), case, &case.clients[0]);
        }
        Act::Clientship(document, clientship) => {
            standing.put_clientship(&oid(*document), &unit(0), clientship, now);
        }
        Act::Annul(document) => standing.annul(&oid(*document), now),
    }
}

fn fold(acts: &[Act]) -> Standing {
    let mut standing = Standing::default();
    for (n, act) in acts.iter().enumerate() {
        apply(&mut standing, act, noon(n.try_into().unwrap()));
    }
    standing
}

/// What holds at an instant: units in a context (without case), and rights.
fn held(standing: &Standing, now: Timestamp) -> BTreeSet<(Option<Oid>, Oid)> {
    let contexts = standing.context_units().filter(|unit| unit.holds_at(now));
    let contexts = contexts.map(|unit| (None, unit.unit.clone()));
    let is_open = |right: &DerivedRight| right.spells.iter().any(|spell| spell.holds_at(now));
    let rights = standing.rights().into_iter().filter(is_open);
    contexts.chain(rights.map(|right| (Some(right.case), right.unit))).collect()
}

/// Nothing holds after a change that did not hold before, at any time.
fn assert_narrower(after: &Standing, before: &Standing) {
    for now in (0..=2 * DAYS).map(noon) {
        let (after, before) = (held(after, now), held(before, now));
        assert!(after.is_subset(&before), "{now}: {after:?} is more than {before:?}");
    }
}

prop_compose! {
    fn periods()(first in 0..DAYS, length in prop::option::of(0_i64..20)) -> (Date, Option<Date>) {
        (day(first), length.map(|n| day(first + n)))
    }
}

prop_compose! {
    fn entries()(
        task in prop::option::of(prop::sample::select(vec!["10", "20"])),
        part in prop::sample::select(vec![Part::Organiser, Part::Producer, Part::Implementer]),
        number in 1_u32..5,
        (first, last) in periods(),
    ) -> UnitEntry {
        UnitEntry {
            service_task: task.map(|task| Code::parse(task).unwrap()),
            part,
            unit: unit(number),
            via: (part == Part::Implementer).then(|| unit(9)),
            services: Vec::new(),
            first,
            last,
            until: last,
            at: Pointer::root(),
        }
    }
}

prop_compose! {
    fn clientships()(
        units in prop::collection::vec(entries(), 0..6),
        (first, last) in periods(),
        is_old in prop::bool::weighted(0.1),
        turvakielto in any::<bool>(),
    ) -> ClientshipDocument {
        let cut = |entry: UnitEntry| UnitEntry { until: earlier(entry.until, last), ..entry };
        let units = units.into_iter().map(cut).collect();
        ClientshipDocument { is_old, first, last, turvakielto, units, ..clientship(&[]) }
    }
}

prop_compose! {
    fn cases()(
        number in 0_u32..2,
        task in prop::sample::select(vec!["10", "20"]),
        (opened, closed) in periods(),
        joined in prop::option::of(0..DAYS),
        left in prop::option::of(0..DAYS),
    ) -> CaseDocument {
        let mut document = case(&[]);
        document.case = oid(100 + number);
        document.service_task = Code::parse(task).unwrap();
        (document.opened, document.closed) = (opened, closed);
        (document.clients[0].joined_at, document.clients[0].left_at) =
            (joined.map(noon), left.map(noon));
        document
    }
}

fn acts() -> impl Strategy<Value = Act> {
    // A document is of one kind all its life.
    let clientship = (1_u32..3, clientships());
    prop_oneof![
        3 => (100_u32..102, cases()).prop_map(|(document, case)| Act::Case(document, case)),
        3 => clientship.prop_map(|(document, clientship)| Act::Clientship(document, clientship)),
        1 => prop::sample::select(vec![1, 2, 100, 101]).prop_map(Act::Annul),
    ]
}

fn worlds() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(acts(), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// REQ CASE-05
    #[test]
    fn equal_standings_have_equal_bytes_and_are_read_back(mut acts in worlds()) {
        let standing = fold(&acts);
        let text = serde_json::to_string(&standing).unwrap();
        let again: Standing = serde_json::from_str(&text).unwrap();
        prop_assert!(again == standing);
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), text);
        // Documents of different numbers do not touch each other.
        let numbered: Vec<_> = acts.drain(..).enumerate().collect();
        let number = |act: &Act| match act {
            Act::Case(number, _) | Act::Clientship(number, _) | Act::Annul(number) => *number,
        };
        let mut sorted = numbered;
        sorted.sort_by_key(|(_, act)| number(act));
        let mut other = Standing::default();
        for (n, act) in &sorted {
            apply(&mut other, act, noon((*n).try_into().unwrap()));
        }
        prop_assert!(other == standing);
    }

    /// REQ CASE-06
    #[test]
    fn in_which_order_files_are_merged_does_not_matter(a in worlds(), b in worlds(), c in worlds()) {
        let merged = |files: &[&Standing]| {
            let mut all = Standing::default();
            for file in files {
                all.merge((*file).clone());
            }
            all
        };
        let (a, b, c) = (fold(&a), fold(&b), fold(&c));
        prop_assert!(merged(&[&a, &b, &c]) == merged(&[&c, &b, &a]));
        prop_assert!(merged(&[&a, &merged(&[&b, &c])]) == merged(&[&merged(&[&a, &b]), &c]));
        prop_assert!(merged(&[&a, &a]) == a);
    }

    /// REQ RA-01
    #[test]
    fn a_right_holds_on_the_days_of_an_entry_and_a_case_of_its_task(
        document in clientships(), case in cases(),
    ) {
        let standing = fold(&[Act::Case(100, case.clone()), Act::Clientship(1, document.clone())]);
        let rights = standing.rights();
        for right in &rights {
            prop_assert!(!right.spells.is_empty());
            for pair in right.spells.windows(2) {
                prop_assert!(pair[0].last.unwrap().tomorrow().unwrap() < pair[1].first);
            }
        }
        let lifetime = |entry: &UnitEntry| {
            let end = earlier(earlier(entry.until, case.closed), case.clients[0].left_at.map(calendar::day_of));
            Period::new(entry.first, end).ok()
        };
        for n in 0..=2 * DAYS {
            let joined = case.clients[0].joined_at.map(calendar::day_of);
            let begun = case.opened.max(joined.unwrap_or(case.opened));
            let wanted: BTreeSet<_> = document.units.iter()
                .filter(|e| !document.is_old && e.part != Part::Organiser)
                .filter(|e| e.service_task.as_ref() == Some(&case.service_task))
                // Of the case and the entry, some day is in common.
                .filter(|e| lifetime(e).is_some_and(|p| p.last().is_none_or(|last| begun <= last)))
                .filter(|e| lifetime(e).is_some_and(|p| p.contains(day(n))))
                .map(|e| e.unit.clone())
                .collect();
            let open = rights.iter().filter(|r| r.spells.iter().any(|s| s.holds_at(noon(n))));
            let found: BTreeSet<_> = open.map(|right| right.unit.clone()).collect();
            prop_assert_eq!(found, wanted, "day {}", n);
        }
    }

    /// REQ RA-01
    #[test]
    fn an_end_never_adds_a_day(
        before in worlds(), document in clientships(), case in cases(), which in 0_usize..6, end in 0..DAYS,
    ) {
        let put = |clientship: &ClientshipDocument, case: &CaseDocument| {
            let last = [Act::Case(100, case.clone()), Act::Clientship(1, clientship.clone())];
            fold(&before.iter().cloned().chain(last).collect::<Vec<_>>())
        };
        let open = put(&document, &case);
        let mut ended = document.clone();
        if let Some(entry) = ended.units.get_mut(which) {
            entry.until = earlier(entry.until, Some(day(end)));
        }
        assert_narrower(&put(&ended, &case), &open);
        let mut whole = document.clone();
        whole.last = earlier(whole.last, Some(day(end)));
        for entry in &mut whole.units {
            entry.until = earlier(entry.until, whole.last);
        }
        assert_narrower(&put(&whole, &case), &open);
        let mut closed = case.clone();
        closed.closed = earlier(closed.closed, Some(day(end)));
        assert_narrower(&put(&document, &closed), &open);
    }

    /// REQ CASE-04
    #[test]
    fn leaving_an_entry_out_and_annulling_never_add(
        before in worlds(), document in clientships(), which in 0_usize..6, annulled in prop::sample::select(vec![1, 2, 100, 101]),
    ) {
        let with = |act: Option<Act>| fold(&before.iter().cloned().chain(act).collect::<Vec<_>>());
        let standing = fold(&[before.clone(), vec![Act::Clientship(1, document.clone())]].concat());
        let mut less = document.clone();
        if which < less.units.len() {
            less.units.remove(which);
        }
        let mut next = standing.clone();
        apply(&mut next, &Act::Clientship(1, less), noon(DAYS / 2));
        assert_narrower(&next, &standing);
        assert_narrower(&with(Some(Act::Annul(annulled))), &with(None));
    }

    /// REQ CASE-04
    #[test]
    fn from_its_storing_on_the_newest_version_alone_counts(
        case in cases(), first in clientships(), second in clientships(), stored in 0..DAYS,
    ) {
        let mut both = fold(&[Act::Case(100, case.clone()), Act::Clientship(1, first)]);
        let mut alone = fold(&[Act::Case(100, case)]);
        let act = Act::Clientship(1, second);
        apply(&mut both, &act, noon(stored));
        apply(&mut alone, &act, noon(stored));
        for n in stored..=2 * DAYS {
            prop_assert_eq!(held(&both, noon(n)), held(&alone, noon(n)));
        }
    }
}
