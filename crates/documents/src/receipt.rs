//! Receipts: ready-made content of the record entries that tell of data received (1506.19009) and of
//! data disclosed (1506.19010), so that whoever got or gave them notes it in the client's own file
//! (AstL 39 §, DIS-04).
//!
//! What is made here is valid by the national structures and by the built-in ones with the same
//! identifiers, as long as names and texts said to be mandatory are not empty. It is content alone:
//! the display form, the metadata and the signature are for whoever stores the entry.

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use varanto_model::{ClientIdentifier, Code, Oid, PersonName};

/// The structure of the entry on data received.
pub const RECEIVED: &str = "1.2.246.537.6.1506.19009.2023.11.30";
/// The structure of the entry on data disclosed.
pub const DISCLOSED: &str = "1.2.246.537.6.1506.19010.2023.9.8";

const SERVICE_TASKS: &str = "1.2.246.537.6.1221";
const DOCUMENT_TYPES: &str = "1.2.246.537.6.1506";
const ORGANISATIONS: &str = "1.2.246.537.6.202";
const IDENTITY_CODES: &str = "urn:oid:1.2.246.21";

/// A client whom an entry is about.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// Who it is.
    pub identifier: &'a ClientIdentifier,
    /// The name; neither part is empty.
    pub name: &'a PersonName,
}

/// A code with what people call it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The code.
    pub code: &'a Code,
    /// Its name.
    pub display: &'a str,
}

/// A professional in an entry.
#[derive(Clone, Copy, Debug)]
pub struct Professional<'a> {
    /// The name; neither part is empty.
    pub name: &'a PersonName,
    /// The title of the post.
    pub title: Option<&'a str>,
    /// The service unit with its name.
    pub unit: Option<(&'a Oid, &'a str)>,
}

/// A document in an entry.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    /// The identifier of the version that was received or disclosed.
    pub oid: &'a Oid,
    /// Its type in the code set 1.2.246.537.6.1506.
    pub type_code: Option<Named<'a>>,
    /// Its title.
    pub title: &'a str,
}

/// What an entry on data received tells.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    /// Whose data they are; at least one.
    pub clients: &'a [Client<'a>],
    /// The service task of the record that the entry is for.
    pub service_task: Named<'a>,
    /// Who asked for the data and read them.
    pub reader: Professional<'a>,
    /// On what ground, in words.
    pub ground: Option<&'a str>,
    /// What for, in words.
    pub purpose: &'a str,
    /// What was received; at least one.
    pub documents: &'a [Document<'a>],
    /// The names of the controllers from whose registers the data are.
    pub sources: &'a [&'a str],
    /// The day on which the data were asked for and received.
    pub received_on: Date,
    /// The day of the entry.
    pub written_on: Date,
    /// Who writes the entry.
    pub author: Professional<'a>,
}

/// What an entry on data disclosed tells.
#[derive(Clone, Copy)]
pub struct Disclosed<'a> {
    /// Whose data they are; at least one.
    pub clients: &'a [Client<'a>],
    /// The service task of the record that the entry is for.
    pub service_task: Named<'a>,
    /// What was disclosed, in words.
    pub what: Option<&'a str>,
    /// What documents were.
    pub documents: &'a [Document<'a>],
    /// The day on which it was done.
    pub disclosed_on: Date,
    /// Who received the data.
    pub receiver: Receiver<'a>,
    /// Who disclosed them.
    pub discloser: Professional<'a>,
    /// On what ground or permit, in words; not empty.
    pub ground: &'a str,
    /// What for, in words; not empty.
    pub purpose: &'a str,
    /// The day of the entry.
    pub written_on: Date,
    /// Who writes the entry.
    pub author: Professional<'a>,
}

/// Who received data.
#[derive(Clone, Copy)]
pub struct Receiver<'a> {
    /// The name; neither part is empty.
    pub name: &'a PersonName,
    /// The title of the post.
    pub title: Option<&'a str>,
    /// The name of the organisation.
    pub organisation: Option<&'a str>,
}

