//! Informing and permits, and the representatives who act in them, put together from what a test
//! varies.

use std::sync::LazyLock;

use serde_json::{Value, json};
use varanto_documents::{Structure, example};
use varanto_model::Oid;

use crate::documents::{Draft, builtin_structure, coded, codes};
use crate::national::national_structure;
use crate::person::TestPerson;
use crate::test_client::TestClient;

/// The day on which wills of tests are expressed, where nothing else is said.
pub(crate) const EXPRESSED: &str = "2026-09-01";

static INFORMING: LazyLock<Structure> =
    LazyLock::new(|| builtin_structure("1.2.246.10.99990000.97.1.2026.11.22"));
static PERMIT: LazyLock<Structure> =
    LazyLock::new(|| builtin_structure("1.2.246.537.6.1505.8.2023.6.1"));

/// A legal representative. As one begins: a guardian (31), from 2026-09-01 on.
#[derive(Clone)]
pub struct TestRepresentative {
    person: TestClient,
    guardian: Option<String>,
    role: String,
    first_day: String,
    last_day: Option<String>,
}

impl TestRepresentative {
    /// A guardian with an identity code.
    pub fn of(person: impl Into<TestClient>) -> Self {
        Self {
            person: person.into(),
            guardian: None,
            role: "31".to_owned(),
            first_day: EXPRESSED.to_owned(),
            last_day: None,
        }
    }

    /// A public guardian of interests (32), known by a text.
    pub fn public_guardian(identifier: &str) -> Self {
        let guardian = Some(identifier.to_owned());
        Self { guardian, ..Self::of("").role("32") }
    }

    /// The same in another role (code set 1284).
    #[must_use]
    pub fn role(mut self, code: &str) -> Self {
        code.clone_into(&mut self.role);
        self
    }

    /// The same representing from this day on; for a representation document.
    #[must_use]
    pub fn from(mut self, day: &str) -> Self {
        day.clone_into(&mut self.first_day);
        self
    }

    /// The same representing to the end of this day; for a representation document.
    #[must_use]
    pub fn until(mut self, day: &str) -> Self {
        self.last_day = Some(day.to_owned());
        self
    }

    /// As a will names who spoke for the client.
    pub(crate) fn content(&self) -> Value {
        let mut content = self.person.content();
        content.remove("syntymaaika");
        if let Some(guardian) = &self.guardian {
            content.remove("henkilotunnus");
            content.insert("edunvalvojan_tunniste".to_owned(), json!(guardian));
        }
        content.insert("rooli".to_owned(), coded("1284", &self.role));
        Value::Object(content)
    }

    /// As a representation document names one who may act.
    pub(crate) fn entry(&self) -> Value {
        let mut entry = self.content();
        entry["edustuksen_alkamispaiva"] = json!(self.first_day);
        if let Some(last_day) = &self.last_day {
            entry["edustuksen_paattymispaiva"] = json!(last_day);
        }
        entry
    }
}

/// An informing document being put together. As it begins: the client was informed by the first
/// built-in text in Finnish on 2026-09-01.
#[derive(Clone)]
pub struct InformingDraft {
    author: TestPerson,
    client: TestClient,
    day: String,
    version: String,
    language: String,
    representatives: Vec<TestRepresentative>,
}

impl Draft {
    /// That a client has been informed, recorded in the register of the author's organisation; to be
    /// varied and then made a [`draft`](InformingDraft::draft).
    pub fn informing(author: &TestPerson, client: impl Into<TestClient>) -> InformingDraft {
        InformingDraft {
            author: author.clone(),
            client: client.into(),
            day: EXPRESSED.to_owned(),
            version: "1".to_owned(),
            language: "fi".to_owned(),
            representatives: Vec::new(),
        }
    }

    /// A client's permit, recorded in the register of the author's organisation; to be varied and
    /// then made a [`draft`](PermitDraft::draft).
    pub fn permit(author: &TestPerson, client: impl Into<TestClient>) -> PermitDraft {
        PermitDraft {
            author: author.clone(),
            client: client.into(),
            is_given: true,
            day: EXPRESSED.to_owned(),
            representatives: Vec::new(),
        }
    }

    /// A document of a client that no service task has.
    pub(crate) fn of_will(
        author: &TestPerson,
        client: &TestClient,
        structure: &Structure,
        data: Value,
    ) -> Self {
        Self::of_data(author, client, structure, data)
            .without("service_task")
            .without("service_process")
            .without("services")
    }
}

