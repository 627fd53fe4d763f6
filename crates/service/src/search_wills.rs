//! What a client has declared, as it stands (DIS-01…03): for whoever serves the client, and whole for
//! whoever records it together with the client.
//!
//! Denials tell where else somebody is a client, and of what. So in client work only those are shown that
//! concern the own register or were recorded for it; all of them under the purpose of recording the will,
//! which is noted as such. A will that is not told of here still works.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use varanto_documents::projection::{DenialEntryStanding, DeniedScope, Will};
use varanto_model::reader::Members;
use varanto_model::{ClientIdentifier, Code, Faults, Language, Oid, Pointer, calendar, person};
use varanto_rules::{Action, Basis, Disclosed, Mask, Purpose};
use varanto_store::document;

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::record::Use;
use crate::request;
use crate::seek::Sought;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// What a client has declared.
#[derive(Debug, Serialize)]
pub struct ShownWill {
    /// Has the client been informed?
    informed: bool,
    informing: Vec<ShownInforming>,
    /// The permit in force; `null` where the client has taken no stand.
    permit: Option<ShownPermit>,
    denials: Vec<ShownDenial>,
    representatives: Vec<ShownRepresentation>,
    /// Is all of it shown?
    complete: bool,
}

impl ShownWill {
    /// The documents that are named, each once, with the controllers for whom they were recorded.
    pub(crate) fn documents(&self) -> BTreeSet<(&Oid, &Oid)> {
        let informing = self.informing.iter().map(|said| &said.recorded);
        let permit = self.permit.iter().map(|said| &said.recorded);
        let denials = self.denials.iter().map(|said| &said.recorded);
        let others = self.representatives.iter().map(|said| &said.recorded);
        let all = informing.chain(permit).chain(denials).chain(others);
        all.filter_map(|of| Some((of.controller.as_ref()?, of.document.as_ref()?))).collect()
    }

    /// The documents that each part of it is of.
    fn recorded(&mut self) -> impl Iterator<Item = &mut Recorded> {
        let informing = self.informing.iter_mut().map(|said| &mut said.recorded);
        let permit = self.permit.iter_mut().map(|said| &mut said.recorded);
        let denials = self.denials.iter_mut().map(|said| &mut said.recorded);
        let others = self.representatives.iter_mut().map(|said| &mut said.recorded);
        informing.chain(permit).chain(denials).chain(others)
    }
}

/// A will holds no contact data.
impl Mask for ShownWill {
    fn masked(self) -> Self {
        self
    }
}

/// The document that says something, and for whom it was recorded: left out where that is another controller
/// and the will is not being recorded.
#[derive(Debug, Serialize)]
struct Recorded {
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<Oid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<Oid>,
    /// The number of its newest version, onto which the next one is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
}

#[derive(Debug, Serialize)]
struct ShownInforming {
    #[serde(flatten)]
    recorded: Recorded,
    day: Date,
    text_version: String,
    language: Language,
    by_representative: bool,
    stored_at: Timestamp,
}

#[derive(Debug, Serialize)]
struct ShownPermit {
    #[serde(flatten)]
    recorded: Recorded,
    given: bool,
    day: Date,
    by_representative: bool,
    stored_at: Timestamp,
}

#[derive(Debug, Serialize)]
struct ShownDenial {
    #[serde(flatten)]
    recorded: Recorded,
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    denied_controller: Option<Oid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    denied_service_task: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    denied_document: Option<Oid>,
    day: Date,
    by_representative: bool,
    stored_at: Timestamp,
}

#[derive(Debug, Serialize)]
struct ShownRepresentation {
    #[serde(flatten)]
    recorded: Recorded,
    role: Code,
    first_day: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<Date>,
}

/// Whose will is asked for.
struct Asked {
    context: UseContext,
    client: ClientIdentifier,
}

impl Asked {
    /// Is all of the will asked for, and not only what concerns the own register?
    fn is_for_all(&self) -> bool {
        self.context.purpose == Purpose::Will
    }
}

struct SearchWills<'a> {
    context: &'a CallContext,
    asked: Asked,
}

