//! The use cases without the network: for tests that need thousands of uses, or that stand between two
//! steps of one.

use jiff::Timestamp;
use uuid::Uuid;
use varanto::server::open_service;
use varanto_model::Oid;
use varanto_service::{AnnulmentReceipt, CallContext, Error, Service, Stored, SystemIdentity};
use varanto_signatures::certificates_from_pem;
use varanto_store::Database;
use varanto_store::use_log::{self, UseEntry};
use varanto_testkit::{Draft, Site, TestPerson, TestServer};

/// A sandbox with the use cases over its store.
pub(crate) struct InProcess {
    pub(crate) site: Site,
    pub(crate) service: Service,
    /// A second door to the store.
    pub(crate) database: Database,
}

impl InProcess {
    /// The use cases over the built-in world.
    pub(crate) async fn start() -> Self {
        let site = Box::pin(TestServer::start()).await.stop().await;
        let urls = [site.base_url().to_owned()];
        let config = site.config();
        let service = Box::pin(open_service(&config, &urls)).await.unwrap();
        let database = site.open_store().await;
        Self { site, service, database }
    }

    /// Somebody with a token.
    pub(crate) async fn caller(&self, id: &str) -> Caller {
        let person = self.site.person(id);
        let certificates = certificates_from_pem(&person.settings().certificate_pem).unwrap();
        let system = self.service.identify_system(&certificates[0]).await.unwrap();
        let audience = format!("{}/oauth2/token", self.site.base_url());
        let name = Uuid::now_v7().to_string();
        let assertion = person.credentials.assertion(&audience, Timestamp::now(), &name).unwrap();
        let token = self.service.issue_token(&system, &assertion).await.unwrap().access_token;
        Caller { person, service: self.service.clone(), system, token }
    }

    /// The entries of the use log since the number `after`, in the order of their commits.
    pub(crate) async fn committed(&self, mut after: i64) -> Vec<(i64, UseEntry)> {
        let mut entries = Vec::new();
        loop {
            let page = self.database.fetch(use_log::committed(after)).await.unwrap();
            let Some((last, _)) = page.last() else { return entries };
            after = *last;
            entries.extend(page);
        }
    }

    /// The number of the newest entry.
    pub(crate) async fn last_number(&self) -> i64 {
        self.committed(0).await.last().map_or(0, |(number, _)| *number)
    }
}

/// Somebody who calls.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) person: TestPerson,
    pub(crate) service: Service,
    system: SystemIdentity,
    token: String,
}

impl Caller {
    /// A call that begins now.
    pub(crate) fn context(&self) -> CallContext {
        let system = self.system.clone();
        self.service.authenticate(system, Some(&self.token), Uuid::now_v7()).unwrap()
    }

    pub(crate) async fn store(&self, draft: &Draft) -> Result<Stored, Error> {
        let body = draft.build().to_string();
        self.service.store_document(&self.context(), body.as_bytes()).await
    }

    pub(crate) async fn annul(&self, oid: &Oid) -> Result<AnnulmentReceipt, Error> {
        let reason = br#"{"reason": "written about another client"}"#;
        self.service.annul_document(&self.context(), oid.as_str(), &[], reason).await
    }
}
