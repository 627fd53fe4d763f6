//! The index rows that a document has under each of its clients: what lists are answered from. They
//! are found by their whole key and not by searching.

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::{Code, Oid};

use super::change::{EXISTS, STALE};
use super::{Document, Facts};
use crate::hold::{Held, Hold};
use crate::plan::{Statement, Value};
use crate::query::Query;

const INSERT: &str = "-- index::insert
INSERT INTO client_document (client_key, original_oid, newest, version, stored_at, annulled,
    controller, register, document_group, generation, structure, type_code, service_task,
    service_process, case_oid, provider, unit, author_organisation, written_at, joint, metadata)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21)";

const DELETE: &str = "-- index::delete
DELETE FROM client_document
WHERE client_key = $1 AND controller = $2 AND written_at = $3 AND original_oid = $4";

const ANNUL: &str = "-- index::annul
UPDATE client_document SET annulled = $1
WHERE client_key = $2 AND controller = $3 AND written_at = $4 AND original_oid = $5";

const MARK_JOINT: &str = "-- index::mark_joint
UPDATE client_document SET joint = $1
WHERE client_key = $2 AND controller = $3 AND written_at = $4 AND original_oid = $5";

const INSERT_SERVICE: &str = "-- index::insert_service
INSERT INTO client_document_service (client_key, original_oid, service) VALUES ($1, $2, $3)";

const DELETE_SERVICES: &str = "-- index::delete_services
DELETE FROM client_document_service WHERE client_key = $1 AND original_oid = $2";

const INSERT_LINK: &str = "-- index::insert_link
INSERT INTO client_document_link (client_key, original_oid, target) VALUES ($1, $2, $3)";

const DELETE_LINKS: &str = "-- index::delete_links
DELETE FROM client_document_link WHERE client_key = $1 AND original_oid = $2";

const LINKS_OF: &str = "-- index::links_of
SELECT target FROM client_document_link WHERE client_key = $1 AND original_oid = $2
ORDER BY target";

const GUARD_EMPTY: &str = "-- index::guard_nothing_under
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM client_document WHERE client_key = $1)";

/// A document as it stands in the index.
pub(super) struct Entry<'a> {
    pub(super) original_oid: &'a Oid,
    pub(super) newest: &'a Oid,
    pub(super) version: u32,
    pub(super) stored_at: Timestamp,
    pub(super) annulled: bool,
    pub(super) joint: bool,
    pub(super) facts: &'a Facts,
    pub(super) services: &'a [Code],
    pub(super) links: &'a [Oid],
    /// Those of the newest version, packed; where they are not given, a list looks them up.
    pub(super) metadata: Option<&'a [u8]>,
}

/// The documents that a document names as related, by original identifier, as they are indexed under
/// one of its clients.
pub fn links_of(original_oid: &Oid, client: Uuid) -> Query<Oid> {
    Query::new(LINKS_OF, vec![client.into(), original_oid.into()], |row| row.oid(0))
}

/// Holds a plan to there being no document under a client any more, once its other statements are
/// carried out: that none has come in since they were read.
pub fn guard_nothing_under(client: Uuid) -> Statement {
    // Alone: whoever stores for the client is held to the client's file.
    let hold = Hold::exclusive(Held::Client, &[client.as_bytes()]);
    Statement::guard(GUARD_EMPTY, vec![client.into()], STALE).holding(hold)
}

/// Enters a document under a client: one row, and one for each service and each related document.
pub(super) fn enter(client: Uuid, entry: &Entry<'_>) -> Vec<Statement> {
    let mut args: Vec<Value> = vec![
        client.into(),
        entry.original_oid.into(),
        entry.newest.into(),
        entry.version.into(),
        entry.stored_at.into(),
        entry.annulled.into(),
    ];
    args.extend(facts(entry.facts));
    args.push(entry.joint.into());
    args.push(entry.metadata.map(<[u8]>::to_vec).into());
    let mut statements = vec![Statement::one(INSERT, args, EXISTS)];
    for service in entry.services {
        let args = vec![client.into(), entry.original_oid.into(), service.into()];
        statements.push(Statement::one(INSERT_SERVICE, args, EXISTS));
    }
    for target in entry.links {
        let args = vec![client.into(), entry.original_oid.into(), target.into()];
        statements.push(Statement::one(INSERT_LINK, args, EXISTS));
    }
    statements
}

/// Takes a document away from under a client, as it was seen.
pub(super) fn leave(client: Uuid, seen: &Document) -> [Statement; 3] {
    let of_client = || vec![client.into(), (&seen.original_oid).into()];
    [
        Statement::one(DELETE, key(client, seen).into(), STALE),
        Statement::any(DELETE_SERVICES, of_client(), STALE),
        Statement::any(DELETE_LINKS, of_client(), STALE),
    ]
}

/// Marks a document as annulled under a client.
pub(super) fn annul(client: Uuid, seen: &Document) -> Statement {
    let mut args = vec![true.into()];
    args.extend(key(client, seen));
    Statement::one(ANNUL, args, STALE)
}

/// Notes under a client whether the document has other clients too.
pub(super) fn mark_joint(client: Uuid, seen: &Document, joint: bool) -> Statement {
    let mut args = vec![joint.into()];
    args.extend(key(client, seen));
    Statement::one(MARK_JOINT, args, STALE)
}

fn key(client: Uuid, seen: &Document) -> [Value; 4] {
    let Facts { controller, written_at, .. } = &seen.facts;
    [client.into(), controller.into(), (*written_at).into(), (&seen.original_oid).into()]
}

/// The fields of [`Facts`] in their order.
pub(super) fn facts(facts: &Facts) -> [Value; 13] {
    [
        (&facts.controller).into(),
        (&facts.register).into(),
        facts.group.into(),
        facts.generation.into(),
        facts.structure.as_ref().into(),
        facts.type_code.as_ref().into(),
        facts.service_task.as_ref().into(),
        facts.service_process.as_ref().into(),
        facts.case.as_ref().into(),
        facts.provider.as_ref().into(),
        facts.unit.as_ref().into(),
        (&facts.author_organisation).into(),
        facts.written_at.into(),
    ]
}
