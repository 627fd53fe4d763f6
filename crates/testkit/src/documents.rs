//! Documents ready to be stored, and easily made wrong.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_client::{EnvelopeBuilder, Signer};
use varanto_documents::codes::CodeSets;
use varanto_documents::control::Control;
use varanto_documents::{Structure, builtin, example};
use varanto_model::{Language, MediaType, Oid, SignatureRole};
use varanto_sandbox::ManifestOrganisation;

use crate::clients::fresh_oid;
use crate::person::TestPerson;
use crate::test_client::TestClient;

/// When drafts are written, where nothing else is said.
const WRITTEN_AT: &str = "2026-09-02T10:15:00+03:00";
const ASSESSMENT: &str = "1.2.246.537.6.1506.1000.2023.9.8";

static CODES: LazyLock<CodeSets> = LazyLock::new(codes);

/// A document being put together: all of it can be changed until it is built.
#[derive(Clone)]
pub struct Draft {
    /// The metadata.
    pub metadata: Value,
    /// The forms, in order.
    pub content: Vec<Form>,
    /// Who signs, in order.
    pub signers: Vec<(SignatureRole, Arc<Signer>)>,
}

/// One form of a draft.
#[derive(Clone)]
pub enum Form {
    /// Structured content.
    Data(Value),
    /// A display form.
    Xhtml(String),
    /// A file.
    Pdf(Vec<u8>),
}

impl Draft {
    /// A service needs assessment of an older person, written by `author` in the register of the
    /// author's organisation, signed by its system. Right in every way but that it names no case: see
    /// [`in_case`](Self::in_case) and [`Care::draft`](crate::Care::draft).
    pub fn assessment(author: &TestPerson, client: impl Into<TestClient>) -> Self {
        Self::of_structure(author, client, &builtin_structure(ASSESSMENT), 1)
    }

    /// A document of any structure, minimal, made from `seed`.
    pub fn of_structure(
        author: &TestPerson,
        client: impl Into<TestClient>,
        structure: &Structure,
        seed: u64,
    ) -> Self {
        let data = example::minimal(structure, &CODES, seed);
        Self::of_data(author, client, structure, data)
    }

    /// A document with this structured content.
    pub fn of_data(
        author: &TestPerson,
        client: impl Into<TestClient>,
        structure: &Structure,
        data: Value,
    ) -> Self {
        let metadata = metadata(author, &client.into(), structure);
        let display = structure.render(&data, Language::Fi);
        let content = vec![Form::Data(data), Form::Xhtml(display)];
        let signers = vec![(SignatureRole::System, author.system_signer())];
        Self { metadata, content, signers }
    }

    /// A letter as PDF/A, without structure.
    pub fn letter(author: &TestPerson, client: impl Into<TestClient>, file: Vec<u8>) -> Self {
        let mut draft = Self::assessment(author, client);
        draft.content = vec![Form::Pdf(file)];
        draft.without("structure")
    }

    /// The same, belonging to a case.
    #[must_use]
    pub fn in_case(self, case: &Oid) -> Self {
        self.with("case", case.as_str())
    }

    /// The same for the register of another organisation, which is the organiser: as a producer
    /// writes it. Provider and unit stay the author's.
    #[must_use]
    pub fn in_register_of(self, organiser: &ManifestOrganisation) -> Self {
        self.with("controller", register_of(organiser).as_str())
            .with("organiser", organiser.operating_unit.as_str())
    }

