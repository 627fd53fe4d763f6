//! What is not given: single entries, or a request as a whole.

use serde_json::{Value, json};
use varanto_testkit::{Expect, fresh_client};

use crate::given::{Given, request_of, supervision, with};

/// REQ LOG-05
#[tokio::test]
async fn how_many_entries_are_withheld_on_which_ground_is_told_and_not_which() {
    let given = Given::start().await;
    given.letter().await;
    let id = given.register(&given.request()).await;
    let entries = given.preview(&id).await;
    let (first, second) = (&entries[1]["id"], &entries[2]["id"]);
    let withhold = |entry: &Value| json!({"entry": entry, "ground": "others-rights", "words": "Kertoo toisen asiasta"});
    let decision = json!({"withheld": [withhold(first), withhold(second)]});
    let answered = given.answer(&id, &decision).await;
    assert_eq!(answered["answer"]["withheld"], decision["withheld"]);
    let answer = given.given(&id, "en").await;
    let expected = json!([{
        "ground": "others-rights",
        "text": "Giving it would endanger somebody else's rights",
        "count": 2,
    }]);
    assert_eq!(answer["withheld"], expected);
    let told = answer.to_string();
    assert!(!told.contains(first.as_str().unwrap()) && !told.contains(second.as_str().unwrap()));
    assert!(!told.contains("Kertoo toisen asiasta"), "those words are the controller's own");
    let found = given.officer.find_log_request(&id, &supervision()).await.unwrap();
    assert_eq!(found.expect_status(200)["answer"]["withheld"], decision["withheld"]);
}

/// REQ LOG-05
#[tokio::test]
async fn every_fault_of_a_decision_is_named_and_nothing_is_answered() {
    let given = Given::start().await;
    let id = given.register(&given.request()).await;
    let entry = given.preview(&id).await[0]["id"].clone();
    let absent = "0199c2f0-7b6a-7c1e-9f00-2d6b8f3a1c55";
    let withhold = |entry: &Value| json!({"entry": entry, "ground": "client-care", "words": "Syy"});
    let refusal = |ground: &str| json!({"refusal": {"ground": ground, "words": "Syy"}});
    let both = json!({
        "withheld": [withhold(&entry)],
        "refusal": {"ground": "client-health", "words": "Syy"},
    });
    let not_of_entries =
        json!({"withheld": [{"entry": entry, "ground": "not-a-client-here", "words": "Syy"}]});
    for (decision, faults) in [
        (
            json!({"withheld": [withhold(&entry), withhold(&json!(absent)), withhold(&entry)]}),
            &[("/withheld/1/entry", "unknown-entry"), ("/withheld/2/entry", "named-twice")][..],
        ),
        (json!({"withheld": [withhold(&json!("x"))]}), &[("/withheld/0/entry", "not-an-entry")]),
        (not_of_entries, &[("/withheld/0/ground", "not-in-list")]),
        (both, &[("/withheld", "not-wanted")]),
        (refusal("not-a-client-here"), &[("/refusal/ground", "has-entries")]),
        (refusal("period-reason-missing"), &[("/refusal/ground", "not-older")]),
    ] {
        let refused = given.officer.answer_log_request(&id, &with(&decision)).await.unwrap();
        let problem = refused.expect_problem("invalid-request");
        let found: Vec<_> =
            problem.errors.iter().map(|e| (e.pointer.as_str(), e.code.as_str())).collect();
        assert_eq!(found, faults, "{decision}");
    }
    let found = given.officer.find_log_request(&id, &supervision()).await.unwrap();
    assert_eq!(found.expect_status(200)["state"], "open");
}

/// REQ LOG-05, CIT-06
#[tokio::test]
async fn a_request_is_refused_as_a_whole_with_ground_and_words() {
    let given = Given::start().await;
    let mut request = given.request();
    request["period"] = json!({"from": "2020-01-01"});
    request["reason_for_older"] = json!("Muuten vain");
    let id = given.register(&request).await;
    let words = "Uteliaisuus ei ole erityinen syy. Voit pyytää tietoja kahdelta vuodelta.";
    let refusal = json!({"refusal": {"ground": "period-reason-missing", "words": words}});
    assert_eq!(given.answer(&id, &refusal).await["state"], "refused");
    let answer = given.given(&id, "fi").await;
    assert_eq!((&answer["state"], &answer["entries"]), (&json!("refused"), &json!([])));
    assert_eq!(answer["refusal"]["ground"], "period-reason-missing");
    assert_eq!(answer["refusal"]["words"], words);
}

/// REQ LOG-05, CIT-06
#[tokio::test]
async fn somebody_whom_the_register_does_not_know_is_answered_too() {
    let given = Given::start().await;
    let stranger = fresh_client();
    let id = given.register(&request_of(&json!({"id": stranger}))).await;
    assert!(given.preview(&id).await.is_empty());
    let refusal = json!({"refusal": {"ground": "not-a-client-here", "words": "Ei tietoja"}});
    given.answer(&id, &refusal).await;
    assert_eq!(given.given(&id, "sv").await["client"], json!({"id": stranger}));
    let other = given.register(&request_of(&json!({"id": stranger}))).await;
    given.answer(&other, &json!({})).await;
    assert_eq!(given.given(&other, "fi").await["entries"], json!([]), "nothing is an answer too");
}

/// REQ LOG-05
#[tokio::test]
async fn a_client_of_another_controller_is_none_here_though_requests_were_handled() {
    let given = Given::start().await;
    let (sanna, client) = (given.server.person("S-3001"), fresh_client());
    given.server.care_for(&sanna, client.as_str()).await;
    let id = given.register(&request_of(&json!({"id": client}))).await;
    assert_eq!(given.preview(&id).await.len(), 1, "that the request was registered");
    let refusal = json!({"refusal": {"ground": "not-a-client-here", "words": "Ei tietoja"}});
    assert_eq!(given.answer(&id, &refusal).await["state"], "refused");
}
