use std::collections::BTreeSet;

use jsonschema::{Draft, Validator};
use varanto_model::{Envelope, Generation, Group};

use super::*;
use crate::app::operations;

fn of_the_server() -> Value {
    document(&operations(), "https://localhost:8443")
}

fn schema_names() -> BTreeSet<String> {
    schemas().as_object().unwrap().keys().cloned().collect()
}

/// The names that a part of the document refers to.
fn references(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.map(|r| r.strip_prefix("#/components/schemas/").unwrap().to_owned());
            members.values().flat_map(references).chain(own).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

fn validator(name: &str) -> Validator {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/components/schemas/{name}"),
        "components": {"schemas": schemas()},
    });
    let options = jsonschema::options().with_draft(Draft::Draft202012);
    options.should_validate_formats(true).build(&schema).unwrap()
}

#[test]
fn every_reference_leads_to_a_schema_and_every_schema_is_referred_to() {
    let document = of_the_server();
    let mut used = references(&document["paths"]);
    loop {
        let schemas = &document["components"]["schemas"];
        let more: BTreeSet<_> = used.iter().flat_map(|name| references(&schemas[name])).collect();
        if more.is_subset(&used) {
            break;
        }
        used.extend(more);
    }
    assert_eq!(used, schema_names());
}

#[test]
fn every_schema_is_described_and_its_examples_follow_it() {
    for (name, schema) in schemas().as_object().unwrap() {
        assert!(schema["description"].is_string(), "{name} has no description");
        let validator = validator(name);
        let examples =
            schema["examples"].as_array().unwrap_or_else(|| panic!("{name} has no example"));
        assert!(!examples.is_empty(), "{name} has no example");
        for (i, example) in examples.iter().enumerate() {
            let faults: Vec<_> = validator.iter_errors(example).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "{name}, example {i}: {faults:?}");
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_described_tag() {
    let operations = operations();
    let names: BTreeSet<_> = operations.iter().map(|o| o.id).collect();
    assert_eq!(names.len(), operations.len());
    let used: BTreeSet<_> = operations.iter().map(|o| o.tag).collect();
    assert_eq!(used, TAGS.iter().map(|(name, _)| *name).collect());
}

/// What others build on: a difference here is a change of the interface.
#[test]
fn the_document_is_as_published() {
    insta::assert_json_snapshot!("openapi", of_the_server());
}

/// Whether the reader takes an envelope, and whether the schema does.
fn taken(validator: &Validator, envelope: &Value) -> (bool, bool) {
    (Envelope::parse(envelope.clone()).is_ok(), validator.is_valid(envelope))
}

fn envelope_example() -> Value {
    schemas()["Envelope"]["examples"][0].clone()
}

/// The pointers to a value and to all values in it.
fn places(value: &Value, at: String) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(k, v)| (format!("{at}/{k}"), v)).collect(),
        Value::Array(elements) => {
            elements.iter().enumerate().map(|(i, v)| (format!("{at}/{i}"), v)).collect()
        }
        _ => vec![],
    };
    let below = below.into_iter().flat_map(|(at, value)| places(value, at)).collect::<Vec<_>>();
    std::iter::once(at).chain(below).collect()
}

/// REQ DOC-05
#[test]
fn the_schema_of_the_envelope_takes_what_its_reader_takes() {
    let validator = validator("Envelope");
    let valid = envelope_example();
    assert_eq!(taken(&validator, &valid), (true, true));
    let mut refused = 0;
    for place in places(&valid, String::new()) {
        // The content of a document is for its structure to say; that the identifiers fit the
        // version cannot be said in a schema; the form of a signature is checked with the signature.
        let unsaid = ["/metadata/oid", "/metadata/original_oid", "/metadata/version"];
        if place.starts_with("/content/0/data/")
            || place.ends_with("/jws")
            || unsaid.contains(&&*place)
        {
            continue;
        }
        for other in others(valid.pointer(&place).unwrap()) {
            let mut envelope = valid.clone();
            *envelope.pointer_mut(&place).unwrap() = other;
            let (reader, schema) = taken(&validator, &envelope);
            assert_eq!(reader, schema, "at {place}: {}", envelope.pointer(&place).unwrap());
            refused += usize::from(!schema);
        }
    }
    assert!(refused > 300, "{refused}");
}

/// What may stand in a request in the place of a value.
fn others(value: &Value) -> Vec<Value> {
    let mut others = vec![
        json!(null),
        json!(true),
        json!(1),
        json!(""),
        json!(" "),
        json!("a b"),
        json!("x".repeat(64)),
        json!("ä".repeat(201)),
        json!("ä".repeat(501)),
        json!("a\u{0}"),
        json!("2026-02-30"),
        json!([]),
        json!({}),
    ];
    if let Value::Object(members) = value {
        for name in members.keys() {
            let mut fewer = members.clone();
            fewer.remove(name);
            others.push(Value::Object(fewer));
        }
        let mut more = members.clone();
        more.insert("extra".into(), json!(null));
        others.push(Value::Object(more));
    }
    if let Value::Array(elements) = value {
        let many = elements.iter().cycle().take(51 * elements.len());
        others.push(Value::Array(many.cloned().collect()));
    }
    others
}

/// REQ DOC-08
#[test]
fn the_schema_asks_of_each_generation_and_group_what_the_reader_asks() {
    let validator = validator("Envelope");
    for generation in Generation::ALL {
        for group in Group::ALL {
            let mut envelope = envelope_example();
            envelope["metadata"]["generation"] = json!(generation.as_str());
            envelope["metadata"]["group"] = json!(group.as_str());
            for name in envelope["metadata"].clone().as_object().unwrap().keys() {
                let mut without = envelope.clone();
                without["metadata"][name] = json!(null);
                let (reader, schema) = taken(&validator, &without);
                assert_eq!(reader, schema, "{generation:?} {group:?} without {name}");
                if without["metadata"]["authors"].is_array() {
                    without["metadata"]["authors"] = json!([]);
                    let (reader, schema) = taken(&validator, &without);
                    assert_eq!(
                        reader, schema,
                        "{generation:?} {group:?} without {name} and authors"
                    );
                }
            }
        }
    }
}

