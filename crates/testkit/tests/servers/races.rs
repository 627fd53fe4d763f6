//! Uses under a right at two servers while the right is taken away and given at one and the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use varanto_store::use_log::{self, UseEntry};
use varanto_testkit::{Care, Draft, UnitEntry, fresh_case, fresh_client};

use crate::given::{KOIVULA, Servers, under};
use crate::log_order::only_while_given;

/// Producers at once, and how often their right is taken away meanwhile.
const PRODUCERS: usize = 12;
const ROUNDS: usize = 12;

/// REQ RA-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_uses_at_two_servers_none_falls_between_a_withdrawal_and_the_next_giving() {
    let servers = Servers::start(2).await;
    let database = servers.first.open_store().await;
    let organisers = [0, 1].map(|place| servers.person(place, "S-1001").session());
    let maija = servers.person(0, "S-1001");
    let (client, case) = (fresh_client(), fresh_case());
    let bare = Draft::clientship(&maija, &client);
    let marked = bare.clone().producer(UnitEntry::of(KOIVULA));
    let care = Care::arrange(&organisers[0], &Draft::case(&maija, &client, &case), &marked).await;
    let document = care.draft(&maija);
    organisers[0].store(&document.build()).await.unwrap();
    let begun = committed(&servers, 0).await.last().map_or(0, |(number, _)| *number);

    let is_over = Arc::new(AtomicBool::new(false));
    let mut at_work = JoinSet::new();
    for place in 0..PRODUCERS {
        let (tuula, is_over) = (servers.person(place, "S-2001"), Arc::clone(&is_over));
        let (care, case, oid) = (care.clone(), case.clone(), document.oid());
        at_work.spawn(async move {
            let (session, right) = (tuula.session(), under(&case));
            let search = json!({
                "context": {"basis": "register_access", "case": case.as_str()},
                "client": {"id": care.client},
            });
            let mut counts = [0_usize; 2];
            for turn in place.. {
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
                let answer = match turn % 3 {
                    0 => session.store(&care.draft(&tuula).build()).await,
                    1 => session.fetch(&oid, &right).await,
                    _ => session.search(&search).await,
                };
                match answer.unwrap().status {
                    200 | 201 => counts[0] += 1,
                    403 | 404 => counts[1] += 1,
                    // So often did something change under it that it gave up.
                    409 | 503 => {}
                    status => panic!("{status}"),
                }
            }
            counts
        });
    }
    let (mut newest, mut withdrawals, mut givings) =
        (care.clientship_document.clone(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for (turn, clientship, list) in [(0, &bare, &mut withdrawals), (1, &marked, &mut givings)] {
            tokio::time::sleep(Duration::from_millis(80)).await;
            newest = clientship.version_after(&newest);
            // A change may lose against uses again and again, and is made again.
            let at = &organisers[(round + turn) % 2];
            let envelope = newest.build();
            let mut tries = 0;
            while !matches!(at.store(&envelope).await.unwrap().status, 200 | 201) {
                tries += 1;
                assert!(tries < 100, "a change of the clientship does not come through");
            }
            list.push(newest.oid());
        }
    }
    is_over.store(true, Ordering::SeqCst);
    let counts = at_work.join_all().await;
    let (permitted, refused) = counts.iter().fold((0, 0), |(p, r), c| (p + c[0], r + c[1]));
    println!("{permitted} uses permitted and {refused} refused in {ROUNDS} withdrawals");
    assert!(permitted > 0 && refused > 0);
    drop(database);
    only_while_given(&committed(&servers, begun).await, &withdrawals, &givings);
}

/// The use log after a number, in its order.
async fn committed(servers: &Servers, mut after: i64) -> Vec<(i64, UseEntry)> {
    let database = servers.first.open_store().await;
    let mut entries = Vec::new();
    loop {
        let page = database.fetch(use_log::committed(after)).await.unwrap();
        let Some((last, _)) = page.last() else { return entries };
        after = *last;
        entries.extend(page);
    }
}
