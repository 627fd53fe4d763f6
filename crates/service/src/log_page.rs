//! What looking at any log has in common: the request, whose log it is, the decision, the pages.
//!
//! A privacy officer looks, with the purpose of supervision; that is a use itself and is noted as one.
//! A controller sees the log of its register; an organisation without one sees what its own staff did.
//! What an entry shows and what a list is narrowed by is said by each [`Log`].

use std::marker::PhantomData;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::reader::Members;
use varanto_model::{Faults, Oid, Pointer};
use varanto_rules::{Action, Disclosed, Facts, Mask};
use varanto_store::use_log::LogCursor;

use crate::Error;
use crate::context::CallContext;
use crate::gather::About;
use crate::record::Use;
use crate::request::{self, Page};
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A page of entries, newest first.
#[derive(Debug, Serialize)]
pub struct LogPage<T> {
    entries: Vec<T>,
    next: Option<String>,
}

/// Entries of a log hold no contact data.
impl<T> Mask for LogPage<T> {
    fn masked(self) -> Self {
        self
    }
}

impl<T> LogPage<T> {
    /// The same page with its entries as they are shown.
    pub(crate) fn shown<S>(
        self,
        show: impl FnMut(T) -> Result<S, Error>,
    ) -> Result<LogPage<S>, Error> {
        let entries = self.entries.into_iter().map(show).collect::<Result<_, _>>()?;
        Ok(LogPage { entries, next: self.next })
    }

    /// The entries.
    pub(crate) fn entries(&self) -> &[T] {
        &self.entries
    }
}

/// Whose entries a privacy officer looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Those about the register of a controller, whoever used it.
    Register(Oid),
    /// What the staff of an organisation did, by its operating unit: in its own name, and under register
    /// access in the registers of others.
    Staff(Oid),
}

impl Whose {
    /// Those that a privacy officer of an organisation looks at: of its register, if it has one and does
    /// not ask for its staff.
    pub(crate) fn of(facts: &Facts, asks_for_staff: bool) -> Self {
        match &facts.controller {
            Some(controller) if !asks_for_staff => Self::Register(controller.oid.clone()),
            _ => Self::Staff(facts.system.organisation.clone()),
        }
    }

    /// In whose name the own log stands: the controller's, or, without a register, the organisation's.
    pub(crate) fn log<'a>(&'a self, snapshot: &'a Snapshot) -> &'a Oid {
        match self {
            Self::Register(controller) => controller,
            Self::Staff(organisation) => {
                snapshot.directory.controller_of(organisation).unwrap_or(organisation)
            }
        }
    }
}

/// Who did what an entry tells of.
#[derive(Debug, Serialize)]
pub(crate) struct ShownUser {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A log that each organisation has of its own register, or of its own staff.
pub(crate) trait Log: Send + Sync {
    /// What narrows a list of entries.
    type Filter: Default + Clone + Send + Sync;
    /// An entry as it is shown.
    type Shown: Send;

    /// Reads what narrows the list.
    fn filter(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Self::Filter>;

    /// Is it asked for what the own staff did, even where the organisation has a register?
    fn asks_for_staff(_: &Self::Filter) -> bool {
        false
    }

    /// What the use log notes of a look: the filter as it was asked for, without identifiers of clients.
    fn noted(filter: Value) -> Value;

    /// The entries of a register or of an organisation's staff.
    fn page(
        service: &Service,
        snapshot: &Snapshot,
        whose: &Whose,
        search: &LogSearch<Self::Filter>,
    ) -> impl Future<Output = Result<LogPage<Self::Shown>, Error>> + Send;
}

/// What is looked for.
pub(crate) struct LogSearch<F> {
    used: UseContext,
    pub(crate) filter: F,
    page: Page<LogCursor>,
    noted: String,
}

impl<F> LogSearch<F> {
    /// The place after which the page begins.
    pub(crate) fn after(&self) -> Option<LogCursor> {
        self.page.after
    }

    /// How many entries to ask for: one more than are shown, to know whether there is another page.
    pub(crate) fn size(&self) -> u32 {
        self.page.size + 1
    }

