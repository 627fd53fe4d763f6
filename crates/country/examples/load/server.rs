//! The server under load: the program in a process of its own over a place, or one that runs already.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use varanto::server::store_settings;
use varanto_country::Place;
use varanto_store::{PostgresSettings, Settings};

use crate::options::Options;
use crate::process::Process;

/// A server that answers. One that was started here is ended when this is dropped.
pub(crate) struct Server {
    pub(crate) base_url: String,
    pub(crate) metrics: Option<SocketAddr>,
    process: Option<Process>,
}

impl Server {
    /// Starts the program over a place, or takes the one that the options name.
    pub(crate) fn over(directory: &Path, options: &Options) -> Self {
        if let Some(url) = &options.url {
            let base_url = url.trim_end_matches('/').to_owned();
            return Self { base_url, metrics: options.metrics, process: None };
        }
        let metrics = free_address();
        let mut command = Command::new(options.program.clone().unwrap_or_else(build));
        command
            .args(["serve", "--port", "0", "--config"])
            .arg(directory.join("varanto.toml"))
            // What a few organisations ask here is what a country asks.
            .env("VARANTO__LIMITS__REQUESTS_PER_SECOND", "1000000")
            .env("VARANTO__LIMITS__REQUEST_BURST", "1000000")
            .env("VARANTO__METRICS__LISTEN", metrics.to_string())
            .stdin(Stdio::null());
        let process = Process::start(&mut command, directory, "server");
        let base_url = process.base_url.clone();
        Self { base_url, metrics: Some(metrics), process: Some(process) }
    }

    /// Its process, where it was started here.
    pub(crate) fn process(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }
}

/// The PostgreSQL that a place is kept in; `None` where it is in the embedded store.
pub(crate) fn postgres(place: &Place) -> Option<PostgresSettings> {
    match store_settings(place.config()).expect("the settings of a store") {
        Settings::Postgres(settings) => Some(*settings),
        Settings::Sqlite(_) => None,
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address")
}

/// Builds the program, unless that is done already, and tells where it is.
fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--package", "varanto"]).status();
    assert!(built.is_ok_and(|status| status.success()), "the program could not be built");
    let here = std::env::current_exe().expect("this is a program");
    // An example lies in target/<profile>/examples.
    let target = here.ancestors().nth(3).expect("a folder of targets");
    target.join("release").join(format!("varanto{}", std::env::consts::EXE_SUFFIX))
}
