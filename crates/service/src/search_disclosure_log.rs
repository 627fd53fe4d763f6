//! Looking at the disclosure log of one's own register: what of its data went to whom (LOG-02, DIS-05).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::reader::{self, Members, instant, text, word};
use varanto_model::{Faults, LocalText, Oid, Pointer};
use varanto_rules::Disclosed;
use varanto_store::disclosure_log::{self, DisclosureEntry, DisclosureFilter, DisclosureScope};
use varanto_store::use_log;

use crate::Error;
use crate::context::CallContext;
use crate::disclosure::Words;
use crate::log_page::{Log, LogPage, LogSearch, ShownUser, Whose};
use crate::service::Service;
use crate::snapshot::{Snapshot, name_of};

/// An entry of the disclosure log, as a privacy officer of the controller sees it.
#[derive(Debug, Serialize)]
pub struct ShownDisclosure {
    id: Uuid,
    at: Timestamp,
    basis: String,
    action: String,
    documents: Vec<Oid>,
    what: Option<String>,
    receiver: Receiver,
    user: ShownUser,
    unit: Option<Oid>,
    purpose: String,
    ground: Option<String>,
    special_reason: Option<String>,
    /// The entry of the use log, where that is in the log of the same register.
    use_entry: Option<Uuid>,
}

#[derive(Debug, Serialize)]
struct Receiver {
    organisation: Option<Oid>,
    /// The names of the organisation, as far as it is known.
    organisation_name: Option<LocalText>,
    /// Somebody outside, in words.
    name: Option<String>,
}

/// On what data were disclosed: through the repository, as a notice tells, or on a request.
const BASES: &[&str] = &["disclosure", "broad", "notice", "request"];

struct DisclosureLog;

impl Log for DisclosureLog {
    type Filter = DisclosureFilter;
    type Shown = ShownDisclosure;

    fn filter(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<DisclosureFilter> {
        let mut m = Members::of(value, at, faults)?;
        let bases = m.list("bases", BASES.len(), faults, word(BASES, |basis| basis));
        let filter = DisclosureFilter {
            user_id: m.optional("user", faults, text(64)),
            receiver_organisation: m.optional("organisation", faults, reader::oid),
            bases: bases.into_iter().map(str::to_owned).collect(),
            from: m.optional("from", faults, instant),
            until: m.optional("to", faults, instant),
            unit: None,
        };
        m.finish(faults);
        Some(filter)
    }

    fn noted(filter: Value) -> Value {
        json!({"disclosures": filter})
    }

    async fn page(
        service: &Service,
        snapshot: &Snapshot,
        whose: &Whose,
        search: &LogSearch<DisclosureFilter>,
    ) -> Result<LogPage<ShownDisclosure>, Error> {
        // Nothing has left an organisation without a register: its page is empty. What its staff was
        // given stands in the use log.
        let controller = whose.log(snapshot);
        let scope = DisclosureScope::Controller(controller.clone());
        let filter = search.filter.clone();
        let query = disclosure_log::list(scope, filter, search.after(), search.size())
            .map_err(|_| Error::Internal("a filter has too many values"))?;
        let found = service.database.fetch(query).await?;
        let page = search.page_of(found, DisclosureEntry::cursor);
        let uses = page.entries().iter().filter_map(|entry| entry.use_entry);
        let uses = service.database.fetch(uses.map(use_log::find).collect::<Vec<_>>()).await?;
        let own = uses.into_iter().flatten().filter(|used| used.controller == *controller);
        let own: BTreeSet<Uuid> = own.map(|used| used.id).collect();
        page.shown(|entry| {
            let words = service.words_of(&entry)?;
            Ok(shown(entry, words, snapshot, &own))
        })
    }
}

impl Service {
    /// Lists entries of the disclosure log of the caller's own register, newest first.
    pub async fn search_disclosure_log(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<LogPage<ShownDisclosure>>, Error> {
        self.look_at::<DisclosureLog>(context, body).await
    }
}

/// An entry as it is shown; of the entries of use logs that it names, those of `own`.
fn shown(
    entry: DisclosureEntry,
    words: Words,
    snapshot: &Snapshot,
    own: &BTreeSet<Uuid>,
) -> ShownDisclosure {
    let organisation = entry.receiver_organisation;
    let known = organisation.as_ref().and_then(|oid| snapshot.directory.organisations.get(oid));
    ShownDisclosure {
        id: entry.id,
        at: entry.at,
        basis: entry.basis,
        action: entry.action,
        documents: entry.documents,
        what: words.what,
        receiver: Receiver {
            organisation_name: known.map(name_of),
            organisation,
            name: words.receiver,
        },
        user: ShownUser { id: entry.user_id, name: entry.user_name },
        unit: entry.unit,
        purpose: words.purpose.unwrap_or(entry.purpose),
        ground: words.ground.or(entry.ground),
        special_reason: entry.special_reason,
        use_entry: entry.use_entry.filter(|id| own.contains(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(filter: &Value) -> Result<DisclosureFilter, Vec<String>> {
        let mut faults = Faults::none();
        let read = DisclosureLog::filter(filter, &Pointer::root(), &mut faults);
        let places = faults.as_slice().iter().map(|f| f.pointer.to_string()).collect();
        if faults.is_empty() { Ok(read.unwrap()) } else { Err(places) }
    }

    /// REQ LOG-02
    #[test]
    fn disclosures_are_narrowed_by_user_receiver_basis_and_time() {
        let filter = read(&json!({
            "user": "S-3001",
            "organisation": "1.2.246.10.99990003.10.0",
            "bases": BASES,
            "from": "2026-09-01T00:00:00Z",
            "to": "2026-10-01T00:00:00Z",
        }));
        let expected = DisclosureFilter {
            user_id: Some("S-3001".to_owned()),
            receiver_organisation: Some(Oid::parse("1.2.246.10.99990003.10.0").unwrap()),
            bases: BASES.iter().map(|basis| (*basis).to_owned()).collect(),
            from: Some("2026-09-01T00:00:00Z".parse().unwrap()),
            until: Some("2026-10-01T00:00:00Z".parse().unwrap()),
            unit: None,
        };
        assert!(filter == Ok(expected));
        let wrong = read(&json!({"bases": ["own"], "client": "x", "with_special_reason": true}));
        assert_eq!(wrong.err().unwrap(), ["/bases/0", "/client", "/with_special_reason"]);
    }

    /// REQ LOG-02
    #[test]
    fn a_look_at_the_disclosure_log_is_told_from_one_at_the_use_log() {
        let noted = DisclosureLog::noted(json!({"user": "S-3001"}));
        assert_eq!(noted, json!({"disclosures": {"user": "S-3001"}}));
    }
}
