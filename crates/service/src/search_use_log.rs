//! Looking at the use log of one's own register, or at what one's own staff did: the privacy officer's first
//! tool (LOG-01, LOG-04).

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;
use varanto_model::metadata::flag;
use varanto_model::reader::{self, Members, instant, text, word};
use varanto_model::{Faults, Oid, Pointer};
use varanto_rules::{Action, Basis, Disclosed};
use varanto_store::use_log::{self, LogFilter, Outcome, Scope, Staff, UseEntry};

use crate::Error;
use crate::context::CallContext;
use crate::log_page::{Log, LogPage, LogSearch, ShownUser, Whose};
use crate::service::Service;
use crate::shown_document::raw;
use crate::snapshot::Snapshot;

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
    ground: Option<String>,
    rules: Vec<String>,
    search: Option<Box<RawValue>>,
    request_id: Option<String>,
}

/// What narrows the list.
#[derive(Clone, Default, PartialEq, Eq)]
struct UseFilter {
    /// Is it asked for what the own staff did?
    of_staff: bool,
    entries: LogFilter,
}

/// The words for whose entries are asked for.
const WHOSE: &[&str] = &[REGISTER, STAFF];
const REGISTER: &str = "register";
const STAFF: &str = "staff";

struct UseLog;

impl Log for UseLog {
    type Filter = UseFilter;
    type Shown = ShownEntry;

    fn filter(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<UseFilter> {
        let mut m = Members::of(value, at, faults)?;
        let whose = m.optional("whose", faults, word(WHOSE, |whose| whose));
        let action = m.optional("action", faults, word(Action::ALL, Action::as_str));
        let basis = word(Basis::ALL, Basis::as_str);
        let bases = m.list("bases", Basis::ALL.len(), faults, basis);
        let entries = LogFilter {
            user_id: m.optional("user", faults, text(64)),
            action: action.map(|action| action.as_str().to_owned()),
            from: m.optional("from", faults, instant),
            until: m.optional("to", faults, instant),
            organisation: m.optional("organisation", faults, reader::oid),
            with_special_reason: flag(&mut m, "with_special_reason", faults),
            bases: bases.into_iter().map(|basis| basis.as_str().to_owned()).collect(),
            review: use_log::ReviewFilter::default(),
        };
        m.finish(faults);
        Some(UseFilter { of_staff: whose == Some(STAFF), entries })
    }

    fn asks_for_staff(filter: &UseFilter) -> bool {
        filter.of_staff
    }

    fn noted(filter: Value) -> Value {
        filter
    }

    async fn page(
        service: &Service,
        snapshot: &Snapshot,
        whose: &Whose,
        search: &LogSearch<UseFilter>,
    ) -> Result<LogPage<ShownEntry>, Error> {
        let list = |scope| {
            use_log::list(scope, search.filter.entries.clone(), search.after(), search.size())
                .map_err(|_| Error::Internal("a filter has too many values"))
        };
        let queries = scopes(whose, snapshot).map(list).collect::<Result<Vec<_>, _>>()?;
        let found = service.database.fetch(queries).await?;
        search.page_of(merged(found), UseEntry::cursor).shown(shown)
    }
}

/// The lists that hold the entries between them, each entry in one of them.
pub(crate) fn scopes(whose: &Whose, snapshot: &Snapshot) -> impl Iterator<Item = Scope> {
    let (first, second) = match whose {
        Whose::Register(controller) => (Scope::Register(controller.clone()), None),
        Whose::Staff(organisation) => {
            let log = whose.log(snapshot).clone();
            let staff = Staff { organisation: organisation.clone(), log };
            (Scope::StaffAtHome(staff.clone()), Some(Scope::StaffElsewhere(staff)))
        }
    };
    std::iter::once(first).chain(second)
}

/// Lists of entries as one, newest first.
pub(crate) fn merged(lists: Vec<Vec<UseEntry>>) -> Vec<UseEntry> {
    let mut all: Vec<_> = lists.into_iter().flatten().collect();
    all.sort_unstable_by_key(|entry| std::cmp::Reverse((entry.at, entry.id)));
    all
}

impl Service {
    /// Lists entries of the use log of the caller's own register, or, where that is asked for or there is
    /// no register, of what the caller's own staff did; newest first.
    pub async fn search_use_log(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<LogPage<ShownEntry>>, Error> {
        self.look_at::<UseLog>(context, body).await
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
        ground: entry.ground,
        rules: entry.rules,
        search: entry.parameters.map(|text| raw(text.into_bytes())).transpose()?,
        request_id: entry.request_id,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(filter: &Value) -> Result<UseFilter, Vec<String>> {
        let mut faults = Faults::none();
        let read = UseLog::filter(filter, &Pointer::root(), &mut faults);
        let places = faults.as_slice().iter().map(|f| f.pointer.to_string()).collect();
        if faults.is_empty() { Ok(read.unwrap()) } else { Err(places) }
    }

    /// REQ DIS-05
    #[test]
    fn uses_are_narrowed_by_the_bases_that_there_are() {
        let filter = read(&json!({"bases": ["broad", "disclosure"]})).unwrap();
        assert_eq!(filter.entries.bases, ["broad", "disclosure"]);
        assert!(read(&json!({})).unwrap().entries.bases.is_empty(), "every use");
        let wrong = read(&json!({"bases": ["broad", "notice"], "client": "x"}));
        assert_eq!(wrong.err().unwrap(), ["/bases/1", "/client"]);
    }

    /// REQ LOG-01
    #[test]
    fn the_own_staff_is_looked_at_only_where_it_is_asked_for() {
        let asks = |filter: &Value| read(filter).map(|filter| UseLog::asks_for_staff(&filter));
        assert_eq!(asks(&json!({})), Ok(false));
        assert_eq!(asks(&json!({"whose": "register"})), Ok(false));
        assert_eq!(asks(&json!({"whose": "staff"})), Ok(true));
        assert_eq!(asks(&json!({"whose": "everybody"})), Err(vec!["/whose".to_owned()]));
    }
}
