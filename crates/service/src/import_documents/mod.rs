//! Storing old data in bulk (DOC-10; rule W9): what was written before the register opened, with its cases
//! and clientships.
//!
//! Every document is checked, decided on and logged like any other; what differs is the order of work. A
//! batch is first looked at document by document, on all cores ([`DocumentImport::check`]), then decided
//! on and committed in waves of documents that do not depend on each other ([`DocumentImport::store`]). Where
//! files lie, and what a run remembers of itself, is not known here: the store alone says what is there.

mod checked;
mod order;
mod rehearsal;
mod rounds;
mod spread;
mod verdict;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use uuid::Uuid;
use varanto_model::{Code, Oid, PersonName, Pointer};
use varanto_rules::{Action, Authentication, decide};
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::use_log::Outcome;
use varanto_store::{MAX_VALUES, Plan, document};

pub(crate) use self::checked::CheckedAlone;
use self::checked::CheckedDocument;
use self::rehearsal::Rehearsal;
pub use self::verdict::{Settled, Summary, Turn, Verdict};
use crate::Error;
use crate::context::{Actor, CallContext, CallingSystem};
use crate::gather::About;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::way::used_for;
use crate::world::fresh_key;

/// The word for it in the administration log.
const ACTION: &str = "import_documents";

/// For whom, and on whose responsibility, old data is stored.
#[derive(Clone, Debug)]
pub struct Importer {
    /// The operating unit of the organisation, which is the organiser of the register.
    pub organisation: Oid,
    /// The archivist, by the id of the organisation's user register.
    pub user: String,
    /// The archivist's unit; may be left out by one who has a single unit.
    pub unit: Option<Oid>,
}

/// A run of storing old data.
#[derive(Clone)]
pub struct DocumentImport(Arc<Run>);

struct Run {
    service: Service,
    /// Names the run: the request of every log entry that it makes.
    id: Uuid,
    organisation: Oid,
    actor: Actor,
    /// What would be there by now, where nothing is stored.
    rehearsal: Option<Mutex<Rehearsal>>,
}

/// A batch of documents, each looked at by itself.
#[must_use = "what has been checked is not stored yet"]
pub struct Checked {
    snapshot: Arc<Snapshot>,
    documents: Vec<Result<CheckedDocument, Error>>,
}

impl Service {
    /// Begins to store old data. Refuses at once whom the rules would refuse each document; that stands in
    /// the administration log, as does the beginning. With `only_checked` nothing is stored.
    pub async fn import_documents(
        &self,
        importer: &Importer,
        only_checked: bool,
    ) -> Result<DocumentImport, Error> {
        let snapshot = self.fresh_snapshot().await?;
        let actor = actor(&snapshot, importer)?;
        let run = Run {
            service: self.clone(),
            id: fresh_key(self.now(), &*self.randomness),
            organisation: importer.organisation.clone(),
            actor,
            rehearsal: only_checked.then(Mutex::default),
        };
        let used = used_for(Action::Import);
        let about = About::new(Action::Import, &used);
        let decision = decide(&self.facts(&snapshot, &run.context(), about));
        let refused = decision.outcome().err();
        let begun = if only_checked { "begun, only to check" } else { "begun" };
        let entry = AdministrativeEntry {
            outcome: refused.map_or(Outcome::Permitted, |r| Outcome::Refused(r.slug().to_owned())),
            ..run.entry(begun.to_owned())
        };
        self.database.commit(Plan::administrative(entry)).await?;
        match refused {
            Some(refusal) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            None => Ok(DocumentImport(Arc::new(run))),
        }
    }
}

impl DocumentImport {
    /// Names the run in the logs: each entry that it makes has this request.
    pub fn id(&self) -> Uuid {
        self.0.id
    }

    /// Those of these identifiers under which a version is stored: what a run has noted as stored may be gone,
    /// where the store was brought back to an earlier time.
    pub async fn which_are_stored(&self, versions: &[Oid]) -> Result<HashSet<Oid>, Error> {
        let queries = versions.chunks(MAX_VALUES).map(document::which_are_stored);
        let queries = queries.collect::<Result<Vec<_>, _>>();
        let queries = queries.map_err(|_| Error::Internal("a filter takes as many values"))?;
        let found = self.0.service.database.fetch(queries).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Notes in the administration log what the run has come to.
    pub async fn end(self, summary: &Summary) -> Result<(), Error> {
        let entry = self.0.entry(format!("ended: {summary}"));
        Ok(self.0.service.database.commit(Plan::administrative(entry)).await?)
    }
}

impl Run {
    /// The call in whose name a document is stored now.
    fn context(&self) -> CallContext {
        CallContext {
            request_id: self.id,
            at: self.service.now(),
            system: CallingSystem { organisation: self.organisation.clone(), certificate: None },
            actor: self.actor.clone(),
        }
    }

    fn entry(&self, detail: String) -> AdministrativeEntry {
        AdministrativeEntry {
            action: ACTION.to_owned(),
            organisation: Some(self.organisation.clone()),
            actor: Some(self.actor.id.clone()),
            detail: Some(detail),
            request_id: Some(self.id.to_string()),
            ..self.service.entry(self.service.now())
        }
    }
}

/// The archivist, as the user register has them. That the operator says who it is, is all that is known.
fn actor(snapshot: &Snapshot, importer: &Importer) -> Result<Actor, Error> {
    let place = |name: &str| Pointer::root().member(name);
    let person = snapshot.directory.person(&importer.organisation, &importer.user);
    let Some(person) = person else {
        let why = "the organisation's user register has no such user";
        return Err(Error::fault(place("user"), "user-unknown", why));
    };
    let unit = match (&importer.unit, person.units.as_slice()) {
        (Some(unit), _) | (None, [unit]) => unit.clone(),
        (None, _) => {
            let why = "the user has not one unit: say for which one this is done";
            return Err(Error::fault(place("unit"), "missing", why));
        }
    };
    Ok(Actor {
        id: person.user_id.clone(),
        name: PersonName {
            family_name: person.family_name.clone(),
            given_names: person.given_names.clone(),
        },
        unit,
        role: Code::parse(&person.role).map_err(|_| Error::Internal("a role has no code"))?,
        authentication: Authentication::System,
        card_shown: false,
    })
}
