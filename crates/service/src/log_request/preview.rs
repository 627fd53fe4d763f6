//! The entries that would be given on an open request, page by page, for whoever decides which of them are
//! withheld, and of which joint ones is told who worked on them.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use varanto_model::reader::Members;
use varanto_model::{Faults, Pointer};
use varanto_rules::{Action, Disclosed, Mask};
use varanto_store::use_log::LogCursor;

use super::entries::AskedFor;
use super::met::{Asked, Met};
use super::told::ShownTold;
use crate::Error;
use crate::context::CallContext;
use crate::log_page::{cursor, read_cursor};
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A page of entries, newest first. Has no `Debug`: they name people.
#[derive(Serialize)]
pub struct PreviewPage {
    entries: Vec<ShownTold>,
    next: Option<String>,
}

/// Entries of a log hold no contact data.
impl Mask for PreviewPage {
    fn masked(self) -> Self {
        self
    }
}

struct PreviewRequest<'a> {
    asked: Asked<'a>,
    page: &'a Page<LogCursor>,
}

impl UseCase for PreviewRequest<'_> {
    type Answer = Disclosed<PreviewPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { asked, page } = self;
        let met = asked.meet(service, snapshot).await?;
        let (decision, outcome) = asked.decide(service, snapshot, met.as_ref());
        let judged =
            outcome.and_then(|(permission, met)| met.expect_open().map(|()| (permission, met)));
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, met)) => {
                Ok(permission.disclose(service.preview(snapshot, met, page).await?))
            }
        };
        let (_, plan) =
            asked.record(service, snapshot, &decision, met.as_ref(), result.as_ref().err());
        Ok(Attempt { plan, result })
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<(UseContext, Page<LogCursor>)> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    Some((used, page.unwrap_or_default()))
}

impl Service {
    /// Lists the entries that would be given on a request, on the request of a body.
    pub async fn preview_log_request(
        &self,
        context: &CallContext,
        id: &str,
        body: &[u8],
    ) -> Result<Disclosed<PreviewPage>, Error> {
        match request::read(body, read) {
            Ok((used, page)) => {
                let asked = Asked { context, id, used: &used, act: "preview" };
                self.run(&PreviewRequest { asked, page: &page }).await
            }
            Err(error) => self.refuse_unread(context, Action::AnswerLogRequest, error).await,
        }
    }

    async fn preview(
        &self,
        snapshot: &Snapshot,
        met: &Met,
        page: &Page<LogCursor>,
    ) -> Result<PreviewPage, Error> {
        let size = page.size as usize;
        let AskedFor { entries, rest } = self.entries_asked_for(met, page.after, size).await?;
        let next = rest.map(cursor);
        let told = self.tell_entries(snapshot, entries, met.details.client.text()).await?;
        let language = met.details.language;
        Ok(PreviewPage { entries: told.iter().map(|told| told.shown(language)).collect(), next })
    }
}
