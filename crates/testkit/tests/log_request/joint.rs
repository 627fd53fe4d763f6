//! Entries that are another client's as well: who worked on them can tell where that one has found shelter.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_testkit::{Care, Draft, Expect, TestClient, fresh_case, fresh_client};

use crate::given::{Given, supervision, with};

/// The unit of Olli.
const UNIT: &str = "1.2.246.10.99990001.10.2";

/// Aino, under turvakielto, is a client of Olli's unit alone; the letter is about her and the client who asks, who
/// is a client of Maija's unit. Olli has read it.
async fn read_by_the_others_worker() -> Given {
    let mut given = Given::start().await;
    let olli = given.server.person("S-1002");
    let (aino, eino) = (TestClient::of(&fresh_client()), TestClient::of(&fresh_client()));
    let case = Draft::case(&given.maija, &aino, &fresh_case()).joint().with_client(eino.clone());
    let clientship = Draft::clientship(&given.maija, &eino);
    given.care = Care::arrange(&given.maija.session(), &case, &clientship).await;
    let of_aino = Draft::clientship(&olli, &aino).turvakielto();
    olli.session().store(&of_aino.draft().build()).await.unwrap().expect_status(201);
    let letter = given.care.draft(&given.maija).naming(&[aino, eino.clone()]);
    given.store(&letter).await;
    olli.session().fetch(&letter.oid(), &UseContext::default()).await.unwrap().expect_status(200);
    given.client = eino.id().to_owned();
    given
}

fn names_the_other_worker(answer: &str) -> bool {
    ["Mallikas", "S-1002", UNIT, "Lapsiperheiden"].iter().any(|word| answer.contains(word))
}

/// REQ LOG-05, CASE-05, CASE-07
#[tokio::test]
async fn who_worked_on_what_is_anothers_as_well_is_not_told_unless_it_is_decided() {
    let given = read_by_the_others_worker().await;
    let id = given.register(&given.request()).await;
    let entries = given.preview(&id).await;
    let of_olli = entries.iter().find(|entry| entry["user"] == "Mallikas, Olli").unwrap();
    assert_eq!((&of_olli["joint"], &of_olli["unit"]["oid"]), (&json!(true), &json!(UNIT)));
    let joint = |entry: &Value| entry["joint"] == true;
    assert_eq!(entries.iter().filter(|e| joint(e)).count(), 3, "the case, the letter, the reading");
    for e in entries.iter().filter(|e| !joint(e)) {
        assert!(["store", "answer-log-request"].contains(&e["action"]["code"].as_str().unwrap()));
    }
    let answered = given.answer(&id, &json!({"with_proofs": true})).await;
    let decided = answered["answer"]["joint"].as_array().unwrap();
    assert_eq!(decided.len(), 3);
    assert!(decided.iter().all(|joint| joint["show"] == false));
    let answer = given.given(&id, "fi").await;
    assert!(!names_the_other_worker(&answer.to_string()), "{answer:#}");
    let given_entries = answer["entries"].as_array().unwrap();
    let same = given_entries.iter().find(|entry| entry["id"] == of_olli["id"]).unwrap();
    for left_out in ["user", "unit", "organisation"] {
        assert_eq!(same.get(left_out), None);
    }
    assert_eq!(
        (&same["at"], &same["action"], &same["purpose"], &same["documents"]),
        (&of_olli["at"], &of_olli["action"], &of_olli["purpose"], &of_olli["documents"]),
    );
    for (entry, proven) in given_entries.iter().zip(answer["export"]["entries"].as_array().unwrap())
    {
        let is_open = !joint(entry) && entry["action"]["code"] == "store";
        assert_eq!(proven["entry"].is_object(), is_open, "{entry}");
    }
    let form = ("fi", "application/xhtml+xml");
    let page = given.officer.fetch_log_answer(&id, form, &supervision()).await.unwrap();
    let page = String::from_utf8(page.body).unwrap();
    assert!(!names_the_other_worker(&page), "{page}");
    assert!(page.contains("Ei kerrota, koska merkintä koskee myös toista henkilöä"));
}

/// REQ LOG-05, CASE-05
#[tokio::test]
async fn of_the_joint_entries_those_are_told_whole_that_the_decision_shows() {
    let given = read_by_the_others_worker().await;
    let id = given.register(&given.request()).await;
    let entries = given.preview(&id).await;
    let of_olli = entries.iter().find(|entry| entry["user"] == "Mallikas, Olli").unwrap();
    let joint: Vec<_> = entries.iter().filter(|entry| entry["joint"] == true).collect();
    let decisions = joint
        .iter()
        .map(|entry| json!({"entry": entry["id"], "show": entry["id"] == of_olli["id"]}));
    let decision = json!({"joint": decisions.collect::<Vec<_>>(), "with_proofs": true});
    let answered = given.answer(&id, &decision).await;
    assert_eq!(answered["answer"]["joint"], decision["joint"]);
    let answer = given.given(&id, "fi").await;
    let told_whole = answer["entries"].as_array().unwrap().iter().filter(|e| e["joint"] == true);
    let told_whole: Vec<_> = told_whole.filter(|entry| entry.get("user").is_some()).collect();
    assert_eq!(told_whole, [of_olli]);
    let export = answer["export"].to_string();
    assert!(export.contains("S-1002"), "its proof tells what it tells");
}

/// REQ LOG-05
#[tokio::test]
async fn every_fault_of_a_decision_on_joint_entries_is_named() {
    let given = read_by_the_others_worker().await;
    let id = given.register(&given.request()).await;
    let entries = given.preview(&id).await;
    let joint = &entries.iter().find(|entry| entry["joint"] == true).unwrap()["id"];
    let own = &entries.iter().find(|entry| entry["joint"] == false).unwrap()["id"];
    let absent = json!("0199c2f0-7b6a-7c1e-9f00-2d6b8f3a1c55");
    let show = |entry: &Value| json!({"entry": entry, "show": true});
    let withheld = json!([{"entry": joint, "ground": "others-rights", "words": "Syy"}]);
    let refusal = json!({"ground": "client-health", "words": "Syy"});
    for (decision, faults) in [
        (
            json!({"joint": [show(joint), show(&absent), show(own), show(joint)]}),
            &[
                ("/joint/1/entry", "unknown-entry"),
                ("/joint/2/entry", "not-joint"),
                ("/joint/3/entry", "named-twice"),
            ][..],
        ),
        (
            json!({"joint": [show(joint)], "withheld": withheld}),
            &[("/joint/0/entry", "unknown-entry")],
        ),
        (json!({"joint": [{"entry": joint}]}), &[("/joint/0/show", "missing")]),
        (
            json!({"joint": [show(joint)], "with_proofs": true, "in_parts": true, "refusal": refusal}),
            &[
                ("/joint", "not-wanted"),
                ("/with_proofs", "not-wanted"),
                ("/in_parts", "not-wanted"),
            ],
        ),
    ] {
        let refused = given.officer.answer_log_request(&id, &with(&decision)).await.unwrap();
        let problem = refused.expect_problem("invalid-request");
        let found: Vec<_> =
            problem.errors.iter().map(|e| (e.pointer.as_str(), e.code.as_str())).collect();
        assert_eq!(found, faults, "{decision}");
    }
}
