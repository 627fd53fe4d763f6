//! The people of a sandbox, ready to work: connections and sessions from the files of its manifest.

use std::sync::Arc;

use jiff::Timestamp;
use varanto_client::{Client, ClientSettings, Credentials, Session, Signer};
use varanto_model::{Code, PersonName};
use varanto_sandbox::{Card, Manifest, ManifestOrganisation, ManifestPerson, SandboxPaths};

use crate::commands::CommandError;

/// A sandbox, seen by those who work in it.
pub struct People {
    /// Its files.
    pub paths: SandboxPaths,
    /// Who there is.
    pub manifest: Manifest,
    /// Where its server is.
    pub base_url: String,
}

impl People {
    /// The people of the sandbox in a directory, at the address of its manifest.
    pub fn of(paths: SandboxPaths) -> Result<Self, CommandError> {
        let file = paths.manifest();
        let text = std::fs::read(&file).map_err(|e| CommandError::file(&file, e))?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|e| CommandError::other(&e))?;
        Ok(Self { paths, base_url: manifest.base_url.clone(), manifest })
    }

    /// A person by registration number or user id, with the organisation.
    pub fn find(&self, id: &str) -> Option<(&ManifestOrganisation, &ManifestPerson)> {
        let mut all =
            self.manifest.organisations.iter().flat_map(|o| o.people.iter().map(move |p| (o, p)));
        all.find(|(_, person)| person.id == id)
    }

    /// A connection with the certificate of an organisation's system.
    pub fn connect(&self, organisation: &ManifestOrganisation) -> Result<Client, CommandError> {
        let settings = ClientSettings {
            base_url: self.base_url.clone(),
            ca_pem: self.text(&self.manifest.ca)?,
            certificate_pem: self.text(&organisation.system.certificate)?,
            key_pem: self.text(&organisation.system.key)?,
        };
        Client::connect(&settings).map_err(|e| CommandError::other(&e))
    }

    /// What an organisation's system signs with.
    pub fn system_signer(
        &self,
        organisation: &ManifestOrganisation,
    ) -> Result<Signer, CommandError> {
        self.signer(&organisation.system.certificate, &organisation.system.key)
    }

    /// What a person signs with, where there is a card.
    pub fn card_signer(&self, person: &ManifestPerson) -> Result<Option<Signer>, CommandError> {
        person.card.as_ref().map(|card| self.signer(&card.certificate, &card.key)).transpose()
    }

    /// A person at work in the first unit: authenticated by card where there is one, else vouched
    /// for by the organisation's system.
    pub fn session(
        &self,
        organisation: &ManifestOrganisation,
        person: &ManifestPerson,
    ) -> Result<Session, CommandError> {
        let signer = match self.card_signer(person)? {
            Some(card) => card,
            None => self.system_signer(organisation)?,
        };
        let credentials = credentials(organisation, person, Arc::new(signer));
        Ok(self.connect(organisation)?.session(credentials, Timestamp::now))
    }

    fn signer(&self, certificate: &str, key: &str) -> Result<Signer, CommandError> {
        let signer = Signer::from_pem(&self.text(certificate)?, &self.text(key)?);
        signer.map_err(|e| CommandError::other(&e))
    }

    fn text(&self, relative: &str) -> Result<String, CommandError> {
        let file = self.paths.join(relative);
        std::fs::read_to_string(&file).map_err(|e| CommandError::file(&file, e))
    }
}

/// What a person works with in the first unit. `signer` is the person's card or, where there is none,
/// the organisation's system.
pub fn credentials(
    organisation: &ManifestOrganisation,
    person: &ManifestPerson,
    signer: Arc<Signer>,
) -> Credentials {
    Credentials {
        organisation: organisation.operating_unit.clone(),
        user_id: person.id.clone(),
        name: PersonName {
            family_name: person.family_name.clone(),
            given_names: person.given_names.clone(),
        },
        unit: person.units.first().unwrap_or(&organisation.operating_unit).clone(),
        role: person.role.clone(),
        authentication: authentication(person.card.as_ref().map(|card| card.kind)),
        signer,
    }
}

/// The word of the interface for how somebody with this card, or without one, is authenticated.
#[expect(clippy::expect_used, reason = "the words are written here, and each is a code")]
fn authentication(card: Option<Card>) -> Code {
    let word = match card {
        Some(Card::Professional) => "professional_card",
        Some(Card::Personnel) => "personnel_card",
        Some(Card::Actor) => "actor_card",
        None => "system",
    };
    Code::parse(word).expect("a word of the interface is a code")
}
