//! The story of the demo: what a person watching it should understand of the product.
//!
//! Every step says what happens and what it shows, makes real calls over real TLS with real
//! signatures, and fails if the answer is not the one that the step is about.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value is indexed by name: what is missing reads as null, and grows when written"
)]

mod disclosure;
mod documents;
mod logs;
mod rights;
mod show;
mod wills;

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_client::{Answer, EnvelopeBuilder, Session, Signer, UseContext};
use varanto_model::{Oid, SignatureRole};

use self::documents::{Assessment, CLIENT, TESTILA};
use self::show::{problem, step, tell};
use crate::commands::CommandError;
use crate::commands::structures::Report;
use crate::people::People;

const WORKER: &str = "S-1001";
const COLLEAGUE: &str = "S-1003";
const PRIVACY_OFFICER: &str = "T-1008";
const ELSEWHERE: &str = "S-3001";

/// The story, with the people who are in it.
pub(crate) struct Story<'a> {
    people: &'a People,
}

impl<'a> Story<'a> {
    /// The story in a sandbox.
    pub(crate) const fn new(people: &'a People) -> Self {
        Self { people }
    }

    /// Plays it, step by step.
    pub(crate) async fn tell(&self, imported: Option<&Report>) -> Result<(), CommandError> {
        let worker = self.session(WORKER)?;
        let colleague = self.session(COLLEAGUE)?;
        let elsewhere = self.session(ELSEWHERE)?;
        let officer = self.session(PRIVACY_OFFICER)?;
        let system = self.system(WORKER)?;

        self.join(imported).await?;
        self.open_case(&worker, &system).await?;
        let first = Assessment::first();
        self.store(&worker, &system, &first).await?;
        let second = first.next_version();
        self.store_version(&worker, &system, &second).await?;
        self.find_and_read(&colleague, &second).await?;
        self.stay_out(&elsewhere, &second).await?;
        self.refuse_signature(&worker, &system, &second).await?;
        self.refuse_content(&worker, &system, &second).await?;
        self.tell_of_rights().await?;
        self.tell_of_disclosure().await?;
        self.log(&officer).await?;
        self.tell_of_the_log().await?;
        tell("");
        tell("Every step went as it should.");
        Ok(())
    }

    async fn join(&self, imported: Option<&Report>) -> Result<(), CommandError> {
        step("Organisations join, and structures are at hand");
        for organisation in &self.people.manifest.organisations {
            let role = if organisation.controller.is_some() { "controller" } else { "producer" };
            tell(format_args!(
                "   {} ({role}, business id {})",
                organisation.name, organisation.business_id
            ));
        }
        if let Some(report) = imported {
            tell(format_args!("   imported: {report}"));
        }
        let worker = self.session(WORKER)?;
        let listed = expect(worker.client().structures().await, 200)?;
        let structures = listed.get("structures").and_then(Value::as_array).map_or(0, Vec::len);
        tell(format_args!(
            "   {structures} document structures; each has a JSON Schema with its labels"
        ));
        worker.token().await.map_err(|e| CommandError::other(&e))?;
        tell("   Maija Esimerkki, social worker, has logged in with her professional card");
        Ok(())
    }

    async fn open_case(&self, worker: &Session, system: &Signer) -> Result<(), CommandError> {
        step("A worker opens a case and marks who works for the client");
        for builder in [documents::case(&TESTILA)?, documents::clientship(&TESTILA)?] {
            let envelope = signed(builder, system)?;
            expect(worker.store(&envelope).await, 201)?;
            tell(format_args!("   201 Created: {}", text(&envelope["metadata"], "title")));
        }
        tell("   from here on the client's documents have a case, and the units a context");
        Ok(())
    }

    async fn store(
        &self,
        worker: &Session,
        system: &Signer,
        document: &Assessment,
    ) -> Result<(), CommandError> {
        step("A worker stores a signed assessment of service needs");
        let envelope = envelope(document, system)?;
        let receipt = expect(worker.store(&envelope).await, 201)?;
        tell(format_args!(
            "   201 Created: version {} at {}",
            receipt["version"],
            text(&receipt, "stored_at")
        ));
        tell(
            "   checked: metadata, codes, structure, display form, signature, certificate, the right to store",
        );
        let again = expect(worker.store(&envelope).await, 200)?;
        tell("   sent once more, as after a lost answer: 200, stored before, nothing twice");
        same(&receipt, &again, "the receipt of a repeated request")
    }

