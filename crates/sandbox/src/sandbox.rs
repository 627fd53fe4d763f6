//! Makes a sandbox of a world, and opens it again to revoke certificates.
//!
//! Certificates and revocation lists go by real time, also where the sandbox's own clock is moved,
//! and are valid long before and after they are made: nobody has to renew a sandbox.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use varanto_model::Oid;
use varanto_signatures::{
    AuthorityError, AuthorityPart, CardSubject, Certificate, Issued, KeyKind, TestAuthority,
    TestSubject, Validity, certificates_from_pem, crls_from_pem, crls_to_pem,
};
use zeroize::Zeroizing;

use crate::clock::SandboxClock;
use crate::files::{self, FileError, Readers};
use crate::manifest::{Manifest, ManifestOrganisation, ManifestPerson, PersonCard, Signer};
use crate::paths::{CA, SandboxPaths};
use crate::world::{Card, Organisation, Person, World};

const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);
/// The name under which the repository signs, and a business id that is nobody's.
const REPOSITORY: &str = "Varanto sandbox, repository";
const REPOSITORY_ID: &str = "99990000";
const AUTHORITY_PARTS: [&str; 3] = ["root", "systems", "cards"];

/// What a sandbox has beside its world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The address of the interface.
    pub base_url: String,
    /// Names and IP addresses for the server's certificate beside `localhost`, `127.0.0.1`, `::1`.
    pub server_names: Vec<String>,
    /// The published structures that will be in the sandbox.
    pub structures: Vec<Oid>,
    /// The addresses of the portals by name.
    pub portals: BTreeMap<String, String>,
}

/// A sandbox in its directory, with its certificate authority.
pub struct Sandbox {
    paths: SandboxPaths,
    authority: TestAuthority,
    manifest: Manifest,
}

/// Why a sandbox cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// There is a sandbox in the directory already.
    #[error("`{}` is there already; choose another directory", .0.display())]
    Exists(PathBuf),
    /// A file could not be read or written.
    #[error(transparent)]
    File(Box<dyn std::error::Error + Send + Sync>),
    /// A certificate or revocation list could not be made.
    #[error("the test authority failed: {0}")]
    Authority(#[from] AuthorityError),
    /// A file of the sandbox is not as it was written.
    #[error("`{}` is not as a sandbox has it", .0.display())]
    Damaged(PathBuf),
}

