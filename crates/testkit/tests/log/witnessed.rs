//! Witnesses: a file that gets every checkpoint, and a server that is shown each tree, over restarts.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use varanto::witness::notes_in;
use varanto_client::Client;
use varanto_log::{Checkpoint, ConsistencyProof, Hash, VerifierKey, WitnessKey};
use varanto_service::{LogFault, WitnessNotes};
use varanto_store::testing::Hand;
use varanto_testkit::{Site, TestServer};

use crate::given::{Given, add_entry};

/// Longer than anything takes here that goes well.
const PATIENCE: Duration = Duration::from_mins(1);

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn file(site: &Site) -> PathBuf {
    let config = site.config();
    config.path(config.sealing.witness_file.as_ref().unwrap())
}

/// What stands in the file, or nothing where there is none yet.
fn kept(site: &Site) -> Vec<String> {
    notes_in(&file(site)).map(|notes| notes.map(Option::unwrap).collect()).unwrap_or_default()
}

fn signed(given: &Given) -> Vec<String> {
    given.told("SELECT note FROM log_checkpoint ORDER BY size")
}

/// REQ LOG-03: every checkpoint is in the file, once and in its order, whatever restarts and torn writes there
/// are; and by the file it shows that the end of the log was cut off.
#[tokio::test]
async fn the_file_has_every_checkpoint_and_shows_what_was_cut_off() {
    let with_file = |text: String| {
        assert!(text.contains("[sealing]\n"));
        text.replace("[sealing]\n", "[sealing]\nwitness_file = \"data/witness\"\n")
    };
    let server = TestServer::with_config(with_file).await;
    let mut given = Given { site: server.stop().await };
    let service = given.service().await;
    for _ in 0..5 {
        add_entry(&service).await;
        given.seal().await;
    }
    drop(service);
    let early = kept(&given.site).len();
    for torn in ["", "\nsandbox"] {
        let mut written = std::fs::read(file(&given.site)).unwrap_or_default();
        written.extend_from_slice(torn.as_bytes());
        std::fs::write(file(&given.site), written).unwrap();
        let server = TestServer::over(given.site).await;
        let store = Hand::on(server.store_settings());
        let all = || store.column("SELECT note FROM log_checkpoint ORDER BY size").unwrap();
        until("the file is not written on", || kept(&server).len() == all().len()).await;
        assert_eq!(kept(&server), all());
        given = Given { site: server.stop().await };
    }
    assert!(kept(&given.site).len() > early + 3, "{early}");

    let notes =
        || -> Option<WitnessNotes> { Some(Box::new(notes_in(&file(&given.site)).unwrap())) };
    let service = given.service().await;
    let verified = service.verify_log(notes(), &mut |_, _| ()).await.unwrap();
    assert_eq!((verified.faults.len(), verified.witnessed), (0, kept(&given.site).len() as u64));
    drop(service);

    // Somebody cuts the log back to an earlier checkpoint, in every table.
    let sizes = given.told("SELECT size FROM log_checkpoint ORDER BY size DESC LIMIT 3");
    let size = &sizes[2];
    let hashes = given.hand().joined(&format!("substr(hashes, 1, 32 * {size})"));
    given.tamper(&format!(
        "DELETE FROM use_entry WHERE number IN (SELECT number FROM log_leaf WHERE log = 0 AND leaf >= {size}); \
         DELETE FROM disclosure_entry WHERE number IN (SELECT number FROM log_leaf WHERE log = 1 AND leaf >= {size}); \
         DELETE FROM administrative_entry WHERE number IN (SELECT number FROM log_leaf WHERE log = 2 AND leaf >= {size}); \
         DELETE FROM log_leaf WHERE leaf >= {size}; \
         DELETE FROM log_checkpoint WHERE size > {size}; \
         UPDATE log_tile SET hashes = {hashes}; \
         UPDATE log_state SET size = {size}, \
            use_number = coalesce((SELECT max(number) FROM log_leaf WHERE log = 0), 0), \
            disclosure_number = coalesce((SELECT max(number) FROM log_leaf WHERE log = 1), 0), \
            administration_number = coalesce((SELECT max(number) FROM log_leaf WHERE log = 2), 0)"
    ));
    assert_eq!(given.verified().await.faults, [], "the store alone does not show it");
    let service = given.service().await;
    let verified = service.verify_log(notes(), &mut |_, _| ()).await.unwrap();
    let faults = &verified.faults;
    assert_eq!(faults.len(), 2, "{faults:?}");
    let of_witness = |size: &String| {
        let size = size.parse().ok();
        faults.iter().any(|f| matches!(f, LogFault::Witness { size: s, .. } if *s == size))
    };
    assert!(of_witness(&sizes[0]) && of_witness(&sizes[1]), "{faults:?}");
    drop(service);

    // A server does not write the file on over another tree.
    let before = kept(&given.site);
    given.site = TestServer::over(given.site).await.stop().await;
    assert_eq!(kept(&given.site), before);
    assert_ne!(signed(&given), before);
}

