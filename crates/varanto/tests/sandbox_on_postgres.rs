//! Sandboxes on PostgreSQL, as the commands meet them. In a program of its own, for it starts others.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use clap::Parser;
use tempfile::TempDir;
use varanto::commands::{CommandError, CommandLine};
use varanto::config::Config;
use varanto::sandbox::create_on;
use varanto::server::{open_service, store_settings};
use varanto_postgres::{Server, TestDatabase};
use varanto_sandbox::{Sandbox, World};
use varanto_store::Settings;

/// A database with a sandbox whose data is in it.
struct Kept {
    database: TestDatabase,
    directory: TempDir,
}

impl Kept {
    async fn new() -> Self {
        let database = Server::shared().create_database();
        let directory = tempfile::tempdir().unwrap();
        let kept = Self { database, directory };
        kept.create("sandbox").await.unwrap();
        kept
    }

    async fn create(&self, name: &str) -> Result<Sandbox, CommandError> {
        let directory = self.directory.path().join(name);
        create_on(&directory, &World::builtin(), 0, &self.database.url()).await
    }

    fn configuration(&self) -> PathBuf {
        self.directory.path().join("sandbox/varanto.toml")
    }

    /// Does this command, told to look here, do what it should?
    async fn does(&self, command: &str) -> bool {
        let words = std::iter::once("varanto").chain(command.split_whitespace());
        let configuration = self.configuration();
        let words =
            words.map(Into::into).chain(["--config".into(), configuration.into_os_string()]);
        let line = CommandLine::try_parse_from(words).unwrap();
        line.run().await == std::process::ExitCode::SUCCESS
    }
}

#[tokio::test]
async fn a_sandbox_on_postgresql_is_in_order_for_every_command() {
    let kept = Kept::new().await;
    let text = std::fs::read_to_string(kept.configuration()).unwrap();
    assert!(text.contains("[store.postgres]") && !text.contains("varanto.db"), "{text}");
    assert!(!kept.directory.path().join("sandbox/data").join("varanto.db").exists());
    for command in [
        "check",
        "check --rebuild",
        "migrate",
        "migrate --status",
        "organisations list",
        "structures list",
        "log verify",
        "log key",
        "log retain",
    ] {
        assert!(kept.does(command).await, "{command}");
    }
}

#[tokio::test]
async fn verifying_the_log_changes_nothing() {
    let kept = Kept::new().await;
    let told =
        || kept.database.sql("SELECT count(*), max(number) FROM varanto.administrative_entry");
    let before = told().unwrap();
    // What the program would put in at a start is missing.
    kept.database.sql("DELETE FROM varanto.structure").unwrap();
    assert!(kept.does("log verify").await);
    assert_eq!(told().unwrap(), before);
    assert_eq!(kept.database.sql("SELECT count(*) FROM varanto.structure").unwrap().trim(), "0");
}

#[tokio::test]
async fn a_sandbox_begins_with_a_database_that_holds_none() {
    let kept = Kept::new().await;
    let refused = kept.create("another").await.err().unwrap().to_string();
    assert!(refused.contains("the database holds organisations"), "{refused}");
    assert!(!kept.directory.path().join("another").exists());
}

#[tokio::test]
async fn only_the_command_for_it_makes_a_schema_on_postgresql() {
    let kept = Kept::new().await;
    let fresh = Server::shared().create_database();
    let file = kept.configuration();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(kept.database.name(), fresh.name())).unwrap();
    let refused = open_service(&Config::read(&file).unwrap(), &[]).await.err().unwrap().to_string();
    assert!(refused.contains("`varanto migrate` applies it"), "{refused}");
    for command in ["check", "log verify", "organisations list"] {
        assert!(!kept.does(command).await, "{command}");
    }
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'varanto'";
    assert_eq!(fresh.sql(schemas).unwrap().trim(), "0");
    assert!(kept.does("migrate").await && kept.does("check").await);
}

#[tokio::test]
async fn the_password_of_an_address_goes_into_a_file_for_its_owner_alone() {
    let kept = Kept::new().await;
    let fresh = Server::shared().create_database();
    let url = fresh.url().replacen('@', ":a%20word@", 1);
    let directory = kept.directory.path().join("closed");
    create_on(&directory, &World::builtin(), 0, &url).await.unwrap();
    let file = directory.join("keys/postgres.password");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "a word\n");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let config = Config::read(&directory.join("varanto.toml")).unwrap();
    let Settings::Postgres(settings) = store_settings(&config).unwrap() else { panic!() };
    assert_eq!(settings.password.unwrap().reveal(), "a word");
}

#[tokio::test]
async fn a_server_elsewhere_is_not_reached_without_tls() {
    let directory = tempfile::tempdir().unwrap();
    let url = "postgresql://varanto@192.0.2.1/sandbox";
    let refused = create_on(&directory.path().join("x"), &World::builtin(), 0, url).await;
    assert!(refused.err().unwrap().to_string().contains("without TLS"));
}
