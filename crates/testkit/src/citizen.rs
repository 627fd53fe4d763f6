//! Citizens who have logged in to the service for citizens of a sandbox, and what they declare.

use std::sync::Arc;

use jiff::Timestamp;
use varanto_client::{CitizenCredentials, CitizenSession, Client, Signer};
use varanto_documents::{Structure, builtin};
use varanto_model::{Language, PersonName, PersonalIdentityCode};

use crate::documents::{Draft, Form};
use crate::site::Site;
use crate::test_client::TestClient;

/// The organisation of the built-in world that runs a service for citizens.
pub const CITIZEN_SERVICE: &str = "99990006";
/// Somebody who works there: the privacy officer.
pub const CITIZEN_SERVICE_WORKER: &str = "T-6001";

/// Somebody who has logged in. It can be changed before they call.
#[derive(Clone)]
pub struct TestCitizen {
    /// What assertions will say.
    pub credentials: CitizenCredentials,
    client: Client,
}

impl Site {
    /// The person of this identity code, logged in to the service for citizens of the built-in world.
    pub fn citizen(&self, person: &str) -> TestCitizen {
        self.citizen_of(CITIZEN_SERVICE, person)
    }

    /// The same through the system of any organisation.
    pub fn citizen_of(&self, business_id: &str, person: &str) -> TestCitizen {
        let organisation = self.organisation(business_id);
        let (certificate, key) = (&organisation.system.certificate, &organisation.system.key);
        let signer = Signer::from_pem(&self.read(certificate), &self.read(key));
        TestCitizen {
            credentials: CitizenCredentials {
                organisation: organisation.operating_unit.clone(),
                person: code(person),
                name: PersonName { family_name: "Testinen".into(), given_names: "Aino".into() },
                acting_for: None,
                signer: Arc::new(signer.expect("a signer of the sandbox")),
            },
            client: self.client(business_id),
        }
    }
}

impl TestCitizen {
    /// The same, acting for a client.
    #[must_use]
    pub fn acting_for(mut self, client: &str) -> Self {
        self.credentials.acting_for = Some(code(client));
        self
    }

    /// A session. The token is got with the first call.
    pub fn session(&self) -> CitizenSession {
        self.client.citizen_session(self.credentials.clone(), Timestamp::now)
    }

    /// The system of the service, connected.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Draft {
    /// The same as a citizen declares it through a service for citizens: without author.
    #[must_use]
    pub fn by_citizen(self) -> Self {
        let mut draft = self.without("authors");
        let mut data = draft.data().clone();
        let roots = data.as_object_mut().expect("content is an object").values_mut();
        for root in roots {
            if let Some(members) = root.as_object_mut() {
                members.remove("ammattihenkilon_laatima_asiakirja");
            }
        }
        let oid = draft.metadata["structure"].as_str().expect("a structure").to_owned();
        let read = builtin::structures().map(|(_, text)| Structure::parse(text.as_bytes()));
        let structure = read.flatten().find(|structure| structure.oid().as_str() == oid);
        let display = structure.expect("a built-in structure").render(&data, Language::Fi);
        draft.content = vec![Form::Data(data), Form::Xhtml(display)];
        draft
    }

    /// The same about another client, in the metadata alone.
    #[must_use]
    pub fn naming(self, clients: &[TestClient]) -> Self {
        let references: Vec<_> = clients.iter().map(TestClient::reference).collect();
        self.with("clients", references)
    }
}

fn code(text: &str) -> PersonalIdentityCode {
    PersonalIdentityCode::parse(text).expect("an identity code")
}
