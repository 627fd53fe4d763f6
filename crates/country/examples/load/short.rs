//! Short forms of all runs: over small countries, on a PostgreSQL that is started for it and ends with it. Commits
//! last there as they do in real use.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use varanto_country::{Country, Effort, Shapes, Size, Store, populate};
use varanto_postgres::{Server as Postgres, TestDatabase};

use crate::options::{Closed, Growth, Open, Options, Pace, Short};
use crate::told::Told;
use crate::{compared, find_person, grown, mixed};

/// The mean size of structured content, in bytes.
const BYTES: usize = 5000;

/// A country in a database of its own.
struct Populated {
    name: String,
    folder: PathBuf,
    _database: TestDatabase,
}

pub(crate) async fn run(short: &Short, options: &Options) -> Told {
    let parent = short.directory.clone().unwrap_or_else(std::env::temp_dir);
    let directory = tempfile::Builder::new().prefix("varanto-load-").tempdir_in(parent);
    let directory = directory.expect("a directory to measure in");
    let settings = [("shared_buffers", "256MB"), ("max_wal_size", "1GB")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let data = Some(directory.path().to_owned());
    let postgres = Postgres::start(varanto_postgres::Options {
        fsync: true,
        data,
        settings,
        ..Default::default()
    });
    let mut places = Vec::new();
    for documents in &short.documents {
        places.push(Populated::make(&postgres, directory.path(), *documents).await);
    }
    let last = places.last().expect("a size");
    let open =
        |rate: &str, minutes: f64| Open { place: last.folder.clone(), pace: pace(rate, minutes) };
    let growth = Growth {
        places: places.iter().map(|p| format!("{}={}", p.name, p.folder.display())).collect(),
        rounds: 1,
        pace: pace("40", 0.4),
    };
    let closed = Closed {
        place: last.folder.clone(),
        kinds: ["store", "search", "fetch"].map(str::to_owned).into(),
        clients: 32,
        rounds: 3,
        seconds: 2,
        bare_connections: 16,
    };
    let mut told = Told::begin("Short forms of all runs");
    told.note("store", format!("PostgreSQL, {} documents at most", last.name));
    let mut figures = serde_json::Map::new();
    for (name, part) in [
        ("mixed", mixed(&open("60x20,120x20", 0.5), options).await),
        ("find_person", find_person(&open("30", 0.4), options).await),
        ("growth", grown(&growth, options).await),
        ("closed", compared(&closed, options).await),
    ] {
        figures.insert(name.to_owned(), part.figures.clone());
        told.take(part);
    }
    told.figures = json!(figures);
    told
}

fn pace(rate: &str, minutes: f64) -> Pace {
    let (rate, minutes) = (Some(rate.to_owned()), Some(minutes));
    Pace { rate, minutes, warm_up: 10, in_flight: 512, mix: None }
}

impl Populated {
    async fn make(postgres: &Postgres, directory: &Path, documents: u64) -> Self {
        let size = Size { documents, bytes: BYTES };
        let country = Country::new(1, size, Shapes::builtin());
        let folder = directory.join(format!("country-{documents}"));
        let database = postgres.create_database();
        let store = Store::parse(&database.url()).expect("the address of a database");
        let makers = std::thread::available_parallelism().map_or(1, usize::from);
        let effort = Effort { makers, committers: 2, seals: true };
        let made = populate(&country, &folder, &store, effort, Arc::new(|_| {})).await;
        made.unwrap_or_else(|error| panic!("the country cannot be made: {error}"));
        // As the background would in time.
        database.sql("VACUUM ANALYZE").expect("a tidy database");
        Self { name: documents.to_string(), folder, _database: database }
    }
}
