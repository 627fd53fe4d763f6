//! A server that is reached over TLS: an authority of its own, a certificate for the server, one for a client,
//! and the rules of who may come in how.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cluster::succeed;
use crate::machine::Machine;
use crate::server::USER;

/// How a server is reached over TLS, at 127.0.0.1 or `localhost`. Every user comes in without a password but two:
/// `by_certificate` shows the client's certificate, `by_password` the password `secret`. Without TLS nobody
/// comes in but through the socket.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The port, also of the socket.
    pub port: u16,
    /// The certificate of the authority, in PEM.
    pub authority: PathBuf,
    /// The certificate of a client, in PEM; its name is `by_certificate`.
    pub certificate: PathBuf,
    /// The key of that certificate: PKCS #8 in PEM.
    pub key: PathBuf,
    server_certificate: PathBuf,
    server_key: PathBuf,
}

impl Tls {
    pub(crate) fn settings(&self) -> [(&'static str, String); 4] {
        let path = |path: &Path| path.display().to_string();
        [
            ("ssl", "on".to_owned()),
            ("ssl_ca_file", path(&self.authority)),
            ("ssl_cert_file", path(&self.server_certificate)),
            ("ssl_key_file", path(&self.server_key)),
        ]
    }

    /// What makes the users that do not come in freely.
    pub(crate) const ROLES: &str = "CREATE ROLE by_certificate SUPERUSER LOGIN; \
         CREATE ROLE by_password SUPERUSER LOGIN PASSWORD 'secret'";
}

/// Makes the certificates in `folder` and the rules in `data`.
pub(crate) fn prepare(folder: &Path, data: &Path) -> Tls {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let authority = folder.join("authority.pem");
    let authority_key = folder.join("authority.key");
    let mut make = Command::new("openssl");
    make.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
    make.args(["-days", "2", "-subj", "/CN=test authority", "-keyout"]).arg(&authority_key);
    succeed(make.arg("-out").arg(&authority));
    let issue = |name: &str, subject: &str| {
        let (key, request) = (folder.join(format!("{name}.key")), folder.join("request"));
        let certificate = folder.join(format!("{name}.pem"));
        let mut ask = Command::new("openssl");
        ask.args(["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]);
        ask.args(["-subj", &format!("/CN={subject}"), "-keyout"]).arg(&key);
        succeed(ask.arg("-out").arg(&request));
        let extensions = folder.join("extensions");
        let names = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n";
        std::fs::write(&extensions, names).expect("the folder is ours");
        let mut sign = Command::new("openssl");
        sign.args(["x509", "-req", "-days", "2", "-CAcreateserial", "-in"]).arg(&request);
        sign.arg("-CA").arg(&authority).arg("-CAkey").arg(&authority_key);
        sign.arg("-extfile").arg(&extensions).arg("-out").arg(&certificate);
        succeed(&mut sign);
        (certificate, key)
    };
    let (server_certificate, server_key) = issue("server", "localhost");
    let (certificate, key) = issue("client", "by_certificate");
    let only_owner = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&server_key, only_owner).expect("it is ours");
    if let Some((user, group)) = Machine::this().user() {
        std::os::unix::fs::chown(&server_key, Some(user), Some(group)).expect("it is ours");
    }
    let mut rules = format!("local all {USER} trust\n");
    for (user, way) in
        [("by_certificate", "cert"), ("by_password", "scram-sha-256"), ("all", "trust")]
    {
        writeln!(rules, "hostssl all {user} 127.0.0.1/32 {way}").expect("text grows");
    }
    std::fs::write(data.join("pg_hba.conf"), rules).expect("the data are readable to us");
    Tls { port, authority, certificate, key, server_certificate, server_key }
}
