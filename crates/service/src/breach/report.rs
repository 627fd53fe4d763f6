//! Reporting that clients' data may have been breached, to the own controller or to one in whose register the
//! reporter's unit works.
//!
//! Who reports learns that the report was taken and nothing else: whether there are such documents, clients
//! or users shows neither in the answer nor in what is refused. What comes again is answered as it was before,
//! and nobody reports without end: both go by what the reporter has said, and by nothing that was found.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::reader::{self, Members, instant, text};
use varanto_model::{ClientIdentifier, Digest, Faults, Oid, Pointer, calendar, digest, person};
use varanto_rules::{Action, Basis, Disclosed, Mask, decide};
use varanto_store::breach::{self, Breach, BreachSource, Reporter};
use varanto_store::register_access::{self, AccessFilter};
use varanto_store::{document, standing};

use super::details::BreachDetails;
use super::open::OpenBreach;
use super::step::has_been;
use crate::Error;
use crate::context::CallContext;
use crate::gather::About;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// The most breaches that somebody reports to one controller within [`DAY`].
const MOST_REPORTS: u32 = 20;
/// The time in which reports are counted.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The time within which the same report is taken to have come again.
const REPEATED: SignedDuration = SignedDuration::from_hours(1);
/// How long ago something may have been noticed.
const LONGEST_AGO: SignedDuration = SignedDuration::from_hours(366 * 24);
/// The most documents, and the most clients, of a report.
const MOST_NAMED: usize = 50;

/// That a report was taken.
#[derive(Debug, Serialize)]
pub struct ReportReceipt {
    id: Uuid,
    reported_at: Timestamp,
}

/// It tells of nobody.
impl Mask for ReportReceipt {
    fn masked(self) -> Self {
        self
    }
}

/// What is reported.
struct Report {
    used: UseContext,
    /// Who is to be told; the own controller where `None`.
    controller: Option<Oid>,
    what: String,
    when_noticed: Timestamp,
    documents: Vec<Oid>,
    clients: Vec<ClientIdentifier>,
    suspected_user: Option<String>,
}

impl Report {
    /// What is said, but for when it was noticed: clients as they are named, not as they are known.
    fn digest(&self) -> Digest {
        let clients = self.clients.iter().map(|client| match client {
            ClientIdentifier::PersonalIdentityCode(code) => code.expose(),
            ClientIdentifier::Temporary(temporary) => temporary.expose(),
        });
        let clients: Vec<_> = clients.collect();
        let said = json!([self.what, self.documents, clients, self.suspected_user]);
        digest::sha256(said.to_string().as_bytes())
    }
}

/// What the reporter has reported to the controller before.
struct Before {
    reporter: Reporter,
    since: Timestamp,
    /// How many breaches since then.
    reports: u32,
}

/// What becomes of a report.
enum Taken<'a> {
    /// It has come before, and has opened this breach.
    Again(Breach),
    /// It opens a breach.
    Anew { controller: &'a Oid, concerned: Concerned, before: Before },
}

/// Whom a report is about, as far as the register of the controller who is told shows.
struct Concerned {
    /// The keys of those who are clients there.
    clients: Vec<Uuid>,
    /// The identifiers of the others who are named.
    others: Vec<String>,
}

struct ReportBreach<'a> {
    context: &'a CallContext,
    report: Report,
}

