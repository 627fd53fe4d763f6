//! A mandate that ended while a use is under way is not used after its commit (CIT-05): the end is committed
//! between any two steps of the use. The same for a document that is taken from the citizen's view.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;
use varanto_documents::pdfa::{Part, example};
use varanto_model::Oid;
use varanto_service::{CitizenContext, Error, Service, SystemIdentity, WantedForm};
use varanto_signatures::certificates_from_pem;
use varanto_store::interleave::Steps;
use varanto_store::use_log::Outcome;
use varanto_testkit::{
    CITIZEN_SERVICE, CITIZEN_SERVICE_WORKER, Draft, TestRepresentative, fresh_case, fresh_client,
};

use crate::in_process::{Caller, InProcess};

/// More steps than any use takes.
const MOST_STEPS: usize = 40;

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Fetch,
    Search,
    Cases,
    Clientships,
    Will,
    Disclosures,
    Declare,
}

const USES: [Use; 7] = [
    Use::Fetch,
    Use::Search,
    Use::Cases,
    Use::Clientships,
    Use::Will,
    Use::Disclosures,
    Use::Declare,
];

/// What ends meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// A new version of the representation names nobody.
    LeftOut,
    /// The representation is annulled.
    Annulled,
    /// A new version of the document is hidden from citizens.
    Hidden,
}

struct Stage {
    office: InProcess,
    maija: Caller,
}

/// A client with a document, and somebody with a mandate who is logged in.
struct Scene {
    mandate: Draft,
    document: Draft,
    informing: Draft,
    citizen: LoggedIn,
    client: String,
}

#[derive(Clone)]
struct LoggedIn {
    service: Service,
    system: SystemIdentity,
    token: String,
}

impl LoggedIn {
    /// A call that begins now.
    fn context(&self) -> CitizenContext {
        let system = self.system.clone();
        self.service.authenticate_citizen(system, Some(&self.token), Uuid::now_v7()).unwrap()
    }
}

impl Stage {
    async fn set() -> Self {
        let office = InProcess::start().await;
        let maija = office.caller("S-1001").await;
        Self { office, maija }
    }

    async fn log_in(&self, holder: &str, client: &str) -> LoggedIn {
        let citizen = self.office.site.citizen(holder).acting_for(client);
        let settings = self.office.site.client_settings(CITIZEN_SERVICE);
        let certificates = certificates_from_pem(&settings.certificate_pem).unwrap();
        let service = self.office.service.clone();
        let system = service.identify_system(&certificates[0]).await.unwrap();
        let audience = format!("{}/oauth2/token", self.office.site.base_url());
        let name = Uuid::now_v7().to_string();
        let credentials = &citizen.credentials;
        let assertion = credentials.assertion(&audience, Timestamp::now(), &name).unwrap();
        let token = service.issue_token(&system, &assertion).await.unwrap().access_token;
        LoggedIn { service, system, token }
    }

    async fn scene(&self) -> Scene {
        let author = &self.maija.person;
        let (client, holder, case) = (fresh_client(), fresh_client(), fresh_case());
        let opened = Draft::case(author, &client, &case).draft();
        let clientship = Draft::clientship(author, &client).draft();
        let file = example::minimal(Part::Two, "Kirje");
        let document = Draft::letter(author, &client, file).in_case(&case);
        let representative = TestRepresentative::of(&holder).role("34");
        let mandate = Draft::representation(author, &client);
        let mandate = mandate.represented_by(representative.clone()).draft();
        for draft in [&opened, &clientship, &document, &mandate] {
            self.maija.store(draft).await.unwrap();
        }
        let citizen = self.log_in(&holder, &client).await;
        let service = self.office.site.person(CITIZEN_SERVICE_WORKER);
        let informing = Draft::informing(&service, &client).represented_by(representative);
        let informing = informing.draft().by_citizen();
        Scene { mandate, document, informing, citizen, client }
    }

    async fn end(&self, end: End, scene: &Scene) {
        let newer = match end {
            End::LeftOut => {
                let nobody = Draft::representation(&self.maija.person, &scene.client).nobody();
                nobody.version_after(&scene.mandate)
            }
            End::Annulled => {
                self.maija.annul(&scene.mandate.oid()).await.unwrap();
                return;
            }
            End::Hidden => {
                let hidden = json!({"visibility": "hidden", "reason": "Asiakkaan turvallisuus"});
                scene.document.next_version().with("citizen_view", hidden)
            }
        };
        self.maija.store(&newer).await.unwrap();
    }

    /// Lets an end come in before the step of a use. Gives whether the use had that many steps.
    async fn interleave(&self, used: Use, end: End, step: usize) -> bool {
        let what = format!("{used:?} with {end:?} before step {step}");
        let scene = self.scene().await;
        let before = self.office.last_number().await;
        let steps = Steps::stopping_before(step);
        let body = scene.informing.build().to_string().into_bytes();
        let task = begin(used, scene.citizen.clone(), scene.document.oid(), body);
        let mut task = tokio::spawn(Arc::clone(&steps).run(task));
        let early = tokio::select! {
            () = steps.stopped() => None,
            result = &mut task => Some(result.unwrap()),
        };
        let was_stopped = early.is_none();
        self.end(end, &scene).await;
        steps.go_on();
        let result = match early {
            Some(result) => result,
            None => task.await.unwrap(),
        };
        let log = self.office.committed(before).await;
        let permitted = log.iter().any(|(_, entry)| {
            entry.user_id.starts_with("citizen:") && entry.outcome == Outcome::Permitted
        });
        assert_eq!(permitted, !was_stopped, "{what}: the log tells otherwise");
        assert_eq!(result.is_ok(), !was_stopped, "{what}: {result:?}");
        was_stopped
    }
}

/// A use that begins now.
fn begin(
    used: Use,
    citizen: LoggedIn,
    document: Oid,
    body: Vec<u8>,
) -> impl Future<Output = Result<(), Error>> {
    let context = citizen.context();
    async move {
        let service = citizen.service;
        match used {
            Use::Fetch => {
                let whole = WantedForm::Whole;
                let fetched =
                    service.fetch_citizen_document(&context, document.as_str(), &[], whole);
                fetched.await.map(drop)
            }
            Use::Search => service.search_citizen_documents(&context, b"{}").await.map(drop),
            Use::Cases => service.search_citizen_cases(&context, b"{}").await.map(drop),
            Use::Clientships => service.search_citizen_clientships(&context, b"{}").await.map(drop),
            Use::Will => service.citizen_will(&context).await.map(drop),
            Use::Disclosures => service.search_citizen_disclosures(&context, b"{}").await.map(drop),
            Use::Declare => service.store_citizen_document(&context, &body).await.map(drop),
        }
    }
}

/// REQ CIT-05, CIT-02
#[tokio::test]
async fn a_use_that_the_end_of_a_mandate_overtakes_at_any_step_is_refused() {
    let stage = Stage::set().await;
    for used in USES {
        for end in [End::LeftOut, End::Annulled, End::Hidden] {
            if end == End::Hidden && used != Use::Fetch {
                continue;
            }
            let mut step = 0;
            while stage.interleave(used, end, step).await {
                step += 1;
                assert!(step < MOST_STEPS, "{used:?} does not end");
            }
            assert!(step >= 2, "{used:?} neither gathers nor commits");
        }
    }
}
