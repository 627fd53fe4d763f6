//! A document stored, replaced by a newer version, annulled. The index rows of its clients follow in
//! the same plan, found by their whole key and not by searching.

use uuid::Uuid;
use varanto_model::Oid;

use super::{Annulment, Content, Document, Facts, NewVersion, Version};
use crate::error::{Conflict, Entity, Guard};
use crate::plan::{Expect, Statement, Value};
use crate::query::json;

const INSERT_DOCUMENT: &str = "-- change::insert_document
INSERT INTO document (original_oid, newest, version, stored_at, controller, register, document_group,
    generation, structure, type_code, service_task, service_process, case_oid, provider, unit,
    author_organisation, written_at, services, clients)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

const REPLACE_DOCUMENT: &str = "-- change::replace_document
UPDATE document SET newest = $1, version = $2, stored_at = $3, controller = $4, register = $5,
    document_group = $6, generation = $7, structure = $8, type_code = $9, service_task = $10,
    service_process = $11, case_oid = $12, provider = $13, unit = $14, author_organisation = $15,
    written_at = $16, services = $17, clients = $18
WHERE original_oid = $19 AND version = $20 AND annulled_at IS NULL";

const ANNUL_DOCUMENT: &str = "-- change::annul_document
UPDATE document SET annulled_at = $1, annulled_by = $2, annulled_by_user = $3,
    annulment_reason = $4, annulment_log_entry = $5
WHERE original_oid = $6 AND version = $7 AND annulled_at IS NULL";

const INSERT_VERSION: &str = "-- change::insert_version
INSERT INTO document_version (oid, original_oid, version, stored_at, digest, metadata, signatures,
    stored_by, stored_by_user, log_entry)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const INSERT_CONTENT: &str = "-- change::insert_content
INSERT INTO content (version_oid, ordinal, media_type, size, sha256, packed)
VALUES ($1, $2, $3, $4, $5, $6)";