impl Sandbox {
    /// Makes a sandbox in the directory of `paths`, which must hold none. `now` is real time. The
    /// manifest is written last: where it is, the sandbox is complete, but for `varanto.toml`.
    pub fn create(
        paths: SandboxPaths,
        world: &World,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Self, SandboxError> {
        if files::exists(&paths.manifest()) {
            return Err(SandboxError::Exists(paths.manifest()));
        }
        let validity = Validity {
            not_before: now.saturating_sub(10 * YEAR).unwrap_or(Timestamp::UNIX_EPOCH),
            not_after: now.saturating_add(20 * YEAR).unwrap_or(Timestamp::MAX),
        };
        let authority = TestAuthority::create("Varanto sandbox", validity)?;
        let maker = Maker { paths: &paths, authority: &authority, validity };
        maker.directories()?;
        maker.authority(now)?;
        maker.server(&settings.server_names)?;
        maker.signing()?;
        let organisations =
            world.organisations.iter().map(|o| maker.organisation(o)).collect::<Result<_, _>>()?;
        let manifest = Manifest {
            base_url: settings.base_url.clone(),
            ca: CA.to_owned(),
            organisations,
            structures: settings.structures.clone(),
            portals: settings.portals.clone(),
        };
        files::write_new(&paths.world(), &json(world), Readers::All)?;
        let clock = SandboxClock::default().to_text();
        files::write_new(&paths.clock(), clock.as_bytes(), Readers::All)?;
        files::write_new(&paths.manifest(), &json(&manifest), Readers::All)?;
        Ok(Self { paths, authority, manifest })
    }

    /// Opens a sandbox that was made before.
    pub fn open(paths: SandboxPaths) -> Result<Self, SandboxError> {
        let manifest = serde_json::from_str(&files::read(&paths.manifest())?)
            .map_err(|_| SandboxError::Damaged(paths.manifest()))?;
        let part = |name| {
            Ok::<_, SandboxError>(AuthorityPart {
                name,
                certificate: files::read(&paths.authority_certificate(name))?,
                key: Zeroizing::new(files::read(&paths.authority_key(name))?),
            })
        };
        let parts: Vec<AuthorityPart> =
            AUTHORITY_PARTS.into_iter().map(part).collect::<Result<_, _>>()?;
        let mut authority = TestAuthority::load(&parts)?;
        let lists = crls_from_pem(&files::read(&paths.crls())?)
            .map_err(|_| SandboxError::Damaged(paths.crls()))?;
        authority.adopt_crls(&lists)?;
        Ok(Self { paths, authority, manifest })
    }

    /// Where its files lie.
    pub fn paths(&self) -> &SandboxPaths {
        &self.paths
    }

    /// What there is in it.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Its certificate authority.
    pub fn authority(&self) -> &TestAuthority {
        &self.authority
    }

    /// Changes the manifest – its address, structures, portals – and writes it.
    pub fn change_manifest(
        &mut self,
        change: impl FnOnce(&mut Manifest),
    ) -> Result<(), SandboxError> {
        change(&mut self.manifest);
        Ok(files::replace(&self.paths.manifest(), &json(&self.manifest))?)
    }

    /// Revokes the certificate in the PEM file that the manifest names by `relative`, and replaces
    /// the revocation lists. `now` is real time.
    pub fn revoke(&mut self, relative: &str, now: Timestamp) -> Result<Certificate, SandboxError> {
        let path = self.paths.join(relative);
        let damaged = || SandboxError::Damaged(path.clone());
        let chain = certificates_from_pem(&files::read(&path)?).map_err(|_| damaged())?;
        let certificate = chain.into_iter().next().ok_or_else(damaged)?;
        self.authority.revoke(&certificate, now)?;
        let lists = revocation_lists(&self.authority, now)?;
        files::replace(&self.paths.crls(), lists.as_bytes())?;
        Ok(certificate)
    }

    /// The clock as it is set now.
    pub fn clock(&self) -> Result<SandboxClock, SandboxError> {
        read_clock(&self.paths)
    }
}

impl SandboxPaths {
    /// The sandbox's clock as it is set now.
    pub fn read_clock(&self) -> Result<SandboxClock, SandboxError> {
        read_clock(self)
    }

    /// Sets the sandbox's clock.
    pub fn write_clock(&self, clock: SandboxClock) -> Result<(), SandboxError> {
        Ok(files::replace(&self.clock(), clock.to_text().as_bytes())?)
    }
}

fn read_clock(paths: &SandboxPaths) -> Result<SandboxClock, SandboxError> {
    SandboxClock::parse(&files::read(&paths.clock())?)
        .map_err(|_| SandboxError::Damaged(paths.clock()))
}

/// Issues certificates and writes them.
struct Maker<'a> {
    paths: &'a SandboxPaths,
    authority: &'a TestAuthority,
    validity: Validity,
}

