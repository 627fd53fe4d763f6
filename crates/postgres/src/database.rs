//! Databases of tests, and statements run by `psql`.

use std::path::{Path, PathBuf};

use crate::machine::Machine;
use crate::server::{PORT, USER};

/// Where a server listens: the folder of its socket and the port that this is named by.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
}

impl Place {
    pub(crate) fn url(&self, database: &str) -> String {
        let url = format!("postgresql://{USER}@/{database}?host={}", self.folder.display());
        if self.port == PORT { url } else { format!("{url}&port={}", self.port) }
    }

    /// Runs a text in one transaction and gives the rows that it selects, or what the server says against it.
    pub(crate) fn psql(&self, database: &str, text: &str) -> Result<String, String> {
        let mut psql = Machine::this().client("psql");
        psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password"]);
        psql.args(["--set=ON_ERROR_STOP=1", "--username", USER, "--dbname", database, "--host"]);
        psql.arg(&self.folder).arg(format!("--port={}", self.port)).args(["--command", text]);
        let output = psql.output().map_err(|error| format!("psql does not run: {error}"))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

/// A database that is dropped, whoever is connected to it, when this is.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    place: Place,
    is_kept: bool,
}

impl TestDatabase {
    pub(crate) fn create(place: &Place, name: &str, template: &str) -> Self {
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        place.psql("postgres", &create).unwrap_or_else(|error| panic!("{create}: {error}"));
        Self { name: name.to_owned(), place: place.clone(), is_kept: false }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder of its server's socket.
    pub fn socket(&self) -> &Path {
        &self.place.folder
    }

    /// Its address, for a user with all rights.
    pub fn url(&self) -> String {
        self.place.url(&self.name)
    }

    /// Runs statements as a user with all rights; see [`crate::Server::sql`].
    pub fn sql(&self, text: &str) -> Result<String, String> {
        self.place.psql(&self.name, text)
    }

    /// It is not dropped.
    pub(crate) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if !self.is_kept {
            // Where the server has ended, so has the database.
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            let _ = self.place.psql("postgres", &drop);
        }
    }
}
