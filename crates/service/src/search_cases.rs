//! Listing a client's cases (CASE-01): of the own register, or the one of a register access right.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use varanto_documents::projection::CaseStanding;
use varanto_model::{Code, Group, Oid};
use varanto_rules::{Action, Disclosed};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::control_search::{ControlPage, Listing, OfClient, SearchControl};
use crate::request;
use crate::service::Service;

/// A case as its document has it for a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownCase {
    oid: Oid,
    document: Oid,
    controller: Oid,
    service_task: Code,
    name: Code,
    state: &'static str,
    opened_on: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_on: Option<Date>,
    joint: bool,
    /// When the client joined it; absent where from its opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    joined_at: Option<Timestamp>,
    /// When the client left it.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_at: Option<Timestamp>,
    /// Is the client, or one of them, under turvakielto (CASE-07)?
    turvakielto: bool,
}

impl ShownCase {
    /// A case of the register of `controller`, as it is on `today`.
    pub(crate) fn new(
        (document, case): (&Oid, &CaseStanding),
        controller: &Oid,
        turvakielto: bool,
        today: Date,
    ) -> Self {
        // The closing day is the last one of the case.
        let is_over = case.is_closed && case.closed.is_none_or(|last| last <= today);
        Self {
            oid: case.case.clone(),
            document: document.clone(),
            controller: controller.clone(),
            service_task: case.service_task.clone(),
            name: case.name.clone(),
            state: if is_over { "closed" } else { "open" },
            opened_on: case.opened,
            closed_on: case.closed,
            joint: case.is_joint,
            joined_at: case.joined_at,
            left_at: case.left_at,
            turvakielto,
        }
    }

    /// Is it open?
    pub(crate) fn is_open(&self) -> bool {
        self.state == "open"
    }

    /// The case without what is of one client alone.
    pub(crate) fn of_all(self) -> Self {
        Self { joined_at: None, left_at: None, ..self }
    }
}

/// The cases of a client.
pub(crate) struct Cases;

impl Listing for Cases {
    type Item = ShownCase;

    const GROUP: Group = Group::Case;
    const MEMBER: &'static str = "cases";

    fn items(&self, file: &ClientFile, register: &Oid, today: Date) -> Vec<(Oid, ShownCase)> {
        let turvakielto = file.standing.turvakielto(today);
        let stand = file.standing.cases().filter(|(_, case)| case.annulled_at.is_none());
        let shown = |found: (&Oid, &CaseStanding)| {
            (found.0.clone(), ShownCase::new(found, register, turvakielto, today))
        };
        stand.map(shown).collect()
    }
}

impl Service {
    /// Lists the cases of a client by their documents' identifiers, but annulled ones.
    pub async fn search_cases(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ControlPage<ShownCase>>, Error> {
        let known = |asked: OfClient| {
            asked.within(|used, client| self.seeking_without_disclosure(used, client))
        };
        match request::read(body, OfClient::read).and_then(known) {
            Ok(asked) => self.run(&SearchControl { context, asked, listing: Cases }).await,
            Err(error) => self.refuse_unread(context, Action::Search, error).await,
        }
    }
}
