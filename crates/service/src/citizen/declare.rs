//! What a citizen declares through a service for citizens: that they were informed, a permit, denials
//! (CIT-03, DIS-01…03).
//!
//! It is a document like any other, checked like any other, and effective at once. It goes into the
//! register of the service, or is a new version of what was recorded anywhere, since wills are in joint
//! control (DIS-09). It has no author; the service signs it.

use std::sync::Arc;

use uuid::Uuid;
use varanto_documents::projection::{
    DenialEntry, DenialEntryStanding, DenialScope, DeniedScope, Representative,
    RepresentativeIdentifier, Will,
};
use varanto_model::{Envelope, Group, Metadata, Oid, PersonalIdentityCode, Pointer};
use varanto_rules::{Action, CitizenAction, Decision};
use varanto_store::Plan;

use super::subject::Subject;
use super::{CitizenContext, CitizenUse};
use crate::Error;
use crate::claims;
use crate::control_reading::Reading;
use crate::error::{Cause, Findings};
use crate::present::Present;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::{Directory, Snapshot};
use crate::store_document::{Incoming, Stored, read};
use crate::way::Way;
use crate::will_reading::WillReading;

/// The part of a will's content that a professional's own document has.
const BY_PROFESSIONAL: &str = "ammattihenkilon_laatima_asiakirja";

/// A citizen who declares something.
pub(crate) struct Declaring<'a> {
    context: &'a CitizenContext,
    subject: &'a Subject,
}

struct Declare<'a> {
    context: &'a CitizenContext,
    incoming: Arc<Incoming>,
}

impl UseCase for Declare<'_> {
    type Answer = Stored;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Stored>, Error> {
        let subject = service.subject_of(snapshot, self.context).await?;
        let declaring = Declaring { context: self.context, subject: &subject };
        let call = &self.context.call;
        service.attempt_store(snapshot, call, &self.incoming, Way::Declared(&declaring)).await
    }
}

impl Service {
    /// Stores what a citizen declares.
    pub async fn store_citizen_document(
        &self,
        context: &CitizenContext,
        body: &[u8],
    ) -> Result<Stored, Error> {
        match read(body) {
            Ok(incoming) => self.run(&Declare { context, incoming: Arc::new(incoming) }).await,
            Err(error) => self.refuse_unread_citizen(context, Action::Store, error).await,
        }
    }

    /// Begins the plan of a declaration with its entries, and holds it to the client's file as it was when
    /// it was decided who may declare.
    pub(crate) fn record_declared(
        &self,
        snapshot: &Snapshot,
        declaring: &Declaring<'_>,
        (action, client, document): (Action, Option<Uuid>, &Metadata),
        decision: &Decision,
        refusal: Option<&Error>,
    ) -> (Uuid, Plan) {
        let Declaring { context, subject } = declaring;
        let stored = std::iter::once((&document.controller, &document.oid));
        let mut used = CitizenUse::new(action, subject).with(stored);
        used.client = used.client.or(client);
        let (id, mut plan) = self.record_citizen(snapshot, context, used, Some(decision), refusal);
        // Before what is raised by the plan itself.
        plan.extend(subject.guard());
        (id, plan)
    }
}