const INSERT_INDEX: &str = "-- change::insert_index
INSERT INTO client_document (client_key, original_oid, newest, version, stored_at, annulled,
    controller, register, document_group, generation, structure, type_code, service_task,
    service_process, case_oid, provider, unit, author_organisation, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

const DELETE_INDEX: &str = "-- change::delete_index
DELETE FROM client_document
WHERE client_key = $1 AND controller = $2 AND written_at = $3 AND original_oid = $4";

const ANNUL_INDEX: &str = "-- change::annul_index
UPDATE client_document SET annulled = $1
WHERE client_key = $2 AND controller = $3 AND written_at = $4 AND original_oid = $5";

const INSERT_SERVICE: &str = "-- change::insert_service
INSERT INTO client_document_service (client_key, original_oid, service) VALUES ($1, $2, $3)";

const DELETE_SERVICES: &str = "-- change::delete_services
DELETE FROM client_document_service WHERE client_key = $1 AND original_oid = $2";

const INSERT_LINK: &str = "-- change::insert_link
INSERT INTO client_document_link (client_key, original_oid, target) VALUES ($1, $2, $3)";

const DELETE_LINKS: &str = "-- change::delete_links
DELETE FROM client_document_link WHERE client_key = $1 AND original_oid = $2";

const EXISTS: Conflict = Conflict::AlreadyExists(Entity::Document);
const STALE: Conflict = Conflict::Stale(Guard::Document);

/// Stores a document with its first version.
pub fn insert_first_version(new: NewVersion) -> Vec<Statement> {
    let mut args = vec![(&new.version.original_oid).into()];
    args.extend(standing(&new));
    let mut statements = vec![Statement::one(INSERT_DOCUMENT, args, EXISTS)];
    statements.extend(index(&new));
    statements.extend(version_and_content(new));
    statements
}

/// Stores a version on top of the one that was seen; stale if there is a newer one by now or the
/// document is annulled (DOC-03).
pub fn replace_version(seen: &Document, new: NewVersion) -> Vec<Statement> {
    let mut args: Vec<Value> = standing(&new).into();
    args.extend([(&seen.original_oid).into(), seen.version.into()]);
    let mut statements = vec![Statement::one(REPLACE_DOCUMENT, args, STALE)];
    for client in &seen.clients {
        statements.push(Statement::one(DELETE_INDEX, index_key(*client, seen).into(), STALE));
        for sql in [DELETE_SERVICES, DELETE_LINKS] {
            statements.push(Statement {
                sql,
                args: vec![(*client).into(), (&seen.original_oid).into()],
                expect: Expect::Any,
                otherwise: STALE,
            });
        }
    }
    statements.extend(index(&new));
    statements.extend(version_and_content(new));
    statements
}

/// Annuls a document as it was seen; stale if it has a newer version or is annulled by now.
pub fn annul(seen: &Document, annulment: Annulment) -> Vec<Statement> {
    let Annulment { at, organisation, user_id, reason, log_entry } = annulment;
    let args = vec![
        at.into(),
        organisation.into(),
        user_id.into(),
        reason.into(),
        log_entry.into(),
        (&seen.original_oid).into(),
        seen.version.into(),
    ];
    let mut statements = vec![Statement::one(ANNUL_DOCUMENT, args, STALE)];
    for client in &seen.clients {
        let mut args = vec![true.into()];
        args.extend(index_key(*client, seen));
        statements.push(Statement::one(ANNUL_INDEX, args, STALE));
    }
    statements
}

/// The columns of `document` after its key.
fn standing(new: &NewVersion) -> [Value; 18] {
    let Version { oid, version, stored_at, .. } = &new.version;
    let [controller, register, group, generation, structure, r#type, task, process, rest @ ..] =
        facts(&new.facts);
    let [case, provider, unit, author, written_at] = rest;
    let clients: Vec<u8> = new.clients.iter().flat_map(|key| *key.as_bytes()).collect();
    [
        oid.into(),
        (*version).into(),
        (*stored_at).into(),
        controller,
        register,
        group,
        generation,
        structure,
        r#type,
        task,
        process,
        case,
        provider,
        unit,
        author,
        written_at,
        json(&new.services),
        clients.into(),
    ]
}

/// The fields of [`Facts`] in their order.
fn facts(facts: &Facts) -> [Value; 13] {
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

/// One row for each client, and one for each of its services.
fn index(new: &NewVersion) -> Vec<Statement> {
    let Version { oid, original_oid, version, stored_at, .. } = &new.version;
    let mut statements = Vec::with_capacity(new.clients.len() * (1 + new.services.len()));
    for client in &new.clients {
        let mut args: Vec<Value> = vec![
            (*client).into(),
            original_oid.into(),
            oid.into(),
            (*version).into(),
            (*stored_at).into(),
            false.into(),
        ];
        args.extend(facts(&new.facts));
        statements.push(Statement::one(INSERT_INDEX, args, EXISTS));
        for service in &new.services {
            let args = vec![(*client).into(), original_oid.into(), service.into()];
            statements.push(Statement::one(INSERT_SERVICE, args, EXISTS));
        }
        for target in &new.links {
            let args = vec![(*client).into(), original_oid.into(), target.into()];
            statements.push(Statement::one(INSERT_LINK, args, EXISTS));
        }
    }
    statements
}

fn index_key(client: Uuid, seen: &Document) -> [Value; 4] {
    let controller: &Oid = &seen.facts.controller;
    let written_at = seen.facts.written_at;
    [client.into(), controller.into(), written_at.into(), (&seen.original_oid).into()]
}

fn version_and_content(new: NewVersion) -> Vec<Statement> {
    let Version { stored_by, stored_by_user, log_entry, .. } = new.version;
    let args = vec![
        new.version.oid.into(),
        new.version.original_oid.into(),
        new.version.version.into(),
        new.version.stored_at.into(),
        new.version.digest.into(),
        new.version.metadata.into(),
        new.version.signatures.into(),
        stored_by.into(),
        stored_by_user.into(),
        log_entry.into(),
    ];
    let version = Statement::one(INSERT_VERSION, args, EXISTS);
    std::iter::once(version).chain(new.content.into_iter().map(insert_content)).collect()
}

fn insert_content(content: Content) -> Statement {
    let Content { version_oid, ordinal, media_type, size, sha256, packed } = content;
    let args = vec![
        version_oid.into(),
        ordinal.into(),
        media_type.into(),
        // Nothing that fits into memory is larger than the type.
        i64::try_from(size).unwrap_or(i64::MAX).into(),
        sha256.into(),
        packed.into(),
    ];
    Statement::one(INSERT_CONTENT, args, EXISTS)
}