/// The content of an entry on data received.
pub fn received(told: &Received<'_>) -> Value {
    let titles: Vec<_> = told.documents.iter().map(|document| document.title).collect();
    let mut entry = begun(told.clients, told.service_task);
    entry.date("tietojen_pyytamisen_paivamaara", told.received_on);
    entry.put("tietoja_pyytanyt_ammattihenkilo", professional(&told.reader));
    entry.text("perustelu", told.ground);
    entry.text("kayttotarkoitus_johon_tiedot_on_pyydetty", Some(told.purpose));
    entry.text("saadut_tiedot", Some(&titles.join("; ")));
    entry.list("liite", told.documents.iter().map(document));
    entry.text("tiedonlahde", Some(&told.sources.join("; ")));
    entry.date("tietojen_saamisen_paivamaara", told.received_on);
    entry.date("paivamaara", told.written_on);
    entry.put("laatija", professional(&told.author));
    json!({"merkinta_asiakasta_koskevien_tietojen_pyytamisesta_tai_saamisesta": entry.0})
}

/// The content of an entry on data disclosed.
pub fn disclosed(told: &Disclosed<'_>) -> Value {
    let mut entry = begun(told.clients, told.service_task);
    entry.text("luovutetut_tiedot", told.what);
    entry.list("luovutetut_asiakirjat", told.documents.iter().map(document));
    entry.date("tietojen_luovuttamisen_paivamaara", told.disclosed_on);
    entry.put("tietojen_vastaanottaja", receiver(&told.receiver));
    entry.put("tietojen_luovuttaja", professional(&told.discloser));
    entry.text("perustelu", Some(told.ground));
    entry.text("kayttotarkoitus_johon_tiedot_on_luovutettu", Some(told.purpose));
    entry.date("paivamaara", told.written_on);
    entry.put("laatija", professional(&told.author));
    json!({"merkinta_asiakastietojen_luovuttamisesta": entry.0})
}

/// The members of a group, put together.
#[derive(Default)]
struct Members(Map<String, Value>);

impl Members {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// A text, left out where there is none or nothing in it.
    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.put(name, text);
        }
    }

    fn date(&mut self, name: &str, day: Date) {
        self.put(name, day.to_string());
    }

    /// A list, left out where it is empty.
    fn list(&mut self, name: &str, elements: impl Iterator<Item = Value>) {
        let list: Vec<_> = elements.collect();
        if !list.is_empty() {
            self.put(name, list);
        }
    }
}

/// What every entry begins with.
fn begun(clients: &[Client<'_>], service_task: Named<'_>) -> Members {
    let mut entry = Members::default();
    entry.put("asiakas", clients.iter().map(client).collect::<Vec<_>>());
    let Named { code, display } = service_task;
    entry.put("palvelutehtava", coded(SERVICE_TASKS, code.as_str(), display));
    entry
}

fn named(name: &PersonName) -> Members {
    let mut person = Members::default();
    person.put("sukunimi", name.family_name.as_str());
    person.put("etunimet", name.given_names.as_str());
    person
}

fn client(client: &Client<'_>) -> Value {
    let mut person = named(client.name);
    match client.identifier {
        ClientIdentifier::PersonalIdentityCode(code) => {
            let identifier = json!({"system": IDENTITY_CODES, "value": code.expose()});
            person.put("henkilotunnus", identifier);
        }
        ClientIdentifier::Temporary(identifier) => {
            person.put("tilapainen_yksilointitunnus", json!({"value": identifier.expose()}));
        }
    }
    person.0.into()
}

fn professional(professional: &Professional<'_>) -> Value {
    let mut person = named(professional.name);
    person.text("tehtavanimike", professional.title);
    if let Some((unit, name)) = professional.unit {
        person.put("palveluyksikko", coded(ORGANISATIONS, unit.as_str(), name));
    }
    person.0.into()
}

fn receiver(receiver: &Receiver<'_>) -> Value {
    let mut person = named(receiver.name);
    person.text("tehtavanimike", receiver.title);
    person.text("organisaatio", receiver.organisation);
    person.0.into()
}

fn document(document: &Document<'_>) -> Value {
    let mut reference = Members::default();
    reference.put("oid_tunnus", json!({"value": document.oid.as_str()}));
    if let Some(Named { code, display }) = document.type_code {
        reference.put("nimi", coded(DOCUMENT_TYPES, code.as_str(), display));
    }
    reference.0.into()
}

fn coded(set: &str, code: &str, display: &str) -> Value {
    json!({"system": format!("urn:oid:{set}"), "code": code, "display": display})
}

#[cfg(test)]
mod tests;
