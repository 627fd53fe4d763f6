//! Why a file is no structure.

use varanto_model::Pointer;

use super::{MAX_BYTES, MAX_DEPTH, MAX_FIELDS};

/// Why a file is no structure of the published dialect.
#[derive(Debug, thiserror::Error)]
pub enum StructureError {
    /// Larger than [`MAX_BYTES`].
    #[error("the file has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// Not JSON, or a keyword that is not in the dialect, or a value of the wrong type.
    #[error("not in the published dialect: {0}")]
    Dialect(#[from] serde_json::Error),
    /// Fields nested deeper than [`MAX_DEPTH`].
    #[error("fields are nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// More than [`MAX_FIELDS`].
    #[error("there are more than {MAX_FIELDS} fields")]
    TooManyFields,
    /// The whole is not one closed object with one mandatory field of draft-07.
    #[error("a structure is one closed object of JSON Schema draft-07 with one mandatory group")]
    Root,
    /// The annotated identifier is not `1.2.246.537.6.1505|1506.<code>.<year>.<month>.<day>`.
    #[error("the identifier is not that of a document structure with code, year, month and day")]
    Identity,
    /// A field asks for something that would stay unchecked, or contradicts itself.
    #[error("`{at}`: {why}")]
    Field {
        /// The field, as the path of its names.
        at: Pointer,
        /// What is wrong with it.
        why: &'static str,
    },
}
