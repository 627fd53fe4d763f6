//! Completeness: clients keep lists of their own of everything that they do, while the server is killed and
//! started again; afterwards the log has exactly that.

mod acts;
mod caller;
mod in_vain;
mod ledger;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use varanto_client::Session;
use varanto_model::Oid;
use varanto_sandbox::World;
use varanto_store::log_tree::LogKind;
use varanto_testkit::{Care, Draft, Expect, ServerProcess, Site, TestPerson};

use self::caller::{Caller, Part};
use self::ledger::{Told, assert_exactly};
use crate::dice::Dice;
use crate::given::sealed;
use crate::stored::{Stored, place_of};

/// Who calls, each on a connection of its own.
const CALLERS: [(&str, Part); 8] = [
    ("S-1001", Part::Worker),
    ("S-1004", Part::Worker),
    ("S-1001", Part::Worker),
    ("S-3001", Part::Neighbour),
    ("S-3001", Part::Worker),
    ("U-1009", Part::Stranger),
    ("S-2001", Part::Stranger),
    ("T-1008", Part::Officer),
];
/// The clients of each.
const CLIENTS: usize = 5;

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} requests, {} entries of uses and disclosures; {} requests had no answer, of which {} \
             are in the log",
            self.requests, self.entries, self.without_answer, self.carried_out
        )?;
        for (outcome, count) in &self.outcomes {
            writeln!(f, "{count:>8} {outcome}")?;
        }
        Ok(())
    }
}

/// Lets so many requests be made, with so many deaths of the server among them.
pub(crate) async fn run(requests: usize, deaths: usize, dice: &mut Dice) -> Told {
    let unbound = |text: String| {
        let text = text.replace("requests_per_second = 2000", "requests_per_second = 1000000");
        text.replace("request_burst = 4000", "request_burst = 1000000")
    };
    let mut server = ServerProcess::with(&World::builtin(), unbound).await;
    let mut callers = assemble(&server, dice).await;
    sealed(&server.open_store().await).await;
    let before = Stored::read(&server).await.entries.map(|entries| entries.len());
    let made = Arc::new(AtomicUsize::new(0));
    for round in 1..=deaths + 1 {
        let until = requests * round / (deaths + 1);
        let is_last = round > deaths;
        let mut at_work = JoinSet::new();
        for ((id, _), caller) in CALLERS.iter().zip(callers.drain(..)) {
            let made = Arc::clone(&made);
            let goes_on =
                move |new| made.fetch_add(new, Ordering::SeqCst) + new < until || !is_last;
            at_work.spawn(caller.work(server.person(id), goes_on));
        }
        if !is_last {
            while made.load(Ordering::SeqCst) < until && at_work.len() == CALLERS.len() {
                tokio::time::sleep(Duration::from_millis(dice.below(5) + 1)).await;
            }
            server = ServerProcess::over(server.kill());
        }
        callers = at_work.join_all().await;
        callers.sort_by_key(Caller::place);
    }
    sealed(&server.open_store().await).await;
    let (status, site) = server.terminate();
    assert!(status.success(), "{status}");
    let stored = Stored::read(&site).await;
    stored.assert_whole(dice);
    assert!(stored.entries[place_of(LogKind::Disclosure)].len() > before[1]);
    let ledgers: Vec<_> = callers.into_iter().map(Caller::into_ledger).collect();
    assert_exactly(&ledgers, &stored, before)
}

/// The callers with their clients, and documents of one county that the other reads.
async fn assemble(site: &Site, dice: &mut Dice) -> Vec<Caller> {
    let (maija, sanna) = (site.person("S-1001"), site.person("S-3001"));
    let session = maija.session();
    let mut disclosed = Vec::new();
    for _ in 0..CLIENTS {
        disclosed.push(let_out(site, &session, &maija, &sanna).await);
    }
    let mut callers = Vec::new();
    for (place, (id, part)) in CALLERS.into_iter().enumerate() {
        let organiser = if id == "S-3001" { &sanna } else { &maija };
        let mut cares: Vec<Care> = Vec::new();
        for _ in 0..CLIENTS {
            cares.push(site.care_of(organiser).await);
        }
        callers.push(Caller::new((place, part), cares, disclosed.clone(), dice.fork()));
    }
    callers
}

/// A document that one county discloses to the other.
async fn let_out(site: &Site, session: &Session, maija: &TestPerson, sanna: &TestPerson) -> Oid {
    let care = site.care_of(maija).await;
    site.care_for(sanna, &care.person).await;
    let document = care.draft(maija);
    for draft in [
        &Draft::informing(maija, &care.person).draft(),
        &Draft::permit(maija, &care.person).draft(),
        &document,
    ] {
        session.store(&draft.build()).await.unwrap().expect_status(201);
    }
    document.oid()
}