impl UseCase for ReportBreach<'_> {
    type Answer = Disclosed<ReportReceipt>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, report } = self;
        let action = Action::ReportBreach;
        let own = snapshot.directory.controller_of(&context.system.organisation);
        let told =
            service.controller_told(snapshot, context, report.controller.as_ref().or(own)).await?;
        let about = About { controller: told, ..About::new(action, &report.used) };
        let decision = decide(&service.facts(snapshot, context, about));
        let judged = match (decision.outcome(), told) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(nobody_told(report.controller.is_some())),
            (Ok(permission), Some(controller)) => {
                let taken = service.taken(context, controller, report).await?;
                taken.map(|taken| (permission, taken))
            }
        };
        let again = judged.as_ref().ok().and_then(|(_, taken)| taken.again());
        let used = Use {
            basis: if told == own { Basis::Own } else { Basis::RegisterAccess },
            // What is refused stands in the log of the reporter's own side.
            controller: judged.is_ok().then_some(told).flatten(),
            documents: report.documents.clone(),
            parameters: again.map(|breach| json!({"breach": breach, "act": "repeat"}).to_string()),
            ..Use::new(action, &report.used)
        };
        let (log_entry, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, Taken::Again(breach))) => {
                Ok(permission.disclose(ReportReceipt { id: breach.id, reported_at: breach.at }))
            }
            Ok((permission, Taken::Anew { controller, concerned, before })) => {
                let details = BreachDetails {
                    what: report.what.clone(),
                    when_noticed: Some(report.when_noticed),
                    suspected_user: report.suspected_user.clone(),
                    suspected_organisation: None,
                    named_clients: concerned.others,
                    report: Some(report.digest()),
                };
                // What the controller's own staff knows the controller knows; of others' it is told now.
                let is_own = own == Some(controller);
                let new = OpenBreach {
                    log_entry,
                    controller,
                    source: BreachSource::Person,
                    aware_at: if is_own { report.when_noticed } else { context.at },
                    documents: report.documents.clone(),
                    clients: concerned.clients,
                    details: Some(&details),
                };
                let Before { reporter, since, reports } = before;
                plan.push(breach::guard_reports(&reporter, since, reports));
                let id = service.open_breach(&mut plan, context, new)?;
                let reported_at = microseconds(context.at);
                Ok(permission.disclose(ReportReceipt { id, reported_at }))
            }
        };
        Ok(Attempt { plan, result })
    }
}

impl Taken<'_> {
    /// The breach that was opened before.
    fn again(&self) -> Option<Uuid> {
        match self {
            Self::Again(breach) => Some(breach.id),
            Self::Anew { .. } => None,
        }
    }
}

