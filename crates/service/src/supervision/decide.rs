//! A privacy officer's decision on an item of a list (LOG-06). Each is kept; one that it may be a breach
//! opens a breach in the same plan (LOG-07), unless one is open that a decision on the item has opened: it is
//! held to there being no other decision than those that were read, so that of two at the same time one opens it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use uuid::Uuid;
use varanto_model::{Oid, Pointer, calendar};
use varanto_rules::{Action, Disclosed, Mask, decide};
use varanto_store::breach::{self, BreachSource, BreachState};
use varanto_store::review::{self, Review};
use varanto_store::use_log::{self, UseEntry};
use varanto_store::{Plan, Purpose, disclosure_log};

use super::item::Decision;
use super::list::List;
use super::request::{Asked, Filter, Wanted};
use super::scan::read_day;
use super::search::offered;
use crate::Error;
use crate::breach::{BreachDetails, OpenBreach};
use crate::context::CallContext;
use crate::gather::About;
use crate::log_page::Whose;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::world::fresh_key;

/// That a decision is recorded.
#[derive(Debug, Serialize)]
pub struct ReviewReceipt {
    /// The decision.
    id: Uuid,
    /// When.
    decided_at: Timestamp,
    /// The breach that it opened, or that an earlier one has opened and that is still open.
    breach: Option<Uuid>,
    /// The entry of the use log.
    log_entry: Uuid,
}

/// A receipt holds no contact data.
impl Mask for ReviewReceipt {
    fn masked(self) -> Self {
        self
    }
}

/// What is decided on, as far as a breach needs it.
struct Subject {
    /// Whose register was used; not known of a user-day.
    controller: Option<Oid>,
    organisation: Option<Oid>,
    user_id: String,
    documents: Vec<Oid>,
    client: Option<Uuid>,
}

impl Subject {
    fn of(entry: UseEntry) -> Self {
        let UseEntry { controller, organisation, user_id, documents, client, .. } = entry;
        let organisation = Some(organisation);
        Self { controller: Some(controller), organisation, user_id, documents, client }
    }

    /// Is it what the caller has done?
    fn is_of(&self, context: &CallContext) -> bool {
        self.user_id == context.actor.id
            && self.organisation.as_ref() == Some(&context.system.organisation)
    }
}

/// The breach of a decision.
enum ToldOf {
    /// It says nothing of one.
    None,
    /// One that is open already.
    Open(Uuid),
    /// One that it opens at the controller.
    New(Oid),
}

/// What follows from a decision.
struct Judged {
    subject: Subject,
    told_of: ToldOf,
    /// How many decisions there are on the item.
    before: u32,
}

struct DecideOnUse<'a> {
    context: &'a CallContext,
    asked: Asked,
}

impl UseCase for DecideOnUse<'_> {
    type Answer = Disclosed<ReviewReceipt>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, asked } = self;
        let facts = service.facts(snapshot, context, About::new(Action::Supervise, &asked.used));
        let decision = decide(&facts);
        let whose = Whose::of(&facts, false);
        let mut opened = BTreeSet::new();
        let judged = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let judged = self.judge(service, snapshot, &whose, &mut opened).await?;
                judged.map(|judged| (permission, judged))
            }
        };
        let shown = judged.iter().flat_map(|(_, judged)| judged.subject.documents.clone());
        opened.extend(shown);
        let used = Use {
            documents: opened.into_iter().collect(),
            parameters: Some(asked.noted.clone()),
            ..Use::new(Action::Supervise, &asked.used)
        };
        let refusal = judged.as_ref().err();
        let (log_entry, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), refusal);
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, judged)) => {
                let log = whose.log(snapshot);
                let breach = self.tell(service, &mut plan, judged, (log, log_entry))?;
                let review = self.review(service, log, log_entry, breach)?;
                let (id, decided_at) = (review.id, review.at);
                plan.push(review::insert(review));
                Ok(permission.disclose(ReviewReceipt { id, decided_at, breach, log_entry }))
            }
        };
        Ok(Attempt { plan, result })
    }
}