/// What the witness has seen, and how often it was asked.
#[derive(Default)]
struct Seen {
    size: u64,
    root: Option<Hash>,
    conflicts: usize,
    signed: usize,
}

/// A witness after C2SP tlog-witness, which holds every proof against what it saw before.
struct Witness {
    url: String,
    key: String,
    seen: Arc<Mutex<Seen>>,
}

impl Witness {
    fn of(log: VerifierKey) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/w", listener.local_addr().unwrap());
        let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
        let public = [&[4], pair.public_key().as_ref()].concat();
        let id = id_of(&public);
        let hex = hex(&id);
        let key = format!("witness.example+{hex}+{}", STANDARD.encode(&public));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let memory = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = serve(&stream, |body| answer(body, &log, &pair, &id, &memory));
            }
        });
        Self { url, key, seen }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn id_of(public: &[u8]) -> [u8; 4] {
    use aws_lc_rs::digest::{SHA256, digest};
    let whole = digest(&SHA256, &[b"witness.example\n", public].concat());
    whole.as_ref()[..4].try_into().unwrap()
}

/// Answers one request of a connection, and closes it.
fn serve(stream: &TcpStream, answer: impl Fn(&str) -> (u16, String)) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line)?;
    assert!(line.starts_with("POST /w/add-checkpoint "), "{line}");
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        match line.to_lowercase().trim().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let (status, told) = answer(std::str::from_utf8(&body).unwrap());
    let head =
        format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close", told.len());
    let mut to = stream;
    write!(to, "{head}\r\n\r\n{told}")
}

fn answer(
    body: &str,
    log: &VerifierKey,
    pair: &Ed25519KeyPair,
    id: &[u8],
    seen: &Mutex<Seen>,
) -> (u16, String) {
    let (asked, note) = body.split_once("\n\n").unwrap();
    let mut lines = asked.lines();
    let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
    let proof: Vec<Hash> = lines.map(|line| Hash::parse(line).unwrap()).collect();
    let checkpoint = Checkpoint::open(note, std::slice::from_ref(log)).unwrap();
    let mut seen = seen.lock().unwrap();
    if old != seen.size {
        seen.conflicts += 1;
        return (409, format!("{}\n", seen.size));
    }
    let before = seen.root.unwrap_or_else(Hash::of_nothing);
    let growth = ConsistencyProof::new(old, checkpoint.size).unwrap();
    growth.verify(&proof, before, checkpoint.root).expect("the tree has only grown");
    (seen.size, seen.root, seen.signed) = (checkpoint.size, Some(checkpoint.root), seen.signed + 1);
    let time = 1_790_000_000_u64;
    let text = note.split_once("\n\n").unwrap().0;
    let signature = pair.sign(format!("cosignature/v1\ntime {time}\n{text}\n").as_bytes());
    let line = [id, &time.to_be_bytes(), signature.as_ref()].concat();
    (200, format!("— witness.example {}\n", STANDARD.encode(line)))
}

/// REQ LOG-03: a witness elsewhere sees the log grow, over a restart, and its signature is served.
#[tokio::test]
async fn a_witness_elsewhere_signs_what_it_has_seen_grow() {
    let given = Given::with(20).await;
    let witness = Witness::of(given.service().await.log_keys()[0].clone());
    let configuration = given.site.paths().configuration();
    let text = std::fs::read_to_string(&configuration).unwrap();
    let (url, key) = (&witness.url, &witness.key);
    let section = format!("[sealing]\nwitness_url = \"{url}\"\nwitness_key = \"{key}\"\n");
    std::fs::write(&configuration, text.replace("[sealing]\n", &section)).unwrap();

    let mut site = given.site;
    for round in 1..=2 {
        let server = TestServer::over(site).await;
        let store = Hand::on(server.store_settings());
        let size = || {
            let size = store.column("SELECT size FROM log_state").unwrap();
            size[0].parse::<u64>().unwrap()
        };
        let is_told = || {
            let seen = witness.seen.lock().unwrap();
            seen.signed >= round && seen.size == size()
        };
        until("the witness is not told", is_told).await;
        let kept = "SELECT count(*) FROM log_cosignature";
        until("nothing is kept", || {
            store.column(kept).unwrap()[0].parse::<usize>().unwrap() >= round
        })
        .await;
        let client = Client::without_certificate(server.base_url(), &server.ca_pem()).unwrap();
        let path = format!("/v1/logs/checkpoint/{}", witness.seen.lock().unwrap().size);
        let note = String::from_utf8(client.get(&path).await.unwrap().body).unwrap();
        let (_, lines) = note.split_once("\n\n").unwrap();
        WitnessKey::parse(&witness.key).unwrap().cosigned(&note, lines).unwrap();
        let again = Given { site: server.stop().await };
        add_entry(&again.service().await).await;
        site = again.site;
    }
    let seen = witness.seen.lock().unwrap();
    assert_eq!(seen.conflicts, 1, "after the restart it is told what the witness has");
}
