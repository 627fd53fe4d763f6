//! What anybody gets of the tree over the wire, checked with nothing but what was got.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use varanto_client::{Answer, Client};
use varanto_log::{
    Checkpoint, Commitment, ConsistencyProof, Hash, InclusionProof, Tiles, VerifierKey,
};
use varanto_testkit::{Expect, TestServer, fresh_oid};

use crate::given::Given;

async fn get(client: &Client, path: &str) -> Answer {
    client.get(path).await.unwrap()
}

async fn good(client: &Client, path: &str) -> Answer {
    let answer = get(client, path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer
}

async fn text(client: &Client, path: &str) -> String {
    let answer = good(client, path).await;
    assert_eq!(answer.media_type(), "text/plain");
    String::from_utf8(answer.body).unwrap()
}

fn hashes(value: &serde_json::Value) -> Vec<Hash> {
    let hashes = value["hashes"].as_array().unwrap().iter();
    hashes.map(|hash| Hash::parse(hash.as_str().unwrap()).unwrap()).collect()
}

/// REQ LOG-03: the tree is walked, from its tiles and bundles, up to the signed root; no caller is needed.
#[tokio::test]
async fn a_monitor_rebuilds_the_tree_from_what_is_served() {
    let given = Given::with(300).await;
    let server = TestServer::over(given.site).await;
    let client = Client::without_certificate(server.base_url(), &server.ca_pem()).unwrap();
    let key = text(&client, "/v1/logs/key").await;
    let keys = [VerifierKey::parse(key.trim()).unwrap()];
    let note = text(&client, "/v1/logs/checkpoint").await;
    let checkpoint = Checkpoint::open(&note, &keys).unwrap();
    let size = checkpoint.size;
    assert!(size > 300 && size < 512);
    assert_eq!(text(&client, &format!("/v1/logs/checkpoint/{size}")).await, note);

    let width = size - 256;
    let mut tiles = Tiles::default();
    for (path, index, wide) in
        [("0/000".to_owned(), 0, 256), (format!("0/001.p/{width}"), 1, width)]
    {
        let answer = good(&client, &format!("/v1/logs/tile/{path}")).await;
        assert_eq!(answer.media_type(), "application/octet-stream");
        assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"));
        assert_eq!(answer.body.len() as u64, wide * 32);
        tiles.add(0, index, &answer.body);
        let entries = path.replace("0/0", "entries/0");
        let bundle = good(&client, &format!("/v1/logs/tile/{entries}")).await;
        for (leaf, hash) in bundle.body.chunks(34).zip(answer.body.chunks(32)) {
            assert_eq!(leaf[..2], [0, 32]);
            assert_eq!(Commitment::new(leaf[2..].try_into().unwrap()).leaf().as_bytes(), hash);
        }
        assert_eq!(bundle.body.len() as u64, wide * 34);
    }
    let upper = good(&client, "/v1/logs/tile/1/000.p/1").await;
    tiles.add(1, 0, &upper.body);
    for leaf in [0, 255, 256, size - 1] {
        let proof = InclusionProof::new(leaf, size).unwrap();
        let path = proof.hashes(&tiles).unwrap();
        let found = get(&client, &format!("/v1/logs/tile/0/{}", place(leaf, size))).await;
        let at = usize::try_from(leaf % 256).unwrap() * 32;
        let own = Hash::new(found.body[at..at + 32].try_into().unwrap());
        proof.verify(own, &path, checkpoint.root).unwrap();
    }
    let answer = get(&client, &format!("/v1/logs/consistency?from=1&to={size}")).await;
    let first = InclusionProof::new(0, 1).unwrap();
    let root = Hash::new(get(&client, "/v1/logs/tile/0/000").await.body[..32].try_into().unwrap());
    first.verify(root, &[], root).unwrap();
    let proof = ConsistencyProof::new(1, size).unwrap();
    proof.verify(&hashes(&answer.json().unwrap()), root, checkpoint.root).unwrap();
}

fn place(leaf: u64, size: u64) -> String {
    if leaf < 256 { "000".to_owned() } else { format!("001.p/{}", size - 256) }
}

/// REQ LOG-03: whoever knows the name of an entry proves that it is in the log.
#[tokio::test]
async fn an_entry_is_proven_by_its_name() {
    let given = Given::with(20).await;
    let id = given.hand().digits_of_key("id");
    let id = given.told(&format!("SELECT {id} FROM administrative_entry WHERE number = 10"));
    let leaf = given.told("SELECT leaf FROM log_leaf WHERE log = 2 AND number = 10");
    let size = given.told("SELECT size FROM log_checkpoint WHERE size > 1 ORDER BY size LIMIT 1");
    let server = TestServer::over(given.site).await;
    let client = Client::without_certificate(server.base_url(), &server.ca_pem()).unwrap();
    let proof = good(&client, &format!("/v1/logs/proofs/{}", id[0])).await;
    let proof = proof.json().unwrap();
    assert_eq!(
        (&proof["log"], proof["leaf"].to_string()),
        (&"administration".into(), leaf[0].clone())
    );
    let keys = [VerifierKey::parse(text(&client, "/v1/logs/key").await.trim()).unwrap()];
    let checkpoint = Checkpoint::open(proof["checkpoint"].as_str().unwrap(), &keys).unwrap();
    let commitment = STANDARD.decode(proof["commitment"].as_str().unwrap()).unwrap();
    let commitment = Commitment::new(commitment.try_into().unwrap());
    InclusionProof::new(proof["leaf"].as_u64().unwrap(), checkpoint.size)
        .unwrap()
        .verify(commitment.leaf(), &hashes(&proof), checkpoint.root)
        .unwrap();

    let earlier = get(&client, &format!("/v1/logs/proofs/{}?size={}", id[0], size[0])).await;
    earlier.expect_problem("log-entry-not-sealed");
    let unknown = get(&client, "/v1/logs/proofs/0199c2f0-7b6a-7c1e-9f00-2d6b8f3a1c55").await;
    unknown.expect_problem("log-entry-not-sealed");
    get(&client, "/v1/logs/proofs/x").await.expect_problem("log-entry-not-sealed");
    let path = format!("/v1/logs/proofs/{}?size=999999", id[0]);
    get(&client, &path).await.expect_problem("invalid-request");
}

/// REQ LOG-03: nothing beyond the newest checkpoint, and nothing that is not written as the standard writes it.
#[tokio::test]
async fn what_is_not_in_the_tree_is_not_told() {
    let given = Given::with(20).await;
    let server = TestServer::over(given.site).await;
    let client = Client::without_certificate(server.base_url(), &server.ca_pem()).unwrap();
    let oid = fresh_oid();
    for (path, slug) in [
        ("/v1/logs/tile/0/000".to_owned(), "not-found"),
        ("/v1/logs/tile/0/000.p/255".to_owned(), "not-found"),
        ("/v1/logs/tile/0/000.p/0".to_owned(), "not-found"),
        ("/v1/logs/tile/0/001.p/1".to_owned(), "not-found"),
        ("/v1/logs/tile/1/000.p/1".to_owned(), "not-found"),
        ("/v1/logs/tile/8/000".to_owned(), "not-found"),
        ("/v1/logs/tile/7/x999/x999/999.p/1".to_owned(), "not-found"),
        ("/v1/logs/tile/0/".to_owned(), "not-found"),
        ("/v1/logs/tile/0".to_owned(), "not-found"),
        ("/v1/logs/tile/entries/000".to_owned(), "not-found"),
        ("/v1/logs/tile/entries/x018/x446/x744/x073/x709/x551/615".to_owned(), "not-found"),
        (format!("/v1/logs/tile/entries/{oid}"), "not-found"),
        ("/v1/logs/checkpoint/999999".to_owned(), "not-found"),
        ("/v1/logs/checkpoint/x".to_owned(), "invalid-request"),
        ("/v1/logs/consistency?from=2&to=1".to_owned(), "invalid-request"),
        ("/v1/logs/consistency?from=1&to=999999".to_owned(), "invalid-request"),
        ("/v1/logs/consistency?from=1".to_owned(), "invalid-request"),
        ("/v1/logs/consistency?from=1&to=2&more=3".to_owned(), "invalid-request"),
    ] {
        let problem = get(&client, &path).await.problem();
        assert_eq!(problem.as_ref().map(varanto_client::Problem::slug), Some(slug), "{path}");
    }
}
