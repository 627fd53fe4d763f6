//! Reporting that clients' data may have been breached, to the own controller or to one in whose register the
//! reporter's unit works.
//!
//! Who reports learns that the report was taken and nothing else: whether there are such documents, clients
//! or users shows neither in the answer nor in what is refused.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;
use varanto_model::reader::{self, Members, instant, text};
use varanto_model::{ClientIdentifier, Faults, Oid, Pointer, calendar, person};
use varanto_rules::{Action, Basis, Disclosed, Mask, decide};
use varanto_store::breach::BreachSource;
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
                let concerned = service.concerned(controller, report).await?;
                Ok((permission, controller, concerned))
            }
        };
        let used = Use {
            basis: if told == own { Basis::Own } else { Basis::RegisterAccess },
            // What is refused stands in the log of the reporter's own side.
            controller: judged.is_ok().then_some(told).flatten(),
            documents: report.documents.clone(),
            ..Use::new(action, &report.used)
        };
        let (log_entry, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        let result = match judged {
            Err(error) => Err(error),
            Ok((permission, controller, concerned)) => {
                let details = BreachDetails {
                    what: report.what.clone(),
                    when_noticed: Some(report.when_noticed),
                    suspected_user: report.suspected_user.clone(),
                    named_clients: concerned.others,
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
                let id = service.open_breach(&mut plan, context, new)?;
                let reported_at = microseconds(context.at);
                Ok(permission.disclose(ReportReceipt { id, reported_at }))
            }
        };
        Ok(Attempt { plan, result })
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
        instant(value, at, faults).filter(|noticed| has_been(*noticed, now, at, faults))
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
