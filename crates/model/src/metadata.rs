//! The metadata of a client document (api.md, “Documents”; DOC-06, DOC-08).
//!
//! Reading notes every fault at once. What can be known from the metadata alone is checked here;
//! whether a code, a structure, a unit or a case exists, and who may say so, is not.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::code::words;
use crate::person::{ClientReference, PersonName, client, name_of};
use crate::reader::{self, Members, boolean, code, day, instant, number, oid, text, word};
use crate::{Code, Faults, Language, Oid, Pointer};

/// The most versions that a document may have.
pub const MAX_VERSION: u32 = 1_000_000;
/// The most clients, authors, services or links of one document.
pub const MAX_LISTED: usize = 50;

words! {
    /// The group of a document: what the repository does with it (code set 1505).
    Group {
        /// An ordinary client document.
        ClientDocument = "client_document",
        /// An entry of the continuous client record.
        RecordEntry = "record_entry",
        /// A case document, 1505.2.
        Case = "case",
        /// A clientship document, 1505.1.
        Clientship = "clientship",
        /// That the client has been informed.
        Informing = "informing",
        /// A permit to disclose, 1505.8.
        Permit = "permit",
        /// A denial of disclosure, 1505.9.
        Denial = "denial",
        /// A notice of a disclosure made outside the system.
        DisclosureNotice = "disclosure_notice",
        /// Who may act for whom.
        Representation = "representation",
    }
}

impl Group {
    /// Is it a declaration of will, in joint control of all and hidden from archivists (DIS-09)?
    pub const fn is_will(self) -> bool {
        matches!(self, Self::Informing | Self::Permit | Self::Denial | Self::Representation)
    }

    /// Does a document of the group belong to a service task?
    pub const fn has_service_task(self) -> bool {
        matches!(self, Self::ClientDocument | Self::RecordEntry | Self::Case)
    }
}

words! {
    /// The metadata generation of a document (DOC-08).
    Generation {
        /// Born before the controller joined.
        Old = "old",
        /// Stored in the first phase: display form or PDF/A only.
        Phase1 = "phase1",
        /// Structured, with full metadata.
        Phase2 = "phase2",
    }
}

words! {
    /// Whether a guardian may see the document of a minor (CIT-05).
    GuardianView {
        /// May see it.
        Allowed = "allowed",
        /// May not.
        Denied = "denied",
        /// Nobody has taken a stand: not shown.
        Unknown = "unknown",
    }
}

/// How the document is shown to the citizen (CIT-02).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CitizenView {
    /// At once.
    Shown,
    /// From this day on.
    Delayed {
        /// The first day on which it is shown.
        release_on: Date,
    },
    /// Not at all.
    Hidden {
        /// Why a professional has restricted it.
        reason: String,
    },
}

/// Who wrote the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Registration number, or the provider's own user id.
    pub id: String,
    /// The name.
    pub name: PersonName,
    /// The title of the post.
    pub title: Option<String>,
    /// The service unit in which it was written.
    pub unit: Option<Oid>,
}

/// A link to another document (DOC-11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The other document, by its original identifier.
    pub oid: Oid,
    /// What this document is to the other, such as `based_on`.
    pub relation: Code,
}

