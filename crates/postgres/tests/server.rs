//! The servers that the tests of the other crates stand on.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use varanto_postgres::{Options, Server};

#[test]
fn each_database_is_its_own_and_vanishes_with_its_value() {
    let server = Server::shared();
    let (one, other) = (server.create_database(), server.create_database());
    one.sql("CREATE TABLE t (n bigint); INSERT INTO t VALUES (7)").unwrap();
    assert_eq!(one.sql("SELECT n FROM t").unwrap().trim(), "7");
    assert!(other.sql("SELECT n FROM t").unwrap_err().contains("does not exist"));
    let name = one.name().to_owned();
    drop(one);
    assert!(server.sql(&name, "SELECT 1").is_err());
}

#[test]
fn a_template_is_filled_once_however_many_want_it() {
    let server = Server::shared();
    let filled = std::sync::atomic::AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                server.make_template("of_a_table", |draft| {
                    filled.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    draft.sql("CREATE TABLE t AS SELECT 1 AS n").unwrap();
                });
                let copy = server.from_template("of_a_table");
                copy.sql("INSERT INTO t VALUES (2)").unwrap();
                assert_eq!(copy.sql("SELECT sum(n) FROM t").unwrap().trim(), "3");
            });
        }
    });
    assert_eq!(filled.into_inner(), 1);
}

#[test]
fn a_killed_server_comes_back_with_what_was_committed() {
    let mut server = Server::start(Options { fsync: true, ..Options::default() });
    server.sql("postgres", "CREATE TABLE t AS SELECT 1 AS n").unwrap();
    for end in [Server::kill, Server::stop] {
        end(&mut server);
        assert!(server.sql("postgres", "SELECT 1").is_err());
        server.restart();
        assert_eq!(server.sql("postgres", "SELECT count(*) FROM t").unwrap().trim(), "1");
    }
}

#[test]
fn a_server_listens_on_its_socket_alone_and_with_tls_where_it_is_asked_to() {
    let shown = "SELECT current_setting('listen_addresses') || current_setting('ssl')";
    assert_eq!(Server::shared().sql("postgres", shown).unwrap().trim(), "off");
    let settings = vec![("work_mem".to_owned(), "5MB".to_owned())];
    let server = Server::start(Options { tls: true, settings, ..Options::default() });
    assert_eq!(server.sql("postgres", shown).unwrap().trim(), "127.0.0.1on");
    assert_eq!(server.sql("postgres", "SHOW work_mem").unwrap().trim(), "5MB");
    let tls = server.tls().unwrap();
    let connect = |further: &str| {
        let to = format!("host=127.0.0.1 port={} dbname=postgres {further}", tls.port);
        let mut psql = Command::new("psql");
        psql.args([
            "-XAtwc",
            "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        ]);
        let output = psql.arg(to).env("PGPASSWORD", "secret").output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let authority = format!("sslmode=verify-full sslrootcert={}", tls.authority.display());
    let identity = format!("sslcert={} sslkey={}", tls.certificate.display(), tls.key.display());
    assert_eq!(connect(&format!("{authority} user=varanto")), "varanto|t");
    assert_eq!(connect(&format!("{authority} user=by_password")), "by_password|t");
    assert_eq!(connect(&format!("{authority} {identity} user=by_certificate")), "by_certificate|t");
    assert_eq!(connect(&format!("{authority} user=by_certificate")), "");
    assert_eq!(connect("sslmode=disable user=varanto"), "");
}

/// Not a test by itself: the process that the next test kills.
#[test]
fn a_process_that_waits_to_be_killed() {
    if let Some(told) = std::env::var_os("TELL_THE_SOCKET_IN") {
        let server = Server::shared();
        let data = server.sql("postgres", "SHOW data_directory").unwrap();
        let places = format!("{}\n{}", server.socket().display(), data.trim());
        let draft = Path::new(&told).with_extension("draft");
        std::fs::write(&draft, places).unwrap();
        std::fs::rename(draft, told).unwrap();
        std::thread::sleep(Duration::from_mins(10));
    }
}

#[test]
fn a_server_and_its_files_go_when_their_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("socket");
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "a_process_that_waits_to_be_killed"]).env("TELL_THE_SOCKET_IN", &told);
    process.env_remove(varanto_postgres::VARIABLE).stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = process.spawn().unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    let places = loop {
        if let Ok(places) = std::fs::read_to_string(&told) {
            break places;
        }
        assert!(Instant::now() < until, "the process has started its server");
        std::thread::sleep(Duration::from_millis(20));
    };
    let (socket, data) = places.split_once('\n').unwrap();
    let (socket, data) = (Path::new(socket), Path::new(data));
    let server = std::fs::read_to_string(data.join("postmaster.pid")).unwrap();
    let server = format!("/proc/{}", server.lines().next().unwrap());
    process.kill().unwrap();
    process.wait().unwrap();
    let works = || std::fs::read_link(format!("{server}/cwd")).is_ok();
    while socket.exists() || data.parent().unwrap().exists() || works() {
        assert!(Instant::now() < until, "the server has ended and its files are gone");
        std::thread::sleep(Duration::from_millis(20));
    }
}
