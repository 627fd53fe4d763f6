//! A page of a list, with the decisions on its items.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::Serialize;
use varanto_model::{Oid, Pointer};
use varanto_rules::{Action, Disclosed, Mask, decide};
use varanto_store::review::{self, Review};
use varanto_store::{MAX_VALUES, Purpose};

use super::item::{Item, Place, ShownDecision, ShownItem};
use super::list::List;
use super::lists::unusual;
use super::request::Search;
use super::scan::{Scan, day_item, read_day};
use crate::Error;
use crate::context::CallContext;
use crate::gather::About;
use crate::log_page::{ShownUser, Whose, cursor};
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;

/// A page of a list, newest first. There may be fewer items than were asked for, or none, and yet a next page:
/// a call looks at a bounded number of entries.
#[derive(Serialize)]
pub struct ReviewPage {
    items: Vec<ShownItem>,
    next: Option<String>,
}

/// Items hold no contact data.
impl Mask for ReviewPage {
    fn masked(self) -> Self {
        self
    }
}

struct SearchSupervision<'a> {
    context: &'a CallContext,
    search: Search,
}

impl UseCase for SearchSupervision<'_> {
    type Answer = Disclosed<ReviewPage>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, search } = self;
        let facts = service.facts(snapshot, context, About::new(Action::Supervise, &search.used));
        let decision = decide(&facts);
        let whose = Whose::of(&facts, false);
        let mut documents = BTreeSet::new();
        let result = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let place = &["filter", "list"];
                if let Err(error) = offered(search.filter.list, &whose, place) {
                    Err(error)
                } else {
                    let page = service.review_page(snapshot, &whose, search, &mut documents);
                    Ok(permission.disclose(page.await?))
                }
            }
        };
        let used = Use {
            documents: documents.into_iter().collect(),
            parameters: Some(search.noted.clone()),
            ..Use::new(Action::Supervise, &search.used)
        };
        let refusal = result.as_ref().err();
        let (_, plan) = service.record(snapshot, context, &used, Some(&decision), refusal);
        Ok(Attempt { plan, result })
    }
}

/// Is a list one for whoever looks? Of the register of another there is none that needs its documents.
pub(super) fn offered(list: List, whose: &Whose, place: &[&str]) -> Result<(), Error> {
    match whose {
        Whose::Staff(_) if list.needs_register() => {
            let at = place.iter().fold(Pointer::root(), |at, member| at.member(member));
            let why = "this list is for the controllers of registers";
            Err(Error::fault(at, "not-offered", why))
        }
        Whose::Register(_) | Whose::Staff(_) => Ok(()),
    }
}

impl Service {
    /// A page of a list of uses to review, with the decisions on them.
    pub async fn search_supervision(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ReviewPage>, Error> {
        let read = request::read(body, |value, faults| Search::read(self.now(), value, faults));
        match read {
            Ok(search) => self.run(&SearchSupervision { context, search }).await,
            Err(error) => self.refuse_unread(context, Action::Supervise, error).await,
        }
    }

    async fn review_page(
        &self,
        snapshot: &Snapshot,
        whose: &Whose,
        search: &Search,
        documents: &mut BTreeSet<Oid>,
    ) -> Result<ReviewPage, Error> {
        let Search { filter, page, .. } = search;
        let Scan { items, end, opened } = match (filter.list, &page.after) {
            (List::Volumes, after) => {
                self.volumes_page(snapshot, whose, search, after.as_ref()).await?
            }
            (_, None) => self.scan(snapshot, whose, filter, None).await?,
            (_, Some(Place::Entry(after))) => {
                self.scan(snapshot, whose, filter, Some(*after)).await?
            }
            // The place of a user-day is in no other list.
            (_, Some(Place::Day(_))) => {
                Scan { items: Vec::new(), end: None, opened: BTreeSet::new() }
            }
        };
        let ids: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
        let mut decisions = self.decisions_on(whose.log(snapshot), filter.list, &ids).await?;
        let mut taken = items.into_iter().filter_map(|item| {
            let decisions = decisions.remove(&item.id).unwrap_or_default();
            filter.wanted.takes(!decisions.is_empty()).then_some((item, decisions))
        });
        let size = usize::try_from(page.size).unwrap_or(usize::MAX);
        let shown: Vec<_> = taken.by_ref().take(size).collect();
        let next = if taken.next().is_some() {
            shown.last().map(|(item, _)| item.place.word())
        } else {
            end.map(cursor)
        };
        let list = filter.list.as_str();
        documents.extend(opened);
        documents.extend(shown.iter().flat_map(|(item, _)| item.documents.clone()));
        let items = shown.into_iter().map(|(item, decisions)| item.shown(list, decisions));
        Ok(ReviewPage { items: items.collect(), next })
    }

    /// The unusual user-days after a place.
    async fn volumes_page(
        &self,
        snapshot: &Snapshot,
        whose: &Whose,
        search: &Search,
        after: Option<&Place>,
    ) -> Result<Scan, Error> {
        let filter = &search.filter;
        let days = self.user_days(snapshot, whose, filter).await?;
        let found = unusual(days, self.thresholds).into_iter().filter(|(day, _)| {
            filter.user.as_ref().is_none_or(|user| *user == day.used.user_id)
                && filter.organisation.as_ref().is_none_or(|o| *o == day.used.organisation)
                && filter.unit.as_ref().is_none_or(|unit| Some(unit) == day.used.unit.as_ref())
        });
        let items = found.map(|(day, volume)| day_item(day, volume));
        let mut items = items.collect::<Result<Vec<Item>, _>>()?;
        items.sort_by(|one, other| order(&one.id).cmp(&order(&other.id)));
        if let Some(Place::Day(after)) = after {
            items.retain(|item| order(&item.id) > order(after));
        }
        Ok(Scan { items, end: None, opened: BTreeSet::new() })
    }

    /// The decisions on items of a list, by item, the newest of each first.
    pub(super) async fn decisions_on(
        &self,
        log: &Oid,
        list: List,
        items: &[String],
    ) -> Result<HashMap<String, Vec<ShownDecision>>, Error> {
        let queries = items
            .chunks(MAX_VALUES)
            .map(|some| review::of_items(log, list.as_str().to_owned(), some))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| Error::Internal("too many items are asked for"))?;
        let mut decisions: HashMap<String, Vec<ShownDecision>> = HashMap::new();
        for review in self.database.fetch(queries).await?.into_iter().flatten() {
            let item = review.item.clone();
            decisions.entry(item).or_default().push(self.shown_decision(review)?);
        }
        Ok(decisions)
    }

    fn shown_decision(&self, review: Review) -> Result<ShownDecision, Error> {
        Ok(ShownDecision {
            id: review.id,
            at: review.at,
            reason: self.unseal_text(Purpose::Review, review.id, &review.reason)?,
            decision: review.decision,
            breach: review.breach,
            by: ShownUser { id: review.user_id, name: review.user_name },
        })
    }
}

/// The newest day first, then by organisation and user.
fn order(id: &str) -> (Reverse<Option<jiff::civil::Date>>, &str) {
    (Reverse(read_day(id).map(|(_, _, day)| day)), id)
}
