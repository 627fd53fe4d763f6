//! One of several servers finds that its file of checkpoints has another log than the store: none of them seals on.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use varanto::server::{Overrides, start};
use varanto::witness::notes_in;
use varanto_client::Client;
use varanto_store::testing::Hand;
use varanto_testkit::{Site, TestServer};

use crate::forged;
use crate::given::{PATIENCE, sealed, signer, state};
use crate::scene::Scene;
use crate::stopped::{early, is_ready_again};
use crate::stored::Stored;

const FILE: &str = "witness_file = \"data/witness\"\n";

fn with_file(text: &str) -> String {
    assert!(text.contains("[sealing]\n"));
    early(text.replace("[sealing]\n", &format!("[sealing]\n{FILE}")))
}

fn file(site: &Site) -> PathBuf {
    let config = site.config();
    config.path(config.sealing.witness_file.as_ref().unwrap())
}

/// How many leaves the last tree has that the file knows.
fn known(file: &Path) -> u64 {
    let size = |note: String| note.lines().nth(1).unwrap().parse().unwrap();
    notes_in(file).unwrap().last().flatten().map_or(0, size)
}

/// Cuts the log back to before what the file knows last, with all that tells of it.
async fn cut_back(site: &Site) {
    let (stored, last) = (Stored::read(site).await, known(&file(site)));
    let earlier = stored.checkpoints.iter().rfind(|kept| kept.size < last).unwrap();
    let store = Hand::on(site.store_settings());
    store.execute(&forged::cut(&store, &stored, earlier.size, &signer(site))).unwrap();
}

async fn reasons(client: &Client) -> String {
    String::from_utf8(client.get("/readyz").await.unwrap().body).unwrap()
}

/// The numbers of the entries by which it was noted.
fn noted(site: &Site) -> Vec<i64> {
    let numbers =
        "SELECT number FROM administrative_entry WHERE action = 'distrust_log' ORDER BY number";
    let told = Hand::on(site.store_settings()).column(numbers).unwrap();
    told.iter().map(|number| number.parse().unwrap()).collect()
}

/// REQ LOG-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_witness_of_one_server_has_another_log_no_server_seals_on() {
    let server = TestServer::with_config(|text| with_file(&text)).await;
    let scene = Scene::on(&server).await;
    for turn in 0..3 {
        scene.act(turn).await;
        sealed(&server.open_store().await).await;
    }
    let (wanted, began) = (state(&server.open_store().await).await.size, Instant::now());
    while known(&file(&server)) < wanted {
        assert!(began.elapsed() < PATIENCE, "the file is not written on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let site = server.stop().await;
    cut_back(&site).await;

    let server = TestServer::over(site).await;
    let began = Instant::now();
    while noted(&server).is_empty() {
        assert!(began.elapsed() < PATIENCE, "it is not noted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // The other has no witness. It starts after that and seals it, and is told again.
    let mut config = server.config();
    config.sealing.witness_file = None;
    let overrides = Overrides { port: Some(0) };
    let other = Box::pin(start(&config, &overrides)).await.unwrap();
    let client = Client::without_certificate(&other.base_url, &server.ca_pem()).unwrap();
    let (scene, database) = (Scene::on(&server).await, server.open_store().await);
    let began = Instant::now();
    while noted(&server).len() < 2
        || !reasons(&client).await.contains("the log is not sealed in time")
    {
        assert!(began.elapsed() < PATIENCE, "it seals on");
        scene.act(4).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(reasons(&server.stranger()).await.contains("is of another log than the store"));
    for turn in 0..5 {
        scene.act(turn).await;
    }
    let sealed_to = state(&database).await.sealed.administration;
    assert!(sealed_to < noted(&server)[1], "it has sealed past what the first noted");

    // Somebody has found out, keeps the file, and starts anew.
    other.stop().await;
    let site = server.stop().await;
    let configuration = site.paths().configuration();
    let text = std::fs::read_to_string(&configuration).unwrap();
    std::fs::write(&configuration, text.replace(FILE, "")).unwrap();
    let server = TestServer::over(site).await;
    Scene::on(&server).await.act(0).await;
    sealed(&server.open_store().await).await;
    is_ready_again(&server).await;
}
