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
    let bytes = site.bytes_of_store();
    let holds = |part: &str| bytes.windows(part.len()).any(|window| window == part.as_bytes());
    assert!(holds("1.2.246.10.99990001.19.0"), "the store itself was looked at");
    for secret in ["SALAINEN", client.as_str()] {
        assert!(!holds(secret), "{secret} stands in the store");
    }
}
