//! What is answered: the summary, and beside it what the client's file tells of the register itself.

use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;
use varanto_documents::summary::{MAX_ENTRIES, Summary};
use varanto_model::Oid;
use varanto_rules::Mask;

use crate::search_cases::ShownCase;
use crate::search_clientships::ShownClientship;

/// A client's summary.
#[derive(Serialize)]
pub struct ClientSummary {
    /// The day of which it is true.
    pub(super) on: Date,
    /// Is the client under turvakielto (CASE-07)?
    pub(super) turvakielto: bool,
    /// Those that have not ended; only in the own register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clientships: Option<Listed<ShownClientship>>,
    /// Those that are open; not of other controllers' registers, but under a register access right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cases: Option<Listed<ShownCase>>,
    #[serde(flatten)]
    pub(super) summary: Summary,
    /// Are there older documents that were not looked at?
    pub(super) cut: bool,
    /// The entry of the use log.
    pub(super) log_entry: Uuid,
    /// Does it show what leaves other controllers?
    #[serde(skip)]
    pub(super) discloses: bool,
}

/// A bounded list.
#[derive(Serialize)]
pub(super) struct Listed<T> {
    entries: Vec<T>,
    /// Were there more?
    more: bool,
}

/// What was taken out of documents has been masked with them; nothing else holds contact data.
impl Mask for ClientSummary {
    fn masked(self) -> Self {
        self
    }
}

impl ClientSummary {
    /// Must the answer tell nothing, not even by its time? So must an empty one, and each that leaves
    /// out what clients have denied.
    pub fn tells_nothing(&self) -> bool {
        let is_empty = self.clientships.as_ref().is_none_or(|list| list.entries.is_empty())
            && self.cases.as_ref().is_none_or(|list| list.entries.is_empty())
            && self.summary.is_empty();
        self.discloses || is_empty
    }
}

/// Clientships and cases, with the documents in which they stand.
#[derive(Default)]
pub(super) struct Steering {
    pub(super) clientships: Option<Vec<(Oid, ShownClientship)>>,
    pub(super) cases: Option<Vec<(Oid, ShownCase)>>,
}

impl Steering {
    /// What of it goes on, on a day.
    pub(super) fn on(mut self, today: Date) -> Self {
        if let Some(clientships) = &mut self.clientships {
            clientships.retain(|(_, clientship)| !clientship.is_over(today));
        }
        if let Some(cases) = &mut self.cases {
            cases.retain(|(_, case)| case.is_open());
        }
        self
    }

    /// The documents in which it stands.
    pub(super) fn documents(&self) -> Vec<Oid> {
        let clientships = self.clientships.iter().flatten().map(|(document, _)| document);
        let cases = self.cases.iter().flatten().map(|(document, _)| document);
        clientships.take(MAX_ENTRIES).chain(cases.take(MAX_ENTRIES)).cloned().collect()
    }
}

impl<T> Listed<T> {
    pub(super) fn of(list: Vec<(Oid, T)>) -> Self {
        let more = list.len() > MAX_ENTRIES;
        Self { entries: list.into_iter().take(MAX_ENTRIES).map(|(_, item)| item).collect(), more }
    }
}