impl Maker<'_> {
    fn directories(&self) -> Result<(), SandboxError> {
        files::make_directory(self.paths.directory(), Readers::All)?;
        for name in ["authority", "keys"] {
            files::make_directory(&self.paths.join(name), Readers::Owner)?;
        }
        for name in ["server", "data", "organisations"] {
            files::make_directory(&self.paths.join(name), Readers::All)?;
        }
        Ok(())
    }

    fn authority(&self, now: Timestamp) -> Result<(), SandboxError> {
        for part in self.authority.parts() {
            let certificate = self.paths.authority_certificate(part.name);
            files::write_new(&certificate, part.certificate.as_bytes(), Readers::All)?;
            let key = self.paths.authority_key(part.name);
            files::write_new(&key, part.key.as_bytes(), Readers::Owner)?;
        }
        let lists = revocation_lists(self.authority, now)?;
        Ok(files::write_new(&self.paths.crls(), lists.as_bytes(), Readers::All)?)
    }

    fn server(&self, more: &[String]) -> Result<(), SandboxError> {
        let mut names = vec!["localhost", "127.0.0.1", "::1"];
        names.extend(more.iter().map(String::as_str).filter(|n| *n != "localhost"));
        let issued = self.issue(&TestSubject::Server(&names))?;
        let (certificate, key) = (self.paths.server_certificate(), self.paths.server_key());
        files::write_new(&certificate, issued.chain_pem().as_bytes(), Readers::All)?;
        Ok(files::write_new(&key, issued.key_pem().as_bytes(), Readers::Owner)?)
    }

    /// What the repository signs with in its own name. It is of no organisation.
    fn signing(&self) -> Result<(), SandboxError> {
        let subject = TestSubject::System { name: REPOSITORY, business_id: REPOSITORY_ID };
        self.write(&self.issue(&subject)?, "server/signing").map(|_| ())
    }

    fn organisation(
        &self,
        organisation: &Organisation,
    ) -> Result<ManifestOrganisation, SandboxError> {
        let Organisation { name, business_id, people, .. } = organisation;
        let directory = format!("organisations/{}", organisation.operating_unit);
        files::make_directory(&self.paths.join(&format!("{directory}/people")), Readers::All)?;
        let system = self.issue(&TestSubject::System { name, business_id })?;
        let system = self.write(&system, &format!("{directory}/system"))?;
        let people = people
            .iter()
            .enumerate()
            .map(|(n, p)| self.person(p, &format!("{directory}/people/{}", file_name(&p.id, n))))
            .collect::<Result<_, _>>()?;
        Ok(ManifestOrganisation::new(organisation, system, people))
    }

    fn person(&self, person: &Person, file: &str) -> Result<ManifestPerson, SandboxError> {
        let Some(kind) = person.card else { return Ok(ManifestPerson::new(person, None)) };
        let holder = CardSubject {
            registration_id: &person.id,
            family_name: &person.family_name,
            given_names: &person.given_names,
        };
        let subject = match kind {
            Card::Professional => TestSubject::ProfessionalCard(holder),
            Card::Personnel => TestSubject::PersonnelCard(holder),
            Card::Actor => TestSubject::ActorCard(holder),
        };
        let Signer { certificate, key } = self.write(&self.issue(&subject)?, file)?;
        Ok(ManifestPerson::new(person, Some(PersonCard { kind, certificate, key })))
    }

    fn issue(&self, subject: &TestSubject<'_>) -> Result<Issued, SandboxError> {
        Ok(self.authority.issue(subject, KeyKind::P256, self.validity)?)
    }

    fn write(&self, issued: &Issued, name: &str) -> Result<Signer, SandboxError> {
        let (certificate, key) = (format!("{name}.pem"), format!("{name}.key"));
        files::write_new(
            &self.paths.join(&certificate),
            issued.chain_pem().as_bytes(),
            Readers::All,
        )?;
        files::write_new(&self.paths.join(&key), issued.key_pem().as_bytes(), Readers::Owner)?;
        Ok(Signer { certificate, key })
    }
}

/// The name of a person's files: the id, where that is plain, else the place in the list.
fn file_name(id: &str, place: usize) -> String {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if plain && !id.starts_with("person-") { id.to_owned() } else { format!("person-{place}") }
}

fn revocation_lists(authority: &TestAuthority, now: Timestamp) -> Result<String, SandboxError> {
    let next = now.saturating_add(20 * YEAR).unwrap_or(Timestamp::MAX);
    let lists = authority.crls(now, next)?;
    Ok(crls_to_pem(lists.iter().map(Vec::as_slice)))
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

impl From<FileError> for SandboxError {
    fn from(error: FileError) -> Self {
        Self::File(Box::new(error))
    }
}