/// The controller that is told of the breach that a decision opens.
fn controller_told(whose: &Whose, snapshot: &Snapshot, subject: &Subject) -> Result<Oid, Error> {
    let controller = match (whose, &subject.controller) {
        (Whose::Register(controller), _) => Some(controller),
        (Whose::Staff(_), of_entry) => of_entry.as_ref(),
    };
    let known = controller.filter(|c| snapshot.directory.of_controller(c).is_some());
    known.cloned().ok_or_else(|| {
        let why =
            "the item does not tell in whose register it was; report the breach to the controller";
        Error::fault(Pointer::root().member("decision"), "no-controller", why)
    })
}

impl DecideOnUse<'_> {
    /// What follows from the decision, if it may be made.
    async fn judge(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        whose: &Whose,
        opened: &mut BTreeSet<Oid>,
    ) -> Result<Result<Judged, Error>, Error> {
        let Self { context, asked } = self;
        if let Err(error) = offered(asked.list, whose, &["list"]) {
            return Ok(Err(error));
        }
        let subject = service.subject_of_review(snapshot, whose, asked, opened).await?;
        let Some(subject) = subject else { return Ok(Err(Error::NotFound)) };
        if subject.is_of(context) {
            return Ok(Err(Error::OwnUse));
        }
        if asked.decision != Decision::Breach {
            return Ok(Ok(Judged { subject, told_of: ToldOf::None, before: 0 }));
        }
        let item = [asked.item.clone()];
        let query = review::of_items(whose.log(snapshot), asked.list.as_str().to_owned(), &item)
            .map_err(|_| Error::Internal("too many items are asked for"))?;
        let decisions = service.database.fetch(query).await?;
        let before = u32::try_from(decisions.len()).unwrap_or(u32::MAX);
        let newest = decisions.iter().find_map(|decision| decision.breach);
        let told_of = match service.open_one(newest).await? {
            Some(open) => ToldOf::Open(open),
            None => match controller_told(whose, snapshot, &subject) {
                Ok(controller) => ToldOf::New(controller),
                Err(error) => return Ok(Err(error)),
            },
        };
        Ok(Ok(Judged { subject, told_of, before }))
    }

    /// The breach of the decision, which the plan opens where there is none yet.
    fn tell(
        &self,
        service: &Service,
        plan: &mut Plan,
        judged: Judged,
        (log, log_entry): (&Oid, Uuid),
    ) -> Result<Option<Uuid>, Error> {
        let Judged { subject, told_of, before } = judged;
        let breach = match told_of {
            ToldOf::None => return Ok(None),
            ToldOf::Open(open) => {
                plan.push(breach::guard_open(open));
                open
            }
            ToldOf::New(controller) => {
                self.open_breach(service, plan, subject, (&controller, log_entry))?
            }
        };
        let Asked { list, item, .. } = &self.asked;
        let list = list.as_str().to_owned();
        plan.push(review::guard_decisions(log, list, item.clone(), before));
        Ok(Some(breach))
    }

    fn review(
        &self,
        service: &Service,
        log: &Oid,
        log_entry: Uuid,
        breach: Option<Uuid>,
    ) -> Result<Review, Error> {
        let Self { context, asked } = self;
        let id = fresh_key(context.at, &*service.randomness);
        Ok(Review {
            id,
            at: microseconds(context.at),
            log: log.clone(),
            list: asked.list.as_str().to_owned(),
            item: asked.item.clone(),
            decision: asked.decision.as_str().to_owned(),
            reason: service.seal(Purpose::Review, id.as_bytes(), asked.reason.as_bytes())?,
            breach,
            user_id: context.actor.id.clone(),
            user_name: context.actor.listed_name(),
            log_entry,
        })
    }

    fn open_breach(
        &self,
        service: &Service,
        plan: &mut Plan,
        subject: Subject,
        (controller, log_entry): (&Oid, Uuid),
    ) -> Result<Uuid, Error> {
        let details = BreachDetails {
            what: self.asked.reason.clone(),
            when_noticed: Some(self.context.at),
            suspected_user: Some(subject.user_id),
            suspected_organisation: subject.organisation,
            named_clients: Vec::new(),
            report: None,
        };
        let new = OpenBreach {
            log_entry,
            controller,
            source: BreachSource::Supervision,
            aware_at: self.context.at,
            documents: subject.documents,
            clients: subject.client.into_iter().collect(),
            details: Some(&details),
        };
        service.open_breach(plan, self.context, new)
    }
}

