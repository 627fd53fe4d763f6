use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;

fn read(text: &str) -> Result<Value, JsonError> {
    parse(text.as_bytes(), Limits::default())
}

fn code(text: &str) -> &'static str {
    read(text).unwrap_err().code()
}

#[test]
fn a_text_gives_its_value() {
    let value = read(" {\"a\": [1, -2, 2.5, true, false, null], \"\\u00e4\": \"\\ud83d\\ude00\"} ");
    assert_eq!(value.unwrap(), json!({"a": [1, -2, 2.5, true, false, null], "ä": "😀"}));
}

#[test]
fn what_is_not_json_is_refused() {
    for text in [
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "[1] 2",
        "nul",
        "01",
        "+1",
        "1.",
        ".5",
        "NaN",
        "Infinity",
        "\"\\ud800\"",
        "\"\\x\"",
        "\"\u{1}\"",
        "\u{feff}1",
        "/* a */ 1",
        "\"a",
    ] {
        assert_eq!(code(text), "not-json", "{text}");
    }
    for bytes in [&b"\"\xff\""[..], b"\"\xc0\xaf\"", b"\"\xed\xa0\x80\"", b"\0"] {
        assert_eq!(parse(bytes, Limits::default()).unwrap_err().code(), "not-json");
    }
}

#[test]
fn an_error_tells_line_and_column() {
    let at = Position { line: 2, column: 6 };
    assert_eq!(
        parse(b"[1,\n 2, \xff]", Limits::default()),
        Err(JsonError::NotJson { at: Position { line: 2, column: 5 } })
    );
    assert_eq!(read("[1,\n  2, 1e400]"), Err(JsonError::NumberNotExact { at }));
}

