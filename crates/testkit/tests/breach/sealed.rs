//! The database alone tells nothing of what was reported and done.

use serde_json::json;
use varanto_testkit::{TestServer, fresh_client};

use crate::given::{BEGINNING, Officer, reported};

/// REQ LOG-07
#[tokio::test]
async fn neither_words_nor_names_of_a_breach_stand_in_the_store() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let client = fresh_client();
    let report = json!({
        "what": "SALAINEN-KUVAUS", "when_noticed": BEGINNING, "clients": [{"id": client}],
        "suspected_user": "SALAINEN-EPÄILTY"
    });
    let id = reported(&server.person("S-1001").session(), &report).await;
    let officer = Officer::of(&server, "T-1008");
    let step = json!({"kind": "note", "words": "SALAINEN-HUOMIO"});
    officer.stepped(&id, &step).await;
    assert!(officer.found(&id).await.to_string().contains("SALAINEN-HUOMIO"));
    let site = server.stop().await;
    let config = site.config();
    let store = config.path(&config.store.path);
    let folder = store.parent().unwrap();
    let mut looked_at = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            for secret in ["SALAINEN", client.as_str()] {
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{secret} stands in {}", path.display());
            }
            looked_at += usize::from(path == store);
        }
    }
    assert_eq!(looked_at, 1, "the store itself was looked at");
}