impl Service {
    /// Reports a suspected breach, on the request of a body.
    pub async fn report_breach(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ReportReceipt>, Error> {
        let known = |report: Report| Ok(Report { used: self.of_breach(report.used)?, ..report });
        let read = request::read(body, |value, faults| read(value, faults, context.at));
        match read.and_then(known) {
            Ok(report) => self.run(&ReportBreach { context, report }).await,
            Err(error) => self.refuse_unread(context, Action::ReportBreach, error).await,
        }
    }

    /// The controller who is told: the own one, or one in whose register the caller's unit has a right or wide
    /// access. Nobody who works there finds anything else out.
    async fn controller_told<'a>(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        named: Option<&'a Oid>,
    ) -> Result<Option<&'a Oid>, Error> {
        let Some(controller) = named else { return Ok(None) };
        if snapshot.directory.controller_of(&context.system.organisation) == Some(controller) {
            return Ok(named);
        }
        let Some(organiser) = snapshot.directory.of_controller(controller) else {
            return Ok(None);
        };
        let (unit, today) = (&context.actor.unit, calendar::day_of(context.at));
        let wide = organiser.controller.iter().flat_map(|own| &own.wide_access).any(|wide| {
            wide.unit == *unit && wide.from <= today && wide.to.is_none_or(|to| today <= to)
        });
        let filter = AccessFilter {
            units: vec![unit.clone()],
            controller: Some(controller.clone()),
            ..AccessFilter::default()
        };
        let rights = register_access::list(&filter, None, 1)
            .map_err(|_| Error::Internal("a filter has too many values"))?;
        let rights = self.database.fetch(rights).await?;
        Ok(named.filter(|_| wide || !rights.is_empty()))
    }

    /// What becomes of a report to a controller: the breach that it has opened before, or a new one, unless
    /// there are too many of them.
    async fn taken<'a>(
        &self,
        context: &CallContext,
        controller: &'a Oid,
        report: &Report,
    ) -> Result<Result<Taken<'a>, Error>, Error> {
        let before = |time| context.at.checked_sub(time).unwrap_or(Timestamp::MIN);
        let since = microseconds(before(DAY));
        let reporter = Reporter {
            controller: controller.clone(),
            organisation: context.system.organisation.clone(),
            user_id: context.actor.id.clone(),
        };
        let reports = breach::reports_by(&reporter, since, MOST_REPORTS);
        let reports = self.database.fetch(reports).await?;
        let digest = report.digest();
        for same in reports.iter().take_while(|breach| breach.at > before(REPEATED)) {
            let said = self.breach_details(same)?.and_then(|details| details.report);
            if said == Some(digest) {
                return Ok(Ok(Taken::Again(same.clone())));
            }
        }
        let number = u32::try_from(reports.len()).unwrap_or(u32::MAX);
        match reports.last() {
            Some(first) if number >= MOST_REPORTS => {
                let next_at = first.at.checked_add(DAY).unwrap_or(Timestamp::MAX);
                let seconds = next_at.duration_since(context.at).as_secs().saturating_add(1);
                let seconds = u32::try_from(seconds).unwrap_or(0);
                Ok(Err(Error::TooManyReports { next_at, seconds }))
            }
            _ => {
                let concerned = self.concerned(controller, report).await?;
                let before = Before { reporter, since, reports: number };
                Ok(Ok(Taken::Anew { controller, concerned, before }))
            }
        }
    }

    /// Whom a report is about: the clients of the documents and those who are named, as far as they stand in
    /// the register of this controller. Nobody else's file is opened for it.
    async fn concerned(&self, controller: &Oid, report: &Report) -> Result<Concerned, Error> {
        let documents: Vec<_> = report.documents.iter().map(document::find_by_any).collect();
        let lookups = report.clients.iter().map(|client| self.lookup(client, controller));
        let lookups: Vec<_> =
            lookups.map(|lookup| standing::of_lookup(&lookup, controller)).collect();
        let (documents, files) = self.database.fetch((documents, lookups)).await?;
        let documents = documents.into_iter().flatten().map(|(document, _)| document);
        let here = documents.filter(|document| document.facts.controller == *controller);
        let mut clients: BTreeSet<_> = here.flat_map(|document| document.clients).collect();
        let mut others = Vec::new();
        for (named, found) in report.clients.iter().zip(files) {
            let file = found.into_iter().find(|file| file.derived.is_some());
            match (file, named) {
                (Some(file), _) => drop(clients.insert(file.client)),
                (None, ClientIdentifier::PersonalIdentityCode(code)) => {
                    others.push(code.expose().to_owned());
                }
                (None, ClientIdentifier::Temporary(temporary)) => {
                    others.push(temporary.expose().to_owned());
                }
            }
        }
        Ok(Concerned { clients: clients.into_iter().collect(), others })
    }
}

/// A report that reaches no controller. It is the same whether there is such a controller or not.
fn nobody_told(named: bool) -> Error {
    let at = Pointer::root().member("controller");
    if named {
        let detail =
            "a breach is reported to the own controller or to one in whose register the unit works";
        Error::fault(at, "not-of-the-unit", detail)
    } else {
        Error::fault(at, "missing", "who is no controller names the one that is told")
    }
}

fn read(value: &Value, faults: &mut Faults, now: Timestamp) -> Option<Report> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let controller = m.optional("controller", faults, reader::oid);
    let what = m.required("what", faults, text(4_000));
    let when_noticed = m.required("when_noticed", faults, |value, at, faults| {
        let noticed = instant(value, at, faults).filter(|it| has_been(*it, now, at, faults))?;
        if now.duration_since(noticed) > LONGEST_AGO {
            faults.add(at.clone(), "out-of-range", "this was more than a year ago");
        }
        Some(noticed)
    });
    let documents = m.list("documents", MOST_NAMED, faults, reader::oid);
    let clients = m.list("clients", MOST_NAMED, faults, person::client_sought);
    let suspected_user = m.optional("suspected_user", faults, text(64));
    m.finish(faults);
    Some(Report {
        used,
        controller,
        what: what?,
        when_noticed: when_noticed?,
        documents,
        clients,
        suspected_user,
    })
}