    async fn store_version(
        &self,
        worker: &Session,
        system: &Signer,
        document: &Assessment,
    ) -> Result<(), CommandError> {
        step("A new version takes its place on top of the first");
        let receipt = expect(worker.store(&envelope(document, system)?).await, 201)?;
        tell(format_args!(
            "   201 Created: version {}; the first one stays readable",
            receipt["version"]
        ));
        let versions =
            expect(worker.versions(&Assessment::original(), &UseContext::default()).await, 200)?;
        let count = versions.get("versions").and_then(Value::as_array).map_or(0, Vec::len);
        tell(format_args!("   the document has {count} versions"));
        Ok(())
    }

    async fn find_and_read(
        &self,
        colleague: &Session,
        document: &Assessment,
    ) -> Result<(), CommandError> {
        step("A colleague of the same controller finds it and reads it");
        let found = expect(colleague.search(&json!({"client": {"id": CLIENT}})).await, 200)?;
        let list = found.get("documents").and_then(Value::as_array).cloned().unwrap_or_default();
        for document in &list {
            tell(format_args!(
                "   found: {}, written {}",
                text(document, "title"),
                text(document, "written_at")
            ));
        }
        let read =
            expect(colleague.fetch(&Assessment::original(), &UseContext::default()).await, 200)?;
        same(&document.content(), &read["content"][0]["data"], "what was stored and what is read")?;
        tell("   the content is, byte for byte, what was stored. Its display form:");
        tell("");
        let form = read["content"][1]["text"].as_str().unwrap_or_default();
        tell(show::as_text(form));
        Ok(())
    }

    async fn stay_out(
        &self,
        elsewhere: &Session,
        _document: &Assessment,
    ) -> Result<(), CommandError> {
        step("For a worker of another county there is nothing to see");
        let search = json!({"context": {"special_reason": "X-OTHER"}, "client": {"id": CLIENT}});
        let found = expect(elsewhere.search(&search).await, 200)?;
        same(&json!([]), &found["documents"], "what another controller's worker finds")?;
        let refused = elsewhere.fetch(&Assessment::original(), &UseContext::default()).await;
        problem(&expect_problem(refused, "document-not-found")?);
        Ok(())
    }

    async fn refuse_signature(
        &self,
        worker: &Session,
        system: &Signer,
        before: &Assessment,
    ) -> Result<(), CommandError> {
        step("A document that was changed after it was signed is refused");
        let mut envelope = envelope(&before.next_version(), system)?;
        envelope["metadata"]["title"] = json!("Something else than was signed");
        problem(&expect_problem(worker.store(&envelope).await, "signature-invalid")?);
        Ok(())
    }

    async fn refuse_content(
        &self,
        worker: &Session,
        system: &Signer,
        before: &Assessment,
    ) -> Result<(), CommandError> {
        step("Wrong content is refused with every fault at its place, and nothing is stored");
        let wrong = before.next_version().spoilt();
        problem(&expect_problem(
            worker.store(&envelope(&wrong, system)?).await,
            "structure-violation",
        )?);
        let versions =
            expect(worker.versions(&Assessment::original(), &UseContext::default()).await, 200)?;
        let count = versions.get("versions").and_then(Value::as_array).map_or(0, Vec::len);
        same(&json!(2), &json!(count), "the number of versions")
    }

    async fn log(&self, officer: &Session) -> Result<(), CommandError> {
        step("The privacy officer sees every use and every attempt");
        let search = json!({"context": {"purpose": "supervision"}, "page": {"size": 200}});
        let page = expect(officer.search_use_log(&search).await, 200)?;
        let entries = page.get("entries").and_then(Value::as_array).cloned().unwrap_or_default();
        show::log(entries.iter().rev());
        let refused = |slug: &str| entries.iter().any(|e| e["outcome"] == slug);
        if !refused("signature-invalid") || !refused("structure-violation") {
            return Err(CommandError::Other(
                "the log does not tell of the refused attempts".into(),
            ));
        }
        Ok(())
    }

