//! Gathering: from what is stored and who calls to the facts that the rules decide on.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use varanto_documents::codes::Standing as CodeStanding;
use varanto_model::{ClientIdentifier, Metadata, Oid, Period, Pointer, calendar};
use varanto_rules::{
    Action, CLOSING_WORKING_DAYS, CaseFacts, ClientFacts, ControllerFacts, DocumentFacts, Facts,
    JoiningModel, Listing, Membership, Professional, System, WideAccess,
};
use varanto_store::vault::{IdentifierKind, Lookup};
use varanto_store::{directory, document};

use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::import_professionals::RightStanding;
use crate::service::Service;
use crate::sets::{GROUNDS, SPECIAL_REASONS};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::{Cause, Error};

/// The kind of an organisation that is a public authority.
const PUBLIC: &str = "public";

/// What an act is about, beside who acts.
pub(crate) struct About<'a> {
    pub(crate) action: Action,
    pub(crate) used: &'a UseContext,
    /// Whose register; the own one where `None`.
    pub(crate) controller: Option<&'a Oid>,
    pub(crate) document: Option<DocumentFacts>,
    /// The case of the document, where the register has it.
    pub(crate) case: Option<CaseFacts>,
    /// The clients of the document, or the one sought.
    pub(crate) clients: Vec<ClientFacts>,
}

impl<'a> About<'a> {
    /// An act in the own register that is about nothing in particular yet.
    pub(crate) const fn new(action: Action, used: &'a UseContext) -> Self {
        Self { action, used, controller: None, document: None, case: None, clients: Vec::new() }
    }
}

impl Service {
    /// The facts of an act.
    pub(crate) fn facts(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        about: About<'_>,
    ) -> Facts {
        let directory = &snapshot.directory;
        let organisation = &context.system.organisation;
        let own = directory.organisations.get(organisation);
        let of_register = match about.controller {
            Some(controller) => directory.of_controller(controller),
            None => own,
        };
        Facts {
            action: about.action,
            basis: about.used.basis,
            purpose: about.used.purpose,
            now: context.at,
            today: calendar::day_of(context.at),
            system: system_facts(snapshot, organisation),
            professional: self.professional(snapshot, context),
            controller: of_register.and_then(controller_facts),
            sought_case: about.used.case.clone(),
            special_reason: about.used.special_reason.clone(),
            ground: about.used.ground.clone(),
            restrictions: Arc::clone(&self.restrictions),
            document: about.document,
            case: about.case,
            clients: about.clients,
        }
    }

    /// A use context whose codes are good today.
    pub(crate) fn known_context(&self, used: UseContext) -> Result<UseContext, Error> {
        let today = calendar::day_of(self.now());
        let mut faults = varanto_model::Faults::none();
        for (member, code, set) in [
            ("special_reason", &used.special_reason, SPECIAL_REASONS),
            ("ground", &used.ground, GROUNDS),
        ] {
            let (Some(code), Ok(oid)) = (code, Oid::parse(set)) else { continue };
            if self.snapshot().codes.known(&oid, code.as_str(), today) != CodeStanding::Valid {
                let at = Pointer::root().member("context").member(member);
                let detail = format!("the code is not in force in the code set {set}");
                faults.add(at, "unknown-code", detail);
            }
        }
        if faults.is_empty() {
            Ok(used)
        } else {
            Err(Error::Rejected { cause: Cause::UnknownCode, faults })
        }
    }

    fn professional(&self, snapshot: &Snapshot, context: &CallContext) -> Professional {
        let (actor, organisation) = (&context.actor, &context.system.organisation);
        let unit = snapshot.directory.units.get(&actor.unit);
        let own_unit = unit.filter(|unit| unit.organisation == *organisation);
        let listed = snapshot.directory.person(organisation, &actor.id).filter(|person| {
            person.role == actor.role.as_str() && person.units.contains(&actor.unit)
        });
        Professional {
            unit: actor.unit.clone(),
            unit_of_organisation: own_unit.and_then(|u| Period::new(u.valid_from, u.valid_to).ok()),
            listing: listed.and_then(|person| {
                let period =
                    Period::new(person.valid_from.unwrap_or(Date::MIN), person.valid_to).ok()?;
                Some(Listing { period, outsider: person.outsider })
            }),
            role: self.roles.find(&actor.role).cloned(),
            authentication: actor.authentication,
            card_shown: actor.card_shown,
            right_to_practise: snapshot.directory.knows_professionals().then(|| {
                let day = calendar::day_of(context.at);
                snapshot.directory.professional_right(&actor.id, day) == RightStanding::Valid
            }),
        }
    }

    /// The keyed hash by which a client's file is found. A temporary identifier names a person within
    /// one register alone, so that joining it to the person moves nobody else's documents (CASE-06).
    pub(crate) fn lookup(&self, identifier: &ClientIdentifier, controller: &Oid) -> Lookup {
        match identifier {
            ClientIdentifier::PersonalIdentityCode(code) => {
                self.vault.lookup(IdentifierKind::PersonalIdentityCode, code.expose())
            }
            ClientIdentifier::Temporary(temporary) => {
                let text = format!("{controller}/{}", temporary.expose());
                self.vault.lookup(IdentifierKind::TemporaryIdentifier, &text)
            }
        }
    }

