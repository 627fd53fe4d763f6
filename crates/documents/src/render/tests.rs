use proptest::prelude::*;
use serde_json::json;
use varanto_model::Pointer;

use super::*;
use crate::tests::national;
use crate::{builtin, display_form, example};

fn structure(file: &str) -> Structure {
    let (_, text) = builtin::structures().find(|(name, _)| *name == file).unwrap();
    Structure::parse(text.as_bytes()).unwrap()
}

fn assert_inert(page: &str) {
    let checked = display_form::check(page.as_bytes(), &Pointer::root());
    assert!(checked.is_ok(), "{checked:?}");
}

/// REQ DOC-02
#[test]
fn display_forms_of_built_in_structures() {
    let codes = builtin::code_sets().unwrap();
    for (file, language) in [
        ("case.json", Language::Fi),
        ("clientship.json", Language::Fi),
        ("denial.json", Language::Sv),
        ("meeting-entry.json", Language::Fi),
        ("service-needs.json", Language::Sv),
    ] {
        let structure = structure(file);
        let page = structure.render(&example::full(&structure, &codes, 1), language);
        assert_inert(&page);
        insta::assert_snapshot!(
            format!("{}_{}", file.trim_end_matches(".json"), language.code()),
            page
        );
    }
}

#[test]
fn every_example_of_every_structure_renders_to_an_accepted_form() {
    let codes = builtin::code_sets().unwrap();
    for (_, structure, _) in national() {
        let document = example::full(structure, &codes, 3);
        for language in [Language::Fi, Language::Sv, Language::En] {
            let page = structure.render(&document, language);
            assert_inert(&page);
            assert_eq!(page, structure.render(&document, language));
        }
    }
}

#[test]
fn text_is_escaped_and_its_line_breaks_stay() {
    let structure = structure("service-needs.json");
    let text = "a < b & \"c\"\r\nx\u{0}y\n<script>";
    let document = json!({"iakkaiden_palvelutarpeen_arvio": {"lisatiedot": text}});
    let page = structure.render(&document, Language::Fi);
    assert_inert(&page);
    assert!(
        page.contains("<dd>a &lt; b &amp; &quot;c&quot;<br/>x\u{fffd}y<br/>&lt;script&gt;</dd>"),
        "{page}"
    );
}

#[test]
fn the_identifier_of_a_denied_document_is_not_shown() {
    let structure = structure("denial.json");
    let document = example::full(&structure, &builtin::code_sets().unwrap(), 1);
    assert!(document.to_string().contains("1.2.246.10.99990001.11.2024"));
    assert!(!structure.render(&document, Language::Fi).contains("1.2.246.10.99990001.11.2024"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_renders_to_an_accepted_form(text in "(\\PC|[<>&\n\r\t\u{0}\u{7f}\u{85}\u{fffe}]){0,60}") {
        let structure = structure("service-needs.json");
        let document = json!({"iakkaiden_palvelutarpeen_arvio": {"lisatiedot": text, "jatkosuunnitelma": text}});
        let page = structure.render(&document, Language::Fi);
        prop_assert!(display_form::check(page.as_bytes(), &Pointer::root()).is_ok());
    }
}
