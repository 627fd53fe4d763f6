//! What is stored: assessments of about five kilobytes of JSON, with their display form.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_client::{EnvelopeBuilder, Session, Signer};
use varanto_documents::example;
use varanto_model::json::canonical;
use varanto_model::{Language, MediaType, Oid, SignatureRole};
use varanto_testkit::{
    Care, Draft, TestPerson, builtin_structure, codes, fresh_case, fresh_client, fresh_oid,
};

const STRUCTURE: &str = "1.2.246.537.6.1506.1000.2023.9.8";
/// The canonical form of the structured content has at least so many bytes.
const SIZE: usize = 5000;
const WORDS: [&str; 24] = [
    "asiakas",
    "palvelu",
    "kotihoito",
    "arvio",
    "tarve",
    "tuki",
    "omainen",
    "viikossa",
    "toivoo",
    "liikkuminen",
    "apuväline",
    "päätös",
    "keskustelu",
    "sovittiin",
    "kartoitus",
    "ruokahuolto",
    "lääkitys",
    "turvallisuus",
    "yhteydenotto",
    "käynti",
    "seuranta",
    "jatkossa",
    "muisti",
    "arki",
];

/// A client, and the case in which documents are stored.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) client: String,
    pub(crate) case: Oid,
}

impl Person {
    /// Somebody new.
    pub(crate) fn fresh() -> Self {
        Self { client: fresh_client(), case: fresh_case() }
    }

    /// Stores the case and the clientship.
    pub(crate) async fn arrange(&self, session: &Session, worker: &TestPerson) {
        let case = Draft::case(worker, &self.client, &self.case);
        Care::arrange(session, &case, &Draft::clientship(worker, &self.client)).await;
    }
}

/// A document to be stored again and again under identifiers and with words of its own.
#[derive(Clone)]
pub(crate) struct Documents(Arc<Template>);

struct Template {
    data: Value,
    form: String,
    seed: AtomicU64,
}

impl Documents {
    pub(crate) fn new() -> Self {
        let structure = builtin_structure(STRUCTURE);
        let mut data = example::full(&structure, &codes(), 1);
        let member = "/iakkaiden_palvelutarpeen_arvio/kuvaus_asiakkaan_tilanteesta";
        *data.pointer_mut(member).expect("a text") = "".into();
        let lacking = SIZE.saturating_sub(canonical(&data).len());
        *data.pointer_mut(member).expect("a text") = words(7, lacking + 1).into();
        let form = structure.render(&data, Language::Fi);
        Self(Arc::new(Template { data, form, seed: AtomicU64::new(1) }))
    }

    /// The bytes of the canonical JSON and of the display form.
    pub(crate) fn sizes(&self) -> (usize, usize) {
        (canonical(&self.0.data).len(), self.0.form.len())
    }

    /// A new document of a person, signed now, as the body of a request.
    pub(crate) fn body(&self, person: &Person, system: &Signer) -> Vec<u8> {
        let seed = self.0.seed.fetch_add(1, Ordering::Relaxed);
        let mut data = self.0.data.clone();
        data["iakkaiden_palvelutarpeen_arvio"]["palvelutarpeen_arviointia_koskevat_tiedot"]["kuvaus_arvioinnin_toteuttamisesta"] =
            words(seed, 80).into();
        let envelope = EnvelopeBuilder::new(metadata(person))
            .data(data)
            .text(MediaType::Xhtml, &self.0.form)
            .signed_by(SignatureRole::System, system)
            .build(Timestamp::now());
        envelope.expect("a signature").to_string().into_bytes()
    }
}

fn metadata(person: &Person) -> Value {
    let oid = fresh_oid();
    json!({
        "oid": oid.as_str(), "original_oid": oid.as_str(), "version": 1,
        "group": "client_document", "type_code": "1000", "structure": STRUCTURE,
        "title": "Iäkkäiden palvelutarpeen arvio", "language": "fi", "generation": "phase2",
        "service_task": "X-ELDERLY", "service_process": "X-ASSESSMENT", "services": ["46"],
        "clients": [{"id": person.client, "family_name": "Testinen", "given_names": "Aino"}],
        "case": person.case.as_str(),
        "controller": "1.2.246.10.99990001.19.0", "register": "client",
        "organiser": "1.2.246.10.99990001.10.0", "provider": "1.2.246.10.99990001.10.0",
        "unit": "1.2.246.10.99990001.10.1",
        "authors": [{"id": "S-1001", "family_name": "Esimerkki", "given_names": "Maija",
                     "unit": "1.2.246.10.99990001.10.1"}],
        "written_at": "2026-09-02T10:15:00+03:00",
        "citizen_view": {"visibility": "shown"},
    })
}

/// Words that compress about as a report does, `size` bytes or a little more.
fn words(seed: u64, size: usize) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = String::with_capacity(size + 16);
    while text.len() < size.max(1) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let place = usize::try_from(state >> 40).expect("few bits") % WORDS.len();
        text.push_str(WORDS[place]);
        text.push(' ');
    }
    text.trim_end().to_owned()
}
