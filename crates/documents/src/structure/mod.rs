//! Document structures: reading the published ones, and what a document must look like by them.
//!
//! A structure is published as a JSON Schema of a small dialect with annotations (facts 4.2). It is
//! compiled into a tree of [`Field`]s, which then serves validation, display and examples alike. A
//! keyword outside the dialect is refused, so that nothing that a structure asks for stays silently
//! unchecked. New structures of the dialect need no change here (DOC-12). What the structures of
//! the control documents say only in words is in [`crate::control`].

mod compile;
mod dialect;
mod error;
mod field;
mod pattern;

use jiff::civil::Date;
use varanto_model::{LocalText, Oid, Pointer};

use self::compile::Compiler;
use self::dialect::{Document, Type};
pub use self::error::StructureError;
pub use self::field::{Coded, Field, Kind, System, Text};

/// The largest structure file that is read, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The deepest nesting of fields.
pub const MAX_DEPTH: usize = 32;
/// The most fields of one structure.
pub const MAX_FIELDS: usize = 20_000;

const NATIONAL: &str = "1.2.246.537.6";
const OWN: &str = "1.2.246.10.99990000.97";
const DRAFT_07: &str = "http://json-schema.org/draft-07/schema#";
const SIGNATURE_TYPES: &str = "1.2.246.537.5.40161";

/// A published document structure in one version.
#[derive(Clone, Debug)]
pub struct Structure {
    oid: Oid,
    family: Family,
    code: Box<str>,
    published: Date,
    status: String,
    document_type: Option<String>,
    author: Option<String>,
    subject: Option<String>,
    root: Field,
}

/// Which list of structures one is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// `1.2.246.537.6.1505`: the documents that steer the repository.
    Control,
    /// `1.2.246.537.6.1506`: clients' documents.
    ClientDocument,
    /// `1.2.246.10.99990000.97`: documents that steer the repository and of which no national
    /// structure has been published.
    Own,
}

impl Structure {
    /// Reads a structure file as published.
    ///
    /// # Errors
    /// [`StructureError`] names the first thing that keeps the file from being one.
    pub fn parse(json: &[u8]) -> Result<Self, StructureError> {
        if json.len() > MAX_BYTES {
            return Err(StructureError::TooLarge);
        }
        let document: Document = serde_json::from_slice(json)?;
        if document.schema != DRAFT_07 || document.kind != Type::Object || document.additional {
            return Err(StructureError::Root);
        }
        let oid = Oid::parse(&document.sosmeta.oid).map_err(|_| StructureError::Identity)?;
        let (family, code, published) = identity(&oid).ok_or(StructureError::Identity)?;
        let fields = Compiler::default().members(
            document.properties,
            &document.required,
            &Pointer::root(),
            1,
        )?;
        let root = <[Field; 1]>::try_from(fields)
            .ok()
            .map(|[root]| root)
            .filter(|root| root.required && root.repeat.is_none())
            .filter(|root| matches!(root.kind, Kind::Group(_)))
            .ok_or(StructureError::Root)?;
        let notes = document.sosmeta;
        Ok(Self {
            oid,
            family,
            code,
            published,
            status: notes.status,
            document_type: notes.document_type,
            author: notes.document_author,
            subject: notes.document_subject,
            root,
        })
    }

    /// The identifier: family, code and day of publication.
    pub fn oid(&self) -> &Oid {
        &self.oid
    }

    /// The list it is from.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The number in its list, such as `1000`, or `1` for `1505.1`. Among clients' documents it is
    /// the code of the document type in the set 1.2.246.537.6.1506.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The day that its identifier names.
    pub fn published(&self) -> Date {
        self.published
    }

    /// What the document is called.
    pub fn title(&self) -> &LocalText {
        self.root.label()
    }

    /// The published state in Finnish, such as `Valmis`.
    pub fn status(&self) -> &str {
        &self.status
    }

    /// The published kind of document in Finnish, such as `Päätös`.
    pub fn document_type(&self) -> Option<&str> {
        self.document_type.as_deref()
    }

    /// Who writes such documents, in Finnish as published.
    pub fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }

    /// The published subject area in Finnish.
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The one member of the content, which holds all others.
    pub fn root(&self) -> &Field {
        &self.root
    }

    /// Must a document say that it is signed by a professional? So it is where a field with a code
    /// of signature types is mandatory all the way from the root (facts 4.3).
    pub fn asks_for_professional_signature(&self) -> bool {
        fn within(field: &Field) -> bool {
            let always = field.required && field.repeat != Some(0);
            always
                && match &field.kind {
                    Kind::Group(fields) => fields.iter().any(within),
                    Kind::Code(coded) => {
                        matches!(&coded.system, System::CodeSet(set) if set.as_str() == SIGNATURE_TYPES)
                    }
                    _ => false,
                }
        }
        within(&self.root)
    }
}

/// Family, code and day out of `<root of the family>.<code>.<year>.<month>.<day>`.
fn identity(oid: &Oid) -> Option<(Family, Box<str>, Date)> {
    let below = |root: &str| oid.as_str().strip_prefix(root)?.strip_prefix('.');
    let (family, rest) = if let Some(rest) = below(OWN) {
        (Family::Own, rest)
    } else {
        match below(NATIONAL)?.split_once('.')? {
            ("1505", rest) => (Family::Control, rest),
            ("1506", rest) => (Family::ClientDocument, rest),
            _ => return None,
        }
    };
    let arcs: Vec<&str> = rest.split('.').collect();
    let [code, year, month, day] = arcs.as_slice() else { return None };
    let published = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some((family, (*code).into(), published))
}

#[cfg(test)]
mod tests;
