//! Every built-in and every published national structure, stored and read back over TLS.
//!
//! The files of the national structures are not part of the project; where they are not beside it,
//! their tests say so and test nothing.

use std::iter::Cycle;
use std::slice::Iter;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use varanto_client::Session;
use varanto_documents::codes::CodeSets;
use varanto_documents::control::Control;
use varanto_documents::{Structure, builtin, example};
use varanto_model::Oid;
use varanto_sandbox::ManifestOrganisation;
use varanto_testkit::{
    Care, Draft, Expect, Form, NationalStructure, TestClient, TestPerson, TestServer, codes,
    fresh_case, fresh_client, national_structures,
};

use crate::common::{by_reason, own};

/// The day on which the codes of examples are in use.
const WRITTEN_AT: &str = "2024-06-03T12:00:00+03:00";

/// A server that knows these structures.
async fn server(structures: &[NationalStructure]) -> TestServer {
    let server = TestServer::start().await;
    server.import(structures).await;
    server
}

struct Sender {
    author: TestPerson,
    session: Session,
    care: Care,
    organiser_units: Vec<Oid>,
    other_units: Vec<Oid>,
    codes: CodeSets,
}

impl Sender {
    async fn of(server: &TestServer) -> Arc<Self> {
        let author = server.person("S-1001");
        let session = author.session();
        let care = server.care_of(&author).await;
        // Permits and denials are of a client who has been informed.
        let informing = Draft::informing(&author, care.person.clone()).draft();
        session.store(&informing.build()).await.unwrap().expect_status(201);
        let (organiser, others): (Vec<_>, Vec<_>) = server
            .manifest()
            .organisations
            .iter()
            .partition(|o| o.business_id == author.organisation.business_id);
        let units = |organisations: Vec<&ManifestOrganisation>| {
            organisations.iter().flat_map(|o| &o.units).map(|unit| unit.oid.clone()).collect()
        };
        let (organiser_units, other_units) = (units(organiser), units(others));
        Arc::new(Self { author, session, care, organiser_units, other_units, codes: codes() })
    }

    /// A document with content that was made by chance; that of a control document is brought into
    /// agreement with the world, which it steers.
    fn draft(&self, structure: &Structure, mut data: Value) -> Draft {
        let draft = match structure.control() {
            None => self.care.draft_with(&self.author, structure, data),
            Some(control) => {
                let content = &mut data[control.root()];
                let clients = self.settle(control, content);
                let task = content["asian_tiedot"]["palvelutehtava"]["code"].clone();
                let references: Vec<_> = clients.iter().map(TestClient::reference).collect();
                let draft = Draft::of_data(&self.author, &clients[0], structure, data);
                let draft = draft.with("clients", references);
                if control == Control::Case { draft.with("service_task", task) } else { draft }
            }
        };
        draft.with("written_at", WRITTEN_AT)
    }

    /// Gives the content of a control document clients, units and a case that there are; tells whose
    /// it is.
    fn settle(&self, control: Control, content: &mut Value) -> Vec<TestClient> {
        let organiser = &self.author.organisation.operating_unit;
        match control {
            Control::Case => {
                content["palvelunjarjestajan_toimintayksikko"]["code"] = json!(organiser);
                content["asian_tiedot"]["asiatunnus"]["value"] = json!(fresh_case());
                let clients = content["asiakas"].as_array_mut().unwrap();
                clients.iter_mut().map(|c| named(c, &fresh_client())).collect()
            }
            Control::Clientship => {
                content["palvelunjarjestajan_toimintayksikko"]["code"] = json!(organiser);
                let (organiser, others) = (&self.organiser_units, &self.other_units);
                let (organiser, others) = (organiser.iter().cycle(), others.iter().cycle());
                Units { organiser, others }.settle(content, false);
                vec![named(&mut content["asiakas"], &fresh_client())]
            }
            Control::DisclosureNotice => {
                let clients = content["asiakas"].as_array_mut().unwrap();
                clients.iter_mut().map(|c| named(c, &fresh_client())).collect()
            }
            Control::Permit | Control::Denial | Control::Informing | Control::Representation => {
                let controller = self.author.organisation.controller.as_ref().unwrap();
                settle_will(content, &controller.oid);
                vec![named(&mut content["asiakas"], &self.care.client)]
            }
        }
    }

    /// Stores a document and reads it back.
    async fn there_and_back(&self, structure: &Structure, data: Value) {
        let draft = self.draft(structure, data);
        let sent = draft.build();
        let oid = structure.oid();
        let answer = self.session.store(&sent).await.unwrap();
        assert_eq!(answer.status, 201, "{oid}: {}", answer.problem().unwrap());
        // A clientship by chance may have ended long ago, and gives no context.
        let context = if structure.control().is_some() { by_reason() } else { own() };
        let fetched = self.session.fetch(&draft.oid(), &context).await.unwrap().expect_status(200);
        assert_eq!(fetched["metadata"], sent["metadata"], "{oid}");
        assert_eq!(fetched["signatures"], sent["signatures"], "{oid}");
        assert_eq!(fetched["content"][0]["data"], sent["content"][0]["data"], "{oid}");
        assert_eq!(fetched["content"][1]["text"], sent["content"][1]["text"], "{oid}");
        assert_eq!(fetched["digest"], answer.json().unwrap()["digest"], "{oid}");
    }
}

