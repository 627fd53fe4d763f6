//! The same documents straight into a store: what the disk and the database give at the best.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::JoinSet;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_store::document::{self, Document, NewVersion};
use varanto_store::use_log::{self, LogFilter, Scope, UseEntry};
use varanto_store::vault::IdentifierKind;
use varanto_store::{
    Database, Plan, Settings, SqliteSettings, Subject, Vault, client, find_revision,
    guard_revisions,
};
use varanto_testkit::fresh_oid;
use zeroize::Zeroizing;

use crate::figures::{Figures, Measurement};
use crate::server::Server;

const CONTROLLER: &str = "1.2.246.10.99990001.19.0";

/// A store without a server, and one stored document of the server as the model of what goes in.
pub(crate) struct Bare {
    database: Arc<Database>,
    model: Arc<Model>,
}

struct Model {
    new: NewVersion,
    entry: UseEntry,
    revisions: [i64; 3],
}

impl Bare {
    /// A new store in `file`. The document that the server stored last is its model: the same packed
    /// bytes, the same rows, the same log entry, the same guards.
    pub(crate) async fn of(server: &Server, file: &Path) -> Self {
        let of_server = Database::open(&server.store_settings()).await.expect("the server's store");
        let (mut new, mut entry) = stored_last(&of_server).await;

        let settings = Settings::Sqlite(SqliteSettings::new(file));
        Database::migrate(&settings, Timestamp::now()).await.expect("a store");
        let database = Database::open(&settings).await.expect("a store");
        let person = Uuid::now_v7();
        let vault = Vault::new(&Zeroizing::new([1; 32])).expect("a vault");
        let lookup = vault.lookup(IdentifierKind::PersonalIdentityCode, "nobody");
        let file = client::Client {
            key: person,
            identifier: vec![0; 44],
            names: None,
            version: 1,
            created_at: Timestamp::now(),
            joined_to: None,
        };
        let opening = Plan::recorded(entry.clone()).with(client::insert(file, &lookup));
        database.commit(opening).await.expect("a client's file");
        new.clients = vec![person];
        entry.client = Some(person);
        let mut revisions = [0; 3];
        for (subject, revision) in Subject::ALL.into_iter().zip(&mut revisions) {
            let found = database.fetch_one(find_revision(subject)).await.expect("a revision");
            *revision = found.expect("a revision");
        }
        let model = Arc::new(Model { new, entry, revisions });
        Self { database: Arc::new(database), model }
    }

    /// Lets `count` tasks commit for some time.
    pub(crate) async fn measure(&self, count: usize, time: Duration) -> Figures {
        let measurement = Measurement::begin(None);
        let until = Instant::now() + time;
        let mut at_work = JoinSet::new();
        for _ in 0..count {
            let (database, model) = (Arc::clone(&self.database), Arc::clone(&self.model));
            at_work.spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < until {
                    let began = Instant::now();
                    database.commit(model.plan()).await.expect("committed");
                    times.push(began.elapsed());
                }
                times
            });
        }
        let times = at_work.join_all().await.concat();
        measurement.end("bare store", count, times)
    }
}

impl Model {
    /// The plan of a new document of the same size.
    fn plan(&self) -> Plan {
        let (mut new, mut entry) = (self.new.clone(), self.entry.clone());
        let oid = fresh_oid();
        entry.id = Uuid::now_v7();
        entry.at = Timestamp::now();
        entry.documents = vec![oid.clone()];
        for item in &mut new.content {
            item.version_oid = oid.clone();
        }
        new.version.log_entry = entry.id;
        new.version.stored_at = entry.at;
        new.version.original_oid = oid.clone();
        new.version.oid = oid;
        let mut plan = Plan::recorded(entry);
        plan.extend(document::insert_first_version(new));
        plan.push(guard_revisions(self.revisions));
        plan
    }
}

/// The document that was stored last, as it went in.
async fn stored_last(database: &Database) -> (NewVersion, UseEntry) {
    let register = Scope::Register(Oid::parse(CONTROLLER).expect("an identifier"));
    let filter = LogFilter { action: Some("store".to_owned()), ..LogFilter::default() };
    let query = use_log::list(register, filter, None, 1).expect("a short filter");
    let entry = database.fetch_one(query).await.expect("a log");
    let entry = entry.expect("something was stored");
    let oid = entry.documents.first().expect("a document").clone();
    let version = database.fetch_one(document::find_version(&oid)).await.expect("a version");
    let content = database.fetch(document::contents_of(&oid)).await.expect("content");
    let seen = database.fetch_one(document::find_document(&oid)).await.expect("a document");
    let Document { facts, services, clients, .. } = seen.expect("a document");
    let new = NewVersion {
        version: version.expect("a version"),
        facts,
        services,
        links: Vec::new(),
        clients,
        content,
    };
    (new, entry)
}
