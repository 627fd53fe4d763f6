//! Clientship documents (asiakkuusasiakirja, 1505.1), put together from what a test varies.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use varanto_documents::Structure;
use varanto_sandbox::ManifestOrganisation;

use crate::case::{BEGAN, BEGAN_AT};
use crate::clients::fresh_case;
use crate::documents::{Draft, builtin_structure, coded};
use crate::person::TestPerson;
use crate::test_client::TestClient;

static STRUCTURE: LazyLock<Structure> =
    LazyLock::new(|| builtin_structure("1.2.246.537.6.1505.1.2023.6.1"));

/// A service unit on a clientship document, with its period: one of the organiser's, a producer's or
/// an implementer's, by where it is put. It begins on 2024-04-02 and has no end.
#[derive(Clone)]
pub struct UnitEntry {
    unit: String,
    first_day: String,
    last_day: Option<String>,
    services: Vec<String>,
    implementers: Vec<UnitEntry>,
}

impl UnitEntry {
    /// The unit with this identifier.
    pub fn of(unit: &str) -> Self {
        Self {
            unit: unit.to_owned(),
            first_day: BEGAN.to_owned(),
            last_day: None,
            services: Vec::new(),
            implementers: Vec::new(),
        }
    }

    /// The same from this day.
    #[must_use]
    pub fn from(mut self, day: &str) -> Self {
        day.clone_into(&mut self.first_day);
        self
    }

    /// The same to the end of this day.
    #[must_use]
    pub fn until(mut self, day: &str) -> Self {
        self.last_day = Some(day.to_owned());
        self
    }

    /// The same giving one more social service (code set 1222); not for a unit of the organiser.
    #[must_use]
    pub fn service(mut self, code: &str) -> Self {
        self.services.push(code.to_owned());
        self
    }

    /// The same with a unit that carries the service out for it; only for a producer's unit.
    #[must_use]
    pub fn implementer(mut self, unit: UnitEntry) -> Self {
        self.implementers.push(unit);
        self
    }

    fn content(&self) -> Value {
        let mut content = json!({
            "palveluyksikon_nimi": coded("202", &self.unit),
            "asiakkuuden_alkamispvm": self.first_day,
        });
        if let Some(last_day) = &self.last_day {
            content["asiakkuuden_paattymispvm"] = json!(last_day);
        }
        if !self.services.is_empty() {
            let services = self.services.iter().map(|code| coded("1222", code));
            content["sosiaalipalvelu"] = services.collect();
        }
        if !self.implementers.is_empty() {
            content["palveluntoteuttaja"] = self.implementers.iter().map(Self::content).collect();
        }
        content
    }
}

/// A service task with its units.
#[derive(Clone)]
struct Task {
    code: String,
    units: Vec<UnitEntry>,
    producers: Vec<UnitEntry>,
}

impl Task {
    fn content(&self) -> Value {
        let mut content = json!({"palvelutehtava": coded("1221", &self.code)});
        for (name, units) in [
            ("palvelunjarjestajan_palveluyksikko", &self.units),
            ("palveluntuottaja", &self.producers),
        ] {
            if !units.is_empty() {
                content[name] = units.iter().map(UnitEntry::content).collect();
            }
        }
        content
    }
}

/// A clientship being put together. As it begins: active since 2024-04-02, with the service task
/// `X-ELDERLY`, for which the unit of its author works, and in every way right.
#[derive(Clone)]
pub struct ClientshipDraft {
    author: TestPerson,
    organiser: ManifestOrganisation,
    client: TestClient,
    identifier: String,
    about_client: Map<String, Value>,
    is_old: bool,
    started: String,
    ended: Option<String>,
    units: Vec<UnitEntry>,
    tasks: Vec<Task>,
}

impl Draft {
    /// The clientship of a client, to be varied and then made a [`draft`](ClientshipDraft::draft).
    pub fn clientship(author: &TestPerson, client: impl Into<TestClient>) -> ClientshipDraft {
        let bare = ClientshipDraft {
            author: author.clone(),
            organiser: author.organisation.clone(),
            client: client.into(),
            identifier: fresh_case().to_string(),
            about_client: Map::new(),
            is_old: false,
            started: BEGAN.to_owned(),
            ended: None,
            units: Vec::new(),
            tasks: Vec::new(),
        };
        bare.task("X-ELDERLY").unit(UnitEntry::of(author.unit().as_str()))
    }
}

