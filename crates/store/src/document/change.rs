//! A document stored, replaced by a newer version, annulled, or moved under other clients. Each change
//! is held to the document as it was seen, and the index rows of its clients follow in the same plan.

use uuid::Uuid;
use varanto_model::Oid;

use super::index::{self, Entry, facts};
use super::{Annulment, Content, Document, NewVersion, Version};
use crate::error::{Conflict, Entity, Guard};
use crate::hold::{Held, Hold};
use crate::plan::{Statement, Value};
use crate::query::{json, keys};

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
WHERE original_oid = $19 AND version = $20 AND clients = $21 AND annulled_at IS NULL";

const ANNUL_DOCUMENT: &str = "-- change::annul_document
UPDATE document SET annulled_at = $1, annulled_by = $2, annulled_by_user = $3,
    annulment_reason = $4, annulment_log_entry = $5
WHERE original_oid = $6 AND version = $7 AND clients = $8 AND annulled_at IS NULL";

const REINDEX_DOCUMENT: &str = "-- change::reindex_document
UPDATE document SET clients = $1
WHERE original_oid = $2 AND version = $3 AND clients = $4 AND (annulled_at IS NULL) = $5";

const INSERT_VERSION: &str = "-- change::insert_version
INSERT INTO document_version (oid, original_oid, version, stored_at, digest, metadata, signatures,
    stored_by, stored_by_user, log_entry)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const INSERT_CONTENT: &str = "-- change::insert_content
INSERT INTO content (version_oid, ordinal, media_type, size, sha256, packed)
VALUES ($1, $2, $3, $4, $5, $6)";

pub(super) const EXISTS: Conflict = Conflict::AlreadyExists(Entity::Document);
pub(super) const STALE: Conflict = Conflict::Stale(Guard::Document);

/// Stores a document with its first version.
pub fn insert_first_version(new: NewVersion) -> Vec<Statement> {
    let mut args = vec![(&new.version.original_oid).into()];
    args.extend(columns(&new));
    let insert = Statement::one(INSERT_DOCUMENT, args, EXISTS);
    let mut statements = vec![in_case(insert, &new)];
    statements.extend(entries(&new));
    statements.extend(version_and_content(new));
    statements
}

/// Stores a version on top of the one that was seen; stale if there is a newer one by now, other
/// clients, or the document is annulled (DOC-03).
pub fn replace_version(seen: &Document, new: NewVersion) -> Vec<Statement> {
    let mut args: Vec<Value> = columns(&new).into();
    args.extend(as_seen(seen));
    let replace = Statement::one(REPLACE_DOCUMENT, args, STALE).holding(alone(seen));
    let mut statements = vec![in_case(replace, &new)];
    statements.extend(seen.clients.iter().flat_map(|client| index::leave(*client, seen)));
    statements.extend(entries(&new));
    statements.extend(version_and_content(new));
    statements
}

/// Annuls a document as it was seen; stale if it has a newer version, other clients, or is annulled by
/// now.
pub fn annul(seen: &Document, annulment: Annulment) -> Vec<Statement> {
    let Annulment { at, organisation, user_id, reason, log_entry } = annulment;
    let mut args =
        vec![at.into(), organisation.into(), user_id.into(), reason.into(), log_entry.into()];
    args.extend(as_seen(seen));
    let annul = Statement::one(ANNUL_DOCUMENT, args, STALE).holding(alone(seen));
    let mut statements = vec![annul];
    statements.extend(seen.clients.iter().map(|client| index::annul(*client, seen)));
    statements
}

/// Puts a document under other clients, each named once: a client joined or left the joint case, or a
/// temporary identifier was joined to a person. Its versions stay as they are. `links` are the
/// documents that it names as related (see [`super::links_of`]). Stale if it is not as it was seen.
pub fn reindex(seen: &Document, links: &[Oid], clients: &[Uuid]) -> Vec<Statement> {
    let mut args = vec![keys(clients)];
    args.extend(as_seen(seen));
    args.push(seen.annulment.is_none().into());
    let reindex = Statement::one(REINDEX_DOCUMENT, args, STALE).holding(alone(seen));
    let mut statements = vec![reindex];
    let (stay, left): (Vec<&Uuid>, Vec<&Uuid>) =
        seen.clients.iter().partition(|client| clients.contains(client));
    statements.extend(left.into_iter().flat_map(|client| index::leave(*client, seen)));
    if is_joint(clients) != is_joint(&seen.clients) {
        let mark = |client: &Uuid| index::mark_joint(*client, seen, is_joint(clients));
        statements.extend(stay.into_iter().map(mark));
    }
    let entry = Entry {
        original_oid: &seen.original_oid,
        newest: &seen.newest,
        version: seen.version,
        stored_at: seen.stored_at,
        annulled: seen.annulment.is_some(),
        joint: is_joint(clients),
        facts: &seen.facts,
        services: &seen.services,
        links,
        metadata: None,
    };
    let joined = clients.iter().filter(|client| !seen.clients.contains(client));
    statements.extend(joined.flat_map(|client| index::enter(*client, &entry)));
    statements
}

/// Nobody reads the document while it changes.
fn alone(seen: &Document) -> Hold {
    Hold::exclusive(Held::Document, &[seen.original_oid.as_str().as_bytes()])
}

/// Nobody counts the documents of a case while one comes in.
fn in_case(statement: Statement, new: &NewVersion) -> Statement {
    match &new.facts.case {
        Some(case) => statement.holding(Hold::shared(Held::Case, &[case.as_str().as_bytes()])),
        None => statement,
    }
}

/// Has a document of these clients more than one?
fn is_joint(clients: &[Uuid]) -> bool {
    clients.len() > 1
}

/// What the row of a document is held to: its key, version and clients.
fn as_seen(seen: &Document) -> [Value; 3] {
    [(&seen.original_oid).into(), seen.version.into(), keys(&seen.clients)]
}

/// One entry of the index for each client.
fn entries(new: &NewVersion) -> Vec<Statement> {
    let Version { oid, original_oid, version, stored_at, metadata, .. } = &new.version;
    let entry = Entry {
        original_oid,
        newest: oid,
        version: *version,
        stored_at: *stored_at,
        annulled: false,
        joint: is_joint(&new.clients),
        facts: &new.facts,
        services: &new.services,
        links: &new.links,
        metadata: Some(metadata),
    };
    new.clients.iter().flat_map(|client| index::enter(*client, &entry)).collect()
}

/// The columns of `document` after its key.
fn columns(new: &NewVersion) -> [Value; 18] {
    let Version { oid, version, stored_at, .. } = &new.version;
    let [controller, register, group, generation, structure, r#type, task, process, rest @ ..] =
        facts(&new.facts);
    let [case, provider, unit, author, written_at] = rest;
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
        keys(&new.clients),
    ]
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
