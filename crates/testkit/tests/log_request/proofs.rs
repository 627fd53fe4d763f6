//! What proves the entries of an answer: their commitments, or the entries themselves where it is decided so.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use varanto_log::{Checkpoint, Commitment, Hash, InclusionProof, Salt, VerifierKey};
use varanto_testkit::Expect;

use crate::given::Given;

/// What proves the entries of an answer.
async fn proven(given: &Given, id: &str) -> (Vec<Value>, Value) {
    let answer = given.given(id, "fi").await;
    let (entries, export) = (answer["entries"].as_array().unwrap(), &answer["export"]);
    assert_eq!(export["form"], 1);
    assert_eq!(export["entries"].as_array().unwrap().len(), entries.len());
    (entries.clone(), export.clone())
}

fn bytes<const N: usize>(digits: &Value) -> [u8; N] {
    let digits = digits.as_str().unwrap();
    assert_eq!(digits.len(), 2 * N);
    std::array::from_fn(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap())
}

/// Does the proof lead from the commitment to the root that was signed?
fn holds(export: &Value, proven: &Value) -> bool {
    let key = VerifierKey::parse(export["key"].as_str().unwrap()).unwrap();
    let checkpoint = Checkpoint::open(export["checkpoint"].as_str().unwrap(), &[key]).unwrap();
    let commitment = match &proven["entry"] {
        Value::Null => Commitment::new(bytes(&proven["commitment"])),
        // The members stand in their order already.
        entry => Commitment::to(&Salt::new(bytes(&proven["salt"])), entry.to_string().as_bytes()),
    };
    let hashes = proven["proof"].as_array().unwrap().iter();
    let hashes: Vec<Hash> =
        hashes.map(|hash| Hash::parse(hash.as_str().unwrap()).unwrap()).collect();
    let proof = InclusionProof::new(proven["leaf"].as_u64().unwrap(), checkpoint.size).unwrap();
    proof.verify(commitment.leaf(), &hashes, checkpoint.root).is_ok()
}

/// REQ LOG-03, LOG-05
#[tokio::test]
async fn an_answer_proves_that_its_entries_are_in_the_log_without_telling_what_they_say() {
    let given = Given::start().await;
    given.letter().await;
    let id = given.register(&given.request()).await;
    let answered = given.answer(&id, &json!({})).await;
    assert_eq!(answered["answer"]["with_proofs"], false);
    let (entries, export) = proven(&given, &id).await;
    for (entry, proven) in entries.iter().zip(export["entries"].as_array().unwrap()) {
        let members: Vec<_> = proven.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["commitment", "entry", "leaf", "proof"]);
        assert!(proven["entry"].is_null() && holds(&export, proven), "{proven}");
        let path = format!("/v1/logs/proofs/{}", entry["id"].as_str().unwrap());
        let told = given.officer.get(&path).await.unwrap().expect_status(200);
        let commitment = STANDARD.encode(bytes::<32>(&proven["commitment"]));
        assert_eq!((&told["commitment"], &told["leaf"]), (&json!(commitment), &proven["leaf"]));
    }
    let mut other = export["entries"][0].clone();
    other["commitment"] = export["entries"][1]["commitment"].clone();
    assert!(!holds(&export, &other), "a commitment stands in one place alone");
}

/// REQ LOG-03, LOG-05
#[tokio::test]
async fn the_entries_themselves_go_with_an_answer_where_it_is_decided_so() {
    let given = Given::start().await;
    given.letter().await;
    let id = given.register(&given.request()).await;
    let preview = given.preview(&id).await;
    let withheld = preview.iter().find(|entry| entry["action"]["code"] == "store").unwrap();
    let withheld = withheld["id"].as_str().unwrap();
    let decision = json!({
        "with_proofs": true,
        "withheld": [{"entry": withheld, "ground": "others-rights", "words": "Syy"}],
    });
    assert_eq!(given.answer(&id, &decision).await["answer"]["with_proofs"], true);
    let (entries, export) = proven(&given, &id).await;
    let mut opened = 0;
    for (entry, proven) in entries.iter().zip(export["entries"].as_array().unwrap()) {
        assert!(holds(&export, proven), "{proven}");
        if entry["action"]["code"] == "answer-log-request" {
            assert!(proven["entry"].is_null(), "what officers do names what they look into");
            assert_eq!(proven.get("salt"), None);
        } else {
            assert_eq!(proven["entry"]["id"], entry["id"], "in the order in which they are told");
            assert_eq!(proven["entry"]["log"], entry["log"]);
            assert_eq!(proven["entry"]["user_id"], "S-1001");
            assert_eq!(proven.get("commitment"), None);
            opened += 1;
        }
    }
    assert_eq!(
        (opened, entries.len()),
        (2, 4),
        "two were stored, and the request was handled twice"
    );
    assert!(!export.to_string().contains(withheld));
    let signed = export["checkpoint"].as_str().unwrap();
    assert!(signed.contains("\n\u{2014} "), "a signed note");
    given.letter().await;
    assert_eq!(given.given(&id, "sv").await["export"], export, "as of then");
}
