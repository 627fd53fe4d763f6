//! Each use that was acknowledged has exactly one log entry, each that was never answered at most one, and each
//! that was refused because it could not be logged has none (LOG-01).

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use varanto_model::Oid;
use varanto_store::MAX_PAGE;
use varanto_store::use_log::{self, LogCursor, LogFilter, Outcome, Scope, UseEntry};
use varanto_testkit::Site;

use crate::book::{Call, End, Kind};

const CONTROLLER: &str = "1.2.246.10.99990001.19.0";

/// All entries of the register.
pub(crate) async fn entries(site: &Site) -> Vec<UseEntry> {
    let database = site.open_store().await;
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let scope = Scope::Register(Oid::parse(CONTROLLER).unwrap());
        let query = use_log::list(scope, LogFilter::default(), after, MAX_PAGE).unwrap();
        let page = database.fetch(query).await.unwrap();
        let Some(last) = page.last() else { return entries };
        after = Some(LogCursor { at: last.at, id: last.id });
        entries.extend(page);
    }
}

/// Holds the log against the book of the calls that were made since `before`.
pub(crate) async fn are_in_the_log(site: &Site, calls: &[Call], before: &BTreeSet<Uuid>) {
    let mut by_request: BTreeMap<String, Vec<UseEntry>> = BTreeMap::new();
    for entry in entries(site).await {
        if !before.contains(&entry.id) {
            let request = entry.request_id.clone().expect("every use is of a request");
            by_request.entry(request).or_default().push(entry);
        }
    }
    let mut unanswered: BTreeMap<(Kind, Option<Oid>), u64> = BTreeMap::new();
    for call in calls {
        let Some(request) = &call.request else {
            *unanswered.entry((call.kind, call.oid.clone())).or_default() += 1;
            continue;
        };
        let entries = by_request.remove(request).unwrap_or_default();
        let what = format!("{:?} {:?} {:?}, request {request}", call.kind, call.oid, call.end);
        match call.end {
            End::Done => assert_eq!(entries.len(), 1, "{what}"),
            End::NotDone => assert_eq!(entries.len(), 0, "{what}"),
            _ => assert!(entries.len() <= 1, "{what}"),
        }
        for entry in entries {
            assert_eq!(kind(&entry), (call.kind, call.oid.clone()), "{what}");
            assert_eq!(entry.outcome, Outcome::Permitted, "{what}");
        }
    }
    // The others are of requests that were never answered.
    for (request, entries) in by_request {
        let [entry] = entries.as_slice() else { panic!("request {request} has several entries") };
        let left = unanswered.get_mut(&kind(entry)).filter(|left| **left > 0);
        *left.unwrap_or_else(|| panic!("nobody has asked for {:?}", kind(entry))) -= 1;
    }
}

/// What an entry is about. A search notes what it found, which its caller may not know.
fn kind(entry: &UseEntry) -> (Kind, Option<Oid>) {
    let first = entry.documents.first().cloned();
    match entry.action.as_str() {
        "store" | "store-version" => (Kind::Store, first),
        "read" => (Kind::Read, first),
        "search" => (Kind::Search, None),
        other => panic!("nobody has called for {other}"),
    }
}
