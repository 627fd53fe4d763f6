//! Those who call: the systems of all organisations, each with its certificate and its connections, and the
//! people behind them, each with a token that is renewed in time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::runtime::Handle;
use varanto_client::{Client, Credentials, Session, Signer};
use varanto_country::{Place, Worker};

/// Somebody at work, on each of the connections.
type Sessions = Arc<[Session]>;

/// Everyone who calls a server.
pub(crate) struct Callers {
    place: Arc<Place>,
    base_url: String,
    connections: usize,
    runtime: Handle,
    turn: AtomicUsize,
    systems: Mutex<HashMap<usize, Arc<[Client]>>>,
    signers: Mutex<HashMap<usize, Arc<Signer>>>,
    at_work: Mutex<HashMap<(usize, usize), Sessions>>,
}

impl Callers {
    /// Those of a place who call a server at `base_url`, over so many connections of each organisation.
    pub(crate) fn of(place: &Arc<Place>, base_url: &str, connections: usize) -> Self {
        Self {
            place: Arc::clone(place),
            base_url: base_url.to_owned(),
            connections: connections.max(1),
            runtime: Handle::current(),
            turn: AtomicUsize::new(0),
            systems: Mutex::default(),
            signers: Mutex::default(),
            at_work: Mutex::default(),
        }
    }

    /// A connection of an organisation's system; each in its turn.
    pub(crate) fn system(&self, organisation: usize) -> Client {
        let systems = self.systems(organisation);
        systems[self.turn.fetch_add(1, Ordering::Relaxed) % systems.len()].clone()
    }

    /// What an organisation's system signs with.
    pub(crate) fn signer(&self, organisation: usize) -> Arc<Signer> {
        let mut signers = self.signers.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || self.place.signer(organisation).expect("a system with keys");
        Arc::clone(signers.entry(organisation).or_insert_with(read))
    }

    /// Who a worker is.
    pub(crate) fn credentials(&self, worker: Worker) -> Credentials {
        self.place.credentials(worker).expect("a worker with keys")
    }

    /// A worker at work, logged in already, on one of the organisation's connections. Waits for the token where
    /// there is none yet or it ends soon; not to be called on the runtime.
    pub(crate) fn session(&self, worker: Worker) -> Session {
        let sessions = self.sessions(worker);
        let session = sessions[self.turn.fetch_add(1, Ordering::Relaxed) % sessions.len()].clone();
        self.runtime.block_on(session.token()).expect("a token");
        session
    }

    fn sessions(&self, worker: Worker) -> Sessions {
        let key = (worker.organisation, worker.staff);
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let made = at_work.entry(key).or_insert_with(|| {
            let credentials = self.credentials(worker);
            let systems = self.systems(worker.organisation);
            systems.iter().map(|s| s.session(credentials.clone(), Timestamp::now)).collect()
        });
        Arc::clone(made)
    }

    fn systems(&self, organisation: usize) -> Arc<[Client]> {
        let mut systems = self.systems.lock().unwrap_or_else(PoisonError::into_inner);
        let made = systems.entry(organisation).or_insert_with(|| {
            let settings = self.place.settings(organisation, &self.base_url);
            let settings = settings.expect("a system with keys");
            let connect = |_| Client::connect(&settings).expect("a client");
            (0..self.connections).map(connect).collect()
        });
        Arc::clone(made)
    }
}
