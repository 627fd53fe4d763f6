//! The client data summary (SUM-01): one answer in place of a search and many fetches.
//!
//! Which documents there are is decided like a search in the same context; then each is decided on
//! like a fetch of it alone, and masked as that would be. What is taken out of them is for the rules
//! of [`varanto_documents::summary`] to say. Clientships and open cases are told by the client's file,
//! in the own register and under a register access right alone, as their own lists show them.

mod answer;
mod sources;

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;
use varanto_documents::summary::SourceDocument;
use varanto_model::reader::Members;
use varanto_model::{ClientIdentifier, Faults, Oid, Pointer, calendar, person};
use varanto_rules::{Action, Basis, Decision, Disclosed, Facts, Permission, Scope};
use varanto_store::{Plan, document};

use self::answer::{Listed, Steering};
use self::sources::{Opened, Sources, Wanted};
use crate::Error;
use crate::context::CallContext;
use crate::disclosure::Shown;
use crate::record::Use;
use crate::request;
use crate::search_cases::Cases;
use crate::search_clientships::Clientships;
use crate::seek::Sought;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

pub use self::answer::ClientSummary;

/// Whose summary.
struct Asked {
    context: UseContext,
    client: ClientIdentifier,
}

struct Summarise<'a> {
    context: &'a CallContext,
    asked: Asked,
}

/// What a summary is made of.
struct Seen {
    steering: Steering,
    sources: Sources,
}

/// A summary that is permitted, on the way to its plan and answer.
struct Told<'a> {
    snapshot: &'a Snapshot,
    sought: &'a Sought,
    decision: &'a Decision,
    permission: Permission,
    seen: Seen,
}

impl UseCase for Summarise<'_> {
    type Answer = Disclosed<ClientSummary>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, asked } = self;
        let sought = service.seek(snapshot, context, &asked.context, &asked.client).await?;
        let about = sought.about(snapshot, context, Action::Summarise, &asked.context);
        let facts = service.facts(snapshot, context, about);
        let decision = varanto_rules::decide(&facts);
        match decision.outcome() {
            Ok(permission) => {
                let seen = self.see(service, snapshot, &sought, &facts).await?;
                let (sought, decision) = (&sought, &decision);
                let told = Told { snapshot, sought, decision, permission, seen };
                Ok(self.tell(service, told))
            }
            Err(refusal) => {
                let error = Error::Refused { refusal, rules: decision.rule_ids() };
                let client = sought.file.as_ref().map(|file| file.key);
                let used = Use {
                    controller: sought.noted_register(snapshot),
                    clients: client.as_slice(),
                    ..Use::new(Action::Summarise, &asked.context)
                };
                let (_, mut plan) =
                    service.record(snapshot, context, &used, Some(&decision), Some(&error));
                plan.extend(sought.guard());
                Ok(Attempt { plan, result: Err(error) })
            }
        }
    }
}

impl Summarise<'_> {
    /// All that is shown of the client sought.
    async fn see(
        &self,
        service: &Service,
        snapshot: &Snapshot,
        sought: &Sought,
        facts: &Facts,
    ) -> Result<Seen, Error> {
        let (context, used) = (self.context, &self.asked.context);
        let without = Error::Internal("a summary was permitted without a scope");
        let scope = Scope::of(facts).ok_or(without)?;
        let mut steering = Steering::default();
        if used.basis == Basis::Own {
            let listed = service.within(&Clientships, context, sought, &scope).await?;
            steering.clientships = Some(listed);
        }
        if !used.basis.discloses() {
            let listed = service.within(&Cases, context, sought, &scope).await?;
            steering.cases = Some(listed);
        }
        let wanted = Wanted { snapshot, context, used, sought, facts, scope: &scope };
        let sources = service.sources(&wanted).await?;
        Ok(Seen { steering: steering.on(calendar::day_of(context.at)), sources })
    }

    /// The plan of a summary, and what is answered.
    fn tell(&self, service: &Service, told: Told<'_>) -> Attempt<Disclosed<ClientSummary>> {
        let Told { snapshot, sought, decision, permission, seen } = told;
        let Seen { steering, sources: Sources { opened, others, cut } } = seen;
        let (context, used) = (self.context, &self.asked.context);
        // One entry for each client, with the documents that are about that client.
        let note = |client: Option<Uuid>, more: Vec<Oid>| -> (Uuid, Plan) {
            let is_of = |source: &&Opened| client.is_none_or(|client| source.is_of(client));
            let of_client = || opened.iter().filter(is_of).map(Opened::place);
            let noted = Use {
                controller: sought.noted_register(snapshot),
                clients: client.as_slice(),
                documents: more.into_iter().chain(of_client().map(|(_, v)| v.clone())).collect(),
                ..Use::new(Action::Summarise, used)
            };
            let (use_entry, mut plan) =
                service.record(snapshot, context, &noted, Some(decision), None);
            let clients = client.as_slice();
            let shown = Shown { action: Action::Summarise, used, use_entry, clients };
            service.note_disclosures(&mut plan, context, &shown, of_client());
            (use_entry, plan)
        };
        let client = sought.file.as_ref().map(|file| file.key);
        let (log_entry, mut plan) = note(client, steering.documents());
        for other in &others {
            if opened.iter().any(|source| source.is_of(other.key)) {
                plan.append(note(Some(other.key), Vec::new()).1);
            }
            plan.push(other.guard());
        }
        plan.extend(sought.guard());
        plan.extend(opened.iter().map(|source| document::guard_document(&source.document)));
        let today = calendar::day_of(context.at);
        let documents: Vec<SourceDocument<'_>> = opened.iter().map(Opened::source).collect();
        let (clientships, cases) = (steering.clientships, steering.cases);
        let shows = !opened.is_empty();
        let answer = ClientSummary {
            on: today,
            turvakielto: sought
                .file
                .as_ref()
                .is_some_and(|file| file.tells_turvakielto(shows, today)),
            clientships: clientships.map(Listed::of),
            cases: cases.map(Listed::of),
            summary: service.summary_rules.extract(&documents, today),
            cut,
            log_entry,
            discloses: used.basis.discloses(),
        };
        Attempt { plan, result: Ok(permission.disclose(answer)) }
    }
}

impl Service {
    /// Makes a client's summary on the request of a body.
    pub async fn summarise(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ClientSummary>, Error> {
        let known = |asked: Asked| {
            Ok(Asked { context: self.seeking(asked.context, &asked.client)?, ..asked })
        };
        match request::read(body, read).and_then(known) {
            Ok(asked) => self.run(&Summarise { context, asked }).await,
            Err(error) => self.refuse_unread(context, Action::Summarise, error).await,
        }
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Asked> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let context = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let client = m.required("client", faults, person::client_sought);
    m.finish(faults);
    Some(Asked { context, client: client? })
}
