//! `varanto call`: one call of the interface as a person of a sandbox, with certificates and token
//! taken care of.
//!
//! The body of the answer goes to the standard output, the status to the standard error. Personal
//! data can be kept off the command line: `--data @file` reads a file, `--data -` the standard
//! input.

mod body;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use varanto_client::{Answer, UseContext};
use varanto_model::{Code, MediaType, Oid};
use varanto_sandbox::{ManifestOrganisation, ManifestPerson, SandboxPaths};

use super::CommandError;
use super::structures::put_out;
use crate::people::People;

/// Who calls where nobody is named.
const DEFAULT_ROLE: &str = "social_worker";

/// Options of `varanto call`.
#[derive(Debug, Args)]
pub struct Options {
    /// The sandbox.
    #[arg(long, value_name = "DIR")]
    sandbox: PathBuf,
    /// Who calls: the registration number or user id. Otherwise the first social worker.
    #[arg(long = "as", value_name = "PERSON-ID")]
    person: Option<String>,
    /// Of which organisation the person is; its system makes the call.
    #[arg(long, value_name = "BUSINESS-ID")]
    organisation: Option<String>,
    /// Another address than the sandbox's own.
    #[arg(long, value_name = "BASE")]
    url: Option<String>,
    /// The body: JSON, `@` and the name of a file, or `-` for the standard input.
    #[arg(long, value_name = "JSON|@FILE|-")]
    data: Option<String>,
    /// In which form a document is wanted: a media type, or `json`, `xhtml`, `pdf`.
    #[arg(long, value_name = "TYPE", value_parser = media_type, default_value = "json")]
    accept: MediaType,
    /// Sign the document in the body with the system's key, where it has no signatures.
    #[arg(long, requires = "data")]
    sign: bool,
    /// The method.
    #[arg(value_enum, ignore_case = true)]
    method: Method,
    /// The path, such as `/v1/documents/search`, with its query.
    path: String,
}

/// The methods of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Reads.
    Get,
    /// Does something, or reads with a body.
    Post,
}

/// Makes the call. An answer that is no success is a failure.
pub async fn run(options: Options) -> Result<(), CommandError> {
    let mut people = People::of(SandboxPaths::new(&options.sandbox))?;
    if let Some(url) = &options.url {
        url.trim_end_matches('/').clone_into(&mut people.base_url);
    }
    let (organisation, person) =
        caller(&people, options.person.as_deref(), options.organisation.as_deref())?;
    let signer = || people.system_signer(organisation);
    let data = options.data.as_deref();
    let body = data.map(|data| body::body(data, options.sign, signer)).transpose()?;
    let answer = send(&options, &people, (organisation, person), body).await?;
    show(&answer)
}

/// Sends it: with a token where the path asks for one.
async fn send(
    options: &Options,
    people: &People,
    (organisation, person): (&ManifestOrganisation, &ManifestPerson),
    body: Option<Vec<u8>>,
) -> Result<Answer, CommandError> {
    let path = options.path.as_str();
    if !path.starts_with('/') {
        return Err(CommandError::Other("a path begins with `/`".to_owned()));
    }
    let session = people.session(organisation, person)?;
    let answer = match (options.method, body) {
        (Method::Get, Some(_)) => {
            return Err(CommandError::Other("a call of GET has no body".to_owned()));
        }
        (Method::Get, None) if options.accept != MediaType::Json => {
            let (oid, context) = document(path).ok_or_else(|| {
                let why = "only a document, /v1/documents/OID, has other forms than JSON";
                CommandError::Other(why.to_owned())
            })?;
            session.fetch_form(&oid, options.accept, &context).await
        }
        (Method::Get, None) if is_open(path) => session.client().get(path).await,
        (Method::Get, None) => session.get(path).await,
        (Method::Post, body) => session.post(path, body.unwrap_or_default()).await,
    };
    answer.map_err(|e| CommandError::other(&e))
}

/// Is the path one that asks for no professional?
fn is_open(path: &str) -> bool {
    !["/v1/", "/fhir/"].iter().any(|asking| path.starts_with(asking))
}

/// Who calls: the named one, or the first social worker.
fn caller<'a>(
    people: &'a People,
    person: Option<&str>,
    organisation: Option<&str>,
) -> Result<(&'a ManifestOrganisation, &'a ManifestPerson), CommandError> {
    caller_of_role(people, (person, DEFAULT_ROLE), organisation)
}

/// Words of the command line, or of the file or the standard input that they name.
pub(super) fn text_of(data: &str) -> Result<String, CommandError> {
    String::from_utf8(body::bytes_of(data)?)
        .map_err(|_| CommandError::Other("what was given is not text in UTF-8".to_owned()))
}

/// Who calls: the named one, or the first of a role.
pub(super) fn caller_of_role<'a>(
    people: &'a People,
    (person, role): (Option<&str>, &str),
    organisation: Option<&str>,
) -> Result<(&'a ManifestOrganisation, &'a ManifestPerson), CommandError> {
    let plain = |id: &str| id.replace('-', "");
    let of = organisation.map(plain);
    let mut everybody = people
        .manifest
        .organisations
        .iter()
        .filter(|o| of.as_ref().is_none_or(|of| *of == plain(&o.business_id)))
        .flat_map(|o| o.people.iter().map(move |p| (o, p)));
    everybody
        .find(|(_, p)| match person {
            Some(id) => p.id == id,
            None => p.role.as_str() == role,
        })
        .ok_or_else(|| {
            let file = people.paths.manifest();
            let why = "there is no such person in the sandbox; its people are listed in";
            CommandError::Other(format!("{why} {}", file.display()))
        })
}

