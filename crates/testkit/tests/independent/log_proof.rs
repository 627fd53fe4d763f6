//! Proofs of the log, checked by a program of Python's standard library alone that shares no code with us:
//! `docs/examples/verify_log.py`, which outsiders are given (LOG-03).

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use uuid::Uuid;
use varanto::server::open_service;
use varanto_log::{
    Checkpoint, Commitment, ConsistencyProof, Edge, Hash, InclusionProof, NoteSigner, Salt, Tile,
    Tiles,
};
use varanto_service::{Sealer, ToProve};
use varanto_store::log_tree::LogKind;
use varanto_store::testing::Hand;
use varanto_testkit::{Expect, TestServer};
use zeroize::Zeroizing;

use crate::python::{Python, shown};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/verify_log.py");

/// Files that the program is given.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, text: &str) -> String {
        let file = self.0.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    }

    fn checked(&self, python: &Python, export: &Value, more: &[&str]) -> Output {
        let export = self.put("export.json", &export.to_string());
        assert!(Path::new(SCRIPT).is_file());
        python.command().arg(SCRIPT).arg(export).args(more).output().unwrap()
    }
}

fn signer() -> NoteSigner {
    NoteSigner::from_seed("example/log", &Zeroizing::new([7; 32])).unwrap()
}

/// A tree with all its tiles.
struct Tree {
    edge: Edge,
    tiles: BTreeMap<(u8, u64), Vec<u8>>,
}

fn entry(n: u64) -> Value {
    json!({
        "action": "read", "at": 1_788_000_000_000_000_u64 + n, "client": null, "form": 1, "log": "use",
        "parameters": format!("\u{1}\u{8}\t\n\u{c}\r\"\\/ ä€\u{1f600}\u{7f} {n}"), "rules": ["R1", "A2"],
    })
}

fn salt(n: u64) -> Salt {
    let mut salt = [0x5a; 16];
    salt[..8].copy_from_slice(&n.to_be_bytes());
    Salt::new(salt)
}

impl Tree {
    fn of(size: u64) -> Self {
        let mut tree = Self { edge: Edge::empty(), tiles: BTreeMap::new() };
        for n in 0..size {
            let commitment = Commitment::to(&salt(n), entry(n).to_string().as_bytes());
            let full = &mut tree.tiles;
            tree.edge.append(commitment.leaf(), &mut |tile| {
                full.insert((tile.level, tile.index), tile.bytes);
            });
        }
        tree.tiles.extend(tree.edge.partial_tiles().map(|(t, bytes)| ((t.level, t.index), bytes)));
        tree
    }

    fn tiles(&self, wanted: impl IntoIterator<Item = Tile>) -> Tiles {
        let mut tiles = Tiles::default();
        for tile in wanted {
            tiles.add(tile.level, tile.index, &self.tiles[&(tile.level, tile.index)]);
        }
        tiles
    }

    fn checkpoint(&self) -> String {
        let (size, root) = (self.edge.size(), self.edge.root());
        let at = "2026-11-22T12:00:00Z".parse().unwrap();
        Checkpoint { origin: "example/log".to_owned(), size, root, at }.sign(&signer())
    }

    fn export(&self, leaves: impl IntoIterator<Item = u64>) -> Value {
        let entries = leaves.into_iter().map(|n| {
            let proof = InclusionProof::new(n, self.edge.size()).unwrap();
            let hashes = proof.hashes(&self.tiles(proof.tiles())).unwrap();
            json!({"entry": entry(n), "salt": hex(salt(n).as_bytes()), "leaf": n, "proof": words(&hashes)})
        });
        let entries: Vec<_> = entries.collect();
        let key = signer().key().to_string();
        json!({"form": 1, "key": key, "checkpoint": self.checkpoint(), "entries": entries})
    }

    fn growth(&self, from: u64) -> Vec<String> {
        let proof = ConsistencyProof::new(from, self.edge.size()).unwrap();
        words(&proof.hashes(&self.tiles(proof.tiles())).unwrap())
    }
}

