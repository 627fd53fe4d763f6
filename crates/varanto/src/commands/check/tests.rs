//! A whole installation, looked at in its good and its bad states.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use varanto_sandbox::{SandboxPaths, World};
use varanto_store::{Database, Settings, SqliteSettings};

use super::*;
use crate::sandbox::create;

struct Installation {
    _folder: tempfile::TempDir,
    paths: SandboxPaths,
}

impl Installation {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("sandbox");
        create(&directory, &World::builtin(), 8443).await.unwrap();
        Self { _folder: folder, paths: SandboxPaths::new(directory) }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.paths.join(name)
    }

    async fn look_at(&self, now: Timestamp) -> Report {
        let config = Config::read(&self.paths.configuration()).unwrap();
        look(&config, "varanto.toml", now).await
    }

    async fn look(&self) -> Report {
        self.look_at(Timestamp::now()).await
    }
}

fn lines(report: &Report, mark: char) -> Vec<String> {
    report.to_string().lines().filter(|l| l.starts_with(mark)).map(str::to_owned).collect()
}

/// The report has just one line of this mark, and it tells of all of these.
fn only(report: &Report, mark: char, words: &[&str]) {
    let lines = lines(report, mark);
    assert_eq!(lines.len(), 1, "{report}");
    for word in words {
        assert!(lines[0].contains(word), "{word}: {report}");
    }
}

#[tokio::test]
async fn a_new_sandbox_is_in_order() {
    let report = Installation::new().await.look().await;
    assert_eq!(report.wrong_ones(), 0, "{report}");
    assert_eq!(lines(&report, '!'), Vec::<String>::new(), "{report}");
    let text = report.to_string();
    for what in ["keys.master", "server.certificate", "trust.roots", "store", "structures"] {
        assert!(text.contains(&format!("✓ {what}: ")), "{what}: {text}");
    }
}

#[tokio::test]
async fn what_is_not_in_order_is_named_with_what_to_do() {
    let installation = Installation::new().await;
    let master = installation.file("keys/master.key");
    open_to_others(&master);
    only(&installation.look().await, '!', &["keys.master", "644", "chmod 600"]);
    std::fs::write(&master, "no key").unwrap();
    only(&installation.look().await, '✗', &["keys.master", "64 hexadecimal digits"]);
    std::fs::remove_file(&master).unwrap();
    only(&installation.look().await, '✗', &["keys.master", "master.key"]);
    std::fs::write(&master, "ab".repeat(32)).unwrap();

    std::fs::copy(installation.file("authority/systems.key"), installation.file("server/key.pem"))
        .unwrap();
    only(&installation.look().await, '✗', &["server.key"]);

    std::fs::write(installation.file("authority/crls.pem"), "").unwrap();
    let report = installation.look().await;
    only(&report, '✗', &["trust.revocation_lists", "crls.pem"]);
    assert!(!report.to_string().contains("✓ server.key: fits"), "{report}");
}

#[tokio::test]
async fn what_parties_outside_need_is_looked_at() {
    let installation = Installation::new().await;
    let signing = installation.file("server/signing.key");
    open_to_others(&signing);
    only(&installation.look().await, '!', &["signing.key", "644", "chmod 600"]);
    std::fs::copy(installation.file("authority/systems.key"), &signing).unwrap();
    only(&installation.look().await, '✗', &["signing.key"]);

    let configuration = installation.paths.configuration();
    let text = std::fs::read_to_string(&configuration).unwrap();
    let (before, after) = text.split_once("[signing]").unwrap();
    let after = after.split_once("\n[").map_or("", |(_, after)| after);
    let with = |ca: &str| {
        let section = "[patient_data_repository]\nurl = \"https://localhost/\"";
        let text = format!("{before}[{after}\n{section}\nca = \"{ca}\"\n");
        std::fs::write(&configuration, text).unwrap();
    };
    with("none.pem");
    only(&installation.look().await, '✗', &["patient_data_repository.ca", "none.pem"]);
    with("ca.pem");
    let report = installation.look().await;
    assert_eq!(report.wrong_ones(), 0, "{report}");
}

