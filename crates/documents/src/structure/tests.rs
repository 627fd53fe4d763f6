use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::builtin;
use crate::tests::national;

/// A structure with the given fields under its root.
fn schema(properties: &Value, required: &Value) -> Value {
    json!({
        "$schema": DRAFT_07, "title": "t", "type": "object", "additionalProperties": false,
        "sosmeta": {"title": "t", "status": "Valmis", "oid": "1.2.246.537.6.1506.1000.2023.9.8"},
        "required": ["arvio"],
        "properties": {"arvio": {
            "type": "object", "additionalProperties": false, "required": required,
            "properties": properties, "sosmeta": {"name": [{"lang": "fi", "value": "Arvio"}]}}}
    })
}

fn parse(value: &Value) -> Result<Structure, StructureError> {
    Structure::parse(value.to_string().as_bytes())
}

fn refusal(properties: &Value) -> String {
    parse(&schema(properties, &json!([]))).unwrap_err().to_string()
}

/// REQ DOC-12
#[test]
fn every_published_structure_is_read_without_change_here() {
    let national = national();
    let count = |kind: Family| national.iter().filter(|(_, s, _)| s.family() == kind).count();
    if !national.is_empty() {
        assert_eq!((count(Family::Control), count(Family::ClientDocument)), (4, 198));
        let signed =
            national.iter().filter(|(_, s, _)| s.asks_for_professional_signature()).count();
        assert_eq!(signed, 91, "so many name a signature type (facts 4.3)");
        let deepest = national.iter().map(|(_, s, _)| depth(s.root())).max();
        assert_eq!(deepest, Some(8));
        for (name, structure, _) in national {
            assert_eq!(*name, format!("{}.json", structure.oid()));
        }
    }
}

fn depth(field: &Field) -> usize {
    match field.kind() {
        Kind::Group(fields) => 1 + fields.iter().map(depth).max().unwrap_or(0),
        _ => 1,
    }
}

#[test]
fn identity_and_title_come_from_the_annotations() {
    let (_, text) = builtin::structures().next().unwrap();
    let structure = Structure::parse(text.as_bytes()).unwrap();
    assert_eq!(structure.oid().as_str(), "1.2.246.537.6.1505.1.2023.6.1");
    assert_eq!((structure.family(), structure.code()), (Family::Control, "1"));
    assert_eq!(structure.published().to_string(), "2023-06-01");
    assert_eq!(structure.title().sv.as_deref(), Some("Klientrelationshandling"));
    assert_eq!(structure.root().name(), "asiakkuusasiakirja");
    let of = |oid: &str| {
        let mut value = schema(&json!({}), &json!([]));
        value["sosmeta"]["oid"] = json!(oid);
        parse(&value).map(|structure| (structure.family(), structure.code().to_owned()))
    };
    assert_eq!(
        of("1.2.246.537.6.1506.1000.2023.9.8").unwrap(),
        (Family::ClientDocument, "1000".into())
    );
    assert_eq!(of("1.2.246.10.99990000.97.3.2026.11.22").unwrap(), (Family::Own, "3".into()));
}

#[test]
fn a_keyword_outside_the_dialect_is_refused_by_name() {
    let message = refusal(&json!({"a": {"type": "string", "maxLength": 3}}));
    assert!(message.contains("`maxLength`"), "{message}");
    let mut open = schema(&json!({}), &json!([]));
    open["allOf"] = json!([]);
    assert!(parse(&open).unwrap_err().to_string().contains("`allOf`"));
}

#[test]
fn what_would_stay_unchecked_is_refused_with_its_place() {
    let object =
        json!({"type": "object", "additionalProperties": true, "required": [], "properties": {}});
    for (field, why) in [
        (object, "open to further members"),
        (json!({"type": "object", "required": [], "properties": {}}), "open to further members"),
        (json!({"type": "object", "additionalProperties": false}), "without fields"),
        (json!({"type": "boolean", "enum": ["x"]}), "does not belong to the type"),
        (json!({"type": "string", "items": {"type": "string"}}), "does not belong to the type"),
        (json!({"type": "array", "minItems": 1}), "without a field for its elements"),
        (json!({"type": "array", "items": {"type": "array"}}), "an array directly in an array"),
        (json!({"type": "string", "enum": []}), "an empty list"),
        (json!({"type": "string", "pattern": "\\d"}), "an escape"),
        (
            json!({"type": "object", "additionalProperties": false, "required": ["y"], "properties": {}}),
            "not among the fields",
        ),
    ] {
        let message = refusal(&json!({ "a": field }));
        assert!(message.contains("/arvio/a") && message.contains(why), "{message}");
    }
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    let text = schema(&json!({"a": {"type": "string"}, "b": {"type": "string"}}), &json!([]));
    let twice = text.to_string().replace("\"b\":", "\"a\":");
    let error = Structure::parse(twice.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("`a` stands twice"), "{error}");
    let text = text
        .to_string()
        .replace("\"title\":\"t\",\"type\"", "\"title\":\"t\",\"title\":\"t\",\"type\"");
    assert!(Structure::parse(text.as_bytes()).unwrap_err().to_string().contains("duplicate"));
}

