//! Looking up one case with its clients (CASE-01, CASE-03). It is a read of the case document: who may
//! read that sees the case, and to everybody else it is as if it were not there.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;
use varanto_documents::projection::CaseStanding;
use varanto_model::{Oid, calendar};
use varanto_rules::{Action, Disclosed, Mask};
use varanto_store::client;

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::fetch_documents::{Named, ReadDocument, Seen, Show};
use crate::search_cases::ShownCase;
use crate::service::Service;
use crate::shown_client::ShownClient;
use crate::use_context::UseContext;

/// A case with its clients.
#[derive(Serialize)]
pub struct FoundCase {
    #[serde(flatten)]
    case: ShownCase,
    clients: Vec<CaseMember>,
}

/// A client of a case.
#[derive(Serialize)]
struct CaseMember {
    #[serde(flatten)]
    client: ShownClient,
    #[serde(skip_serializing_if = "Option::is_none")]
    joined_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_at: Option<Timestamp>,
}

/// Identifiers and names are no contact data.
impl Mask for FoundCase {
    fn masked(self) -> Self {
        self
    }
}

/// The case of a case document.
struct OneCase {
    today: Date,
}

impl Show for OneCase {
    type Shown = Disclosed<FoundCase>;

    /// An annulled case is none; its document can still be read as such.
    async fn show(&self, service: &Service, seen: Seen<'_>, _: Uuid) -> Result<Self::Shown, Error> {
        let facts = &seen.document.facts;
        let Some(case) = &facts.case else { return Err(Error::DocumentNotFound) };
        let member = |file: &'_ ClientFile| {
            let (document, case) = file.standing.find_case(case)?;
            case.annulled_at.is_none().then(|| (file.key, document.clone(), case.clone()))
        };
        let members: Vec<(Uuid, Oid, CaseStanding)> =
            seen.files.iter().filter_map(member).collect();
        let Some((_, document, first)) = members.first() else {
            return Err(Error::DocumentNotFound);
        };
        let stands = (document, first);
        let case = ShownCase::new(stands, &facts.controller, seen.turvakielto, self.today);
        let queries: Vec<_> = members.iter().map(|(key, ..)| client::find(*key)).collect();
        let rows = service.database.fetch(queries).await?;
        let mut clients = Vec::with_capacity(members.len());
        for ((_, _, standing), row) in members.iter().zip(rows) {
            let row = row.first().ok_or(Error::Contended)?;
            clients.push(CaseMember {
                client: service.shown_client(row)?,
                joined_at: standing.joined_at,
                left_at: standing.left_at,
            });
        }
        Ok(seen.permission.disclose(FoundCase { case: case.of_all(), clients }))
    }
}

impl Service {
    /// Looks up a case by its identifier.
    pub async fn find_case(
        &self,
        context: &CallContext,
        case: &str,
        query: &[(String, String)],
    ) -> Result<Disclosed<FoundCase>, Error> {
        let used = match UseContext::of_query(query).and_then(|used| self.known_context(used)) {
            Ok(used) => used,
            Err(error) => return self.refuse_unread(context, Action::Read, error).await,
        };
        let show = OneCase { today: calendar::day_of(context.at) };
        self.run(&ReadDocument { context, named: Named::case(case), used: &used, show }).await
    }
}
