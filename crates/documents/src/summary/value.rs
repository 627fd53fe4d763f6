//! Values of a summary: days, codes, texts and workers, as a content tells them.

use serde::Serialize;
use serde_json::Value as Json;
use varanto_model::{Moment, PartialDate, Precision};

/// The most characters of a name, a title or the display name of a code.
const MAX_NAME: usize = 200;

/// What a field is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A date, or the date of a moment.
    Day,
    /// A code with its display name.
    Code,
    /// A text, cut after so many characters.
    Text(usize),
    /// A professional.
    Person,
}

/// One value.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A day, or a month or year where no more is known: `2026-09-01`, `2026-09`, `2026`.
    Day(String),
    /// A code.
    Code(Coded),
    /// A text.
    Text(Text),
    /// A professional.
    Person(Person),
}

/// A code as the content has it, with the name that stands there.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Coded {
    /// The code system.
    pub system: String,
    /// The code.
    pub code: String,
    /// The display name.
    pub display: String,
}

/// The beginning of a text.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// At most as many characters as the rule says.
    pub text: String,
    /// Was it longer?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

/// A professional: never with contact data.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Family name.
    pub family_name: String,
    /// Given names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_names: Option<String>,
    /// The title of the post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The service unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Coded>,
}

impl Kind {
    /// The value, where the content has one of the kind.
    pub(super) fn read(self, json: &Json) -> Option<Value> {
        match self {
            Self::Day => Some(Value::Day(written(moment(json)?.date()))),
            Self::Code => coded(json).map(Value::Code),
            Self::Text(most) => {
                let text = json.as_str()?.trim();
                let kept = cut(text, most);
                let is_cut = kept.len() < text.len();
                let value = Value::Text(Text { text: kept, cut: is_cut });
                (!text.is_empty()).then_some(value)
            }
            Self::Person => person(json).map(Value::Person),
        }
    }
}

/// The date or moment that stands in a content.
pub(super) fn moment(json: &Json) -> Option<Moment> {
    Moment::parse(json.as_str()?).ok()
}

/// A date in the form of documents, as far as it is known.
pub(super) fn written(date: PartialDate) -> String {
    let day = date.first_day();
    match date.precision() {
        Precision::Year => format!("{:04}", day.year()),
        Precision::Month => format!("{:04}-{:02}", day.year(), day.month()),
        Precision::Day => day.to_string(),
    }
}

fn coded(json: &Json) -> Option<Coded> {
    let part = |name| json.get(name)?.as_str().map(|text| cut(text, MAX_NAME));
    Some(Coded { system: part("system")?, code: part("code")?, display: part("display")? })
}

fn person(json: &Json) -> Option<Person> {
    let name = |name| {
        let text = json.get(name)?.as_str()?.trim();
        (!text.is_empty()).then(|| cut(text, MAX_NAME))
    };
    Some(Person {
        family_name: name("sukunimi")?,
        given_names: name("etunimet"),
        title: name("tehtavanimike"),
        unit: json.get("palveluyksikko").and_then(coded),
    })
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: Kind, json: &Json) -> Json {
        kind.read(json).map_or(Json::Null, |value| json!(value))
    }

    #[test]
    fn a_value_is_read_as_its_kind_or_not_at_all() {
        assert_eq!(read(Kind::Day, &json!("2026-09")), json!({"day": "2026-09"}));
        // Half past ten in the evening of Greenwich is the next day in Helsinki.
        assert_eq!(read(Kind::Day, &json!("2026-09-01T22:30:00Z")), json!({"day": "2026-09-02"}));
        assert_eq!(read(Kind::Day, &json!("soon")), Json::Null);
        let code = json!({"system": "urn:oid:1.2", "code": "1", "display": "Yksi"});
        assert_eq!(read(Kind::Code, &code), json!({"code": code}));
        assert_eq!(read(Kind::Code, &json!({"code": "1"})), Json::Null);
        assert_eq!(
            read(Kind::Text(3), &json!(" ääää ")),
            json!({"text": {"text": "äää", "cut": true}})
        );
        assert_eq!(read(Kind::Text(4), &json!("ääää")), json!({"text": {"text": "ääää"}}));
        assert_eq!(read(Kind::Text(4), &json!("  ")), Json::Null);
    }

    #[test]
    fn of_a_worker_name_title_and_unit_are_taken_and_no_contact_data() {
        let worker = json!({
            "sukunimi": "Testinen", "etunimet": "Aino", "tehtavanimike": "Sosiaalityöntekijä",
            "rekisterointitunnus": {"value": "1"}, "yhteystiedot": {"puhelinnumero": "1"},
        });
        let taken = json!({"person": {
            "family_name": "Testinen", "given_names": "Aino", "title": "Sosiaalityöntekijä",
        }});
        assert_eq!(read(Kind::Person, &worker), taken);
        assert_eq!(read(Kind::Person, &json!({"etunimet": "Aino"})), Json::Null);
    }
}