fn words(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(ToString::to_string).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The next number by chance below a bound: the same in every run.
fn dice(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

/// REQ LOG-03: what our own code proves, another program finds proven, in trees of many sizes.
#[test]
fn proofs_of_trees_up_to_a_hundred_thousand_leaves_hold_elsewhere() {
    let Some(python) = Python::find() else { return };
    let (files, mut state) = (Files::new(), 3);
    let mut sizes = vec![1, 2, 3, 255, 256, 257, 65_536, 65_537, 100_000];
    sizes.extend((0..6).map(|_| 4 + dice(&mut state, 99_000)));
    for size in sizes {
        let tree = Tree::of(size);
        let mut leaves = vec![0, size - 1, size / 2];
        leaves.extend((0..60).map(|_| dice(&mut state, size)));
        let export = tree.export(leaves);
        let from = dice(&mut state, size + 1);
        let earlier = files.put("earlier", &Tree::of(from).checkpoint());
        let growth = files.put("growth", &json!({"hashes": tree.growth(from)}).to_string());
        let key = signer().key().to_string();
        let more = ["--key", &key, "--earlier", &earlier, "--consistency", &growth];
        let output = files.checked(&python, &export, &more);
        assert!(output.status.success(), "{from} {size}: {}", shown(&output));
    }
}

/// REQ LOG-03: whatever is changed in an export or beside it, nothing is proven any more.
#[test]
fn nothing_that_was_changed_is_proven_elsewhere() {
    let Some(python) = Python::find() else { return };
    let (files, tree) = (Files::new(), Tree::of(300));
    let export = tree.export([0, 299, 128]);
    let refused = |export: &Value, more: &[&str]| {
        let output = files.checked(&python, export, more);
        let told = String::from_utf8_lossy(&output.stderr).starts_with("NOT PROVEN");
        assert!(!output.status.success() && told, "{export}: {}", shown(&output));
    };
    let members = entry(0).as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for member in &members {
        let mut changed = export.clone();
        changed["entries"][2]["entry"][member] = json!("other");
        refused(&changed, &[]);
        let mut fewer = export.clone();
        fewer["entries"][0]["entry"].as_object_mut().unwrap().remove(member);
        refused(&fewer, &[]);
    }
    let other = NoteSigner::from_seed("example/log", &Zeroizing::new([8; 32])).unwrap();
    let forged =
        Checkpoint::open(export["checkpoint"].as_str().unwrap(), &[signer().key().clone()]);
    let forged = forged.unwrap().sign(&other);
    let note = tree.checkpoint();
    for (place, value) in [
        ("/form", json!(2)),
        ("/key", json!(other.key().to_string())),
        ("/checkpoint", json!(note.replacen("\n300\n", "\n301\n", 1))),
        ("/checkpoint", json!(note.replacen("12:00:00", "12:00:01", 1))),
        ("/checkpoint", json!(Tree::of(299).checkpoint())),
        ("/checkpoint", json!(forged)),
        ("/checkpoint", json!("")),
        ("/entries/1/salt", json!(hex(&[1; 16]))),
        ("/entries/1/salt", json!("")),
        ("/entries/1/leaf", json!(298)),
        ("/entries/1/leaf", json!(-1)),
        ("/entries/1/leaf", json!(300)),
        ("/entries/1/leaf", json!(299.0)),
        ("/entries/1/proof", json!([])),
        ("/entries/1/proof/0", json!(Hash::of_nothing().to_string())),
        ("/entries/1/proof/0", json!("x")),
        ("/entries/1/entry/more", json!(null)),
        ("/entries/1/entry", json!(null)),
        ("/entries/1/commitment", json!(hex(&[1; 32]))),
        ("/entries/1/entry", export["entries"][0]["entry"].clone()),
        ("/entries/1", json!(null)),
    ] {
        let mut changed = export.clone();
        let (above, member) = place.rsplit_once('/').unwrap();
        let above = changed.pointer_mut(above).unwrap();
        match above.as_array_mut() {
            Some(list) => list[member.parse::<usize>().unwrap()] = value,
            None => above[member] = value,
        }
        refused(&changed, &[]);
    }
    refused(&export, &["--key", &other.key().to_string()]);

    let earlier = files.put("earlier", &Tree::of(77).checkpoint());
    let growth = |hashes: Vec<String>| files.put("growth", &json!({"hashes": hashes}).to_string());
    let right = tree.growth(77);
    for wrong in [vec![], right[1..].to_vec(), [right.clone(), right.clone()].concat()] {
        refused(&export, &["--earlier", &earlier, "--consistency", &growth(wrong)]);
    }
    let larger = files.put("larger", &Tree::of(301).checkpoint());
    refused(&export, &["--earlier", &larger, "--consistency", &growth(vec![])]);
    refused(&export, &["--earlier", &earlier]);
    let output =
        files.checked(&python, &export, &["--earlier", &earlier, "--consistency", &growth(right)]);
    assert!(output.status.success(), "{}", shown(&output));
}

/// REQ LOG-03: entries of all three logs as a server wrote them.
#[tokio::test]
async fn entries_of_a_server_are_proven_elsewhere() {
    let Some(python) = Python::find() else { return };
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let care = server.care_of(&maija).await;
    let draft = care.draft(&maija);
    maija.session().store(&draft.build()).await.unwrap().expect_status(201);
    let site = server.stop().await;
    let store = Hand::on(site.store_settings());
    store.execute("UPDATE log_state SET held_until = 0").unwrap();
    let service = Box::pin(open_service(&site.config(), &[])).await.unwrap();
    site.seal_with(&mut Sealer::new(service.clone())).await;
    let mut named = Vec::new();
    for (log, table) in [
        (LogKind::Use, "use_entry"),
        (LogKind::Disclosure, "disclosure_entry"),
        (LogKind::Administration, "administrative_entry"),
    ] {
        let ids = store.column(&format!("SELECT {} FROM {table}", store.digits_of_key("id")));
        let ids = ids.unwrap();
        named.extend(ids.iter().map(|id| (log, Uuid::parse_str(id).unwrap())));
    }
    assert!(named.len() > 5);
    let prove = |&(log, id): &(LogKind, Uuid)| ToProve { log, id, with_content: true };
    let to_prove: Vec<_> = named.iter().map(prove).collect();
    let export = service.prove_entries(&to_prove).await.unwrap();
    let text = serde_json::to_string(&export).unwrap();
    let export: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(export["entries"].as_array().unwrap().len(), named.len());
    for (proven, (log, id)) in export["entries"].as_array().unwrap().iter().zip(&named) {
        assert_eq!(proven["entry"]["log"], log.as_str());
        assert_eq!(proven["entry"]["id"], id.to_string());
    }
    let files = Files::new();
    let key = service.log_keys()[0].to_string();
    let output = files.checked(&python, &export, &["--key", &key]);
    assert!(output.status.success(), "{}", shown(&output));

    // Of entries whose content is not told it is proven that they are there.
    let hide = |&(log, id): &(LogKind, Uuid)| ToProve { log, id, with_content: false };
    let hidden = service.prove_entries(&named.iter().map(hide).collect::<Vec<_>>()).await.unwrap();
    let mut hidden: Value = serde_json::from_str(&serde_json::to_string(&hidden).unwrap()).unwrap();
    assert!(!hidden.to_string().contains("S-1001"));
    let output = files.checked(&python, &hidden, &["--key", &key]);
    assert!(output.status.success(), "{}", shown(&output));
    hidden["entries"][0]["commitment"] = json!(hex(&[1; 32]));
    assert!(!files.checked(&python, &hidden, &[]).status.success());
}