impl UseCase for SearchWills<'_> {
    type Answer = Disclosed<ShownWill>;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<Self::Answer>, Error> {
        let Self { context, asked } = self;
        let sought = service.seek(snapshot, context, &asked.context, &asked.client).await?;
        let about = sought.about(snapshot, context, Action::ReadWills, &asked.context);
        let decision = varanto_rules::decide(&service.facts(snapshot, context, about));
        let result = match decision.outcome() {
            Err(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            Ok(permission) => {
                let shown = service.shown_will(context, &sought, asked.is_for_all()).await?;
                Ok((permission, shown))
            }
        };
        let documents = result.iter().flat_map(|(_, shown)| shown.documents());
        let client = sought.file.as_ref().map(|file| file.key);
        let used = Use {
            controller: sought.noted_register(snapshot),
            clients: client.as_slice(),
            documents: documents.map(|(_, document)| document.clone()).collect(),
            parameters: Some(json!({"complete": asked.is_for_all()}).to_string()),
            ..Use::new(Action::ReadWills, &asked.context)
        };
        let (_, mut plan) =
            service.record(snapshot, context, &used, Some(&decision), result.as_ref().err());
        plan.extend(sought.guard());
        let result = result.map(|(permission, shown)| permission.disclose(shown));
        Ok(Attempt { plan, result })
    }
}

impl Service {
    /// Tells what a client has declared.
    pub async fn search_wills(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Disclosed<ShownWill>, Error> {
        let own = |asked: Asked| {
            if asked.context.basis == Basis::Own {
                return Ok(Asked { context: self.known_context(asked.context)?, ..asked });
            }
            let at = Pointer::root().member("context").member("basis");
            let detail = "what a client declares is told from one's own register";
            Err(Error::fault(at, "not-offered", detail))
        };
        match request::read(body, read).and_then(own) {
            Ok(asked) => self.run(&SearchWills { context, asked }).await,
            Err(error) => self.refuse_unread(context, Action::ReadWills, error).await,
        }
    }

    async fn shown_will(
        &self,
        context: &CallContext,
        sought: &Sought,
        complete: bool,
    ) -> Result<ShownWill, Error> {
        let nothing = Will::default();
        let will = sought.file.as_ref().map_or(&nothing, |file: &ClientFile| &file.will);
        let today = calendar::day_of(context.at);
        let own = self.denied_of_own(will, &sought.register).await?;
        let concerns = |controller: &Oid, entry: &DenialEntryStanding| {
            complete
                || *controller == sought.register
                || match &entry.scope {
                    DeniedScope::Everything => true,
                    DeniedScope::Controller(denied) => *denied == sought.register,
                    DeniedScope::ServiceTask(_) => false,
                    DeniedScope::Document { original, .. } => own.contains(original),
                }
        };
        let named = (!complete).then_some(&sought.register);
        self.with_versions(View { will, today, named }.shown(concerns, complete)).await
    }

    /// The same with the versions of the documents that it names.
    pub(crate) async fn with_versions(&self, mut shown: ShownWill) -> Result<ShownWill, Error> {
        let named: BTreeSet<Oid> = shown.recorded().filter_map(|r| r.document.clone()).collect();
        let queries: Vec<_> = named.iter().map(document::find_document).collect();
        let found = self.database.fetch(queries).await?.into_iter().flatten();
        let versions: BTreeMap<Oid, u32> = found.map(|d| (d.original_oid, d.version)).collect();
        for recorded in shown.recorded() {
            recorded.version = recorded.document.as_ref().and_then(|d| versions.get(d)).copied();
        }
        Ok(shown)
    }

    /// The denied documents of the own register.
    async fn denied_of_own(&self, will: &Will, own: &Oid) -> Result<Vec<Oid>, Error> {
        let entries = will.denials_in_force().flat_map(|(_, denial)| &denial.entries);
        let originals = entries.filter_map(|entry| match &entry.scope {
            DeniedScope::Document { original, .. } => Some(original),
            _ => None,
        });
        let queries: Vec<_> = originals.map(document::find_document).collect();
        let found = self.database.fetch(queries).await?.into_iter().flatten();
        let of_own = found.filter(|document| document.facts.controller == *own);
        Ok(of_own.map(|document| document.original_oid).collect())
    }
}

/// All of a will, as the client sees it.
pub(crate) fn whole_will(will: &Will, today: Date) -> ShownWill {
    View { will, today, named: None }.shown(|_, _| true, true)
}

/// A will without the denials of documents that `shows` does not take. Whether there are others is not
/// told.
pub(crate) fn partial_will(will: &Will, today: Date, shows: impl Fn(&Oid) -> bool) -> ShownWill {
    let mut partial = View { will, today, named: None }.shown(|_, _| true, false);
    partial.denials.retain(|denial| denial.recorded.document.as_ref().is_some_and(&shows));
    partial
}

/// A will as it is looked at.
#[derive(Clone, Copy)]
struct View<'a> {
    will: &'a Will,
    today: Date,
    /// The controller whose records alone are named; `None`: all are.
    named: Option<&'a Oid>,
}

