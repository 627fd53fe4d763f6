//! Reporting a client's choice (RA-12): with a voucher the client chooses the producer, and the
//! producer tells the organiser, who opens the right by its documents. A report gives no right.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_documents::codes::Standing as CodeStanding;
use varanto_model::reader::{self, Members};
use varanto_model::{ClientReference, Code, Faults, Oid, Pointer, calendar, person};
use varanto_rules::{Action, ControllerFacts, Disclosed, Mask, Refusal, Rule, decide};
use varanto_store::choice::{self, Choice};
use varanto_store::client;

use super::choice::REPORTED;
use super::right::View;
use crate::context::CallContext;
use crate::control_reading::is_valid;
use crate::error::Findings;
use crate::gather::About;
use crate::new_version::microseconds;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::sets::SERVICE_TASKS;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::world::fresh_key;
use crate::{Cause, Error};

/// That a choice has been reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChoiceReceipt {
    pub(super) id: Uuid,
    pub(super) state: &'static str,
}

/// A receipt tells of nobody.
impl Mask for ChoiceReceipt {
    fn masked(self) -> Self {
        self
    }
}

struct Report {
    client: ClientReference,
    controller: Oid,
    unit: Oid,
    service_task: Code,
    from: Date,
}

struct ReportChoice<'a> {
    context: &'a CallContext,
    report: Report,
}

impl UseCase for ReportChoice<'_> {
    type Answer = Disclosed<ChoiceReceipt>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, report } = self;
        let action = Action::ReportAccess;
        let controller = &report.controller;
        let file = service.file_of_person(&report.client.identifier, controller).await?;
        let used = UseContext { basis: View::Producer.basis(), ..UseContext::default() };
        let about = About { controller: Some(controller), ..About::new(action, &used) };
        let facts = service.facts(snapshot, context, about);
        let decision = decide(&facts);
        let judged = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let checked = report.check(snapshot, context, facts.controller.as_ref());
                checked.map(|()| permission)
            }
        };
        let (key, statement) = if let Some(file) = &file {
            (file.key, file.guard())
        } else {
            let key = fresh_key(context.at, &*service.randomness);
            let opened = service.new_client(key, &report.client, context.at)?;
            let lookup = service.lookup(&report.client.identifier, controller);
            (key, client::insert(opened, &lookup))
        };
        // Of a client who has no file nothing is noted where the report is refused.
        let is_noted = file.is_some() || judged.is_ok();
        let used = Use {
            controller: snapshot.directory.of_controller(controller).map(|_| controller),
            clients: if is_noted { std::slice::from_ref(&key) } else { &[] },
            parameters: Some(report.noted()),
            ..Use::new(action, &used)
        };
        let (_, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), judged.as_ref().err());
        if is_noted {
            plan.push(statement);
        }
        let result = judged.map(|permission| {
            let id = fresh_key(context.at, &*service.randomness);
            plan.push(choice::insert(report.made(id, key, context)));
            permission.disclose(ChoiceReceipt { id, state: REPORTED })
        });
        Ok(Attempt { plan, result })
    }
}

impl Report {
    /// Is it the producer's to report, to a controller that can open a right?
    fn check(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        controller: Option<&ControllerFacts>,
    ) -> Result<(), Error> {
        let (own, today) = (&context.system.organisation, calendar::day_of(context.at));
        let mut findings = Findings::default();
        let at = |name: &str| Pointer::root().member(name);
        match controller {
            None => {
                let why = "the organisation registry has no such controller";
                findings.add(Cause::InvalidRequest, at("controller"), "unknown-controller", why);
            }
            Some(controller) if controller.organiser == *own => {
                let why = "in the own register a right is opened, not asked for";
                findings.add(Cause::InvalidRequest, at("controller"), "own-register", why);
            }
            Some(_) => {}
        }
        let unit = snapshot.directory.units.get(&self.unit);
        match unit.filter(|unit| unit.organisation == *own) {
            None => {
                let why = "this is not a service unit of the organisation that reports";
                findings.add(Cause::UnknownUnit, at("unit"), "unknown-unit", why);
            }
            Some(unit) if !is_valid(unit, self.from.max(today)) => {
                let why = "the service unit is not valid on that day";
                findings.add(Cause::UnknownUnit, at("unit"), "unit-not-valid", why);
            }
            Some(_) => {}
        }
        let set = Oid::parse(SERVICE_TASKS)
            .map_err(|_| Error::Internal("a code set has no identifier"))?;
        let task = snapshot.codes.known(&set, self.service_task.as_str(), today);
        if matches!(task, CodeStanding::Unknown | CodeStanding::NotOnThatDay) {
            let why = format!("the code is not in force in the code set {SERVICE_TASKS}");
            findings.add(Cause::UnknownCode, at("service_task"), "unknown-code", why);
        }
        findings.outcome()?;
        // Rule W3 is about storing; a report is refused for the same reason.
        if controller.and_then(|c| c.opens).is_some_and(|day| day <= today) {
            Ok(())
        } else {
            let rules = vec![Rule::W3.id()];
            Err(Error::Refused { refusal: Refusal::RegisterNotOpen, rules })
        }
    }

    fn made(&self, id: Uuid, client: Uuid, context: &CallContext) -> Choice {
        Choice {
            id,
            at: microseconds(context.at),
            controller: self.controller.clone(),
            unit: self.unit.clone(),
            client,
            service_task: self.service_task.clone(),
            first_day: self.from,
            organisation: context.system.organisation.clone(),
            user_id: context.actor.id.clone(),
            refusal: None,
        }
    }

    /// What the log keeps of it: nothing of the client.
    fn noted(&self) -> String {
        let Self { unit, service_task, from, .. } = self;
        json!({"unit": unit, "service_task": service_task, "from": from}).to_string()
    }
}

impl Service {
    /// Reports a client's choice, on the request of a body.
    pub async fn report_choice(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ChoiceReceipt>, Error> {
        let report = match request::read(body, read) {
            Ok(report) => report,
            Err(error) => return self.refuse_unread(context, Action::ReportAccess, error).await,
        };
        self.run(&ReportChoice { context, report }).await
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Report> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let client = m.required("client", faults, person::client);
    let controller = m.required("controller", faults, reader::oid);
    let unit = m.required("unit", faults, reader::oid);
    let service_task = m.required("service_task", faults, reader::code);
    let from = m.required("from", faults, reader::day);
    m.finish(faults);
    Some(Report {
        client: client?,
        controller: controller?,
        unit: unit?,
        service_task: service_task?,
        from: from?,
    })
}