    /// The same with a member of the metadata set.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.metadata[member] = value.into();
        self
    }

    /// The same without a member of the metadata.
    #[must_use]
    pub fn without(mut self, member: &str) -> Self {
        let members = self.metadata.as_object_mut().expect("metadata are an object");
        members.remove(member);
        self
    }

    /// The same with other forms.
    #[must_use]
    pub fn with_content(mut self, content: Vec<Form>) -> Self {
        self.content = content;
        self
    }

    /// The same with one more signature.
    #[must_use]
    pub fn signed_by(mut self, role: SignatureRole, signer: Arc<Signer>) -> Self {
        self.signers.push((role, signer));
        self
    }

    /// The same without signatures.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.signers.clear();
        self
    }

    /// The next version, under an identifier of its own.
    #[must_use]
    pub fn next_version(&self) -> Self {
        let version = self.metadata["version"].as_u64().expect("a version") + 1;
        self.clone().with("version", version).with("oid", fresh_oid().as_str())
    }

    /// The identifier of this version.
    pub fn oid(&self) -> Oid {
        Oid::parse(self.metadata["oid"].as_str().expect("an identifier")).expect("an identifier")
    }

    /// The structured content.
    pub fn data(&self) -> &Value {
        let data = self.content.iter().find_map(|form| match form {
            Form::Data(data) => Some(data),
            Form::Xhtml(_) | Form::Pdf(_) => None,
        });
        data.expect("structured content")
    }

    /// The envelope, signed now.
    pub fn build(&self) -> Value {
        let envelope = self.builder();
        envelope.build(Timestamp::now()).expect("signatures")
    }

    /// What the signatures cover.
    pub fn manifest(&self) -> Vec<u8> {
        self.builder().manifest()
    }

    fn builder(&self) -> EnvelopeBuilder<'_> {
        let mut envelope = EnvelopeBuilder::new(self.metadata.clone());
        for form in &self.content {
            envelope = match form {
                Form::Data(data) => envelope.data(data.clone()),
                Form::Xhtml(text) => envelope.text(MediaType::Xhtml, text),
                Form::Pdf(bytes) => envelope.bytes(MediaType::Pdf, bytes.clone()),
            };
        }
        for (role, signer) in &self.signers {
            envelope = envelope.signed_by(*role, signer);
        }
        envelope
    }
}

/// A structure that comes with the program.
pub fn builtin_structure(oid: &str) -> Structure {
    let read = builtin::structures().map(|(_, text)| Structure::parse(text.as_bytes()));
    let mut read = read.map(|structure| structure.expect("a structure"));
    read.find(|structure| structure.oid().as_str() == oid).expect("a built-in structure")
}

/// The code sets that come with the program.
pub fn codes() -> CodeSets {
    builtin::code_sets().expect("the built-in code sets")
}

/// A coded value of the content: `set` is the last arc of a national code set.
pub(crate) fn coded(set: &str, code: &str) -> Value {
    let set = Oid::parse(&format!("1.2.246.537.6.{set}")).expect("a code set");
    let known = CODES.find(&set).and_then(|set| set.find(code));
    let display = known.map_or("Testiyksikkö", |entry| entry.name().fi.as_str());
    json!({"system": format!("urn:oid:{set}"), "code": code, "display": display})
}

/// The controller of an organisation's own register; where it has none, there is no such register.
fn register_of(organisation: &ManifestOrganisation) -> &Oid {
    organisation.controller.as_ref().map_or(&organisation.operating_unit, |c| &c.oid)
}

fn metadata(author: &TestPerson, client: &TestClient, structure: &Structure) -> Value {
    let organisation = &author.organisation;
    let person = &author.person;
    let operating_unit = organisation.operating_unit.as_str();
    let controller = register_of(organisation).as_str();
    let oid = fresh_oid();
    let group = match structure.control() {
        Some(control) => group_of(control),
        None => "client_document",
    };
    json!({
        "oid": oid.as_str(), "original_oid": oid.as_str(), "version": 1,
        "group": group, "type_code": structure.code(), "structure": structure.oid().as_str(),
        "title": structure.title().fi, "language": "fi", "generation": "phase2",
        "service_task": "X-ELDERLY", "service_process": "X-ASSESSMENT", "services": ["46"],
        "clients": [client.reference()],
        "controller": controller, "register": "client",
        "organiser": operating_unit, "provider": operating_unit, "unit": author.unit().as_str(),
        "authors": [{"id": person.id, "family_name": person.family_name,
                     "given_names": person.given_names, "unit": author.unit().as_str()}],
        "written_at": WRITTEN_AT,
    })
}

/// The group that the control documents of a kind are of.
fn group_of(control: Control) -> &'static str {
    match control {
        Control::Clientship => "clientship",
        Control::Case => "case",
        Control::Permit => "permit",
        Control::Denial => "denial",
        Control::Informing => "informing",
        Control::Representation => "representation",
        Control::DisclosureNotice => "disclosure_notice",
    }
}
