//! Whom a document is about.

use serde_json::{Map, Value, json};

/// A client as documents name one: by an identity code or by a temporary identifier. Where a test
/// says only an identity code, a `&str` or `&String` does.
#[derive(Clone)]
pub struct TestClient {
    identity: Identity,
    born: Option<String>,
    family_name: String,
    given_names: String,
    joined_at: Option<String>,
    left_at: Option<String>,
}

#[derive(Clone)]
enum Identity {
    Code(String),
    Temporary(String),
}

impl TestClient {
    /// A client with an identity code; Aino Testinen.
    pub fn of(identity_code: &str) -> Self {
        Self {
            identity: Identity::Code(identity_code.to_owned()),
            born: None,
            family_name: "Testinen".to_owned(),
            given_names: "Aino".to_owned(),
            joined_at: None,
            left_at: None,
        }
    }

    /// A client with a temporary identifier, and the day of birth that goes with one.
    pub fn temporary(identifier: &str, born: &str) -> Self {
        let identity = Identity::Temporary(identifier.to_owned());
        Self { identity, ..Self::of("") }.born(born)
    }

    /// The same, born on this day: an old clientship wants to know.
    #[must_use]
    pub fn born(mut self, day: &str) -> Self {
        self.born = Some(day.to_owned());
        self
    }

    /// The same under another name.
    #[must_use]
    pub fn named(mut self, family_name: &str, given_names: &str) -> Self {
        family_name.clone_into(&mut self.family_name);
        given_names.clone_into(&mut self.given_names);
        self
    }

    /// The same, joining a joint case at this instant.
    #[must_use]
    pub fn joining(mut self, at: &str) -> Self {
        self.joined_at = Some(at.to_owned());
        self
    }

    /// The same, leaving a joint case at this instant.
    #[must_use]
    pub fn leaving(mut self, at: &str) -> Self {
        self.left_at = Some(at.to_owned());
        self
    }

    /// The identity code, or the temporary identifier.
    pub fn id(&self) -> &str {
        match &self.identity {
            Identity::Code(id) | Identity::Temporary(id) => id,
        }
    }

    /// As the interface names the client whom a search is for: `{id}` or `{temporary_id}`.
    pub fn key(&self) -> Value {
        match &self.identity {
            Identity::Code(id) => json!({"id": id}),
            Identity::Temporary(id) => json!({"temporary_id": id}),
        }
    }

    /// As the metadata of a document name the client.
    pub fn reference(&self) -> Value {
        let mut reference = self.key();
        reference["family_name"] = json!(self.family_name);
        reference["given_names"] = json!(self.given_names);
        if let (Identity::Temporary(_), Some(born)) = (&self.identity, &self.born) {
            reference["birth_date"] = json!(born);
        }
        reference
    }

    /// As the content of a control document describes the client.
    pub(crate) fn content(&self) -> Map<String, Value> {
        let mut content = Map::new();
        let mut put = |name: &str, value: Value| content.insert(name.to_owned(), value);
        put("sukunimi", json!(self.family_name));
        put("etunimet", json!(self.given_names));
        match &self.identity {
            Identity::Code(id) => {
                put("henkilotunnus", json!({"system": "urn:oid:1.2.246.21", "value": id}))
            }
            Identity::Temporary(id) => put("tilapainen_yksilointitunnus", json!({"value": id})),
        };
        if let Some(born) = &self.born {
            put("syntymaaika", json!(born));
        }
        content
    }

    /// As a case describes one of its clients; in a joint one everybody has joined, `opened` if
    /// nothing else is said.
    pub(crate) fn in_case(&self, is_joint: bool, opened: &str) -> Value {
        let mut content = self.content();
        if is_joint {
            let joined = self.joined_at.clone().unwrap_or_else(|| format!("{opened}T00:00:00Z"));
            content.insert("asiaan_liittymishetki".to_owned(), json!(joined));
        }
        if let Some(left) = &self.left_at {
            content.insert("asiasta_poistumishetki".to_owned(), json!(left));
        }
        Value::Object(content)
    }
}

impl From<&str> for TestClient {
    fn from(identity_code: &str) -> Self {
        Self::of(identity_code)
    }
}

impl From<&String> for TestClient {
    fn from(identity_code: &String) -> Self {
        Self::of(identity_code)
    }
}

impl From<&Self> for TestClient {
    fn from(client: &Self) -> Self {
        client.clone()
    }
}