#[test]
fn the_schema_of_a_client_takes_what_its_reader_takes() {
    let validator = validator("Envelope");
    let name = json!({"family_name": "Testinen", "given_names": "Aino"});
    for (identifiers, right) in [
        (json!({"id": "010594Y9032"}), true),
        (json!({"id": "010594Y9032", "birth_date": "1994-05-01"}), true),
        (json!({"id": "010594Y9032", "temporary_id": null}), true),
        (
            json!({"temporary_id": "1.2.246.10.99990001.22.2026.1", "birth_date": "1994-05-01"}),
            true,
        ),
        (
            json!({"temporary_id": "1.2.246.10.99990001.10.4.22.2026", "birth_date": "1994-05-01"}),
            true,
        ),
        (json!({"temporary_id": "112233-445a", "birth_date": "1994-05-01"}), true),
        (
            json!({"temporary_id": "1.2.246.10.99990001.11.2026.1", "birth_date": "1994-05-01"}),
            false,
        ),
        (json!({"temporary_id": "112233-445a"}), false),
        (json!({"temporary_id": "112233-445a", "birth_date": "1.5.1994"}), false),
        (json!({"id": "010594y9032"}), false),
        (json!({"id": "010594Y903"}), false),
        (json!({"id": "010594Y903G"}), false),
        (
            json!({"id": "010594Y9032", "temporary_id": "112233-445a", "birth_date": "1994-05-01"}),
            false,
        ),
        (json!({}), false),
    ] {
        let mut envelope = envelope_example();
        let mut client = name.clone();
        client.as_object_mut().unwrap().extend(identifiers.as_object().unwrap().clone());
        envelope["metadata"]["clients"] = json!([client]);
        assert_eq!(taken(&validator, &envelope), (right, right), "{identifiers}");
    }
}

#[test]
fn the_schema_of_content_and_citizen_view_takes_what_their_readers_take() {
    let validator = validator("Envelope");
    let mut envelope = envelope_example();
    for (item, right) in [
        (json!({"media_type": "application/pdf", "base64": ""}), true),
        (json!({"media_type": "application/pdf", "base64": "eA=="}), true),
        (json!({"media_type": "application/pdf", "base64": "eHg=", "text": null}), true),
        (json!({"media_type": "application/json", "data": 1}), true),
        (json!({"media_type": "application/json", "data": null}), false),
        (json!({"media_type": "application/json", "text": "{}"}), false),
        (json!({"media_type": "application/pdf", "data": {}}), false),
        (json!({"media_type": "application/pdf", "base64": "eA"}), false),
        (json!({"media_type": "application/pdf", "base64": "eB=="}), false),
        (json!({"media_type": "application/pdf", "base64": "_-=="}), false),
        (json!({"media_type": "application/pdf", "text": "x", "base64": "eA=="}), false),
        (json!({"media_type": "application/pdf"}), false),
        (json!({"media_type": "text/plain", "text": "x"}), false),
    ] {
        envelope["content"] = json!([item]);
        assert_eq!(taken(&validator, &envelope), (right, right), "{item}");
    }
    let mut envelope = envelope_example();
    for (view, right) in [
        (json!({"visibility": "delayed", "release_on": "2026-10-01"}), true),
        (json!({"visibility": "hidden", "reason": "syy"}), true),
        (json!({"visibility": "shown", "release_on": null}), false),
        (json!({"visibility": "hidden", "reason": " "}), false),
        (json!({"visibility": "delayed", "release_on": "2026-13-01"}), false),
        (json!({"visibility": "delayed", "reason": "syy"}), false),
    ] {
        envelope["metadata"]["citizen_view"] = view.clone();
        assert_eq!(taken(&validator, &envelope), (right, right), "{view}");
    }
}

/// REQ PRO-04
#[test]
fn the_page_tells_of_every_operation_and_problem() {
    let document = of_the_server();
    let page = page(&document);
    for operation in operations() {
        assert!(page.contains(&format!("<h3 id=\"{}\">", operation.id)), "{}", operation.id);
        assert!(page.contains(&format!("href=\"#{}\"", operation.id)), "{}", operation.id);
    }
    for entry in catalogue::ENTRIES {
        assert!(
            page.contains(&format!("<th scope=\"row\"><code>{}</code></th>", entry.slug)),
            "{}",
            entry.slug
        );
    }
    for tag in ["nav", "main", "table", "pre", "ul", "ol", "p", "code"] {
        let count = |text: String| page.matches(&text).count();
        let opened = count(format!("<{tag}>")) + count(format!("<{tag} "));
        assert_eq!(opened, count(format!("</{tag}>")), "{tag}");
    }
}

#[test]
fn the_page_has_nothing_that_its_policy_forbids_and_obeys_no_text() {
    let mut document = document(&operations(), "https://x\"><script>");
    document["info"]["title"] = json!("<script>");
    document["x-problems"][0]["meaning"] = json!("<img src=x onerror=y>");
    document["paths"]["/docs"]["get"]["summary"] = json!("<b>");
    let page = page(&document);
    for forbidden in ["<script", "<img", "<b>", " src=", " style=", "<link", "@import", "url("] {
        let own = forbidden == " src=" && page.contains("&lt;img src=x");
        assert!(own || !page.contains(forbidden), "{forbidden}");
    }
}
