//! Whose the entries are: the files of clients, which the tree does not hold.

use serde_json::{Value, json};
use varanto_store::testing::Hand;
use varanto_testkit::{Care, Draft, Expect, TestClient, TestServer, fresh_case, fresh_client};

use crate::verified::Verdict;

const NAMELESS: &str = "1.2.246.10.99990001.22.2026.1";

/// What is wrong with the files of clients, after a change of the store.
async fn after(changes: &[&str]) -> Vec<Value> {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let (person, nameless) = (fresh_client(), TestClient::temporary(NAMELESS, "2026-01-02"));
    let nameless = nameless.named("Tuntematon", "Tuntematon");
    let case = Draft::case(&maija, &nameless, &fresh_case());
    Care::arrange(&maija.session(), &case, &Draft::clientship(&maija, &nameless)).await;
    let joining = json!({
        "temporary": {"temporary_id": NAMELESS},
        "client": {"id": person, "family_name": "Testinen", "given_names": "Aino"}
    });
    maija.session().join_client(&joining).await.unwrap().expect_status(200);
    let site = server.stop().await;
    let store = Hand::on(site.store_settings());
    for sql in changes {
        store.execute(&sql.replace("{zeros}", &store.zeros(32))).unwrap();
    }
    let verdict = Verdict::on(&site, None);
    assert_eq!(verdict.faults(), &[] as &[Value], "the tree stands: {:#}", verdict.told);
    verdict.told["people"].as_array().unwrap().clone()
}

/// REQ LOG-03, LOG-05
#[tokio::test]
async fn entries_that_were_made_nobodys_are_found() {
    assert_eq!(after(&[]).await, [] as [Value; 0], "nobody has changed anything");
    let not_found = "it is not found by the identifier that is sealed in it";
    let astray = "it was joined to a file that is no person's";
    let not_joined = "the log tells of a joining that it does not have";
    let closed = "what is sealed in it does not open";
    for (change, wanted) in [
        ("UPDATE client SET lookup = {zeros} WHERE joined_to IS NULL", vec![not_found, astray]),
        ("UPDATE client SET joined_to = client_key WHERE joined_to IS NOT NULL", vec![astray]),
        ("UPDATE client SET joined_to = NULL", vec![not_joined, not_joined]),
        (
            "UPDATE client SET identifier = (SELECT identifier FROM client WHERE joined_to IS NULL)
             WHERE joined_to IS NOT NULL",
            vec![closed],
        ),
    ] {
        let found = after(&[change]).await;
        let mut found: Vec<_> = found.iter().map(|fault| fault["why"].as_str().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found, wanted, "{change}");
    }
}