/// The metadata of one version of a document.
///
/// The signed form is kept as received (see [`crate::Envelope`]); this is its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Names this version.
    pub oid: Oid,
    /// Names the document through all its versions.
    pub original_oid: Oid,
    /// Counts from 1.
    pub version: u32,
    /// What the repository does with it.
    pub group: Group,
    /// Document type, code set 1506 (or 1505 for the four control documents).
    pub type_code: Option<Code>,
    /// The published structure that its JSON follows.
    pub structure: Option<Oid>,
    /// For people.
    pub title: String,
    /// The language of the text.
    pub language: Language,
    /// The metadata generation.
    pub generation: Generation,
    /// Code set 1221.
    pub service_task: Option<Code>,
    /// Code set 1277.
    pub service_process: Option<Code>,
    /// Code set 1222.
    pub services: Vec<Code>,
    /// Whose document it is; several in a joint case.
    pub clients: Vec<ClientReference>,
    /// The case that it belongs to.
    pub case: Option<Oid>,
    /// Whose register it is in (REG-01).
    pub controller: Oid,
    /// Which register of the controller, code set 1264.
    pub register: Code,
    /// The organiser's operating unit.
    pub organiser: Option<Oid>,
    /// The operating unit of the provider that wrote it.
    pub provider: Option<Oid>,
    /// The service unit in which it was written.
    pub unit: Option<Oid>,
    /// Who wrote it.
    pub authors: Vec<Author>,
    /// When it was written.
    pub written_at: Timestamp,
    /// How it is shown to the citizen.
    pub citizen_view: CitizenView,
    /// How it is shown to a minor's guardian.
    pub guardian_view: GuardianView,
    /// Related documents.
    pub links: Vec<Link>,
}

impl Metadata {
    /// Reads metadata, noting every fault; gives the value only where there is none.
    pub fn parse(value: &Value, at: &Pointer) -> Result<Self, Faults> {
        let mut faults = Faults::none();
        let read = read(value, at, &mut faults);
        match read {
            Some(metadata) if faults.is_empty() => Ok(metadata),
            _ => Err(faults),
        }
    }
}

