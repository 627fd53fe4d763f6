//! What the tests begin with: a store, mostly one whose log has been sealed, and a hand in it.

use varanto::server::open_service;
use varanto_service::{Sealer, Service, Verified};
use varanto_store::testing::Hand;
use varanto_testkit::{Site, TestServer};

/// A store that nobody serves.
pub(crate) struct Given {
    pub(crate) site: Site,
}

impl Given {
    /// A log of which nothing has been sealed.
    pub(crate) async fn new() -> Self {
        Self { site: Site::fresh().await }
    }

    /// A log with so many entries, sealed a few at a time.
    pub(crate) async fn with(entries: usize) -> Self {
        let site = TestServer::start().await.stop().await;
        let given = Self { site };
        given.let_go();
        let service = given.service().await;
        let mut sealer = Sealer::new(service.clone());
        for n in 0..entries {
            add_entry(&service).await;
            if n % 37 == 0 {
                given.site.seal_with(&mut sealer).await;
            }
        }
        given.site.seal_with(&mut sealer).await;
        given
    }

    /// The use cases over the store.
    pub(crate) async fn service(&self) -> Service {
        Box::pin(open_service(&self.site.config(), &[])).await.unwrap()
    }

    /// Seals all that waits.
    pub(crate) async fn seal(&self) {
        self.let_go();
        self.site.seal_with(&mut Sealer::new(self.service().await)).await;
    }

    /// What verifying finds.
    pub(crate) async fn verified(&self) -> Verified {
        self.service().await.verify_log(None, &mut |_, _| ()).await.unwrap()
    }

    /// Changes the store behind the program's back.
    pub(crate) fn tamper(&self, sql: &str) {
        self.hand().execute(sql).unwrap();
    }

    /// What the store has, in text.
    pub(crate) fn told(&self, sql: &str) -> Vec<String> {
        self.hand().column(sql).unwrap()
    }

    /// A hand in the store.
    pub(crate) fn hand(&self) -> Hand {
        Hand::on(self.site.store_settings())
    }

    /// Nobody holds the log any more, as when the lease of a server has run out.
    fn let_go(&self) {
        self.tamper("UPDATE log_state SET held_until = 0");
    }
}

/// Adds an entry to the administration log.
pub(crate) async fn add_entry(service: &Service) {
    service.forget_old_assertions().await.unwrap();
}
