//! Denial documents (kieltoasiakirja, 1505.9), put together from what a test varies.

use std::sync::LazyLock;

use serde_json::{Value, json};
use varanto_documents::Structure;
use varanto_model::Oid;

use crate::documents::{Draft, builtin_structure, coded};
use crate::person::TestPerson;
use crate::test_client::TestClient;
use crate::will::{
    EXPRESSED, TestRepresentative, information, represent, will_author, will_client,
};

static STRUCTURE: LazyLock<Structure> =
    LazyLock::new(|| builtin_structure("1.2.246.537.6.1505.9.2023.6.5"));

/// A denial document being put together. As it begins it denies nothing; what is added is denied by
/// the client on 2026-09-01, or as has been said just before.
#[derive(Clone)]
pub struct DenialDraft {
    author: TestPerson,
    client: TestClient,
    entries: Vec<Entry>,
    day: String,
    representatives: Vec<TestRepresentative>,
}

/// One thing that is denied.
#[derive(Clone)]
struct Entry {
    scope: Scope,
    day: String,
    representatives: Vec<TestRepresentative>,
}

#[derive(Clone)]
enum Scope {
    Everything,
    Controller(String),
    ServiceTask(String),
    Document(String),
}

impl Draft {
    /// A client's denials, recorded in the register of the author's organisation; to be varied and then
    /// made a [`draft`](DenialDraft::draft).
    pub fn denial(author: &TestPerson, client: impl Into<TestClient>) -> DenialDraft {
        DenialDraft {
            author: author.clone(),
            client: client.into(),
            entries: Vec::new(),
            day: EXPRESSED.to_owned(),
            representatives: Vec::new(),
        }
    }
}

impl DenialDraft {
    /// What is denied from here on is denied on this day.
    #[must_use]
    pub fn on(mut self, day: &str) -> Self {
        day.clone_into(&mut self.day);
        self
    }

    /// What is denied from here on is denied by this representative, too.
    #[must_use]
    pub fn represented_by(mut self, representative: TestRepresentative) -> Self {
        self.representatives.push(representative);
        self
    }

    /// The same denying everything, which the national structure has no place for.
    #[must_use]
    pub fn everything(self) -> Self {
        self.with(Scope::Everything)
    }

    /// The same denying what is in the register of a controller.
    #[must_use]
    pub fn controller(self, controller: &Oid) -> Self {
        self.with(Scope::Controller(controller.to_string()))
    }

    /// The same denying what belongs to a service task (code set 1221).
    #[must_use]
    pub fn service_task(self, code: &str) -> Self {
        self.with(Scope::ServiceTask(code.to_owned()))
    }

    /// The same denying a document.
    #[must_use]
    pub fn document(self, oid: &Oid) -> Self {
        self.with(Scope::Document(oid.to_string()))
    }

    /// The same with every denial withdrawn.
    #[must_use]
    pub fn nothing(mut self) -> Self {
        self.entries.clear();
        self
    }

    fn with(mut self, scope: Scope) -> Self {
        let (day, representatives) = (self.day.clone(), self.representatives.clone());
        self.entries.push(Entry { scope, day, representatives });
        self
    }

    /// The document, in its first version.
    pub fn draft(&self) -> Draft {
        let root = "kieltoasiakirja";
        let mut content = json!({
            "asiakas": will_client(&self.client),
            "infoteksti": information(&STRUCTURE, root),
            "ammattihenkilon_laatima_asiakirja": {"laatija": will_author(&self.author)},
        });
        for entry in &self.entries {
            entry.put(&mut content);
        }
        Draft::of_will(&self.author, &self.client, &STRUCTURE, json!({root: content}))
    }

    /// The document as the version that follows `earlier`, with what has been varied since.
    pub fn version_after(&self, earlier: &Draft) -> Draft {
        earlier.next_version().with_content(self.draft().content)
    }
}

impl Entry {
    /// Puts the denial where the structure has a place for it.
    fn put(&self, content: &mut Value) {
        let mut denial = json!({"kiellon_asettamisen_ajankohta": self.day});
        let persons = "henkilo_joka_kieltaa_asiakastietojen_luovuttamisen";
        represent(&mut denial, "kieltaja_on_laillinen_edustaja", persons, &self.representatives);
        let (group, list, thing, named) = match &self.scope {
            Scope::Everything => {
                content["kaikkia_tietoja_koskeva_luovutuskielto"] = denial;
                return;
            }
            Scope::Controller(oid) => (
                "rekisterinpitajaa_koskevat_luovutuskiellot",
                "rekisterinpitajaa_koskeva_luovutuskielto",
                "rekisterinpitaja_jonka_tietojen_luovutus_kielletaan",
                coded("202", oid),
            ),
            Scope::ServiceTask(code) => (
                "palvelutehtavaa_koskevat_luovutuskiellot",
                "palvelutehtavaa_koskeva_luovutuskielto",
                "palvelutehtava_jonka_tietojen_luovutus_kielletaan",
                coded("1221", code),
            ),
            Scope::Document(oid) => (
                "asiakirjoja_koskevat_luovutuskiellot",
                "asiakirjaa_koskeva_luovutuskielto",
                "asiakirja_jonka_luovutus_kielletaan",
                json!({
                    "oid_tunnus": {"value": oid}, "nimi": coded("1506", "1000"),
                    "laatimisaika": "2026-09-01T10:15:00Z",
                }),
            ),
        };
        denial[thing] = json!([named]);
        match &mut content[group][list] {
            Value::Array(others) => others.push(denial),
            none => *none = json!([denial]),
        }
    }
}
