//! What tests of several modules share.

use std::sync::OnceLock;

use serde_json::Value;

use crate::structure::Structure;

const NATIONAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/sosmeta");

/// The published national structures, where they lie beside the checkout: file name, structure, and
/// the schema itself. Without them the tests run on the built-in structures alone.
pub(crate) fn national() -> &'static [(String, Structure, Value)] {
    static NATIONAL_STRUCTURES: OnceLock<Vec<(String, Structure, Value)>> = OnceLock::new();
    NATIONAL_STRUCTURES.get_or_init(|| {
        let Ok(folder) = std::fs::read_dir(NATIONAL) else { return Vec::new() };
        let mut all: Vec<_> = folder
            .map(|entry| {
                let path = entry.unwrap().path();
                let bytes = std::fs::read(&path).unwrap();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let structure = Structure::parse(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
                (name, structure, serde_json::from_slice(&bytes).unwrap())
            })
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    })
}
