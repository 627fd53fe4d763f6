//! The way to a database over a network, as `docs/operations/one-server.md` has it: encrypted, the server known by
//! its certificate and its name, the program by a password or by a certificate.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use varanto::config::Config;
use varanto::sandbox::create;
use varanto::server::store_settings;
use varanto_postgres::{Options, Server};
use varanto_sandbox::World;
use varanto_store::{Database, OpenError};

/// Migrates with a configuration that reaches the database so, and opens it.
async fn reach(file: &Path, plain: &str, section: &str) -> Result<(), OpenError> {
    let text = plain.replace("path = \"data/varanto.db\"\n", "");
    fs::write(file, text.replace("[store]\n", &format!("[store.postgres]\n{section}\n"))).unwrap();
    let settings = store_settings(&Config::read(file).unwrap()).unwrap();
    Database::migrate(&settings, Timestamp::now()).await?;
    Database::open(&settings).await.map(drop)
}

#[tokio::test]
async fn a_database_is_reached_encrypted_and_only_the_one_whose_certificate_and_name_are_right() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = folder.path().join("sandbox");
    Box::pin(create(&sandbox, &World::builtin(), 0)).await.unwrap();
    let file = sandbox.join("varanto.toml");
    let plain = fs::read_to_string(&file).unwrap();
    let server = Server::start(Options { tls: true, ..Options::default() });
    let tls = server.tls().unwrap();
    let database = server.create_database();
    fs::write(sandbox.join("password"), "secret\n").unwrap();
    fs::write(sandbox.join("wrong"), "guessed\n").unwrap();

    let to = |host: &str, user: &str, ca: &Path, further: &str| {
        format!(
            "host = \"{host}\"\nport = {}\ndatabase = \"{}\"\nuser = \"{user}\"\nca = \"{}\"\n{further}",
            tls.port,
            database.name(),
            ca.display()
        )
    };
    let shown =
        format!("certificate = \"{}\"\nkey = \"{}\"", tls.certificate.display(), tls.key.display());
    let password = "password_file = \"password\"";
    for good in [
        to("localhost", "by_password", &tls.authority, password),
        to("127.0.0.1", "by_password", &tls.authority, password),
        to("localhost", "by_certificate", &tls.authority, &shown),
    ] {
        reach(&file, &plain, &good).await.unwrap_or_else(|error| panic!("{good}: {error}"));
    }
    let another = sandbox.join("ca.pem");
    for bad in [
        to("localhost", "by_password", &another, password),
        // It is the same machine, under a name that its certificate does not have.
        to("::ffff:127.0.0.1", "by_password", &tls.authority, password),
        to("localhost", "by_password", &tls.authority, "password_file = \"wrong\""),
        to("localhost", "by_certificate", &tls.authority, ""),
        to("localhost", "by_password", &tls.authority, password)
            .replace(&format!("ca = \"{}\"\n", tls.authority.display()), ""),
    ] {
        assert!(reach(&file, &plain, &bad).await.is_err(), "{bad}");
    }
}
