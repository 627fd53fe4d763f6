//! What holds of every summary.

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

prop_compose! {
    /// A decision, plan, assessment or clientship with some dates.
    fn papers()(
        number in 1_u64..1_000,
        kind in 0..4_u8,
        task in prop::option::of(prop::sample::select(vec!["10", "20"])),
        controller in prop::sample::select(vec![1_u32, 2]),
        first in prop::option::of(0_i64..60),
        last in prop::option::of(0_i64..60),
    ) -> Paper {
        let day = |n: i64| date(2024, 1, 1).saturating_add(n.days()).to_string();
        let (first, last) = (first.map(day), last.map(day));
        let mut paper = match kind {
            0 => decision(number, first.as_deref(), last.as_deref()),
            1 => clientship(number),
            2 => Paper::new(number, Group::ClientDocument, "15003", json!({"s": {
                "paivamaara": "2024-01-01", "suunnitelma_on_voimassa_alkaen": first,
            }})),
            _ => {
                let content = json!({"a": {"paivamaara": "2024-01-01"}});
                Paper::new(number, Group::ClientDocument, "1000", content)
            }
        };
        paper.controller = Oid::parse(&format!("1.2.246.10.9999000{controller}.10.0")).unwrap();
        paper.service_task = task.map(|task| Code::parse(task).unwrap());
        paper
    }
}

fn distinct(mut papers: Vec<Paper>) -> Vec<Paper> {
    papers.sort_by(|a, b| a.oid.cmp(&b.oid));
    papers.dedup_by(|a, b| a.oid == b.oid);
    papers
}

proptest! {
    /// REQ SUM-01
    #[test]
    fn nothing_appears_outside_its_validity(
        all in prop::collection::vec(papers(), 0..12), day in 0_i64..60,
    ) {
        let today = date(2024, 1, 1).saturating_add(day.days());
        let summary = of(&distinct(all), today);
        for section in Section::ALL {
            for entry in self::section(&summary, section.as_str()) {
                // Days and months in this form are in the order of their texts.
                let (today, day) = (today.to_string(), |name| entry.get(name)?.as_str());
                prop_assert!(day("valid_from").is_none_or(|first| first <= today.as_str()));
                prop_assert!(day("valid_to").is_none_or(|last| today.as_str() <= last));
            }
        }
    }

    #[test]
    fn the_order_in_which_documents_are_given_does_not_matter(
        all in prop::collection::vec(papers(), 0..12).prop_map(distinct),
    ) {
        let there = of(&all, TODAY);
        let back: Vec<_> = all.into_iter().rev().collect();
        prop_assert_eq!(there, of(&back, TODAY));
    }

    #[test]
    fn a_further_document_changes_no_entry_and_takes_away_only_what_is_no_longer_the_latest(
        all in prop::collection::vec(papers(), 1..12).prop_map(distinct),
        which in any::<prop::sample::Index>(),
    ) {
        let after = of(&all, TODAY);
        let mut all = all;
        let further = all.remove(which.index(all.len()));
        let before = of(&all, TODAY);
        for part in Section::ALL.iter().map(|part| part.as_str()) {
            let own = |entry: &&Json| entry["document"] == further.oid.as_str();
            let (old, new) = (section(&before, part), section(&after, part));
            // No entry of another document is new or changed.
            for entry in new.iter().filter(|entry| !own(entry)) {
                prop_assert!(old.contains(entry));
            }
            for entry in old.iter().filter(|entry| !new.contains(entry)) {
                prop_assert_ne!(part, "decisions", "every valid decision stays");
                prop_assert_eq!(&entry["controller"], further.controller.as_str());
                prop_assert_eq!(&entry["type_code"], further.type_code.as_str());
            }
        }
    }
}
