use varanto_model::{PersonalIdentityCode, Pointer, TemporaryIdentifier};

use super::*;
use crate::builtin;
use crate::control::Circumstances;
use crate::tests::national;

fn own() -> Vec<(String, Structure, Value)> {
    builtin::structures()
        .map(|(name, text)| {
            (
                name.to_owned(),
                Structure::parse(text.as_bytes()).unwrap(),
                serde_json::from_str(text).unwrap(),
            )
        })
        .collect()
}

fn assert_accepted(
    name: &str,
    structure: &Structure,
    oracle: &jsonschema::Validator,
    codes: &CodeSets,
    document: &Value,
) {
    let at = Pointer::root();
    assert_eq!(structure.validate(document, &at, codes, DAY).as_slice(), [], "{name}");
    assert!(oracle.is_valid(document), "{name}: the oracle refuses it");
    if let Some(kind) = structure.control() {
        let circumstances =
            Circumstances { today: Date::constant(2026, 1, 1), codes, by_professional: true };
        assert_eq!(kind.check(document, &at, circumstances).as_slice(), [], "{name}");
    }
}

/// REQ DOC-05: an independent implementation of JSON Schema agrees on every example, and every
/// single fault is found at its place, no other with it.
#[test]
fn examples_are_accepted_and_every_single_fault_is_found_where_it_is() {
    let codes = builtin::code_sets().unwrap();
    let mut faults_made = 0;
    for (name, structure, schema) in own().iter().chain(national()) {
        let oracle = jsonschema::draft7::new(schema).unwrap();
        for seed in 0..2 {
            assert_accepted(name, structure, &oracle, &codes, &minimal(structure, &codes, seed));
        }
        let document = full(structure, &codes, 7);
        assert_accepted(name, structure, &oracle, &codes, &document);
        for mutation in mutations(structure, &codes, &document) {
            faults_made += 1;
            let faults = structure.validate(&mutation.document, &Pointer::root(), &codes, DAY);
            let found: Vec<_> = faults.as_slice().iter().map(|f| (&f.pointer, f.code)).collect();
            assert_eq!(found, [(&mutation.pointer, mutation.code)], "{name}");
            assert_eq!(
                oracle.is_valid(&mutation.document),
                mutation.beyond_schema,
                "{name} {found:?}"
            );
        }
    }
    assert!(faults_made > 1000);
}

#[test]
fn the_same_seed_gives_the_same_document_and_another_another() {
    let codes = builtin::code_sets().unwrap();
    for (_, structure, _) in own() {
        assert_eq!(full(&structure, &codes, 5), full(&structure, &codes, 5));
        assert_ne!(full(&structure, &codes, 5), full(&structure, &codes, 6));
    }
}

#[test]
fn drawn_identifiers_are_those_of_test_persons() {
    let mut dice = Dice::new(1);
    for _ in 0..500 {
        let code = PersonalIdentityCode::parse(&identity_code(&mut dice)).unwrap();
        assert!(code.is_artificial());
        assert!(TemporaryIdentifier::parse(&value::temporary_identifier(&mut dice)).is_ok());
    }
}

#[test]
fn no_fault_is_made_twice() {
    let codes = builtin::code_sets().unwrap();
    for (name, structure, _) in own() {
        let document = full(&structure, &codes, 7);
        let documents: Vec<String> =
            mutations(&structure, &codes, &document).map(|m| m.document.to_string()).collect();
        let distinct: std::collections::BTreeSet<_> = documents.iter().collect();
        assert_eq!(distinct.len(), documents.len(), "{name}");
        assert!(!distinct.contains(&document.to_string()), "{name}: a fault that is none");
    }
}
