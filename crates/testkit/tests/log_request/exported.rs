//! `varanto log export`: what was given on a request, written out by whoever runs the repository.

use serde_json::{Value, json};
use varanto_testkit::{Expect, run};

use crate::given::{Given, supervision};

/// REQ LOG-01, LOG-05
#[tokio::test]
async fn what_was_given_is_written_out_once_and_the_client_is_told_by_whom() {
    let given = Given::start().await;
    given.letter().await;
    let id = given.register(&given.request()).await;
    let config = given.server.paths().configuration();
    let out = given.server.directory().join("export.json");
    let export = |request: &str| {
        let (config, out) = (config.to_str().unwrap(), out.to_str().unwrap());
        run(vec![
            "log",
            "export",
            "--request",
            request,
            "--out",
            out,
            "--as",
            "Olli Operoija",
            "--config",
            config,
        ])
    };
    let unknown = "01a203c3-3d89-7406-846b-cc93a51ce9dc";
    for request in [unknown, &id] {
        assert!(!export(request).status.success(), "there is no answer");
        assert!(!out.exists());
    }
    given.answer(&id, &json!({"with_proofs": true})).await;
    assert!(export(&id).status.success());
    let written: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    assert_eq!(written, given.given(&id, "fi").await["export"]);
    assert!(!export(&id).status.success(), "a file that is there is not written over");
    let search = json!({"context": {"purpose": "supervision"}, "page": {"size": 200}});
    let log = given.officer.search_use_log(&search).await.unwrap().expect_status(200);
    let taken = log["entries"].as_array().unwrap().iter();
    let taken: Vec<_> = taken.filter(|entry| entry["user"]["name"] == "Olli Operoija").collect();
    assert_eq!(taken[0]["search"], json!({"request": id, "act": "export"}));
    let next = given.register(&given.request()).await;
    let told = given.preview(&next).await;
    assert!(told.iter().any(|entry| entry["user"] == "Olli Operoija"));
    given.officer.find_log_request(&id, &supervision()).await.unwrap().expect_status(200);
}
