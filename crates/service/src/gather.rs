//! Gathering: from what is stored and who calls to the facts that the rules decide on.

use jiff::civil::Date;
use varanto_model::{ClientIdentifier, Oid, Period, calendar};
use varanto_rules::{
    Action, ControllerFacts, DocumentFacts, Facts, JoiningModel, Listing, Membership, Professional,
    Purpose, System,
};
use varanto_store::vault::{IdentifierKind, Lookup};
use varanto_store::{client, directory, document};

use crate::Error;
use crate::context::CallContext;
use crate::service::Service;
use crate::snapshot::Snapshot;

impl Service {
    /// The facts of an act in the register of `controller`, or, where that is `None`, in the own one.
    pub(crate) fn facts(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        purpose: Purpose,
        controller: Option<&Oid>,
        document: Option<DocumentFacts>,
    ) -> Facts {
        let directory = &snapshot.directory;
        let organisation = &context.system.organisation;
        let own = directory.organisations.get(organisation);
        let of_register = match controller {
            Some(controller) => directory.of_controller(controller),
            None => own,
        };
        Facts {
            action,
            purpose,
            today: calendar::day_of(context.at),
            system: System {
                organisation: organisation.clone(),
                membership: own.and_then(membership),
            },
            professional: self.professional(snapshot, context),
            controller: of_register.and_then(controller_facts),
            document,
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
        }
    }

    /// The keyed hash by which a client's file is found.
    pub(crate) fn lookup(&self, identifier: &ClientIdentifier) -> Lookup {
        match identifier {
            ClientIdentifier::PersonalIdentityCode(code) => {
                self.vault.lookup(IdentifierKind::PersonalIdentityCode, code.expose())
            }
            ClientIdentifier::Temporary(temporary) => {
                self.vault.lookup(IdentifierKind::TemporaryIdentifier, temporary.expose())
            }
        }
    }

    /// The client's file, if there is one.
    pub(crate) async fn find_client(
        &self,
        identifier: &ClientIdentifier,
    ) -> Result<Option<client::Client>, Error> {
        Ok(self.database.fetch_one(client::find_by_lookup(&self.lookup(identifier))).await?)
    }

    /// The document of a version's or an original identifier, with the version that is meant: the
    /// newest one for an original identifier that is not the newest version's own.
    pub(crate) async fn find_document(
        &self,
        oid: &Oid,
    ) -> Result<Option<(document::Document, Oid)>, Error> {
        let by_original = self.database.fetch_one(document::find_document(oid)).await?;
        if let Some(found) = by_original {
            let newest = found.newest.clone();
            return Ok(Some((found, newest)));
        }
        let Some(version) = self.database.fetch_one(document::find_version(oid)).await? else {
            return Ok(None);
        };
        let found = self.database.fetch_one(document::find_document(&version.original_oid)).await?;
        Ok(found.map(|found| (found, version.oid)))
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

/// What the rules need of a stored document.
pub(crate) fn document_facts(facts: &document::Facts) -> DocumentFacts {
    DocumentFacts {
        controller: facts.controller.clone(),
        group: facts.group,
        service_task: facts.service_task.clone(),
        author_organisation: facts.author_organisation.clone(),
        asks_professional_signature: false,
        has_professional_signature: false,
    }
}

fn membership(organisation: &directory::Organisation) -> Option<Membership> {
    let joined = organisation.joined.as_ref()?;
    let period = Period::new(joined.from, joined.to).ok()?;
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
    })
}

pub(crate) fn model(word: &str) -> Option<JoiningModel> {
    JoiningModel::ALL.iter().copied().find(|model| model.as_str() == word)
}
