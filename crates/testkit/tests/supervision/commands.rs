//! Supervision from the command line.

use std::process::Output;

use serde_json::{Value, json};
use varanto_testkit::{ServerProcess, run};

use crate::given::{by_reason, read, reviewed, store};

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// REQ LOG-06
#[tokio::test]
async fn uses_are_listed_and_decided_on_from_the_command_line() {
    let server = ServerProcess::start().await;
    let maija = server.person("S-1001");
    let letter = server.care_of(&maija).await.draft(&maija);
    store(&maija.session(), &letter).await;
    read(&server.person("S-1002").session(), &letter, &by_reason()).await;
    let directory = server.paths().directory().to_str().unwrap().to_owned();
    let supervision = |arguments: &[&str]| -> Output {
        let at = ["--sandbox", &directory, "--url", server.base_url()];
        run([&["supervision"], arguments, &at].concat())
    };
    let listed = supervision(&["list", "special-reasons"]);
    assert!(listed.status.success(), "{listed:?}");
    let shown = text(&listed.stdout);
    assert!(shown.contains("S-1002") && shown.contains("X-OTHER"), "{shown}");
    let whole = supervision(&["list", "special-reasons", "--json", "--user", "S-1002"]);
    let items: Value = serde_json::from_slice(&whole.stdout).unwrap();
    let item = items[0]["id"].as_str().unwrap();
    let decide = |item: &str| {
        supervision(&["decide", "special-reasons", item, "clarify", "--reason", "Kysytään"])
    };
    let decided = decide(item);
    assert!(decided.status.success(), "{decided:?}");
    let found = json!({"list": "special-reasons", "decided": "decided"});
    let found = reviewed(&server, "T-1008", &found).await;
    assert_eq!(found[0]["decisions"][0]["reason"], "Kysytään");
    let open = supervision(&["list", "special-reasons", "--json"]);
    assert_eq!(text(&open.stdout), "[]\n");
    let refused = decide("0199c2f0-7b6a-7c1e-9f00-2d6b8f3a1c55");
    assert!(
        !refused.status.success() && text(&refused.stderr).contains("not-found"),
        "{refused:?}"
    );
    let worker = supervision(&["list", "kin", "--as", "S-1001"]);
    assert!(text(&worker.stderr).contains("purpose-not-permitted"), "{worker:?}");
}
