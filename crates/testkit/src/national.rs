//! The published national structures, where they lie beside the project. They are no part of it.

use std::path::Path;

use varanto::server::open_service;
use varanto_documents::Structure;
use varanto_model::Oid;
use varanto_sandbox::World;
use varanto_service::Importable;

use crate::server::TestServer;
use crate::site::Site;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/sosmeta");

/// What [`TestServer::start_national`] knows: the four control documents, an assessment and a
/// decision.
const CHOSEN: [&str; 6] = [
    "1.2.246.537.6.1505.1.2023.6.1",
    "1.2.246.537.6.1505.2.2022.6.28",
    "1.2.246.537.6.1505.8.2023.6.1",
    "1.2.246.537.6.1505.9.2023.6.5",
    "1.2.246.537.6.1506.1000.2023.9.8",
    "1.2.246.537.6.1506.11052.2023.9.8",
];

/// A published structure and its text.
pub struct NationalStructure {
    /// As the project reads it.
    pub structure: Structure,
    /// As it was published.
    pub json: String,
}

/// All of them, in the order of their files. Where they are not there, none, and the test's output
/// says so.
pub fn national_structures() -> Vec<NationalStructure> {
    let Ok(files) = Path::new(FOLDER).read_dir() else {
        println!("SKIPPED: there are no national structures in {FOLDER}");
        return Vec::new();
    };
    let mut files: Vec<_> = files.map(|entry| entry.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let read = |path| std::fs::read_to_string(path).expect("a text");
    let parse = |json: String| {
        let structure = Structure::parse(json.as_bytes()).ok()?;
        Some(NationalStructure { structure, json })
    };
    files.into_iter().map(read).filter_map(parse).collect()
}

/// The one with this identifier, where it is there.
pub(crate) fn national_structure(oid: &Oid) -> Option<Structure> {
    let json = std::fs::read(Path::new(FOLDER).join(format!("{oid}.json"))).ok()?;
    Structure::parse(&json).ok()
}

impl Site {
    /// Imports structures, as the command does.
    pub async fn import(&self, structures: &[NationalStructure]) {
        let service = open_service(&self.config(), &[]).await.expect("a service");
        let given = structures.iter().map(|national| Importable {
            oid: national.structure.oid().clone(),
            json: national.json.clone(),
        });
        service.import_structures(given.collect()).await.expect("an import");
    }
}

impl TestServer {
    /// A server that has the national structures of the control documents, of an assessment and of a
    /// decision. Where they are missing there is none; the test's output says that it was skipped.
    pub async fn start_national() -> Option<Self> {
        Self::start_national_with(&World::builtin()).await
    }

    /// The same over a world of the test's own.
    pub async fn start_national_with(world: &World) -> Option<Self> {
        let mut structures = national_structures();
        structures.retain(|national| CHOSEN.contains(&national.structure.oid().as_str()));
        if structures.is_empty() {
            return None;
        }
        let server = Self::with_world(world).await;
        Box::pin(server.import(&structures)).await;
        Some(server)
    }
}