    fn session(&self, id: &str) -> Result<Session, CommandError> {
        let (organisation, person) = self.find(id)?;
        self.people.session(organisation, person)
    }

    fn system(&self, id: &str) -> Result<Signer, CommandError> {
        self.people.system_signer(self.find(id)?.0)
    }

    fn find(
        &self,
        id: &str,
    ) -> Result<
        (&varanto_sandbox::ManifestOrganisation, &varanto_sandbox::ManifestPerson),
        CommandError,
    > {
        self.people
            .find(id)
            .ok_or_else(|| CommandError::Other(format!("there is no {id} in the sandbox")))
    }
}

/// The document, signed by the system.
fn envelope(document: &Assessment, system: &Signer) -> Result<Value, CommandError> {
    signed(document.builder()?, system)
}

fn signed(document: EnvelopeBuilder<'_>, system: &Signer) -> Result<Value, CommandError> {
    let built = document.signed_by(SignatureRole::System, system).build(Timestamp::now());
    built.map_err(|e| CommandError::other(&e))
}

/// What a person may try next while the demo goes on serving.
pub(crate) fn tell_what_next(people: &People, directory: &Path) {
    let (base, directory) = (&people.base_url, directory.display());
    let program = program();
    let system = people.manifest.organisations.first().map(|o| &o.system);
    tell("");
    tell(format_args!("The server goes on at {base} – its interface is described at {base}/docs"));
    tell("Try it from another terminal; Ctrl-C ends the demo.");
    tell("The sandbox's clock stands where the story left it; its commands show and move it.");
    tell("");
    tell(format_args!("  {program} sandbox clock show --config {directory}/varanto.toml"));
    tell("");
    tell(format_args!(
        "  {program} call --sandbox {directory} --url {base} --as {COLLEAGUE} \\\n      POST /v1/documents/search --data '{{\"client\": {{\"id\": \"{CLIENT}\"}}}}'"
    ));
    if let Some(system) = system {
        let ca = people.paths.join(&people.manifest.ca);
        let (certificate, key) =
            (people.paths.join(&system.certificate), people.paths.join(&system.key));
        tell("");
        tell(format_args!(
            "  curl --cacert {} --cert {} --key {} \\\n      {base}/v1/structures",
            ca.display(),
            certificate.display(),
            key.display()
        ));
    }
    tell("");
}

/// The program that plays the story.
fn program() -> String {
    std::env::current_exe().map_or_else(|_| "varanto".into(), |p| p.display().to_string())
}

fn expect(
    answer: Result<Answer, varanto_client::ClientError>,
    status: u16,
) -> Result<Value, CommandError> {
    let answer = answer.map_err(|e| CommandError::other(&e))?;
    if answer.status != status {
        let told =
            answer.problem().map_or_else(String::new, |p| format!(": {} {:?}", p.slug(), p.errors));
        return Err(CommandError::Other(format!(
            "{status} was expected, and {} came{told}",
            answer.status
        )));
    }
    answer.json().map_err(|e| CommandError::other(&e))
}

fn expect_problem(
    answer: Result<Answer, varanto_client::ClientError>,
    slug: &str,
) -> Result<varanto_client::Problem, CommandError> {
    let answer = answer.map_err(|e| CommandError::other(&e))?;
    let status = answer.status;
    match answer.problem() {
        Some(problem) if problem.slug() == slug => Ok(problem),
        Some(problem) => Err(CommandError::Other(format!(
            "`{slug}` was expected, and `{}` came",
            problem.slug()
        ))),
        None => Err(CommandError::Other(format!("`{slug}` was expected, and {status} came"))),
    }
}

fn same(wanted: &Value, found: &Value, what: &str) -> Result<(), CommandError> {
    if wanted == found { Ok(()) } else { Err(CommandError::Other(format!("{what}: not the same"))) }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// An identifier that is fixed in the story.
fn fixed(oid: &str) -> Oid {
    #[expect(clippy::expect_used, reason = "the identifiers of the story are written here")]
    Oid::parse(oid).expect("an identifier of the story is one")
}
