//! What things are called in a receipt, in the language of the documents that it is about.

use varanto_documents::receipt::{Client, Professional};
use varanto_model::{Code, Language, Metadata, Oid, PersonName};
use varanto_rules::Basis;

use crate::context::Actor;
use crate::sets::{DOCUMENT_TYPES, GROUNDS, PURPOSES, SERVICE_TASKS, SPECIAL_REASONS};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

pub(super) struct Names<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) language: Language,
}

impl Names<'_> {
    /// The name of a code, or the code itself where no name is known.
    fn code(&self, set: &str, code: &Code) -> String {
        let set = Oid::parse(set).ok();
        let entry = set.as_ref().and_then(|set| self.snapshot.codes.find(set)?.find(code.as_str()));
        entry.map_or_else(|| code.to_string(), |entry| entry.name().get(self.language).to_owned())
    }

    pub(super) fn service_task(&self, code: &Code) -> String {
        self.code(SERVICE_TASKS, code)
    }

    /// What type of document it is.
    pub(super) fn type_of(&self, metadata: &Metadata) -> Option<String> {
        metadata.type_code.as_ref().map(|code| self.code(DOCUMENT_TYPES, code))
    }

    pub(super) fn purpose(&self, used: &UseContext) -> Option<String> {
        let code = Code::parse(used.purpose.as_str()).ok()?;
        Some(self.code(PURPOSES, &code))
    }

    pub(super) fn unit(&self, oid: &Oid) -> String {
        let unit = self.snapshot.directory.units.get(oid);
        unit.map_or_else(|| oid.to_string(), |unit| unit.name.clone())
    }

    pub(super) fn source(&self, metadata: &Metadata) -> String {
        let organisation = self.snapshot.directory.of_controller(&metadata.controller);
        organisation.map_or_else(|| metadata.controller.to_string(), |o| o.name_fi.clone())
    }

    /// On what ground a reader got it.
    pub(super) fn ground(&self, used: &UseContext) -> String {
        match (&used.ground, &used.special_reason) {
            (Some(ground), _) if used.basis == Basis::Broad => self.code(GROUNDS, ground),
            (_, Some(reason)) => self.code(SPECIAL_REASONS, reason),
            _ => match self.language {
                Language::Fi => "Luovutuslupa",
                Language::Sv => "Tillstånd till utlämnande",
                Language::En => "Permit for disclosure",
            }
            .to_owned(),
        }
    }

    /// Where a person is to be named and none is known: words that say so.
    pub(super) fn nobody(&self) -> PersonName {
        let unknown = match self.language {
            Language::Fi => "Ei tiedossa",
            Language::Sv => "Inte känd",
            Language::En => "Not known",
        };
        PersonName { family_name: unknown.to_owned(), given_names: unknown.to_owned() }
    }
}

/// The clients whom a document names.
pub(super) fn named(metadata: &Metadata) -> impl Iterator<Item = Client<'_>> {
    let clients = metadata.clients.iter();
    clients.filter_map(|c| Some(Client { identifier: &c.identifier, name: c.name.as_ref()? }))
}

/// Who acts, with the name of the unit.
pub(super) fn professional<'a>(actor: &'a Actor, unit: &'a str) -> Professional<'a> {
    Professional { name: &actor.name, title: None, unit: Some((&actor.unit, unit)) }
}