    /// The document of a version's or an original identifier, with the version that is meant: the
    /// newest one for an original identifier.
    pub(crate) async fn find_document(
        &self,
        oid: &Oid,
    ) -> Result<Option<(document::Document, Oid)>, Error> {
        Ok(self.database.fetch_one(document::find_by_any(oid)).await?)
    }

    /// The document of an identifier, with the version of a number where one is said.
    pub(crate) async fn find_version(
        &self,
        oid: &Oid,
        number: Option<u32>,
    ) -> Result<Option<(document::Document, Oid)>, Error> {
        let Some((found, meant)) = self.find_document(oid).await? else { return Ok(None) };
        let Some(number) = number else { return Ok(Some((found, meant))) };
        let query = document::list_versions(&found.original_oid, Some(number + 1), 1);
        let version = self.database.fetch_one(query).await?.filter(|v| v.version == number);
        Ok(version.map(|version| (found, version.oid)))
    }
}

/// What the rules need of the clients of a document.
pub(crate) fn client_facts(
    snapshot: &Snapshot,
    context: &CallContext,
    files: &[ClientFile],
    controller: &Oid,
    case: Option<&Oid>,
) -> Vec<ClientFacts> {
    let directory = &snapshot.directory;
    files.iter().map(|file| file.facts(directory, controller, case, context.at)).collect()
}

/// What the rules need of the newest version of a stored document, of which nobody but its author has
/// stored a version.
pub(crate) fn document_facts(document: &document::Document) -> DocumentFacts {
    let is_annulled = document.annulment.is_some();
    newest_facts(&document.original_oid, &document.facts, document.stored_at, is_annulled)
}

/// The same of a document of which only the stored facts are known.
pub(crate) fn newest_facts(
    original_oid: &Oid,
    facts: &document::Facts,
    stored_at: Timestamp,
    annulled: bool,
) -> DocumentFacts {
    DocumentFacts {
        original_oid: original_oid.clone(),
        controller: facts.controller.clone(),
        group: facts.group,
        generation: facts.generation,
        service_task: facts.service_task.clone(),
        service_process: facts.service_process.clone(),
        type_code: facts.type_code.clone(),
        case: facts.case.clone(),
        author_organisation: facts.author_organisation.clone(),
        others_wrote: false,
        written_at: facts.written_at,
        stored_at: Some(stored_at),
        annulled,
        is_newest: true,
        by_representative: false,
        asks_professional_signature: false,
        has_professional_signature: false,
    }
}

/// What the rules need of a document on its way in, written by `author_organisation`.
pub(crate) fn incoming_facts(
    metadata: &Metadata,
    author_organisation: Oid,
    asks_professional_signature: bool,
    has_professional_signature: bool,
) -> DocumentFacts {
    DocumentFacts {
        original_oid: metadata.original_oid.clone(),
        controller: metadata.controller.clone(),
        group: metadata.group,
        generation: metadata.generation,
        service_task: metadata.service_task.clone(),
        service_process: metadata.service_process.clone(),
        type_code: metadata.type_code.clone(),
        case: metadata.case.clone(),
        author_organisation,
        others_wrote: false,
        written_at: metadata.written_at,
        stored_at: None,
        annulled: false,
        is_newest: true,
        by_representative: false,
        asks_professional_signature,
        has_professional_signature,
    }
}

/// What the rules need of the organisation that calls.
pub(crate) fn system_facts(snapshot: &Snapshot, organisation: &Oid) -> System {
    let own = snapshot.directory.organisations.get(organisation);
    System {
        organisation: organisation.clone(),
        membership: own.and_then(membership),
        controller: own.and_then(|o| o.controller.as_ref()).map(|c| c.oid.clone()),
        is_public: own.is_some_and(|o| o.kind == PUBLIC),
    }
}

/// The joining, as long as there is the organisation.
fn membership(organisation: &directory::Organisation) -> Option<Membership> {
    let joined = organisation.joined.as_ref()?;
    let last = joined.to.into_iter().chain(organisation.valid_to).min();
    let period = Period::new(joined.from, last).ok()?;
    Some(Membership { model: model(&joined.model)?, period })
}

fn controller_facts(organisation: &directory::Organisation) -> Option<ControllerFacts> {
    let controller = organisation.controller.as_ref()?;
    Some(ControllerFacts {
        oid: controller.oid.clone(),
        organiser: organisation.operating_unit.clone(),
        accepts: controller.accepts_models.iter().filter_map(|m| model(m)).collect(),
        opens: controller.register_opens,
        professional_signatures_from: controller.professional_signatures_from,
        closing_working_days: controller.closing_working_days.unwrap_or(CLOSING_WORKING_DAYS),
        wide_access: controller.wide_access.iter().filter_map(wide_access).collect(),
    })
}

pub(crate) fn model(word: &str) -> Option<JoiningModel> {
    JoiningModel::ALL.iter().copied().find(|model| model.as_str() == word)
}

fn wide_access(given: &directory::WideAccess) -> Option<WideAccess> {
    Some(WideAccess {
        unit: given.unit.clone(),
        service_tasks: given.service_tasks.iter().cloned().collect(),
        period: Period::new(given.from, given.to).ok()?,
    })
}
