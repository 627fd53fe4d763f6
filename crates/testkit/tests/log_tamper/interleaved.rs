//! Two sealers that know nothing of each other, one overtaken by the other at every step at the store.

use std::sync::Arc;
use std::time::Duration;

use varanto::server::open_service;
use varanto_service::{Sealed, Sealer, Service};
use varanto_store::interleave::Steps;
use varanto_store::testing::Hand;
use varanto_testkit::{Site, TestServer};

use crate::dice::Dice;
use crate::scene::Scene;
use crate::stored::Stored;

async fn service(site: &Site) -> Service {
    let urls = [site.base_url().to_owned()];
    Box::pin(open_service(&site.config(), &urls)).await.unwrap()
}

/// Nobody holds the log any more, as when the lease has run out.
fn let_go(site: &Site) {
    let sql = "UPDATE log_state SET held_until = 0";
    Hand::on(site.store_settings()).execute(sql).unwrap();
}

/// Seals the entry that there is as soon as it is final, or finds that another does.
async fn seals(service: &Service) -> Sealed {
    let mut sealer = Sealer::new(service.clone());
    loop {
        match sealer.seal().await.unwrap() {
            Sealed::Nothing => tokio::time::sleep(Duration::from_millis(5)).await,
            outcome => return outcome,
        }
    }
}

/// REQ LOG-03
#[tokio::test]
async fn a_sealer_that_another_overtakes_at_any_step_writes_no_second_tree() {
    let server = TestServer::start().await;
    let scene = Scene::on(&server).await;
    for turn in 0..10 {
        scene.act(turn).await;
    }
    let site = server.stop().await;
    let (slow, fast) = (service(&site).await, service(&site).await);
    let_go(&site);
    site.seal_with(&mut Sealer::new(slow.clone())).await;
    let mut overtaken = 0;
    let mut step = 0;
    loop {
        assert!(step < 10, "sealing has few steps");
        // One entry, of the administration log.
        slow.forget_old_assertions().await.unwrap();
        let_go(&site);
        let steps = Steps::stopping_before(step);
        let mut sealer = Sealer::new(slow.clone());
        let task = async move { sealer.seal().await };
        let mut task = tokio::spawn(Arc::clone(&steps).run(task));
        let ended = tokio::select! {
            () = steps.stopped() => None,
            outcome = &mut task => Some(outcome.unwrap().unwrap()),
        };
        if ended == Some(Sealed::Nothing) {
            // A transaction of somebody else's could still have come before: once more.
            let_go(&site);
            site.seal_with(&mut Sealer::new(fast.clone())).await;
            continue;
        }
        let fast_one = seals(&fast).await;
        steps.go_on();
        if let Some(outcome) = ended {
            assert_eq!((outcome, fast_one), (Sealed::Entries(1), Sealed::ByAnother));
            break;
        }
        assert_eq!(fast_one, Sealed::Entries(1));
        let late = task.await.unwrap().unwrap();
        assert!(matches!(late, Sealed::ByAnother | Sealed::Nothing), "before {step}: {late:?}");
        overtaken += 1;
        step += 1;
    }
    assert!(overtaken >= 3, "it neither reads nor commits");
    drop((slow, fast));
    Stored::read(&site).await.assert_whole(&mut Dice::new(5));
}
