//! The project's own structures and code sets, so that the system works before anything national
//! has been imported.
//!
//! The structures are small, in the same dialect and under the same identifiers as the national
//! ones, with a part of their members in our own words: what is valid by ours is valid by the
//! national one, but for the fixed information texts of permits and denials, which are only
//! published there, and for the denial of everything, which the national denial has not. Importing
//! the national structures and code sets replaces these. For informing, representation and
//! disclosure notices nothing national is published; their structures have identifiers of our own.

use varanto_model::Faults;

use crate::codes::{CodeSet, CodeSets};

/// File name and JSON text of each built-in structure.
pub fn structures() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        ("clientship.json", include_str!("../structures/clientship.json")),
        ("case.json", include_str!("../structures/case.json")),
        ("permit.json", include_str!("../structures/permit.json")),
        ("denial.json", include_str!("../structures/denial.json")),
        ("informing.json", include_str!("../structures/informing.json")),
        ("representation.json", include_str!("../structures/representation.json")),
        ("disclosure-notice.json", include_str!("../structures/disclosure-notice.json")),
        ("service-needs.json", include_str!("../structures/service-needs.json")),
        ("meeting-entry.json", include_str!("../structures/meeting-entry.json")),
        ("service-decision.json", include_str!("../structures/service-decision.json")),
        (
            "information-received-entry.json",
            include_str!("../structures/information-received-entry.json"),
        ),
        (
            "information-disclosed-entry.json",
            include_str!("../structures/information-disclosed-entry.json"),
        ),
    ]
    .into_iter()
}

/// File name and JSON text of the built-in code sets: values known of national sets, national sets
/// completed by local codes, and sets of our own.
pub fn code_set_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        ("national.json", include_str!("../codes/national.json")),
        ("completed.json", include_str!("../codes/completed.json")),
        ("own.json", include_str!("../codes/own.json")),
    ]
    .into_iter()
}

/// All built-in code sets.
///
/// # Errors
/// None with the files as they are, which the tests show.
pub fn code_sets() -> Result<CodeSets, Faults> {
    let mut sets = CodeSets::none();
    for (_, text) in code_set_files() {
        for set in CodeSet::parse(text.as_bytes())? {
            sets.insert(set);
        }
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use varanto_model::{Code, Oid, Pointer};

    use super::*;
    use crate::codes::Coverage;
    use crate::control::Control;
    use crate::example;
    use crate::structure::Structure;
    use crate::tests::national;

    #[test]
    fn each_built_in_code_stands_once_and_local_ones_say_so() {
        let sets = code_sets().unwrap();
        let own = Oid::parse("1.2.246.10.99990000.98").unwrap();
        for set in sets.iter() {
            for (code, entry) in set.codes() {
                let is_ours = code.starts_with("X-")
                    || set.oid().is_under(&own)
                    || ["client", "notification"].contains(&code);
                assert_eq!(entry.is_local(), is_ours, "{} {code}", set.oid());
                assert!(Code::parse(code).is_ok(), "{} {code}", set.oid());
            }
        }
        let tasks = sets.find(&Oid::parse("1.2.246.537.6.1221.201601").unwrap()).unwrap();
        assert_eq!(tasks.coverage(), Coverage::Partial, "most national codes could not be had");
        assert_eq!(
            tasks.codes().map(|(code, _)| code).collect::<Vec<_>>(),
            ["10", "15", "20", "X-ELDERLY", "X-FAMILIES", "X-FAMILY-LAW", "X-WORKING-AGE"]
        );
        let total: usize =
            code_set_files().map(|(_, t)| CodeSet::parse(t.as_bytes()).unwrap().len()).sum();
        assert_eq!(total, sets.iter().count(), "a set stands in two files");
    }

    #[test]
    fn every_built_in_structure_has_its_own_identifier() {
        let oids: BTreeSet<_> = structures()
            .map(|(_, text)| Structure::parse(text.as_bytes()).unwrap().oid().clone())
            .collect();
        assert_eq!(oids.len(), structures().count());
    }

    /// Members can be left out of ours, never added or loosened, but for the denial of everything.
    /// The information text is given in the national wording, which only the national structure has.
    #[test]
    fn what_is_valid_by_ours_is_valid_by_the_national_structure() {
        let codes = code_sets().unwrap();
        let national = national();
        for (name, text) in structures() {
            let ours = Structure::parse(text.as_bytes()).unwrap();
            let Some((_, theirs, schema)) = national.iter().find(|(_, s, _)| s.oid() == ours.oid())
            else {
                continue;
            };
            assert_eq!(
                theirs.asks_for_professional_signature(),
                ours.asks_for_professional_signature()
            );
            for seed in 0..20 {
                for mut document in
                    [example::minimal(&ours, &codes, seed), example::full(&ours, &codes, seed)]
                {
                    let root = ours.root().name();
                    if let Some(text) = document[root].get_mut("infoteksti") {
                        *text = example::minimal(theirs, &codes, 0)[root]["infoteksti"].clone();
                    }
                    if ours.control() == Some(Control::Denial) {
                        let members = document[root].as_object_mut().unwrap();
                        members.remove("kaikkia_tietoja_koskeva_luovutuskielto");
                    }
                    let at = Pointer::root();
                    assert_eq!(ours.validate(&document, &at, &codes, example::DAY).as_slice(), []);
                    assert_eq!(
                        theirs.validate(&document, &at, &codes, example::DAY).as_slice(),
                        [],
                        "{name}"
                    );
                    assert!(jsonschema::draft7::is_valid(schema, &document), "{name}");
                }
            }
        }
    }
}