/// The document and the use context of a path `/v1/documents/OID?…`.
fn document(path: &str) -> Option<(Oid, UseContext)> {
    let rest = path.strip_prefix("/v1/documents/")?;
    let (oid, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut context = UseContext::default();
    for member in query.split('&').filter(|member| !member.is_empty()) {
        let (name, value) = member.split_once('=')?;
        let code = Code::parse(value).ok()?;
        match name {
            "basis" => context.basis = Some(code),
            "purpose" => context.purpose = Some(code),
            "case" => context.case = Some(Oid::parse(value).ok()?),
            "special_reason" => context.special_reason = Some(code),
            "ground" => context.ground = Some(code),
            _ => return None,
        }
    }
    Some((Oid::parse(oid).ok()?, context))
}

/// A media type, or the short word for it.
fn media_type(text: &str) -> Result<MediaType, &'static str> {
    let known = match text {
        "json" => Some(MediaType::Json),
        "xhtml" => Some(MediaType::Xhtml),
        "pdf" => Some(MediaType::Pdf),
        other => MediaType::parse(other),
    };
    known.ok_or("a document has the forms json, xhtml and pdf")
}

/// The body to the standard output, the status to the standard error; a refusal is an error.
fn show(answer: &Answer) -> Result<(), CommandError> {
    put_out(&readable(answer))?;
    if answer.is_success() {
        tell(&format!("{} {}", answer.status, answer.media_type()));
        return Ok(());
    }
    let told = answer.problem().map(|problem| problem.to_string());
    Err(CommandError::Other(told.unwrap_or_else(|| format!("the answer is {}", answer.status))))
}

/// JSON with indentation, anything else byte for byte.
fn readable(answer: &Answer) -> Vec<u8> {
    let is_json = answer.media_type().ends_with("json");
    let value = if is_json { answer.json().ok() } else { None };
    match value.and_then(|value| serde_json::to_vec_pretty(&value).ok()) {
        Some(mut text) => {
            text.push(b'\n');
            text
        }
        None => answer.body.clone(),
    }
}

#[expect(clippy::print_stderr, reason = "the standard output is for the body alone")]
fn tell(line: &str) {
    eprintln!("{line}");
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use varanto_sandbox::{Sandbox, Settings, World};

    use super::*;
    use jiff::Timestamp;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn line(words: &[&str]) -> Result<Options, clap::Error> {
        let all = ["call", "--sandbox", "sand"].iter().chain(words);
        Line::try_parse_from(all).map(|line| line.options)
    }

    pub(super) fn sandbox() -> (tempfile::TempDir, Sandbox, People) {
        let folder = tempfile::tempdir().unwrap();
        let paths = SandboxPaths::new(folder.path().join("sandbox"));
        let settings =
            Settings { base_url: "https://localhost:8443".into(), ..Settings::default() };
        let world = World::builtin();
        let made = Sandbox::create(paths.clone(), &world, &settings, Timestamp::now()).unwrap();
        (folder, made, People::of(paths).unwrap())
    }

    #[test]
    fn the_caller_is_the_named_person_or_the_first_social_worker() {
        let (_folder, _, people) = sandbox();
        let who = |person, organisation| {
            let (organisation, person) = caller(&people, person, organisation).ok()?;
            Some((organisation.business_id.clone(), person.id.clone()))
        };
        let first = Some(("99990001".to_owned(), "S-1001".to_owned()));
        assert_eq!(who(None, None), first);
        assert_eq!(who(None, Some("99990001")), first);
        assert_eq!(who(Some("T-1008"), None).unwrap().1, "T-1008");
        assert_eq!(who(Some("T-1008"), Some("99990009")), None);
        assert_eq!(who(Some("nobody"), None), None);
        let third = people.manifest.organisations[2].business_id.as_str();
        assert_eq!(who(None, Some(third)).unwrap().0, third);
    }

    #[test]
    fn the_command_line_takes_methods_in_any_case_and_short_words_for_forms() {
        let options = line(&["--accept", "pdf", "Get", "/v1/documents/1.2.3"]).unwrap();
        assert_eq!((options.method, options.accept), (Method::Get, MediaType::Pdf));
        let options = line(&["--accept", "application/xhtml+xml", "GET", "/"]).unwrap();
        assert_eq!(options.accept, MediaType::Xhtml);
        for wrong in [
            &["DELETE", "/v1/documents/1.2.3"][..],
            &["--sign", "POST", "/v1/documents"],
            &["--accept", "text/html", "GET", "/"],
        ] {
            assert!(line(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_path_of_a_document_tells_the_use_context() {
        let (oid, context) = document("/v1/documents/1.2.3?basis=own&case=1.2.4").unwrap();
        assert_eq!((oid.as_str(), context.purpose), ("1.2.3", None));
        assert_eq!(context.basis, Code::parse("own").ok());
        assert_eq!(context.case, Oid::parse("1.2.4").ok());
        assert!(document("/v1/documents/1.2.3").is_some());
        for other in [
            "/v1/documents/1.2.3/versions",
            "/v1/cases/1.2.3",
            "/v1/documents/1.2.3?basis",
            "/v1/documents/1.2.3?case=x",
            "/v1/documents/1.2.3?other=x",
        ] {
            assert!(document(other).is_none(), "{other}");
        }
    }
}