impl View<'_> {
    fn shown(
        self,
        concerns: impl Fn(&Oid, &DenialEntryStanding) -> bool,
        complete: bool,
    ) -> ShownWill {
        ShownWill {
            informed: self.will.is_informed(),
            informing: self.informing(),
            permit: self.will.permit().map(|(document, permit)| ShownPermit {
                recorded: self.recorded(document, &permit.controller),
                given: permit.given,
                day: permit.day,
                by_representative: permit.by_representative,
                stored_at: permit.stored_at,
            }),
            denials: self.denials(concerns),
            representatives: self.representatives(),
            complete,
        }
    }

    /// Where it is recorded tells where else somebody is a client; the identifier tells it too.
    fn recorded(self, document: &Oid, controller: &Oid) -> Recorded {
        let is_named = self.named.is_none_or(|named| named == controller);
        Recorded {
            document: is_named.then(|| document.clone()),
            controller: is_named.then(|| controller.clone()),
            version: None,
        }
    }

    fn informing(self) -> Vec<ShownInforming> {
        let stands = self.will.informings().filter(|(_, said)| said.annulled_at.is_none());
        let shown = stands.map(|(document, said)| ShownInforming {
            recorded: self.recorded(document, &said.controller),
            day: said.day,
            text_version: said.text_version.clone(),
            language: said.language,
            by_representative: said.by_representative,
            stored_at: said.stored_at,
        });
        shown.collect()
    }

    fn denials(self, concerns: impl Fn(&Oid, &DenialEntryStanding) -> bool) -> Vec<ShownDenial> {
        let mut shown = Vec::new();
        for (document, denial) in self.will.denials_in_force() {
            for entry in denial.entries.iter().filter(|entry| concerns(&denial.controller, entry)) {
                let (scope, controller, task, denied) = match &entry.scope {
                    DeniedScope::Everything => ("everything", None, None, None),
                    DeniedScope::Controller(oid) => ("controller", Some(oid), None, None),
                    DeniedScope::ServiceTask(code) => ("service_task", None, Some(code), None),
                    // Whether the name is that of an original is told nobody.
                    DeniedScope::Document { named, .. } => ("document", None, None, Some(named)),
                };
                shown.push(ShownDenial {
                    recorded: self.recorded(document, &denial.controller),
                    scope,
                    denied_controller: controller.cloned(),
                    denied_service_task: task.cloned(),
                    denied_document: denied.cloned(),
                    day: entry.day,
                    by_representative: entry.by_representative,
                    stored_at: denial.stored_at,
                });
            }
        }
        shown
    }

    fn representatives(self) -> Vec<ShownRepresentation> {
        let stands = self.will.representations().filter(|(_, said)| said.annulled_at.is_none());
        let persons = stands.flat_map(|(document, said)| {
            said.representatives.iter().map(move |person| (document, &said.controller, person))
        });
        let lasts = |last: Option<Date>| last.is_none_or(|last| self.today <= last);
        persons
            .filter(|(_, _, person)| lasts(person.last))
            .map(|(document, controller, person)| ShownRepresentation {
                recorded: self.recorded(document, controller),
                role: person.role.clone(),
                first_day: person.first,
                last_day: person.last,
            })
            .collect()
    }
}

fn read(value: &Value, faults: &mut Faults) -> Option<Asked> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let context = m.optional("context", faults, UseContext::read).unwrap_or_default();
    let client = m.required("client", faults, person::client_sought);
    m.finish(faults);
    Some(Asked { context, client: client? })
}