#[test]
fn a_member_twice_is_refused_at_any_depth() {
    let error = read(r#"{"a": [0, {"b/c": 1, "d": 2, "b\u002fc": 3}]}"#).unwrap_err();
    let fault = error.fault();
    assert_eq!((fault.code, fault.pointer.as_str()), ("duplicate-member", "/a/1/b~1c"));
    assert!(!fault.detail.contains("b/c"));
}

#[test]
fn a_long_name_is_not_repeated_in_an_error() {
    let name = "n".repeat(100_000);
    let fault = read(&format!(r#"{{"a": {{"{name}": 1, "{name}": 2}}}}"#)).unwrap_err().fault();
    assert_eq!((fault.code, fault.pointer.as_str()), ("duplicate-member", "/a"));
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read(&nested(64)).is_ok());
    assert_eq!(code(&nested(65)), "too-deep");
    assert_eq!(code(&"[".repeat(10_000_000)), "too-deep");
    assert_eq!(code(&"{\"a\":".repeat(2_000_000)), "too-deep");
    let pointer = Pointer::root().member("a").index(0);
    let shallow = Limits { depth: 2, ..Limits::default() };
    assert_eq!(parse(br#"{"a":[[]]}"#, shallow), Err(JsonError::TooDeep { pointer, limit: 2 }));
    let deep = Limits { depth: usize::MAX, ..Limits::default() };
    assert!(parse(nested(MAX_DEPTH).as_bytes(), deep).is_ok());
    assert_eq!(parse(nested(MAX_DEPTH + 1).as_bytes(), deep).unwrap_err().code(), "too-deep");
}

#[test]
fn size_and_number_of_values_are_bounded() {
    let limits = Limits { depth: 2, bytes: 10, members: 3 };
    assert!(parse(b"[1, 2]    ", limits).is_ok());
    assert_eq!(parse(b"[1, 2]     ", limits), Err(JsonError::TooLarge { limit: 10 }));
    assert_eq!(parse(b"[1,2,3]", limits), Err(JsonError::TooManyValues { limit: 3 }));
    assert_eq!(parse(br#"{"":[[]]}"#, limits).unwrap_err().code(), "too-deep");
}

#[test]
fn numbers_that_a_double_cannot_carry_are_refused() {
    for text in ["1e400", "[-9007199254740992]", "9007199254740993", "1e-400", "1e30"] {
        assert_eq!(code(text), "number-not-exact", "{text}");
    }
}

#[test]
fn a_whole_number_has_one_reading() {
    for text in ["1", "1.0", "1e0", "10e-1", "0.1e1"] {
        assert_eq!(read(text).unwrap(), json!(1), "{text}");
    }
    for text in ["0", "-0", "-0.0", "0e5"] {
        assert_eq!(read(text).unwrap(), json!(0), "{text}");
    }
    assert_eq!(read("9007199254740991.0").unwrap(), json!(9_007_199_254_740_991_i64));
}

#[test]
fn the_canonical_form_follows_rfc_8785() {
    // Members by UTF-16 code units: U+1F600 (D83D DE00) comes before U+FB33.
    let text = r#"{"\ufb33":1,"\ud83d\ude00":2,"\u20ac":3,"\r":4,"1":5,"\u0080":6,"\u00f6":7}"#;
    let form = "{\"\\r\":4,\"1\":5,\"\u{80}\":6,\"ö\":7,\"€\":3,\"😀\":2,\"\u{fb33}\":1}";
    assert_eq!(String::from_utf8(canonical(&read(text).unwrap())).unwrap(), form);
    for (text, form) in [
        ("1E2", "100"),
        ("4.50", "4.5"),
        ("2e-3", "0.002"),
        ("0.000000000000000000000000001", "1e-27"),
        ("0.000001", "0.000001"),
        ("0.0000001", "1e-7"),
        ("-0.0", "0"),
        (r#""\u000f\u000a\"\\\/\u007f""#, "\"\\u000f\\n\\\"\\\\/\u{7f}\""),
        ("[ ]", "[]"),
        ("{ }", "{}"),
    ] {
        assert_eq!(String::from_utf8(canonical(&read(text).unwrap())).unwrap(), form, "{text}");
    }
}

/// Any value within I-JSON.
fn values() -> impl Strategy<Value = Value> {
    let whole = -9_007_199_254_740_991_i64..=9_007_199_254_740_991;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        whole.prop_map(Value::from),
        any::<f64>().prop_filter("in range", |x| x.abs() < 9e15).prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A text of the value with members turned by `turn` places and white space between tokens.
fn write(value: &Value, turn: usize, text: &mut String) {
    let space = [" ", "", "\n", "\t\r\n "][turn % 4];
    text.push_str(space);
    match value {
        Value::Array(elements) => {
            text.push('[');
            for (i, element) in elements.iter().enumerate() {
                text.push_str(if i > 0 { "," } else { "" });
                write(element, turn, text);
            }
            text.push_str(space);
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            let count = members.len();
            let turned = members.iter().cycle().skip(turn).take(count);
            for (i, (name, value)) in turned.enumerate() {
                text.push_str(if i > 0 { "," } else { "" });
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push_str(space);
                text.push(':');
                write(value, turn, text);
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
    text.push_str(space);
}

proptest! {
    #[test]
    fn reading_the_canonical_form_gives_the_same_value(value in values()) {
        let read_once = parse(value.to_string().as_bytes(), Limits::default()).unwrap();
        let form = canonical(&read_once);
        let read_again = parse(&form, Limits::default()).unwrap();
        prop_assert_eq!(&read_again, &read_once);
        prop_assert_eq!(canonical(&read_again), form);
    }

    #[test]
    fn order_of_members_and_white_space_do_not_change_the_canonical_form(
        value in values(),
        turn in 0_usize..8,
    ) {
        let mut text = String::new();
        write(&value, turn, &mut text);
        prop_assert_eq!(canonical(&read(&text).unwrap()), canonical(&value));
    }

    #[test]
    fn what_is_read_is_json_for_others_too(text in "[\\[\\]{}\",:0-2.eE+\\- a\\\\u]{0,12}") {
        let strict = read(&text);
        let lenient = serde_json::from_str::<Value>(&text);
        match strict {
            Ok(value) => prop_assert_eq!(canonical(&value), canonical(&lenient.unwrap())),
            Err(JsonError::NotJson { .. }) => prop_assert!(lenient.is_err(), "{}", text),
            Err(_) => {}
        }
    }
}
