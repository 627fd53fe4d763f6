//! The documents that a client has together with others, each with all its clients: whether they leave their
//! controller depends on every one of these (DIS-04).

use uuid::Uuid;
use varanto_model::Oid;

use super::Document;
use super::find::document;
use crate::query::{MAX_PAGE, Query, Select};

const JOINT: &str = "-- joint::joint_documents
SELECT d.original_oid, d.newest, d.version, d.stored_at, d.controller, d.register, d.document_group,
    d.generation, d.structure, d.type_code, d.service_task, d.service_process, d.case_oid, d.provider,
    d.unit, d.author_organisation, d.written_at, d.services, d.clients, d.annulled_at, d.annulled_by,
    d.annulled_by_user, d.annulment_reason, d.annulment_log_entry
FROM client_document AS c
JOIN document AS d ON d.original_oid = c.original_oid
WHERE c.client_key = ? AND c.joint = ?";

/// The joint documents of a client by original identifier, in every register and annulled ones too; at most
/// `size` of them and at most [`MAX_PAGE`].
pub fn joint_documents(client: Uuid, after: Option<Oid>, size: u32) -> Query<Document> {
    Select::new(JOINT, [client.into(), true.into()])
        .when(after, " AND c.original_oid > ?")
        .push(" ORDER BY c.original_oid LIMIT ?", [size.min(MAX_PAGE).into()])
        .decode(|row| document(row, 0))
}
