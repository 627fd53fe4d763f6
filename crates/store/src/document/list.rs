//! The documents of a client, newest or oldest written first, narrowed by what the interface can filter
//! by.
//!
//! A page is found in the index table, which has the metadata too: the rows of a client lie together, the
//! versions apart. Only of rows that were entered without them are they looked up. Within one controller
//! the index is in the order of the list; over several it is sorted.

use jiff::Timestamp;
use uuid::Uuid;
use varanto_model::{Code, Generation, Group, Oid};

use super::Facts;
use super::find::facts;
use crate::error::Corrupt;
use crate::query::{MAX_PAGE, Query, Row, Select, TooManyValues};

/// What a reader's role reaches: documents with one of these codes, or without any. `None` is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permitted {
    /// Service tasks.
    pub service_tasks: Option<Vec<Code>>,
    /// Service processes.
    pub service_processes: Option<Vec<Code>>,
    /// Document types.
    pub type_codes: Option<Vec<Code>>,
}

/// What is left out of a list, whatever else narrows it: what a client has denied, and what is never
/// disclosed. A document without such a code is not left out for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Withheld {
    /// All in the registers of these controllers.
    pub controllers: Vec<Oid>,
    /// All of these service tasks.
    pub service_tasks: Vec<Code>,
    /// All of these document types.
    pub type_codes: Vec<Code>,
    /// These documents, by original identifier.
    pub documents: Vec<Oid>,
}

/// What narrows a list of documents; an empty list does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Only these groups.
    pub groups: Vec<Group>,
    /// Only these service tasks.
    pub service_tasks: Vec<Code>,
    /// Only these service processes.
    pub service_processes: Vec<Code>,
    /// Only with one of these social services.
    pub services: Vec<Code>,
    /// Only these document types.
    pub type_codes: Vec<Code>,
    /// Only these structures.
    pub structures: Vec<Oid>,
    /// Only in the registers of these controllers.
    pub controllers: Vec<Oid>,
    /// Only by these providers.
    pub providers: Vec<Oid>,
    /// Only by these service units.
    pub units: Vec<Oid>,
    /// Only of these cases.
    pub cases: Vec<Oid>,
    /// Only written at this instant or later.
    pub written_from: Option<Timestamp>,
    /// Only written before this instant.
    pub written_until: Option<Timestamp>,
    /// Only where the newest version was stored at this instant or later.
    pub stored_from: Option<Timestamp>,
    /// Only where the newest version was stored before this instant.
    pub stored_until: Option<Timestamp>,
    /// Only with a link to one of these documents (DOC-11).
    pub linked_to: Vec<Oid>,
    /// Only these metadata generations.
    pub generations: Vec<Generation>,
    /// Only what the reader's role reaches.
    pub permitted: Permitted,
    /// Without these.
    pub without: Withheld,
    /// Annulled documents too?
    pub include_annulled: bool,
}

/// The order of a list: by when the documents were written, then by identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first: the continuous record, as it is read.
    OldestFirst,
}

/// The place of a document in a list, in either order; the next page starts after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentCursor {
    /// When the document was written.
    pub written_at: Timestamp,
    /// Its original identifier.
    pub original_oid: Oid,
}

/// A document in a list, as its newest version has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDocument {
    /// Names the document through all its versions.
    pub original_oid: Oid,
    /// Names the newest version.
    pub newest: Oid,
    /// The number of the newest version.
    pub version: u32,
    /// When the newest version was stored.
    pub stored_at: Timestamp,
    /// Is the document annulled?
    pub annulled: bool,
    /// Has the document other clients too?
    pub joint: bool,
    /// What decisions need.
    pub facts: Facts,
    /// The metadata of the newest version as they were signed, packed.
    pub metadata: Vec<u8>,
}

impl ListedDocument {
    /// Its place in the list.
    pub fn cursor(&self) -> DocumentCursor {
        DocumentCursor {
            written_at: self.facts.written_at,
            original_oid: self.original_oid.clone(),
        }
    }
}

const LIST: &str = "-- list::list_documents
SELECT original_oid, newest, version, stored_at, annulled, controller, register, document_group, generation,
    structure, type_code, service_task, service_process, case_oid, provider, unit, author_organisation,
    written_at, joint,
    coalesce(metadata, (SELECT v.metadata FROM document_version AS v WHERE v.oid = d.newest))
