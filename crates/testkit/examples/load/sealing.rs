//! What sealing costs: rounds of storing while the log is taken into its tree, and rounds while it is not.
//!
//! A sealer does not write on a tree whose state is not what its leaves give. For the rounds without sealing
//! the state is put wrong, and right again afterwards; the server is the same, with the same data, and what has
//! piled up is sealed between the rounds. A sealer that stands still looks at the state all the same.

use std::fmt;
use std::time::Duration;

use varanto_store::Database;
use varanto_store::log_tree::{self, LogKind, LogState};
use varanto_store::testing::Hand;

use crate::clients::{Act, Clients};
use crate::figures::Figures;
use crate::server::Server;

/// What the repository aims at.
const AIM: f64 = 0.9;

const STOP: &str = "UPDATE log_state SET use_number = -1 - use_number WHERE use_number >= 0";
const GO_ON: &str = "UPDATE log_state SET use_number = -1 - use_number WHERE use_number < 0";

/// Rounds with sealing and without, each beside its neighbour.
pub(crate) struct Sealing {
    clients: usize,
    with: Vec<Figures>,
    without: Vec<Figures>,
}

impl Sealing {
    /// Measures so many rounds of each.
    pub(crate) async fn run(
        server: &Server,
        clients: &Clients,
        (count, rounds): (usize, usize),
        time: Duration,
    ) -> Self {
        let settings = server.store_settings();
        let database = Database::open(&settings).await.expect("the store");
        let store = Hand::on(settings);
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            // With first, without first, in turns: whatever drifts falls on both.
            for seals in [round % 2 == 0, round % 2 == 1] {
                let before = sealed(&database).await;
                if !seals {
                    store.execute(STOP).expect("a changed store");
                }
                let figures = clients.measure(Act::StorePrepared, count, time, server).await;
                let after = state(&database).await.size;
                assert_eq!(after > before, seals, "{before} leaves before and {after} after");
                store.execute(GO_ON).expect("a changed store");
                if seals { with.push(figures) } else { without.push(figures) }
            }
        }
        Self { clients: count, with, without }
    }
}

async fn state(database: &Database) -> LogState {
    let state = database.fetch_one(log_tree::state()).await.expect("the state of the log");
    state.expect("the state of the log")
}

/// Waits until the tree has everything, and tells its size.
async fn sealed(database: &Database) -> u64 {
    loop {
        let numbers = database.fetch_one(log_tree::numbers()).await.expect("the log");
        let (state, numbers) = (state(database).await, numbers.unwrap_or_default());
        if LogKind::ALL.iter().all(|log| state.sealed.of(*log) >= numbers.of(*log)) {
            return state.size;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

impl fmt::Display for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rates = |of: &[Figures]| of.iter().map(|figures| figures.per_second).collect();
        let processor =
            |of: &[Figures]| median(of.iter().map(|f| f.server.as_secs_f64() * 1e6).collect());
        let (with, without): (Vec<f64>, Vec<f64>) = (rates(&self.with), rates(&self.without));
        let pairs = || with.iter().zip(&without);
        for (with, without) in pairs() {
            writeln!(f, "{with:>9.0} per s with sealing{without:>9.0} without")?;
        }
        // Of neighbours, on which whatever else the machine does falls alike.
        let ratio = median(pairs().map(|(with, without)| with / without).collect());
        let (with, without) = (median(with), median(without));
        let met = if ratio >= AIM { "met" } else { "NOT met" };
        writeln!(
            f,
            "{} clients, medians: {with:.0} and {without:.0} per s; {:.0} and {:.0} µs of the server's \
             processors each\nwith sealing / without: {:.1} % (aim 90 % or more: {met})",
            self.clients,
            processor(&self.with),
            processor(&self.without),
            ratio * 100.0
        )
    }
}
