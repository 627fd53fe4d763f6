//! Case documents (asia-asiakirja, 1505.2), put together from what a test varies.

use std::sync::LazyLock;

use serde_json::json;
use varanto_documents::Structure;
use varanto_model::Oid;
use varanto_sandbox::ManifestOrganisation;

use crate::documents::{Draft, builtin_structure, coded};
use crate::person::TestPerson;
use crate::test_client::TestClient;

/// The day on which cases and clientships of tests begin, where nothing else is said.
pub(crate) const BEGAN: &str = "2024-04-02";
/// When the first versions of their documents were written.
pub(crate) const BEGAN_AT: &str = "2024-04-02T09:00:00+03:00";

static STRUCTURE: LazyLock<Structure> =
    LazyLock::new(|| builtin_structure("1.2.246.537.6.1505.2.2022.6.28"));

/// A case being put together. As it begins: open since 2024-04-02, of the service task `X-ELDERLY`,
/// at the organisation of its author, with one client, and in every way right.
#[derive(Clone)]
pub struct CaseDraft {
    author: TestPerson,
    organiser: ManifestOrganisation,
    case: Oid,
    clients: Vec<TestClient>,
    is_joint: bool,
    service_task: String,
    opened: String,
    closed: Option<String>,
}

impl Draft {
    /// The case `case` of a client, to be varied and then made a [`draft`](CaseDraft::draft).
    pub fn case(author: &TestPerson, client: impl Into<TestClient>, case: &Oid) -> CaseDraft {
        CaseDraft {
            author: author.clone(),
            organiser: author.organisation.clone(),
            case: case.clone(),
            clients: vec![client.into()],
            is_joint: false,
            service_task: "X-ELDERLY".to_owned(),
            opened: BEGAN.to_owned(),
            closed: None,
        }
    }
}

impl CaseDraft {
    /// The same with one more client: a joint case, whose clients have joined it, with its opening if
    /// they do not say when.
    #[must_use]
    pub fn with_client(mut self, client: impl Into<TestClient>) -> Self {
        self.clients.push(client.into());
        self.joint()
    }

    /// The same with these clients; of several it is a joint case.
    #[must_use]
    pub fn with_clients(mut self, clients: impl IntoIterator<Item = TestClient>) -> Self {
        self.clients = clients.into_iter().collect();
        self.is_joint |= self.clients.len() > 1;
        self
    }

    /// The same as a joint case, however many clients it has.
    #[must_use]
    pub fn joint(mut self) -> Self {
        self.is_joint = true;
        self
    }

    /// The same of another service task (code set 1221).
    #[must_use]
    pub fn service_task(mut self, code: &str) -> Self {
        code.clone_into(&mut self.service_task);
        self
    }

    /// The same, opened on this day.
    #[must_use]
    pub fn opened(mut self, day: &str) -> Self {
        day.clone_into(&mut self.opened);
        self
    }

    /// The same, closed with this last day.
    #[must_use]
    pub fn closed(mut self, day: &str) -> Self {
        self.closed = Some(day.to_owned());
        self
    }

    /// The same, open.
    #[must_use]
    pub fn reopened(mut self) -> Self {
        self.closed = None;
        self
    }

    /// The same in the register of another organisation, whose case it is.
    #[must_use]
    pub fn organised_by(mut self, organiser: &ManifestOrganisation) -> Self {
        self.organiser = organiser.clone();
        self
    }

    /// The identifier of the case, which documents name.
    pub fn oid(&self) -> &Oid {
        &self.case
    }

    /// The document, in its first version, written on 2024-04-02.
    pub fn draft(&self) -> Draft {
        let clients = self.clients.iter();
        let clients: Vec<_> = clients.map(|c| c.in_case(self.is_joint, &self.opened)).collect();
        let state = if self.closed.is_some() { "X-CLOSED" } else { "X-OPEN" };
        let mut data = json!({"asia_asiakirja": {
            "palvelunjarjestajan_toimintayksikko":
                coded("202", self.organiser.operating_unit.as_str()),
            "asiakas": clients,
            "asian_tiedot": {
                "asiatunnus": {"value": self.case.as_str()},
                "nimi": coded("1265", "X-SERVICE"),
                "tila": coded("1501", state),
                "avauspaiva": self.opened,
                "yhteinen_asia": self.is_joint,
                "palvelutehtava": coded("1221", &self.service_task),
            }
        }});
        if let Some(closed) = &self.closed {
            data["asia_asiakirja"]["asian_tiedot"]["paattymispaiva"] = json!(closed);
        }
        let first = self.clients.first().expect("a case has a client");
        let clients: Vec<_> = self.clients.iter().map(TestClient::reference).collect();
        Draft::of_data(&self.author, first, &STRUCTURE, data)
            .with("clients", clients)
            .with("service_task", self.service_task.as_str())
            .with("written_at", BEGAN_AT)
            .without("service_process")
            .without("services")
            .in_register_of(&self.organiser)
    }

    /// The document as the version that follows `earlier`, with what has been varied since.
    pub fn version_after(&self, earlier: &Draft) -> Draft {
        earlier.next_version().with_content(self.draft().content)
    }
}
