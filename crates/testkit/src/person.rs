//! A professional of the sandbox, with what proves who it is.

use std::sync::Arc;

use jiff::Timestamp;
use varanto::people::{People, credentials};
use varanto_client::{Client, ClientSettings, Credentials, Session, Signer};
use varanto_model::{Code, Oid};
use varanto_sandbox::{ManifestOrganisation, ManifestPerson};

/// Somebody of the world, behind the system of an organisation. It can be changed before it calls:
/// another unit, another role, another way of authentication.
#[derive(Clone)]
pub struct TestPerson {
    /// The organisation whose system is used.
    pub organisation: ManifestOrganisation,
    /// As the user register has the person.
    pub person: ManifestPerson,
    /// What assertions will say.
    pub credentials: Credentials,
    settings: ClientSettings,
    system: Arc<Signer>,
    card: Option<Arc<Signer>>,
}

impl TestPerson {
    /// The person with this id in a sandbox, behind the system of the organisation whose register
    /// lists it first.
    pub fn of(people: &People, id: &str) -> Self {
        let found = people.find(id);
        let (organisation, person) = found.unwrap_or_else(|| panic!("no person {id} here"));
        let signer = people.system_signer(organisation).expect("a signer of the sandbox");
        let system = Arc::new(signer);
        let card = people.card_signer(person).expect("a signer of the sandbox").map(Arc::new);
        let signer = Arc::clone(card.as_ref().unwrap_or(&system));
        let credentials = credentials(organisation, person, signer);
        let read = |relative: &str| {
            std::fs::read_to_string(people.paths.join(relative)).expect("a file of the sandbox")
        };
        let settings = ClientSettings {
            base_url: people.base_url.clone(),
            ca_pem: read(&people.manifest.ca),
            certificate_pem: read(&organisation.system.certificate),
            key_pem: read(&organisation.system.key),
        };
        Self {
            organisation: organisation.clone(),
            person: person.clone(),
            credentials,
            settings,
            system,
            card,
        }
    }

    /// The same person, whom the system vouches for: no card is used.
    #[must_use]
    pub fn vouched(mut self) -> Self {
        self.credentials.authentication = code("system");
        self.credentials.signer = Arc::clone(&self.system);
        self
    }

    /// The same person in another unit.
    #[must_use]
    pub fn in_unit(mut self, unit: &str) -> Self {
        self.credentials.unit = Oid::parse(unit).expect("an identifier");
        self
    }

    /// The same person in another role.
    #[must_use]
    pub fn in_role(mut self, role: &str) -> Self {
        self.credentials.role = code(role);
        self
    }

    /// The organisation's system, connected anew.
    pub fn client(&self) -> Client {
        Client::connect(&self.settings).expect("a client")
    }

    /// What the organisation's system connects with.
    pub fn settings(&self) -> &ClientSettings {
        &self.settings
    }

    /// A session on a connection of its own. The token is got with the first call.
    pub fn session(&self) -> Session {
        self.client().session(self.credentials.clone(), Timestamp::now)
    }

    /// The organisation's system as a signer.
    pub fn system_signer(&self) -> Arc<Signer> {
        Arc::clone(&self.system)
    }

    /// The card as a signer.
    pub fn card_signer(&self) -> Arc<Signer> {
        Arc::clone(self.card.as_ref().expect("the person has a card"))
    }

    /// The unit in which the person works.
    pub fn unit(&self) -> &Oid {
        &self.credentials.unit
    }
}

fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}
