//! Looking at the use log of one's own register: the privacy officer's first tool (LOG-01, LOG-04).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;
use varanto_model::metadata::flag;
use varanto_model::reader::{self, Members, instant, text, word};
use varanto_model::{Faults, Oid, Pointer};
use varanto_rules::{Action, Disclosed, Mask};
use varanto_store::use_log::{self, LogCursor, LogFilter, Outcome, UseEntry};

use crate::Error;
use crate::context::CallContext;
use crate::gather::About;
use crate::record::Use;
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::shown_document::raw;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// An entry of the use log, as a privacy officer sees it.
#[derive(Debug, Serialize)]
pub struct ShownEntry {
    id: Uuid,
    at: Timestamp,
    action: String,
    outcome: String,
    basis: Option<String>,
    purpose: Option<String>,
    user: ShownUser,
    unit: Option<Oid>,
    organisation: Oid,
    role: Option<String>,
    authentication: String,
    documents: Vec<Oid>,
    case: Option<Oid>,
    special_reason: Option<String>,
    rules: Vec<String>,
    search: Option<Box<RawValue>>,
    request_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct ShownUser {
    id: String,
    name: String,
}

/// A page of entries.
#[derive(Debug, Serialize)]
pub struct EntryPage {
    entries: Vec<ShownEntry>,
    next: Option<String>,
}

/// Entries of the log hold no contact data.
impl Mask for EntryPage {
    fn masked(self) -> Self {
        self
    }
}

struct Search {
    context: UseContext,
    filter: LogFilter,
    page: Page<LogCursor>,
    noted: String,
}

struct SearchUseLog<'a> {
    context: &'a CallContext,
    search: Search,
}

impl UseCase for SearchUseLog<'_> {
    type Answer = Disclosed<EntryPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let about = About::new(Action::ReadLog, &search.context);
        let facts = service.facts(snapshot, context, about);
        let decision = varanto_rules::decide(&facts);
        let result = match (decision.outcome(), &facts.controller) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::Internal("a log was opened without a register")),
            (Ok(permission), Some(controller)) => {
                let page = service.log_page(controller.oid.clone(), search).await?;
                Ok(permission.disclose(page))
            }
        };
        let used = Use {
            parameters: Some(search.noted.clone()),
            ..Use::new(Action::ReadLog, &search.context)
        };
        let (_, plan) =
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Lists entries of the caller's own register, newest first.
    pub async fn search_use_log(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<EntryPage>, Error> {
        let search = match request::read(body, read_search) {
            Ok(search) => search,
            Err(error) => return self.refuse_unread(context, Action::ReadLog, error).await,
        };
        self.run(&SearchUseLog { context, search }).await
    }

    async fn log_page(&self, controller: Oid, search: &Search) -> Result<EntryPage, Error> {
        let scope = use_log::Scope::Register(controller);
        let query =
            use_log::list(scope, search.filter.clone(), search.page.after, search.page.size + 1)
                .map_err(|_| Error::Internal("a filter of the log is too long"))?;
        let mut listed = self.database.fetch(query).await?;
        let more = listed.len() > search.page.size as usize;
        listed.truncate(search.page.size as usize);
        let next = listed
            .last()
            .filter(|_| more)
            .map(|last| cursor(LogCursor { at: last.at, id: last.id }));
        let entries = listed.into_iter().map(shown).collect::<Result<_, _>>()?;
        Ok(EntryPage { entries, next })
    }
}

fn shown(entry: UseEntry) -> Result<ShownEntry, Error> {
    Ok(ShownEntry {
        id: entry.id,
        at: entry.at,
        action: entry.action,
        outcome: match entry.outcome {
            Outcome::Permitted => "permitted".to_owned(),
            Outcome::Refused(slug) => slug,
        },
        basis: entry.basis,
        purpose: entry.purpose,
        user: ShownUser { id: entry.user_id, name: entry.user_name },
        unit: entry.unit,
        organisation: entry.organisation,
        role: entry.role,
        authentication: entry.authentication,
        documents: entry.documents,
        case: entry.case,
        special_reason: entry.special_reason,
        rules: entry.rules,
        search: entry.parameters.map(|text| raw(text.into_bytes())).transpose()?,
        request_id: entry.request_id,
    })
}

/// The place of an entry as an opaque word.
pub(crate) fn cursor(at: LogCursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}/{}", at.at.as_microsecond(), at.id))
}

pub(crate) fn read_cursor(word: &str) -> Option<LogCursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    let (at, id) = text.split_once('/')?;
    let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
    Some(LogCursor { at, id: Uuid::parse_str(id).ok()? })
}

fn read_search(value: &Value, faults: &mut Faults) -> Option<Search> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let context = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let filter = m.optional("filter", faults, read_filter).unwrap_or_default();
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    let noted = value.get("filter").cloned().unwrap_or_default().to_string();
    Some(Search { context, filter, page: page.unwrap_or_default(), noted })
}

fn read_filter(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<LogFilter> {
    let mut m = Members::of(value, at, faults)?;
    let action = m.optional("action", faults, word(Action::ALL, Action::as_str));
    let filter = LogFilter {
        user_id: m.optional("user", faults, text(64)),
        action: action.map(|action| action.as_str().to_owned()),
        from: m.optional("from", faults, instant),
        until: m.optional("to", faults, instant),
        organisation: m.optional("organisation", faults, reader::oid),
        with_special_reason: flag(&mut m, "with_special_reason", faults),
        bases: Vec::new(),
    };
    m.finish(faults);
    Some(filter)
}