#[test]
fn a_code_with_further_demands_is_not_taken_for_a_plain_code() {
    let code = |display: Value| {
        let named = |text| json!([{"lang": "fi", "value": text}]);
        json!({"a": {"type": "object", "additionalProperties": false,
            "required": ["system", "code", "display"], "sosmeta": {"name": named("A"), "representation": named("Koodi")},
            "properties": {"system": {"type": "string", "pattern": "^urn:oid:1\\.2\\.3(\\.\\d+)*$"},
                "code": {"type": "string"}, "display": display}}})
    };
    let kind_of = |properties: Value| {
        let structure = parse(&schema(&properties, &json!([])))?;
        let Kind::Group(fields) = structure.root().kind() else { panic!("the root is a group") };
        Ok::<_, StructureError>(fields[0].kind().clone())
    };
    assert!(matches!(kind_of(code(json!({"type": "string"}))), Ok(Kind::Code(_))));
    // As a group, the system's pattern is one with an escape of its own, which is refused.
    assert!(kind_of(code(json!({"type": "string", "minLength": 2}))).is_err());
}

#[test]
fn identity_size_depth_and_count_are_bounded() {
    for oid in [
        "1.2.246.537.6.1507.1.2023.6.1",
        "1.2.246.537.6.1506.1.2023.2.30",
        "1.2.246.537.6.1506.1",
        "1.2.246.537.6.1505.1.2023.6.1.1",
        "1.2.246.10.99990000.97.1",
        "1.2.246.10.99990000.98.1.2026.11.22",
        "x",
    ] {
        let mut value = schema(&json!({}), &json!([]));
        value["sosmeta"]["oid"] = json!(oid);
        assert!(matches!(parse(&value), Err(StructureError::Identity)), "{oid}");
    }
    let big = vec![b' '; MAX_BYTES + 1];
    assert!(matches!(Structure::parse(&big), Err(StructureError::TooLarge)));
    let deep = (0..MAX_DEPTH).fold(json!({"type": "string"}), |inner, _| {
        json!({"type": "object", "additionalProperties": false, "required": [], "properties": {"a": inner}})
    });
    assert!(matches!(
        parse(&schema(&json!({"a": deep}), &json!([]))),
        Err(StructureError::TooDeep)
    ));
    let many: serde_json::Map<String, Value> =
        (0..=MAX_FIELDS).map(|i| (format!("f{i}"), json!({"type": "string"}))).collect();
    assert!(matches!(parse(&schema(&many.into(), &json!([]))), Err(StructureError::TooManyFields)));
    let nested = format!("{}{}", "{\"properties\":".repeat(5000), "}".repeat(5000));
    assert!(matches!(Structure::parse(nested.as_bytes()), Err(StructureError::Dialect(_))));
}

#[test]
fn the_whole_is_one_mandatory_group() {
    let mut optional = schema(&json!({}), &json!([]));
    optional["required"] = json!([]);
    assert!(matches!(parse(&optional), Err(StructureError::Root)));
    let mut text = schema(&json!({}), &json!([]));
    text["properties"]["arvio"] = json!({"type": "string"});
    assert!(matches!(parse(&text), Err(StructureError::Root)));
    let mut draft = schema(&json!({}), &json!([]));
    draft["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    assert!(matches!(parse(&draft), Err(StructureError::Root)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_damaged_structure_is_refused_or_read_but_never_panics(
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let (_, text) = builtin::structures().nth(1).unwrap();
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte) in damages {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = Structure::parse(&bytes);
    }
}
