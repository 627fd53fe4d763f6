//! Rows that tests are made of. Each is told from the others by a number.

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::{Code, Digest, Generation, Group, MediaType, Oid};
use zeroize::Zeroizing;

use crate::administration_log::AdministrativeEntry;
use crate::client::Client;
use crate::disclosure_log::DisclosureEntry;
use crate::document::{Annulment, Content, Document, Facts, NewVersion, Version};
use crate::use_log::{Outcome, UseEntry};
use crate::vault::{IdentifierKind, Lookup, Vault};
use crate::{Plan, client};

pub(crate) fn oid(text: &str) -> Oid {
    Oid::parse(text).unwrap()
}

pub(crate) fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

/// So many microseconds after a fixed instant.
pub(crate) fn at(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(1_788_000_000_000_000 + microseconds).unwrap()
}

pub(crate) fn key(n: u64) -> Uuid {
    Uuid::from_u64_pair(0x0192_0000_0000_7000, 0x8000_0000_0000_0000 | n)
}

pub(crate) fn document_oid(n: u64) -> Oid {
    oid(&format!("1.2.246.10.99990001.11.2026.{n}"))
}

pub(crate) fn use_entry(n: u64) -> UseEntry {
    UseEntry {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        controller: oid("1.2.246.10.99990001.19.0"),
        client: Some(key(1)),
        action: "store_document".to_owned(),
        outcome: Outcome::Permitted,
        basis: Some("own".to_owned()),
        purpose: Some("client_work".to_owned()),
        user_id: "S-1001".to_owned(),
        user_name: "Esimerkki Maija".to_owned(),
        unit: Some(oid("1.2.246.10.99990001.10.1")),
        organisation: oid("1.2.246.10.99990001.10.0"),
        role: Some("social_worker".to_owned()),
        authentication: "professional_card".to_owned(),
        documents: vec![document_oid(n), document_oid(n + 1)],
        case: Some(document_oid(900)),
        special_reason: None,
        ground: None,
        rules: vec!["S1".to_owned(), "W1".to_owned()],
        parameters: None,
        request_id: Some(format!("request-{n}")),
        certificate: Some([9; 32]),
    }
}

pub(crate) fn disclosure_entry(n: u64) -> DisclosureEntry {
    DisclosureEntry {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        controller: oid("1.2.246.10.99990001.19.0"),
        client: key(1),
        basis: "disclosure".to_owned(),
        action: "read".to_owned(),
        documents: vec![document_oid(n), document_oid(n + 1)],
        words: None,
        receiver_organisation: Some(oid("1.2.246.10.99990003.10.0")),
        unit: Some(oid("1.2.246.10.99990003.10.1")),
        user_id: "S-3001".to_owned(),
        user_name: "Esimerkki Matti".to_owned(),
        role: Some("social_worker".to_owned()),
        authentication: Some("professional_card".to_owned()),
        purpose: "client_work".to_owned(),
        ground: None,
        special_reason: None,
        use_entry: Some(key(n)),
        request_id: Some(format!("request-{n}")),
        certificate: Some([9; 32]),
    }
}

pub(crate) fn administrative_entry(n: u64) -> AdministrativeEntry {
    AdministrativeEntry {
        id: key(n),
        at: at(i64::try_from(n).unwrap()),
        action: "import_structures".to_owned(),
        outcome: Outcome::Permitted,
        organisation: Some(oid("1.2.246.10.99990001.10.0")),
        actor: Some("operator".to_owned()),
        detail: Some("{\"count\":202}".to_owned()),
        request_id: None,
        certificate: None,
    }
}

pub(crate) fn lookup(n: u64) -> Lookup {
    let vault = Vault::new(&Zeroizing::new([1; 32])).unwrap();
    vault.lookup(IdentifierKind::TemporaryIdentifier, &n.to_string())
}

pub(crate) fn client_file(n: u64) -> Client {
    Client {
        key: key(n),
        identifier: vec![1, 2, 3],
        names: None,
        version: 1,
        created_at: at(0),
        joined_to: None,
    }
}

/// A plan that opens the file of a client.
pub(crate) fn open_file(n: u64) -> Plan {
    Plan::recorded(use_entry(1_000_000 + n)).with(client::insert(client_file(n), &lookup(n)))
}

/// The first version of a document of these clients.
pub(crate) fn first_version(n: u64, clients: &[u64]) -> NewVersion {
    let version = Version {
        oid: document_oid(n),
        original_oid: document_oid(n),
        version: 1,
        stored_at: at(500),
        digest: Digest::new([5; 32]),
        metadata: format!("metadata {n}.1").into_bytes(),
        signatures: vec![0, 255, 10],
        stored_by: oid("1.2.246.10.99990002.10.0"),
        stored_by_user: "S-2001".to_owned(),
        log_entry: key(n),
    };
    NewVersion {
        facts: Facts {
            controller: oid("1.2.246.10.99990001.19.0"),
            register: code("1"),
            group: Group::ClientDocument,
            generation: Generation::Phase2,
            structure: Some(oid("1.2.246.537.6.1506.1000.2023.9.8")),
            type_code: Some(code("1000")),
            service_task: Some(code("X-ELDERLY")),
            service_process: Some(code("X-ASSESS")),
            case: Some(document_oid(900)),
            provider: Some(oid("1.2.246.10.99990002.10.0")),
            unit: Some(oid("1.2.246.10.99990002.10.3")),
            author_organisation: oid("1.2.246.10.99990002.10.0"),
            written_at: at(i64::try_from(n).unwrap()),
        },
        services: vec![code("X-HOME"), code("X-MEALS")],
        links: vec![document_oid(901), document_oid(902)],
        clients: clients.iter().map(|n| key(*n)).collect(),
        content: vec![content(&version.oid, 0), content(&version.oid, 1)],
        version,
    }
}

fn content(version: &Oid, ordinal: u32) -> Content {
    Content {
        version_oid: version.clone(),
        ordinal,
        media_type: if ordinal == 0 { MediaType::Json } else { MediaType::Xhtml },
        size: 5000,
        sha256: Digest::new([6; 32]),
        packed: format!("{version}/{ordinal}\0").into_bytes(),
    }
}

/// Another version of the same document, with a number of its own as identifier.
pub(crate) fn next_version(seen: &Document, n: u64) -> NewVersion {
    let mut new = first_version(n, &[]);
    new.clients = seen.clients.clone();
    new.facts = seen.facts.clone();
    new.version.original_oid = seen.original_oid.clone();
    new.version.version = seen.version + 1;
    new.version.stored_at = at(600);
    new
}

pub(crate) fn annulment() -> Annulment {
    Annulment {
        at: at(700),
        organisation: oid("1.2.246.10.99990001.10.0"),
        user_id: "S-1001".to_owned(),
        reason: vec![7, 7],
        log_entry: key(77),
    }
}

/// The document that [`first_version`] leaves behind.
pub(crate) fn stored(new: &NewVersion) -> Document {
    Document {
        original_oid: new.version.original_oid.clone(),
        newest: new.version.oid.clone(),
        version: new.version.version,
        stored_at: new.version.stored_at,
        facts: new.facts.clone(),
        services: new.services.clone(),
        clients: new.clients.clone(),
        annulment: None,
    }
}