/// Makes a person of the content this client, known by the identity code alone.
fn named(person: &mut Value, identity_code: &str) -> TestClient {
    person["henkilotunnus"]["value"] = json!(identity_code);
    person.as_object_mut().unwrap().remove("tilapainen_yksilointitunnus");
    let text = |name: &str| person[name].as_str().unwrap().to_owned();
    TestClient::of(identity_code).named(&text("sukunimi"), &text("etunimet"))
}

/// Makes every representative one whom an adult can have, a guardian of interests, and every
/// controller this one.
fn settle_will(content: &mut Value, controller: &Oid) {
    match content {
        Value::Object(members) => {
            for (name, member) in members {
                match name.as_str() {
                    "rooli" => member["code"] = json!("32"),
                    "rekisterinpitaja_jonka_tietojen_luovutus_kielletaan" => {
                        let controllers = member.as_array_mut().unwrap();
                        for named in controllers {
                            named["code"] = json!(controller);
                        }
                    }
                    _ => settle_will(member, controller),
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                settle_will(element, controller);
            }
        }
        _ => {}
    }
}

/// The units of the world in turn: none stands twice in the same place.
struct Units<'a> {
    organiser: Cycle<Iter<'a, Oid>>,
    others: Cycle<Iter<'a, Oid>>,
}

impl Units<'_> {
    /// Puts units that there are in place of those made by chance: below a producer, those of other
    /// organisations.
    fn settle(&mut self, content: &mut Value, is_producer: bool) {
        match content {
            Value::Object(members) => {
                for (name, member) in members {
                    if ["palveluyksikon_nimi", "palveluyksikko"].contains(&name.as_str()) {
                        let units =
                            if is_producer { &mut self.others } else { &mut self.organiser };
                        member["code"] = json!(units.next());
                    } else {
                        self.settle(member, is_producer || name == "palveluntuottaja");
                    }
                }
            }
            Value::Array(elements) => {
                for element in elements {
                    self.settle(element, is_producer);
                }
            }
            _ => {}
        }
    }
}

/// REQ DOC-02, DOC-05, DOC-07
#[tokio::test]
async fn a_smallest_and_a_fullest_document_of_every_built_in_structure_is_stored_and_read_back() {
    let server = Box::pin(server(&[])).await;
    let sender = Sender::of(&server).await;
    for (seed, (_, text)) in (1..).zip(builtin::structures()) {
        let structure = Structure::parse(text.as_bytes()).unwrap();
        for make in [example::minimal, example::full] {
            let data = make(&structure, &sender.codes, seed);
            sender.there_and_back(&structure, data).await;
        }
    }
}

/// REQ DOC-02, DOC-05, DOC-07, DIR-05
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_smallest_and_a_fullest_document_of_every_national_structure_is_stored_and_read_back() {
    let structures = national_structures();
    let server = Box::pin(server(&structures)).await;
    let listed = server.client("99990001").structures().await.unwrap().expect_status(200);
    let listed = listed["structures"].as_array().unwrap();
    let sender = Sender::of(&server).await;
    sender.session.token().await.unwrap();
    let mut storing = JoinSet::new();
    for (seed, NationalStructure { structure, .. }) in (1..).zip(structures) {
        assert!(listed.iter().any(|l| l["oid"] == structure.oid().as_str()));
        let sender = Arc::clone(&sender);
        storing.spawn(async move {
            for make in [example::minimal, example::full] {
                let data = make(&structure, &sender.codes, seed);
                sender.there_and_back(&structure, data).await;
            }
        });
        if storing.len() >= 4 {
            storing.join_next().await.unwrap().unwrap();
        }
    }
    storing.join_all().await;
}

/// Of all single faults that can be made, some from each structure.
///
/// REQ DOC-05
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_fault_in_a_document_is_named_at_its_place() {
    let structures = national_structures();
    let server = Box::pin(server(&structures)).await;
    let sender = Sender::of(&server).await;
    let mut sent = 0;
    for (seed, NationalStructure { structure, .. }) in (1..).zip(&structures) {
        let right = sender.draft(structure, example::minimal(structure, &sender.codes, seed));
        let faults: Vec<_> = example::mutations(structure, &sender.codes, right.data()).collect();
        // One of the first and one further down, by the structure's place in the list.
        let seed = usize::try_from(seed).unwrap();
        for fault in [seed % faults.len(), (seed * 7919) % faults.len()].map(|n| &faults[n]) {
            let content = vec![Form::Data(fault.document.clone()), right.content[1].clone()];
            let draft = right.clone().with_content(content);
            let answer = sender.session.store(&draft.build()).await.unwrap();
            let problem = answer.expect_problem("structure-violation");
            assert_eq!(problem.status, 422);
            let place = format!("/content/0/data{}", fault.pointer);
            let told = problem.errors.iter().any(|e| e.pointer == place && e.code == fault.code);
            assert!(told, "{}: {} at {place}: {problem}", structure.oid(), fault.code);
            sent += 1;
        }
    }
    println!("{sent} documents with one fault each were refused");
}