    /// The page of the entries that were found, by their places.
    pub(crate) fn page_of<T>(&self, mut found: Vec<T>, place: fn(&T) -> LogCursor) -> LogPage<T> {
        let size = self.page.size as usize;
        let more = found.len() > size;
        found.truncate(size);
        let next = found.last().filter(|_| more).map(|last| cursor(place(last)));
        LogPage { entries: found, next }
    }
}

struct LookAtLog<'a, L: Log> {
    context: &'a CallContext,
    search: LogSearch<L::Filter>,
    log: PhantomData<L>,
}

impl<L: Log> UseCase for LookAtLog<'_, L> {
    type Answer = Disclosed<LogPage<L::Shown>>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search, .. } = self;
        let about = About::new(Action::ReadLog, &search.used);
        let facts = service.facts(snapshot, context, about);
        let decision = varanto_rules::decide(&facts);
        let result = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let whose = Whose::of(&facts, L::asks_for_staff(&search.filter));
                let page = L::page(service, snapshot, &whose, search).await?;
                Ok(permission.disclose(page))
            }
        };
        let used = Use {
            parameters: Some(search.noted.clone()),
            ..Use::new(Action::ReadLog, &search.used)
        };
        let (_, plan) =
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Lists entries of a log of the caller's own, newest first.
    pub(crate) async fn look_at<L: Log>(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<LogPage<L::Shown>>, Error> {
        let search = match request::read(body, read::<L>) {
            Ok(search) => search,
            Err(error) => return self.refuse_unread(context, Action::ReadLog, error).await,
        };
        self.run(&LookAtLog { context, search, log: PhantomData::<L> }).await
    }
}

fn read<L: Log>(value: &Value, faults: &mut Faults) -> Option<LogSearch<L::Filter>> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let filter = m.optional("filter", faults, L::filter).unwrap_or_default();
    let page = m.optional("page", faults, |v, at, faults| Page::read(v, at, faults, read_cursor));
    m.finish(faults);
    let page = page.unwrap_or_default();
    let mut noted = L::noted(value.get("filter").cloned().unwrap_or_default());
    if noted.is_null() {
        noted = json!({});
    }
    if let Some(members) = noted.as_object_mut() {
        members.insert("page".to_owned(), page.noted(|at| cursor(*at)));
    }
    Some(LogSearch { used, filter, page, noted: noted.to_string() })
}

/// The place of an entry as an opaque word.
pub(crate) fn cursor(at: LogCursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}/{}", at.at.as_microsecond(), at.id))
}

/// The place that an opaque word stands for.
pub(crate) fn read_cursor(word: &str) -> Option<LogCursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    let (at, id) = text.split_once('/')?;
    let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
    Some(LogCursor { at, id: Uuid::parse_str(id).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(n: u8) -> LogCursor {
        let at = Timestamp::from_microsecond(1_788_000_000_000_000 + i64::from(n)).unwrap();
        LogCursor { at, id: Uuid::from_u128(u128::from(n)) }
    }

    fn search(size: u32) -> LogSearch<()> {
        let page = Page { size, after: None };
        LogSearch { used: UseContext::default(), filter: (), page, noted: String::new() }
    }

    #[test]
    fn a_cursor_is_read_as_it_was_given_and_nothing_else() {
        assert_eq!(read_cursor(&cursor(place(7))), Some(place(7)));
        for word in ["", "x", "!", &URL_SAFE_NO_PAD.encode("1/2"), &URL_SAFE_NO_PAD.encode([0xff])]
        {
            assert_eq!(read_cursor(word), None, "{word}");
        }
    }

    #[test]
    fn the_next_page_begins_after_the_last_entry_where_there_is_one_more() {
        assert_eq!(search(2).size(), 3);
        let page_of = |places: &[u8]| {
            search(2).page_of(places.iter().map(|n| place(*n)).collect(), |place| *place)
        };
        let page = page_of(&[9, 8, 7]);
        assert_eq!(page.entries(), [place(9), place(8)]);
        assert_eq!(page.next, Some(cursor(place(8))));
        for found in [&[][..], &[9], &[9, 8]] {
            let page = page_of(found);
            assert_eq!((page.entries().len(), page.next.as_deref()), (found.len(), None));
        }
    }
}