FROM client_document AS d WHERE client_key = ?";

const SERVICES: &str = " AND EXISTS (SELECT 1 FROM client_document_service AS s
    WHERE s.client_key = d.client_key AND s.original_oid = d.original_oid AND s.service";

const LINKS: &str = " AND EXISTS (SELECT 1 FROM client_document_link AS l
    WHERE l.client_key = d.client_key AND l.original_oid = d.original_oid AND l.target";

const NO_TASK: &str = " AND service_task IS NULL";
const TASK: &str = " AND (service_task IS NULL OR service_task";
const NO_PROCESS: &str = " AND service_process IS NULL";
const PROCESS: &str = " AND (service_process IS NULL OR service_process";
const NO_TYPE: &str = " AND type_code IS NULL";
const TYPE: &str = " AND (type_code IS NULL OR type_code";

const NEWEST_FIRST: &str = " ORDER BY written_at DESC, original_oid DESC LIMIT ?";
const OLDEST_FIRST: &str = " ORDER BY written_at, original_oid LIMIT ?";

/// The documents of a client in an order, at most `size` of them and at most [`MAX_PAGE`].
pub fn list_documents(
    client: Uuid,
    filter: &ListFilter,
    order: ListOrder,
    after: Option<DocumentCursor>,
    size: u32,
) -> Result<Query<ListedDocument>, TooManyValues> {
    let select = Select::new(LIST, [client.into()])
        .within(" AND controller", &filter.controllers, "")?
        .within(" AND document_group", &filter.groups, "")?
        .within(" AND service_task", &filter.service_tasks, "")?
        .within(" AND service_process", &filter.service_processes, "")?
        .within(SERVICES, &filter.services, ")")?
        .within(LINKS, &filter.linked_to, ")")?
        .within(" AND type_code", &filter.type_codes, "")?
        .within(" AND structure", &filter.structures, "")?
        .within(" AND provider", &filter.providers, "")?
        .within(" AND unit", &filter.units, "")?
        .within(" AND case_oid", &filter.cases, "")?
        .within(" AND generation", &filter.generations, "")?
        .when(filter.written_from, " AND written_at >= ?")
        .when(filter.written_until, " AND written_at < ?")
        .when(filter.stored_from, " AND stored_at >= ?")
        .when(filter.stored_until, " AND stored_at < ?")
        .when((!filter.include_annulled).then_some(false), " AND annulled = ?");
    let Permitted { service_tasks, service_processes, type_codes } = &filter.permitted;
    let mut select = select;
    for (permitted, none, some) in [
        (service_tasks, NO_TASK, TASK),
        (service_processes, NO_PROCESS, PROCESS),
        (type_codes, NO_TYPE, TYPE),
    ] {
        select = match permitted.as_deref() {
            None => select,
            Some([]) => select.push(none, []),
            Some(codes) => select.within(some, codes, ")")?,
        };
    }
    let Withheld { controllers, service_tasks, type_codes, documents } = &filter.without;
    let select = select
        .without(" AND controller", controllers, "")?
        .without(TASK, service_tasks, ")")?
        .without(TYPE, type_codes, ")")?
        .without_many(" AND original_oid", documents)?;
    let (beyond, end) = match order {
        ListOrder::NewestFirst => (" AND (written_at, original_oid) < (?, ?)", NEWEST_FIRST),
        ListOrder::OldestFirst => (" AND (written_at, original_oid) > (?, ?)", OLDEST_FIRST),
    };
    let select = match after {
        Some(DocumentCursor { written_at, original_oid }) => {
            select.push(beyond, [written_at.into(), original_oid.into()])
        }
        None => select,
    };
    Ok(select.push(end, [size.min(MAX_PAGE).into()]).decode(listed))
}

fn listed(row: &dyn Row) -> Result<ListedDocument, Corrupt> {
    Ok(ListedDocument {
        original_oid: row.oid(0)?,
        newest: row.oid(1)?,
        version: row.number(2)?,
        stored_at: row.instant(3)?,
        annulled: row.bool(4)?,
        facts: facts(row, 5)?,
        joint: row.bool(18)?,
        metadata: row.vec(19)?,
    })
}
