//! The documents that a client has together with others, each with all its clients: whether they leave their
//! controller depends on every one of these (DIS-04).

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::Oid;

use super::Facts;
use super::find::facts;
use crate::error::Corrupt;
use crate::query::{MAX_PAGE, Query, Row, Select};

/// A document of several clients, as far as decisions need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointDocument {
    /// Names the document through all its versions.
    pub original_oid: Oid,
    /// When the newest version was stored.
    pub stored_at: Timestamp,
    /// Is it annulled?
    pub annulled: bool,
    /// What decisions need.
    pub facts: Facts,
    /// The keys of its clients.
    pub clients: Vec<Uuid>,
}

const JOINT: &str = "-- joint::joint_documents
SELECT d.original_oid, d.stored_at, d.annulled_at IS NOT NULL, d.controller, d.register,
    d.document_group, d.generation, d.structure, d.type_code, d.service_task, d.service_process,
    d.case_oid, d.provider, d.unit, d.author_organisation, d.written_at, d.clients
FROM client_document AS c
JOIN document AS d ON d.original_oid = c.original_oid
WHERE c.client_key = ? AND c.joint = 1";

/// The joint documents of a client by original identifier, in every register and annulled ones too; at most
/// `size` of them and at most [`MAX_PAGE`].
pub fn joint_documents(client: Uuid, after: Option<Oid>, size: u32) -> Query<JointDocument> {
    Select::new(JOINT, [client.into()])
        .when(after, " AND c.original_oid > ?")
        .push(" ORDER BY c.original_oid LIMIT ?", [size.min(MAX_PAGE).into()])
        .decode(joint)
}

fn joint(row: &dyn Row) -> Result<JointDocument, Corrupt> {
    Ok(JointDocument {
        original_oid: row.oid(0)?,
        stored_at: row.instant(1)?,
        annulled: row.bool(2)?,
        facts: facts(row, 3)?,
        clients: row.keys(16)?,
    })
}
