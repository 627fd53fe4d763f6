//! Files of rules with faults.

use serde_json::{Value as Json, json};

use super::*;

fn faults(json: &Json) -> Vec<(String, &'static str)> {
    let faults = SummaryRules::parse(json.to_string().as_bytes()).unwrap_err();
    faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect()
}

#[test]
fn every_fault_of_a_file_of_rules_is_named_with_its_place() {
    let file = json!({"colour": 1, "rules": [
        {"section": "wishes", "documents": {"groups": ["x"], "types": [0]}, "keep": "some",
         "fields": []},
        {"section": "plans", "keep": {"latest_per": ["age"]}, "each": "../a", "each_other": 1,
         "documents": {"groups": [], "codes": ["a b"]},
         "validity": [{}, {"first": "..", "last": "../a"}],
         "fields": [
            {"name": "A", "as": "number", "at": []},
            {"name": "a", "as": "day", "at": ["a//b", "*/asiakas/yhteystiedot", "."], "at_most": 5},
            {"name": "a", "as": "text", "at": ["a"], "at_most": 9999, "needed": "yes"},
            {"name": "a", "as": "text", "at": ["a"]},
         ]},
        {"section": "risks", "keep": "all", "validity_needed": true, "each": "a/b",
         "documents": {"groups": ["clientship"]},
         "fields": [{"name": "a", "as": "day", "at": ["../../c", "../../../c"]}]},
    ]});
    let expected = [
        ("/rules/0/section", "not-in-list"),
        ("/rules/0/documents/groups/0", "not-in-list"),
        ("/rules/0/documents/types/0", "not-a-number"),
        ("/rules/0/keep", "not-in-list"),
        ("/rules/0/fields", "empty"),
        ("/rules/1/documents/groups", "empty"),
        ("/rules/1/documents/codes/0", "not-a-code"),
        ("/rules/1/each", "goes-back"),
        ("/rules/1/validity/0", "missing"),
        ("/rules/1/validity/1/first", "not-a-path"),
        ("/rules/1/keep/latest_per/0", "not-in-list"),
        ("/rules/1/fields/0/name", "not-a-name"),
        ("/rules/1/fields/0/as", "not-in-list"),
        ("/rules/1/fields/0/at", "empty"),
        ("/rules/1/fields/1/at_most", "not-a-text"),
        ("/rules/1/fields/1/at/0", "not-a-path"),
        ("/rules/1/fields/1/at/1", "never-shown"),
        ("/rules/1/fields/2/at_most", "not-a-number"),
        ("/rules/1/fields/2/needed", "wrong-type"),
        ("/rules/1/fields", "twice"),
        ("/rules/1/fields", "twice"),
        ("/rules/1/each_other", "unknown-member"),
        ("/rules/2/validity", "missing"),
        ("/rules/2/fields/0/at/1", "goes-back"),
        ("/colour", "unknown-member"),
    ];
    assert_eq!(faults(&file), expected.map(|(place, code)| (place.to_owned(), code)));
}

#[test]
fn what_is_no_file_of_rules_is_refused() {
    assert!(SummaryRules::parse(b"").is_err());
    assert_eq!(faults(&json!([])), [(String::new(), "wrong-type")]);
    assert_eq!(faults(&json!({})), [("/rules".to_owned(), "missing")]);
    assert_eq!(faults(&json!({"rules": []})), [("/rules".to_owned(), "empty")]);
    let large = format!("{{\"rules\": [{}]}}", " ".repeat(MAX_BYTES));
    assert!(SummaryRules::parse(large.as_bytes()).is_err());
}