#[tokio::test]
async fn certificates_and_revocation_lists_that_have_run_out_are_told() {
    let installation = Installation::new().await;
    let later = Timestamp::now() + jiff::SignedDuration::from_hours(30 * 365 * 24);
    let wrong = lines(&installation.look_at(later).await, '✗').join("\n");
    for what in ["server.certificate", "trust.roots", "trust.system_issuers", "revocation_lists"] {
        assert!(wrong.contains(what), "{what}: {wrong}");
    }
}

#[tokio::test]
async fn a_store_that_is_missing_or_empty_is_told_and_left_as_it_is() {
    let installation = Installation::new().await;
    let data = installation.file("data");
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::create_dir(&data).unwrap();
    only(&installation.look().await, '✗', &["store", "varanto migrate"]);
    assert_eq!(data.read_dir().unwrap().count(), 0);

    let store = data.join("varanto.db");
    let settings = Settings::Sqlite(SqliteSettings::new(store));
    Database::migrate(&settings, Timestamp::now()).await.unwrap();
    for _ in 0..2 {
        let report = installation.look().await;
        assert_eq!(report.wrong_ones(), 0, "{report}");
        let doubtful = lines(&report, '!');
        assert_eq!(doubtful.len(), 2, "{report}");
        assert!(doubtful[0].contains("structures") && doubtful[1].contains("organisations"));
    }
}

/// REQ LOG-07
#[tokio::test]
async fn who_is_told_of_breaches_is_looked_at() {
    let installation = Installation::new().await;
    let configuration = installation.paths.configuration();
    let before = std::fs::read_to_string(&configuration).unwrap();
    let controller = "1.2.246.10.99990001.19.0";
    let with = |ca: &str, controller: &str| {
        let notice = format!("[[notices]]\nname = \"duty\"\ncontroller = \"{controller}\"\n");
        let webhook = format!("webhook = \"https://localhost/\"\nca = \"{ca}\"");
        let text = format!("{before}\n{notice}{webhook}\nsecret_file = \"duty.secret\"\n");
        std::fs::write(&configuration, text).unwrap();
    };
    with("ca.pem", controller);
    let secret = installation.file("duty.secret");
    let told = |report: &Report| lines(report, '✗').join("\n");
    assert!(told(&installation.look().await).contains("duty.secret"));
    std::fs::write(&secret, "whsec_short").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    only(&installation.look().await, '✗', &["duty", "whsec_"]);
    std::fs::write(&secret, format!("whsec_{}=\n", "A".repeat(43))).unwrap();
    let report = installation.look().await;
    assert_eq!(report.wrong_ones(), 0, "{report}");
    // One controller has an address; the others are told of nothing.
    only(&report, '!', &["controllers have no address", "[[notices]]"]);
    open_to_others(&secret);
    let doubtful = lines(&installation.look().await, '!');
    assert!(doubtful[0].contains("notices.secret_file") && doubtful[0].contains("chmod 600"));
    with("none.pem", controller);
    assert!(told(&installation.look().await).contains("none.pem"));
    with("ca.pem", "1.2.246.10.99990002.19.0");
    let doubtful = lines(&installation.look().await, '!').join("\n");
    assert!(doubtful.contains("1.2.246.10.99990002.19.0 is no controller"), "{doubtful}");
}

fn open_to_others(file: &Path) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
}

/// REQ SUM-01
#[tokio::test]
async fn every_fault_of_the_rules_of_summaries_is_named() {
    let installation = Installation::new().await;
    let mut config = Config::read(&installation.paths.configuration()).unwrap();
    config.summary.file = Some(installation.file("summary.json"));
    std::fs::write(installation.file("summary.json"), r#"{"rules": [], "colour": 1}"#).unwrap();
    let report = look(&config, "varanto.toml", Timestamp::now()).await;
    let wrong = lines(&report, '✗');
    assert_eq!(wrong.len(), 2, "{report}");
    assert!(wrong[0].contains("/rules") && wrong[1].contains("/colour"), "{report}");
    let rules = br#"{"rules": [{"section": "plans", "documents": {"groups": ["client_document"]},
        "keep": "all", "fields": [{"name": "made_on", "as": "day", "at": ["*/paivamaara"]}]}]}"#;
    std::fs::write(installation.file("summary.json"), rules).unwrap();
    assert_eq!(look(&config, "varanto.toml", Timestamp::now()).await.wrong_ones(), 0);
}