impl Declaring<'_> {
    /// Decides on declaring a document of a group.
    pub(crate) fn decide(&self, group: Group) -> Decision {
        self.subject.decide(CitizenAction::Declare(group))
    }

    /// What is stored already, as far as it is the client's own will.
    pub(crate) fn conceal(&self, present: Present) -> Present {
        let own = self.subject.file.as_ref().map(|file| file.key);
        let is_own = present.document.as_ref().is_some_and(|document| {
            document.facts.group.is_will() && document.clients.iter().copied().eq(own)
        });
        if is_own { present } else { Present { document: None, before: Vec::new(), ..present } }
    }

    /// Notes what a citizen may not declare: for another client, in another's name, as a professional.
    pub(crate) fn check(
        &self,
        envelope: &Envelope,
        reading: &Reading,
        directory: &Directory,
        findings: &mut Findings,
    ) {
        let m = &envelope.metadata;
        let at = |name: &str| Pointer::root().member("metadata").member(name);
        let mut refuse = |at, code, why: &str| findings.add(Cause::InvalidRequest, at, code, why);
        let is_own = m.clients.iter().map(|c| &c.identifier).eq([&self.subject.client]);
        if !is_own {
            let why = "the client for whom the citizen acts, and nobody else, is wanted here";
            refuse(at("clients"), "not-the-client", why);
        }
        if m.version == 1 && m.controller != self.subject.own {
            let why = "a citizen's own will goes into the register of the service for citizens";
            refuse(at("controller"), "not-of-the-caller", why);
        }
        if !m.authors.is_empty() {
            let why = "what a citizen declares has no author";
            refuse(at("authors"), "not-by-a-professional", why);
        }
        if m.case.is_some() {
            refuse(at("case"), "not-of-a-case", "a will belongs to no case");
        }
        match &envelope.data {
            None => {
                let why = "a declaration has a structured form";
                refuse(Pointer::root().member("content"), "content-form", why);
            }
            Some((index, data)) => {
                let parts = data.as_object().into_iter().flat_map(|members| members.values());
                if parts.into_iter().any(|part| part.get(BY_PROFESSIONAL).is_some()) {
                    let why = "what a citizen declares was not drawn up by a professional";
                    let place = Pointer::root().member("content").index(*index).member("data");
                    refuse(place, "not-by-a-professional", why);
                }
            }
        }
        claims::writer(m, directory, &self.context.call.system.organisation, findings);
        if let Reading::Will(will) = reading {
            self.check_voices(will, &m.original_oid, findings);
        }
    }

    /// Whoever acts is named, and nobody else: as the representative, or not at all where it is the client.
    fn check_voices(&self, will: &WillReading, document: &Oid, findings: &mut Findings) {
        let content = Pointer::root().member("content");
        match will {
            WillReading::Informing(said) => self.voice(&said.representatives, content, findings),
            WillReading::Permit(said) => self.voice(&said.representatives, content, findings),
            WillReading::Denial(said) => {
                let mut before = self.subject.will().into_iter().flat_map(Will::denials);
                let before = before.find(|(oid, _)| *oid == document);
                let entries = before.map_or(&[][..], |(_, denial)| denial.entries.as_slice());
                // What stood in the version before, just so, was said by whoever said it.
                let stood = |entry: &DenialEntry| entries.iter().any(|e| is_same(e, entry));
                for entry in said.entries.iter().filter(|entry| !stood(entry)) {
                    self.voice(&entry.representatives, entry.at.clone(), findings);
                }
            }
            WillReading::Representation(_) => {}
        }
    }

    fn voice(&self, named: &[Representative], at: Pointer, findings: &mut Findings) {
        let citizen = &self.context.citizen;
        let held = match (&citizen.acting_for, named) {
            (None, []) => true,
            (Some(_), [one]) => {
                is_person(&one.identifier, &citizen.person) && self.subject.is_held(&one.role)
            }
            (None | Some(_), _) => false,
        };
        if !held {
            let why = "whoever is logged in is named as the representative, in a role that is held \
                today, where they act for another, and nobody otherwise";
            findings.add(Cause::InvalidRequest, at, "not-the-one-who-acts", why);
        }
    }
}

fn is_person(identifier: &RepresentativeIdentifier, person: &PersonalIdentityCode) -> bool {
    matches!(identifier, RepresentativeIdentifier::PersonalIdentityCode(code) if code == person)
}

fn is_same(before: &DenialEntryStanding, now: &DenialEntry) -> bool {
    let by_representative = !now.representatives.is_empty();
    (before.day, before.by_representative) == (now.day, by_representative)
        && is_same_scope(&before.scope, &now.scope)
}

fn is_same_scope(before: &DeniedScope, now: &DenialScope) -> bool {
    match (before, now) {
        (DeniedScope::Everything, DenialScope::Everything) => true,
        (DeniedScope::Controller(a), DenialScope::Controller(b)) => a == b,
        (DeniedScope::ServiceTask(a), DenialScope::ServiceTask(b)) => a == b,
        (DeniedScope::Document { named, original }, DenialScope::Document(b)) => {
            named == b || original == b
        }
        _ => false,
    }
}
