//! Disclosure notices: that data were disclosed by other means, put together from what a test varies.

use std::sync::LazyLock;

use serde_json::{Value, json};
use varanto_documents::Structure;
use varanto_model::Oid;

use crate::documents::{Draft, builtin_structure, coded};
use crate::person::TestPerson;
use crate::test_client::TestClient;
use crate::will::{EXPRESSED, will_author, will_client};

static STRUCTURE: LazyLock<Structure> =
    LazyLock::new(|| builtin_structure("1.2.246.10.99990000.97.3.2026.11.22"));

/// A disclosure notice being put together. As it begins: its author told something of one client to
/// somebody at Kela by telephone on 2026-09-01.
#[derive(Clone)]
pub struct NoticeDraft {
    author: TestPerson,
    clients: Vec<TestClient>,
    what: String,
    documents: Vec<Oid>,
    day: String,
    receiver: [String; 3],
    means: String,
    ground: String,
    purpose: String,
}

impl Draft {
    /// A notice in the register of the author's organisation; to be varied and then made a
    /// [`draft`](NoticeDraft::draft).
    pub fn disclosure_notice(author: &TestPerson, client: impl Into<TestClient>) -> NoticeDraft {
        NoticeDraft {
            author: author.clone(),
            clients: vec![client.into()],
            what: "Tiedot palvelutarpeen arvioinnista".to_owned(),
            documents: Vec::new(),
            day: EXPRESSED.to_owned(),
            receiver: ["Saaja", "Ulla", "Kela"].map(str::to_owned),
            means: "puhelin".to_owned(),
            ground: "Asiakkaan suostumus".to_owned(),
            purpose: "Etuusasian käsittely".to_owned(),
        }
    }
}

impl NoticeDraft {
    /// The same about one more client.
    #[must_use]
    pub fn with_client(mut self, client: impl Into<TestClient>) -> Self {
        self.clients.push(client.into());
        self
    }

    /// The same telling what was disclosed in these words.
    #[must_use]
    pub fn what(mut self, text: &str) -> Self {
        text.clone_into(&mut self.what);
        self
    }

    /// The same with one more document that was disclosed.
    #[must_use]
    pub fn document(mut self, oid: &Oid) -> Self {
        self.documents.push(oid.clone());
        self
    }

    /// The same on this day.
    #[must_use]
    pub fn on(mut self, day: &str) -> Self {
        day.clone_into(&mut self.day);
        self
    }

    /// The same to somebody else.
    #[must_use]
    pub fn receiver(mut self, family_name: &str, given_names: &str, organisation: &str) -> Self {
        self.receiver = [family_name, given_names, organisation].map(str::to_owned);
        self
    }

    /// The same by other means: a word of the structure, such as `paperi`.
    #[must_use]
    pub fn means(mut self, word: &str) -> Self {
        word.clone_into(&mut self.means);
        self
    }

    /// The same on another ground and for another purpose.
    #[must_use]
    pub fn because(mut self, ground: &str, purpose: &str) -> Self {
        ground.clone_into(&mut self.ground);
        purpose.clone_into(&mut self.purpose);
        self
    }

    /// The document, in its first version.
    pub fn draft(&self) -> Draft {
        let clients: Vec<_> = self.clients.iter().map(will_client).collect();
        let [family_name, given_names, organisation] = &self.receiver;
        let author = will_author(&self.author);
        let mut content = json!({
            "asiakas": clients,
            "tietojen_luovuttamisen_paivamaara": self.day,
            "luovutustapa": self.means,
            "tietojen_vastaanottaja": {
                "sukunimi": family_name, "etunimet": given_names, "organisaatio": organisation,
            },
            "tietojen_luovuttaja": author,
            "perustelu": self.ground,
            "kayttotarkoitus_johon_tiedot_on_luovutettu": self.purpose,
            "laatija": author,
        });
        if !self.what.is_empty() {
            content["luovutetut_tiedot"] = json!(self.what);
        }
        if !self.documents.is_empty() {
            let name = coded("1506", "1000");
            let named = |oid: &Oid| json!({"oid_tunnus": {"value": oid.as_str()}, "nimi": name});
            content["luovutetut_asiakirjat"] = self.documents.iter().map(named).collect::<Value>();
        }
        let first = self.clients.first().expect("a notice has a client");
        let clients: Vec<_> = self.clients.iter().map(TestClient::reference).collect();
        let data = json!({"luovutusilmoitus": content});
        Draft::of_will(&self.author, first, &STRUCTURE, data).with("clients", clients)
    }

    /// The document as the version that follows `earlier`, with what has been varied since.
    pub fn version_after(&self, earlier: &Draft) -> Draft {
        earlier.next_version().with_content(self.draft().content)
    }
}