impl ClientshipDraft {
    /// The same with one more service task (code set 1221), to which the units belong that are added
    /// from here on.
    #[must_use]
    pub fn task(mut self, service_task: &str) -> Self {
        let code = service_task.to_owned();
        self.tasks.push(Task { code, units: Vec::new(), producers: Vec::new() });
        self
    }

    /// The same without any units and tasks.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.units.clear();
        self.tasks.clear();
        self
    }

    /// The same with a unit of the organiser in the last task.
    #[must_use]
    pub fn unit(mut self, unit: UnitEntry) -> Self {
        self.last_task().units.push(unit);
        self
    }

    /// The same with a unit of the organiser that belongs to no task.
    #[must_use]
    pub fn unit_of_no_task(mut self, unit: UnitEntry) -> Self {
        self.units.push(unit);
        self
    }

    /// The same with a producer's unit in the last task.
    #[must_use]
    pub fn producer(mut self, unit: UnitEntry) -> Self {
        self.last_task().producers.push(unit);
        self
    }

    /// The same, begun on this day; units keep their own.
    #[must_use]
    pub fn started(mut self, day: &str) -> Self {
        day.clone_into(&mut self.started);
        self
    }

    /// The same, ended with this last day.
    #[must_use]
    pub fn ended(mut self, day: &str) -> Self {
        self.ended = Some(day.to_owned());
        self
    }

    /// The same as an old clientship; it wants an end, a client with a day of birth, and may be
    /// [`bare`](Self::bare).
    #[must_use]
    pub fn old(mut self) -> Self {
        self.is_old = true;
        self
    }

    /// The same, and the client's contact data are protected.
    #[must_use]
    pub fn turvakielto(self) -> Self {
        self.about_client("turvakielto", true)
    }

    /// The same, and the client's contact data are protected to the end of this day.
    #[must_use]
    pub fn turvakielto_until(self, day: &str) -> Self {
        self.turvakielto().about_client("turvakiellon_paattymispaiva", day)
    }

    /// The same with a member of the content's `asiakas` set, such as `yhteystiedot`.
    #[must_use]
    pub fn about_client(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.about_client.insert(member.to_owned(), value.into());
        self
    }

    /// The same in the register of another organisation, whose client it is.
    #[must_use]
    pub fn organised_by(mut self, organiser: &ManifestOrganisation) -> Self {
        self.organiser = organiser.clone();
        self
    }

    /// Whose clientship it is.
    pub fn client(&self) -> &TestClient {
        &self.client
    }

    /// In whose register it is.
    pub fn organiser(&self) -> &ManifestOrganisation {
        &self.organiser
    }

    /// The document, in its first version, written on 2024-04-02.
    pub fn draft(&self) -> Draft {
        let mut client = self.client.content();
        client.insert("turvakielto".to_owned(), json!(false));
        client.extend(self.about_client.clone());
        let mut clientship = json!({
            "vanha_asiakkuus": self.is_old,
            "asiakkuuden_alkamispvm": self.started,
        });
        if let Some(ended) = &self.ended {
            clientship["asiakkuuden_paattymispvm"] = json!(ended);
        }
        let mut root = json!({
            "asiakkuuden_yksilointitunnus": {"value": self.identifier},
            "asiakas": client,
            "sosiaalihuollon_asiakkuus": clientship,
            "palvelunjarjestajan_toimintayksikko":
                coded("202", self.organiser.operating_unit.as_str()),
        });
        let units: Vec<_> = self.units.iter().map(UnitEntry::content).collect();
        let tasks: Vec<_> = self.tasks.iter().map(Task::content).collect();
        for (name, list) in [
            ("palvelunjarjestajan_palveluyksikko", units),
            ("sosiaalihuollon_palvelutehtava", tasks),
        ] {
            if !list.is_empty() {
                root[name] = list.into();
            }
        }
        let data = json!({"asiakkuusasiakirja": root});
        Draft::of_data(&self.author, &self.client, &STRUCTURE, data)
            .with("written_at", BEGAN_AT)
            .without("service_task")
            .without("service_process")
            .without("services")
            .in_register_of(&self.organiser)
    }

    /// The document as the version that follows `earlier`, with what has been varied since.
    pub fn version_after(&self, earlier: &Draft) -> Draft {
        earlier.next_version().with_content(self.draft().content)
    }

    fn last_task(&mut self) -> &mut Task {
        self.tasks.last_mut().expect("a service task that the unit belongs to")
    }
}