impl Service {
    /// Records a decision on an item of a list.
    pub async fn decide_supervision(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ReviewReceipt>, Error> {
        match request::read(body, Asked::read) {
            Ok(asked) => self.run(&DecideOnUse { context, asked }).await,
            Err(error) => self.refuse_unread(context, Action::Supervise, error).await,
        }
    }

    /// The breach, where it is open.
    async fn open_one(&self, breach: Option<Uuid>) -> Result<Option<Uuid>, Error> {
        let Some(id) = breach else { return Ok(None) };
        let found = self.database.fetch_one(breach::find(id)).await?;
        let open = found.filter(|found| found.progress.state != BreachState::Closed);
        Ok(open.map(|open| open.id))
    }

    /// The item that is decided on, where it is on the list and the officer's to see. Of user-days it is
    /// enough that the user used something on that day: what is unusual depends on the time looked at.
    async fn subject_of_review(
        &self,
        snapshot: &Snapshot,
        whose: &Whose,
        asked: &Asked,
        opened: &mut BTreeSet<Oid>,
    ) -> Result<Option<Subject>, Error> {
        if asked.list == List::Volumes {
            return self.user_day(snapshot, whose, &asked.item).await;
        }
        let Ok(id) = Uuid::parse_str(&asked.item) else { return Ok(None) };
        let queries = (use_log::find(id), disclosure_log::find(id));
        let (uses, disclosures) = self.database.fetch(queries).await?;
        let used = uses.into_iter().next();
        let at = used.as_ref().map(|entry| entry.at).or(disclosures.first().map(|entry| entry.at));
        let Some(at) = at else { return Ok(None) };
        let filter = filter_of(asked.list, at, at + SignedDuration::from_micros(1));
        let scan = self.scan(snapshot, whose, &filter, None).await?;
        opened.extend(scan.opened);
        let items = scan.items;
        if !items.iter().any(|item| item.id == asked.item) {
            return Ok(None);
        }
        let disclosed = disclosures.into_iter().next().map(|entry| Subject {
            controller: Some(entry.controller),
            organisation: entry.receiver_organisation,
            user_id: entry.user_id,
            documents: entry.documents,
            client: Some(entry.client),
        });
        Ok(used.map(Subject::of).or(disclosed))
    }

    async fn user_day(
        &self,
        snapshot: &Snapshot,
        whose: &Whose,
        item: &str,
    ) -> Result<Option<Subject>, Error> {
        let Some((organisation, user, day)) = read_day(item) else { return Ok(None) };
        let (Ok(from), Ok(until)) = (calendar::start_of(day), calendar::end_of(day)) else {
            return Ok(None);
        };
        let filter = filter_of(List::Volumes, from, until);
        let days = self.user_days(snapshot, whose, &filter).await?;
        let found = days.into_iter().find(|day| {
            day.used.organisation == organisation && day.used.user_id == user && day.id() == item
        });
        Ok(found.map(|day| Subject {
            controller: None,
            organisation: Some(day.used.organisation),
            user_id: day.used.user_id,
            documents: Vec::new(),
            client: None,
        }))
    }
}

fn filter_of(list: List, from: Timestamp, until: Timestamp) -> Filter {
    Filter { list, from, until, user: None, organisation: None, unit: None, wanted: Wanted::All }
}
