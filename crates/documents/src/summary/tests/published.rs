//! The built-in rules against the published structures and our own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value as Json;

use super::*;
use crate::structure::{Family, Structure};
use crate::tests::national;
use crate::{builtin, example, masking};

/// Every structure with all its fields, as it is stored.
fn example_of(number: u64, structure: &Structure) -> Paper {
    let codes = builtin::code_sets().unwrap();
    let content = example::full(structure, &codes, 1);
    let group = match (structure.family(), structure.code()) {
        (Family::Control, "1") => Group::Clientship,
        (Family::ClientDocument, code) if code.starts_with("19") => Group::RecordEntry,
        (Family::ClientDocument, _) => Group::ClientDocument,
        _ => Group::Case,
    };
    Paper::new(number, group, structure.code(), content)
}

/// The built-in rules against the published structures: what they find in each is held fast, so
/// that a change of rules or structures shows.
///
/// REQ SUM-01
#[test]
fn the_builtin_rules_find_what_the_published_structures_have() {
    if national().is_empty() {
        return;
    }
    let rules = SummaryRules::builtin().unwrap();
    let mut counts = vec![0; Section::ALL.len()];
    let mut silent = Vec::new();
    let mut fields = BTreeMap::<String, usize>::new();
    for (number, (_, structure, _)) in (1_u64..).zip(national()) {
        let paper = example_of(number, structure);
        // Every validity of an example begins in 2024 and ends in 2025.
        let summary = rules.extract(&[paper.source()], TODAY);
        let mut found = 0;
        for (count, section) in counts.iter_mut().zip(Section::ALL) {
            let entries = &summary.section(*section).entries;
            *count += usize::from(!entries.is_empty());
            found += entries.len();
            let mut names: Vec<_> =
                entries.iter().flat_map(|e| &e.fields).map(|f| &f.name).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                *fields.entry(format!("{}.{name}", section.as_str())).or_default() += 1;
            }
        }
        if found == 0 && rules.concern(paper.group, Some(&paper.type_code)) {
            silent.push(structure.code());
        }
    }
    let mut table = String::new();
    for (section, count) in Section::ALL.iter().zip(&counts) {
        writeln!(table, "{}: {count} structures", section.as_str()).unwrap();
    }
    for (name, count) in fields {
        writeln!(table, "{name}: {count}").unwrap();
    }
    writeln!(table, "no entry although a rule is for them: {silent:?}").unwrap();
    insta::assert_snapshot!("found_in_the_published_structures", table);
}

#[test]
fn the_builtin_structures_give_decisions_services_assessments_workers_and_risks() {
    let structures = builtin::structures();
    let papers: Vec<_> = structures
        .map(|(_, text)| Structure::parse(text.as_bytes()).unwrap())
        .zip(1_u64..)
        .map(|(structure, number)| example_of(number, &structure))
        .collect();
    let summary = of(&papers, TODAY);
    for name in ["decisions", "services", "assessments", "own_workers", "risks"] {
        assert_ne!(section(&summary, name), [] as [Json; 0], "{name}");
    }
}

/// REQ CASE-07
#[test]
fn no_contact_data_of_any_structure_come_into_a_summary() {
    let rules = SummaryRules::builtin().unwrap();
    let own = builtin::structures().map(|(_, text)| Structure::parse(text.as_bytes()).unwrap());
    for structure in own.chain(national().iter().map(|(_, structure, _)| structure.clone())) {
        let mut paper = example_of(1, &structure);
        brand(&mut paper.content, false);
        let summary = with(&rules, &[paper], TODAY, Texts::Shown).to_string();
        assert!(!summary.contains("BRANDED"), "{} {summary}", structure.code());
    }
}

/// Puts a mark into every text below contact data and identifiers of persons.
fn brand(value: &mut Json, is_private: bool) {
    match value {
        Json::String(text) if is_private => "BRANDED".clone_into(text),
        Json::Array(elements) => elements.iter_mut().for_each(|value| brand(value, is_private)),
        Json::Object(members) => members.iter_mut().for_each(|(name, value)| {
            let names = ["yhteystiedot", "osoite", "kotikunta", "henkilotunnus", "puhelinnumero"];
            brand(value, is_private || names.iter().any(|end| name.ends_with(end)));
        }),
        _ => {}
    }
}

#[test]
fn masked_contents_give_the_same_but_for_texts() {
    for (_, structure, _) in national() {
        let rules = SummaryRules::builtin().unwrap();
        let mut paper = example_of(1, structure);
        let before = with(&rules, std::slice::from_ref(&paper), TODAY, Texts::Withheld);
        paper.content = masking::mask(&paper.content).data;
        let after = with(&rules, &[paper], TODAY, Texts::Withheld);
        assert_eq!(before, after, "{}", structure.code());
    }
}
