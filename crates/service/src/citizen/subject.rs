//! Whose data a citizen's call is about: the client's file with everything that is derived about the
//! client at all controllers, and what decides on an act about it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use varanto_documents::projection::{Standing, Will};
use varanto_model::{ClientIdentifier, Code, Oid, calendar};
use varanto_rules::{
    Acting, CitizenAction, CitizenDocument, CitizenFacts, Decision, Representing, Restrictions,
    System, WillFacts, decide_citizen,
};
use varanto_store::{Statement, standing};

use super::{Citizen, CitizenContext};
use crate::Error;
use crate::client_file::ClientFile;
use crate::gather::system_facts;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::will_facts::will_facts;
use crate::will_reading::is_minor;

/// The client of a call.
pub(crate) struct Subject {
    pub(crate) client: ClientIdentifier,
    /// The client's file, if there is one.
    pub(crate) file: Option<ClientFile>,
    /// What is derived of the client at each controller.
    pub(crate) standings: Vec<(Oid, Standing)>,
    /// The register of the service for citizens.
    pub(crate) own: Oid,
    pub(crate) today: Date,
    acting: Acting,
    system: System,
    restrictions: Arc<Restrictions>,
}

impl Subject {
    /// The facts of an act that is about no document.
    pub(crate) fn facts(&self, action: CitizenAction) -> CitizenFacts {
        CitizenFacts {
            action,
            today: self.today,
            system: self.system.clone(),
            acting: self.acting.clone(),
            is_minor: is_minor(&self.client, self.today),
            will: self.file.as_ref().map_or_else(
                || WillFacts { informed: false, permit: None, denials: Vec::new() },
                |file| will_facts(&file.will),
            ),
            document: None,
            restrictions: Arc::clone(&self.restrictions),
        }
    }

    /// Decides on an act that is about no document.
    pub(crate) fn decide(&self, action: CitizenAction) -> Decision {
        decide_citizen(&self.facts(action))
    }

    /// Decides on showing one document.
    pub(crate) fn decide_on(&self, document: CitizenDocument) -> Decision {
        let facts = self.facts(CitizenAction::Read);
        decide_citizen(&CitizenFacts { document: Some(document), ..facts })
    }

    /// Does somebody else than the client act?
    pub(crate) fn is_represented(&self) -> bool {
        matches!(self.acting, Acting::OnBehalf(_))
    }

    /// Does whoever acts for the client have this role today?
    pub(crate) fn is_held(&self, role: &Code) -> bool {
        let role = Representing::of_code(role);
        matches!(&self.acting, Acting::OnBehalf(held) if held.iter().any(|h| Some(*h) == role))
    }

    /// The types of documents that are never shown to citizens.
    pub(crate) fn hidden_types(&self) -> impl Iterator<Item = &Code> {
        self.restrictions.not_shown_to_citizen.iter()
    }

    /// What the client has declared.
    pub(crate) fn will(&self) -> Option<&Will> {
        self.file.as_ref().map(|file| &file.will)
    }

    /// Holds a plan to the file as it was read.
    pub(crate) fn guard(&self) -> Option<Statement> {
        self.file.as_ref().map(ClientFile::guard)
    }
}

impl Service {
    /// The client of a call that is made now.
    pub(crate) async fn subject_of(
        &self,
        snapshot: &Snapshot,
        context: &CitizenContext,
    ) -> Result<Subject, Error> {
        let call = &context.call;
        self.subject(snapshot, (&call.system.organisation, call.at), &context.citizen).await
    }

    /// The client for whom a citizen acts through the service of an organisation, at an instant.
    pub(crate) async fn subject(
        &self,
        snapshot: &Snapshot,
        (organisation, at): (&Oid, Timestamp),
        citizen: &Citizen,
    ) -> Result<Subject, Error> {
        let own = snapshot.directory.controller_of(organisation).unwrap_or(organisation).clone();
        let (client, today) = (citizen.client(), calendar::day_of(at));
        let query = standing::everywhere_of_lookup(&self.lookup(&client, &own));
        let row = standing::fold(self.database.fetch(query).await?).into_iter().next();
        let mut standings = Vec::new();
        for (controller, derived) in row.iter().flat_map(|row| &row.standings) {
            standings.push((controller.clone(), crate::client_file::read(derived)?));
        }
        let file =
            row.as_ref().map(|row| ClientFile::read_everywhere(row, &own, today)).transpose()?;
        let acting = if citizen.acting_for.is_none() {
            Acting::Self_
        } else {
            let name = self.person_name(&citizen.person);
            let held = file.iter().flat_map(|file| file.will.represents(&name, today));
            let roles = held.filter_map(|held| Representing::of_code(&held.role));
            Acting::OnBehalf(roles.collect())
        };
        Ok(Subject {
            client,
            file,
            standings,
            own,
            today,
            acting,
            system: system_facts(snapshot, organisation),
            restrictions: Arc::clone(&self.restrictions),
        })
    }
}