fn read(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Metadata> {
    let mut m = Members::of(value, at, faults)?;
    let title_text = text(500);
    let listed = MAX_LISTED;
    let oid_of_version = m.required("oid", faults, oid);
    let original_oid = m.required("original_oid", faults, oid);
    let version = m.required("version", faults, number(1, MAX_VERSION));
    let group = m.required("group", faults, word(Group::ALL, Group::as_str));
    let type_code = m.optional("type_code", faults, code);
    let structure = m.optional("structure", faults, oid);
    let title = m.required("title", faults, title_text);
    let language = m.required("language", faults, language);
    let generation = m.required("generation", faults, word(Generation::ALL, Generation::as_str));
    let service_task = m.optional("service_task", faults, code);
    let service_process = m.optional("service_process", faults, code);
    let services = m.list("services", listed, faults, code);
    let clients_given = m.raw("clients").is_some();
    let clients = m.list("clients", listed, faults, client);
    let case = m.optional("case", faults, oid);
    let controller = m.required("controller", faults, oid);
    let register = m.required("register", faults, code);
    let organiser = m.optional("organiser", faults, oid);
    let provider = m.optional("provider", faults, oid);
    let unit = m.optional("unit", faults, oid);
    let authors = m.list("authors", listed, faults, author);
    let written_at = m.required("written_at", faults, instant);
    let citizen_view = m.optional("citizen_view", faults, citizen_view);
    let guardian_view =
        m.optional("guardian_view", faults, word(GuardianView::ALL, GuardianView::as_str));
    let links = m.list("links", listed, faults, link);
    let places = Places { at: at.clone() };
    m.finish(faults);
    if !clients_given {
        places.missing("clients", faults);
    }
    let metadata = Metadata {
        oid: oid_of_version?,
        original_oid: original_oid?,
        version: version?,
        group: group?,
        type_code,
        structure,
        title: title?,
        language: language?,
        generation: generation?,
        service_task,
        service_process,
        services,
        clients,
        case,
        controller: controller?,
        register: register?,
        organiser,
        provider,
        unit,
        authors,
        written_at: written_at?,
        citizen_view: citizen_view.unwrap_or(CitizenView::Shown),
        guardian_view: guardian_view.unwrap_or(GuardianView::Unknown),
        links,
    };
    places.whole(value, &metadata, clients_given, faults);
    Some(metadata)
}

/// The rules that bind members to each other.
struct Places {
    at: Pointer,
}

impl Places {
    fn missing(&self, name: &str, faults: &mut Faults) {
        faults.add(self.at.member(name), "missing", format!("`{name}` is missing"));
    }

    /// The rules over the whole (DOC-03, DOC-08). Absence is judged on the raw value, so that a
    /// member that is there but wrong is not called missing as well.
    fn whole(&self, value: &Value, m: &Metadata, clients_given: bool, faults: &mut Faults) {
        let absent =
            |name: &str| value.get(name).is_none_or(|v| v.is_null() || *v == Value::Array(vec![]));
        if (m.version == 1) != (m.oid == m.original_oid) {
            let detail = "`oid` equals `original_oid` in version 1 and in no other";
            faults.add(self.at.member("oid"), "version-identifier", detail);
        }
        let mut need = |names: &[&str]| {
            for name in names.iter().filter(|n| absent(n)) {
                self.missing(name, faults);
            }
        };
        if clients_given {
            need(&["clients"]);
        }
        match m.generation {
            Generation::Old => {}
            Generation::Phase1 => need(&["type_code", "provider", "unit"]),
            Generation::Phase2 => {
                need(&["type_code", "organiser", "provider", "unit"]);
                if !m.group.is_will() {
                    need(&["authors"]);
                }
                if m.group.has_service_task() {
                    need(&["service_task"]);
                }
            }
        }
    }
}

fn language(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Language> {
    let text = reader::string(value, at, faults)?;
    let language = Language::parse(text);
    if language.is_none() {
        faults.add(at.clone(), "not-in-list", "one of `fi`, `sv`, `en` is wanted here");
    }
    language
}

fn author(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Author> {
    let mut m = Members::of(value, at, faults)?;
    let id = m.required("id", faults, text(64));
    let name = name_of(&mut m, faults);
    let title = m.optional("title", faults, text(200));
    let unit = m.optional("unit", faults, oid);
    m.finish(faults);
    Some(Author { id: id?, name: name?, title, unit })
}

fn link(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Link> {
    let mut m = Members::of(value, at, faults)?;
    let other = m.required("oid", faults, oid);
    let relation = m.required("relation", faults, code);
    m.finish(faults);
    Some(Link { oid: other?, relation: relation? })
}

words! {
    /// The words of `citizen_view.visibility`.
    Visibility { #[doc = "At once."] Shown = "shown", #[doc = "Later."] Delayed = "delayed", #[doc = "Never."] Hidden = "hidden", }
}

fn citizen_view(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<CitizenView> {
    let mut m = Members::of(value, at, faults)?;
    let visibility = m.required("visibility", faults, word(Visibility::ALL, Visibility::as_str));
    let view = match visibility {
        Some(Visibility::Shown) => Some(CitizenView::Shown),
        Some(Visibility::Delayed) => m
            .required("release_on", faults, day)
            .map(|release_on| CitizenView::Delayed { release_on }),
        Some(Visibility::Hidden) => {
            m.required("reason", faults, text(500)).map(|reason| CitizenView::Hidden { reason })
        }
        None => None,
    };
    m.finish(faults);
    view
}

/// Reads a boolean member, as search filters have them.
pub fn flag(members: &mut Members<'_>, name: &'static str, faults: &mut Faults) -> bool {
    members.optional(name, faults, boolean).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn valid() -> Value {
        json!({
            "oid": "1.2.246.10.99990001.11.2026.17",
            "original_oid": "1.2.246.10.99990001.11.2026.17",
            "version": 1,
            "group": "client_document",
            "type_code": "1000",
            "structure": "1.2.246.537.6.1506.1000.2023.9.8",
            "title": "Iäkkäiden palvelutarpeen arvio",
            "language": "fi",
            "generation": "phase2",
            "service_task": "X-ELDERLY",
            "services": ["46"],
            "clients": [{"id": "010594Y9032", "family_name": "Testinen", "given_names": "Aino"}],
            "case": "1.2.246.10.99990001.14.1",
            "controller": "1.2.246.10.99990001.19.0",
            "register": "client",
            "organiser": "1.2.246.10.99990001.10.0",
            "provider": "1.2.246.10.99990001.10.0",
            "unit": "1.2.246.10.99990001.10.1",
            "authors": [{"id": "S-1001", "family_name": "Esimerkki", "given_names": "Maija"}],
            "written_at": "2026-09-02T10:15:00+03:00",
            "citizen_view": {"visibility": "delayed", "release_on": "2026-10-01"},
            "links": [{"oid": "1.2.246.10.99990001.11.2026.1", "relation": "based_on"}]
        })
    }

    fn faults_after(change: impl FnOnce(&mut Value)) -> Vec<(String, &'static str)> {
        let mut value = valid();
        change(&mut value);
        let faults = Metadata::parse(&value, &Pointer::root()).err().unwrap_or_default();
        faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect()
    }

    #[test]
    fn the_published_example_is_read_whole() {
        let metadata = Metadata::parse(&valid(), &Pointer::root()).unwrap();
        assert_eq!(metadata.group, Group::ClientDocument);
        assert_eq!(metadata.written_at.to_string(), "2026-09-02T07:15:00Z");
        assert!(matches!(metadata.citizen_view, CitizenView::Delayed { .. }));
    }

    /// REQ DOC-05
    #[test]
    fn each_fault_is_told_at_its_place() {
        for (name, wrong, code) in [
            ("oid", json!("x"), "not-an-oid"),
            ("version", json!(0), "not-a-number"),
            ("version", json!(1.5), "not-a-number"),
            ("group", json!("letter"), "not-in-list"),
            ("language", json!("de"), "not-in-list"),
            ("generation", json!("phase3"), "not-in-list"),
            ("service_task", json!("a b"), "not-a-code"),
            ("controller", json!(true), "wrong-type"),
            ("written_at", json!("2026-09-02"), "not-an-instant"),
            ("title", json!("  "), "too-short"),
            ("clients", json!({}), "wrong-type"),
        ] {
            let found = faults_after(|v| v[name] = wrong);
            assert_eq!(found, [(format!("/{name}"), code)], "{name}");
        }
        assert_eq!(faults_after(|v| v["clients"] = json!([])), [("/clients".into(), "missing")]);
        assert_eq!(
            faults_after(|v| v["colour"] = json!(1)),
            [("/colour".into(), "unknown-member")]
        );
    }

    /// REQ DOC-08
    #[test]
    fn each_generation_has_its_own_mandatory_members() {
        let without = |generation: &str| {
            faults_after(|v| {
                v["generation"] = json!(generation);
                for name in
                    ["type_code", "organiser", "provider", "unit", "authors", "service_task"]
                {
                    v.as_object_mut().unwrap().remove(name);
                }
            })
        };
        assert_eq!(without("old"), []);
        let names =
            |list: &[&str]| list.iter().map(|n| (format!("/{n}"), "missing")).collect::<Vec<_>>();
        assert_eq!(without("phase1"), names(&["type_code", "provider", "unit"]));
        assert_eq!(
            without("phase2"),
            names(&["type_code", "organiser", "provider", "unit", "authors", "service_task"])
        );
    }

    /// REQ DOC-03
    #[test]
    fn only_version_one_has_the_original_identifier() {
        let expected = [("/oid".to_owned(), "version-identifier")];
        assert_eq!(faults_after(|v| v["version"] = json!(2)), expected);
        assert_eq!(faults_after(|v| v["oid"] = json!("1.2.246.10.99990001.11.2026.18")), expected);
    }

    #[test]
    fn a_hidden_document_needs_its_reason_and_a_delayed_one_its_day() {
        let found = faults_after(|v| v["citizen_view"] = json!({"visibility": "hidden"}));
        assert_eq!(found, [("/citizen_view/reason".into(), "missing")]);
        let found = faults_after(|v| v["citizen_view"] = json!({"visibility": "delayed"}));
        assert_eq!(found, [("/citizen_view/release_on".into(), "missing")]);
    }
}