impl InformingDraft {
    /// The same on this day.
    #[must_use]
    pub fn on(mut self, day: &str) -> Self {
        day.clone_into(&mut self.day);
        self
    }

    /// The same by another version of the information text.
    #[must_use]
    pub fn text_version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.version);
        self
    }

    /// The same in another language.
    #[must_use]
    pub fn language(mut self, code: &str) -> Self {
        code.clone_into(&mut self.language);
        self
    }

    /// The same with one more representative who was informed in the client's place.
    #[must_use]
    pub fn represented_by(mut self, representative: TestRepresentative) -> Self {
        self.representatives.push(representative);
        self
    }

    /// The document, in its first version.
    pub fn draft(&self) -> Draft {
        let mut content = json!({
            "asiakas": will_client(&self.client),
            "informointi": {
                "infotekstin_versio": self.version, "infotekstin_kieli": self.language,
                "informoinnin_ajankohta": self.day,
            },
            "ammattihenkilon_laatima_asiakirja": {"laatija": will_author(&self.author)},
        });
        let switch = "informoitu_on_laillinen_edustaja";
        represent(&mut content, switch, "informoitu_edustaja", &self.representatives);
        let data = json!({"informointiasiakirja": content});
        Draft::of_will(&self.author, &self.client, &INFORMING, data)
    }

    /// The document as the version that follows `earlier`, with what has been varied since.
    pub fn version_after(&self, earlier: &Draft) -> Draft {
        earlier.next_version().with_content(self.draft().content)
    }
}

/// A permit document being put together. As it begins: given by the client on 2026-09-01.
#[derive(Clone)]
pub struct PermitDraft {
    author: TestPerson,
    client: TestClient,
    is_given: bool,
    day: String,
    representatives: Vec<TestRepresentative>,
}

impl PermitDraft {
    /// The same saying no.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.is_given = false;
        self
    }

    /// The same on this day.
    #[must_use]
    pub fn on(mut self, day: &str) -> Self {
        day.clone_into(&mut self.day);
        self
    }

    /// The same with one more representative who spoke for the client.
    #[must_use]
    pub fn represented_by(mut self, representative: TestRepresentative) -> Self {
        self.representatives.push(representative);
        self
    }

    /// The document, in its first version.
    pub fn draft(&self) -> Draft {
        let root = "luovutuslupa_asiakirja";
        let mut content = json!({
            "asiakas": will_client(&self.client),
            "infoteksti": information(&PERMIT, root),
            "voimassa_oleva_luovutuslupa": {
                "luovutuslupa": self.is_given, "luovutusluvan_antamisen_ajankohta": self.day,
            },
            "ammattihenkilon_laatima_asiakirja": {"laatija": will_author(&self.author)},
        });
        let switch = "luovutusluvan_antaja_on_laillinen_edustaja";
        represent(&mut content, switch, "luovutusluvan_antaja", &self.representatives);
        Draft::of_will(&self.author, &self.client, &PERMIT, json!({root: content}))
    }

    /// The document as the version that follows `earlier`, with what has been varied since.
    pub fn version_after(&self, earlier: &Draft) -> Draft {
        earlier.next_version().with_content(self.draft().content)
    }
}

/// The client as a will names one.
pub(crate) fn will_client(client: &TestClient) -> Value {
    let mut content = client.content();
    content.remove("syntymaaika");
    Value::Object(content)
}

/// The author as a will names one.
pub(crate) fn will_author(author: &TestPerson) -> Value {
    let person = &author.person;
    json!({
        "sukunimi": person.family_name, "etunimet": person.given_names,
        "palveluyksikko": coded("202", author.unit().as_str()),
    })
}

/// Says who spoke for the client, where anybody did.
pub(crate) fn represent(
    content: &mut Value,
    switch: &str,
    list: &str,
    representatives: &[TestRepresentative],
) {
    content[switch] = json!(!representatives.is_empty());
    if !representatives.is_empty() {
        let persons = representatives.iter().map(TestRepresentative::content);
        content[list] = persons.collect();
    }
}

/// The information text of a permit or denial: that of the national structure, where it lies beside
/// the project and asks for its own; the built-in ones take any.
pub(crate) fn information(structure: &Structure, root: &str) -> Value {
    let oid: &Oid = structure.oid();
    let national = national_structure(oid);
    let structure = national.as_ref().unwrap_or(structure);
    example::minimal(structure, &codes(), 0)[root]["infoteksti"].clone()
}
