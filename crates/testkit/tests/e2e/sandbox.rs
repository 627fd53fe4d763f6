//! The built program: sandbox, server, clock, calls, and its end.

use std::path::Path;

use serde_json::{Value, json};
use varanto_testkit::{Draft, Expect, ServerProcess, fresh_case, fresh_client, run};

use crate::common::{all_of, found, own, store, world};

/// Runs the program, which must succeed; gives its standard output.
fn done(arguments: &[&str]) -> String {
    let output = run(arguments.iter().copied());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// REQ PRO-03
#[test]
fn one_command_makes_a_sandbox_of_a_world_of_ones_own() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("world.json");
    let changed = world(|world| {
        world["organisations"][0]["name"] = json!("Oma hyvinvointialue");
        world["organisations"].as_array_mut().unwrap().truncate(1);
        let controller = world["organisations"][0]["controller"].as_object_mut().unwrap();
        controller.remove("wide_access");
    });
    std::fs::write(&file, serde_json::to_vec(&changed).unwrap()).unwrap();
    let sandbox = directory.path().join("sandbox");
    done(&["sandbox", "init", text(&sandbox), "--world", text(&file)]);
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(sandbox.join("sandbox.json")).unwrap()).unwrap();
    assert_eq!(manifest["organisations"][0]["name"], "Oma hyvinvointialue");
    assert_eq!(manifest["organisations"].as_array().unwrap().len(), 1);
    assert!(manifest["structures"].as_array().unwrap().len() >= 7);
    assert!(sandbox.join("varanto.toml").is_file());
    let again = run(["sandbox", "init", text(&sandbox)]);
    assert_eq!(again.status.code(), Some(1), "a sandbox is not made over another");
    std::fs::write(&file, "{\"organisations\": [{}], \"more\": 1}").unwrap();
    let other = directory.path().join("other");
    let wrong = run(["sandbox", "init", text(&other), "--world", text(&file)]);
    assert_eq!(wrong.status.code(), Some(1));
    let told = String::from_utf8(wrong.stderr).unwrap();
    for fault in ["/organisations/0/name", "/organisations/0/operating_unit", "/more"] {
        assert!(told.contains(fault), "{told}");
    }
}

/// REQ PRO-03
#[tokio::test]
async fn the_clock_of_a_sandbox_moves_what_the_rules_see() {
    let closed = world(|world| {
        world["organisations"][0]["controller"]["register_opens"] = json!("2031-07-01");
    });
    let server = ServerProcess::with(&closed, |text| text).await;
    let maija = server.person("S-1001");
    let session = maija.session();
    let draft = Draft::case(&maija, &fresh_client(), &fresh_case()).draft();
    let config = server.paths().configuration();
    let clock = |arguments: &[&str]| {
        done(&[&["sandbox", "clock"], arguments, &["--config", text(&config)]].concat())
    };
    session.store(&draft.build()).await.unwrap().expect_problem("register-not-open");
    let shown = clock(&["set", "2031-06-29T12:00:00+03:00"]);
    assert!(shown.contains("2031-06-29T09:00"), "{shown}");
    session.store(&draft.build()).await.unwrap().expect_problem("register-not-open");
    clock(&["advance", "2d"]);
    let receipt = store(&session, &draft).await;
    assert!(receipt["stored_at"].as_str().unwrap().starts_with("2031-07-01T09:"));
    assert!(clock(&["show"]).contains("2031-07-01T09:"));
    let backwards = run(["sandbox", "clock", "advance", "--config", text(&config), "--", "-1d"]);
    assert!(!backwards.status.success());
}

/// REQ PRO-03
#[tokio::test]
async fn a_call_from_the_command_line_takes_care_of_certificates_and_token() {
    let server = ServerProcess::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    store(&maija.session(), &draft).await;
    let directory = server.paths().directory();
    let call = |arguments: &[&str]| {
        let common = ["call", "--sandbox", text(directory), "--url", server.base_url()];
        run([&common, arguments].concat())
    };
    let search = all_of(&care.client).to_string();
    let output = call(&["--as", "S-1001", "--data", &search, "POST", "/v1/documents/search"]);
    assert!(output.status.success(), "{output:?}");
    let page: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(page["documents"][0]["oid"], draft.oid().as_str());
    let refused = call(&["--as", "U-1009", "--data", &search, "POST", "/v1/documents/search"]);
    assert_eq!(refused.status.code(), Some(1), "an answer that is no success is a failure");
    assert!(
        String::from_utf8_lossy(&[refused.stdout, refused.stderr].concat()).contains("outsider")
    );
}

/// REQ PRO-03
#[tokio::test]
async fn a_server_that_is_told_to_stop_ends_well_and_serves_again_what_it_stored() {
    let server = ServerProcess::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    store(&maija.session(), &draft).await;
    let (status, site) = server.terminate();
    assert_eq!(status.code(), Some(0));
    let server = ServerProcess::over(site);
    let session = server.person("S-1001").session();
    assert_eq!(found(&session, &all_of(&care.client)).await, [draft.oid().as_str()]);
}

/// What was answered as stored is there after a sudden death; what was not answered is there whole
/// or not at all, and can be sent again.
///
/// REQ DOC-01
#[tokio::test]
async fn what_was_answered_as_stored_outlives_a_sudden_death() {
    let server = ServerProcess::start().await;
    let maija = server.person("S-1001");
    let session = maija.session();
    session.token().await.unwrap();
    let mut cared_for = Vec::new();
    for _ in 0..8 {
        cared_for.push(server.care_of(&maija).await);
    }
    let drafts: Vec<Draft> =
        cared_for.iter().cycle().take(200).map(|care| care.draft(&maija)).collect();
    let mut senders = tokio::task::JoinSet::new();
    for (n, draft) in drafts.iter().enumerate() {
        let (session, envelope) = (session.clone(), draft.build());
        senders.spawn(async move {
            let answer = session.store(&envelope).await.ok()?;
            Some((n, answer.expect_status(201)))
        });
    }
    let mut receipts = Vec::new();
    let mut killed = None;
    let mut server = Some(server);
    while let Some(answered) = senders.join_next().await {
        receipts.extend(answered.unwrap());
        if receipts.len() == 40 && killed.is_none() {
            killed = Some(server.take().unwrap().kill());
        }
    }
    let server = ServerProcess::over(killed.unwrap());
    let session = server.person("S-1001").session();
    for (n, receipt) in &receipts {
        let fetched = session.fetch(&drafts[*n].oid(), &own()).await.unwrap().expect_status(200);
        assert_eq!(fetched["digest"], receipt["digest"]);
    }
    for draft in &drafts {
        let again = session.store(&draft.build()).await.unwrap();
        assert!([200, 201].contains(&again.status), "{}", again.status);
    }
}
