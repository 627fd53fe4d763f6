//! Our canonical form of JSON, held against rfc8785 of PyPI.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use varanto_model::json::{Limits, canonical, parse};

use crate::python::Python;

#[test]
fn the_canonical_form_of_random_texts_is_that_of_the_python_package() {
    let Some(python) = Python::find() else { return };
    let cases = python.ask("canonical_form.py", &json!({"seed": 8785, "count": 5_000}));
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 5_000);
    for case in cases {
        let (text, expected) = (bytes(&case["text"]), bytes(&case["canonical"]));
        let shown = String::from_utf8_lossy(&text);
        let value = parse(&text, Limits::default()).unwrap_or_else(|e| panic!("{e}: {shown}"));
        let ours = canonical(&value);
        assert_eq!(
            String::from_utf8_lossy(&ours),
            String::from_utf8_lossy(&expected),
            "the text is {shown}"
        );
        assert_eq!(parse(&ours, Limits::default()), Ok(value), "the form is read back");
    }
}

fn bytes(text: &Value) -> Vec<u8> {
    STANDARD.decode(text.as_str().unwrap()).unwrap()
}
