//! What can go wrong when a country is put into a store.

use std::fmt;
use std::path::PathBuf;

/// Why a country could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file could not be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Something is missing in a file.
    #[error("{0} is missing or not as it should be")]
    Empty(&'static str),
    /// The store.
    #[error(transparent)]
    Store(#[from] varanto_store::StoreError),
    /// The structures.
    #[error(transparent)]
    Shapes(#[from] crate::shapes::ShapesError),
    /// Anything else, told in words.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    pub(crate) fn other(error: &dyn fmt::Display) -> Self {
        Self::Other(error.to_string())
    }
}
