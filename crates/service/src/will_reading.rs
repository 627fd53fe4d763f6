//! A declaration of will on its way in: what it says, read once, whether that fits the metadata and the law,
//! and what follows from it (DIS-01…03, CASE-05).

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;
use varanto_documents::control::Control;
use varanto_documents::projection::{
    DenialDocument, DenialScope, InformingDocument, PermitDocument, RepresentationDocument,
    Representative, RepresentativeIdentifier, Will,
};
use varanto_model::{ClientIdentifier, Code, Faults, Oid, Pointer};
use varanto_rules::Representing;
use varanto_store::document;
use varanto_store::vault::IdentifierKind;

use crate::Error;
use crate::error::{Cause, Findings};
use crate::project::Place;
use crate::service::Service;
use crate::sets::SERVICE_TASKS;
use crate::snapshot::Snapshot;

/// The age at which custody ends, in years (361/1983 § 3).
const OF_AGE: i16 = 18;
/// The most things that one denial document denies, and representatives that one document names.
const MAX_LISTED: usize = 1_000;
/// The most things that all wills of a person say together. Every use of the person's data reads them, at
/// every controller.
const MAX_SAID: usize = 10_000;

/// What a declaration of will says.
pub(crate) enum WillReading {
    Informing(InformingDocument),
    Permit(PermitDocument),
    Denial(DenialDocument),
    Representation(RepresentationDocument),
}

/// What a will is put into a projection with, beside itself.
pub(crate) struct Names<'a> {
    service: &'a Service,
    /// The original identifiers of the documents that are denied by that of a version.
    originals: BTreeMap<Oid, Oid>,
}

impl WillReading {
    /// Reads the structured content of a document of this kind; `None` for other kinds.
    pub(crate) fn of(control: Control, data: &Value, at: &Pointer) -> Option<Result<Self, Faults>> {
        Some(match control {
            Control::Informing => InformingDocument::read(data, at).map(Self::Informing),
            Control::Permit => PermitDocument::read(data, at).map(Self::Permit),
            Control::Denial => DenialDocument::read(data, at).map(Self::Denial),
            Control::Representation => {
                RepresentationDocument::read(data, at).map(Self::Representation)
            }
            _ => return None,
        })
    }

    /// Whose will it is, and where that stands.
    pub(crate) const fn client(&self) -> (&ClientIdentifier, &Pointer) {
        match self {
            Self::Informing(said) => (&said.client, &said.places.client),
            Self::Permit(said) => (&said.client, &said.places.client),
            Self::Denial(said) => (&said.client, &said.places.client),
            Self::Representation(said) => (&said.client, &said.places.client),
        }
    }

    /// Does somebody declare it in the client's place?
    pub(crate) fn is_by_representative(&self) -> bool {
        match self {
            Self::Informing(said) => !said.representatives.is_empty(),
            Self::Permit(said) => !said.representatives.is_empty(),
            Self::Denial(said) => said.entries.iter().any(|e| !e.representatives.is_empty()),
            Self::Representation(_) => false,
        }
    }

    /// Notes what contradicts the form that the law gives to a will: the guardian of somebody who has come
    /// of age, more than can be looked at, and what nothing could be of.
    pub(crate) fn check(&self, today: Date, known: &Snapshot, findings: &mut Findings) {
        let (client, at) = self.client();
        let has_guardian = match self {
            Self::Informing(said) => said.representatives.iter().any(is_guardian),
            Self::Permit(said) => said.representatives.iter().any(is_guardian),
            Self::Denial(said) => {
                said.entries.iter().flat_map(|e| &e.representatives).any(is_guardian)
            }
            // Custody that has ended may be recorded; one that lasts may not.
            Self::Representation(said) => said.representatives.iter().any(|person| {
                is_guardians(&person.role) && person.last.is_none_or(|last| today <= last)
            }),
        };
        if has_guardian && !is_minor(client, today) {
            let why = "whoever has come of age has no guardian with custody (31)";
            findings.add(Cause::InvalidRequest, at.clone(), "guardian-of-an-adult", why);
        }
        if self.listed() > MAX_LISTED {
            let why = format!("one document denies, or names, at most {MAX_LISTED}");
            findings.add(Cause::InvalidRequest, at.clone(), "too-many", why);
        }
        self.check_targets(known, findings);
    }

    /// Notes a version that says more than the one before of `document`, where the person's wills say too
    /// much already. To say less is always possible.
    pub(crate) fn check_growth(&self, document: &Oid, before: &Will, findings: &mut Findings) {
        let (all, of_document) = said(before, document);
        if all > MAX_SAID && of_document.is_none_or(|said| said < self.listed()) {
            let why = format!("the wills of one person say at most {MAX_SAID} things");
            findings.add(Cause::InvalidRequest, self.client().1.clone(), "too-many", why);
        }
    }

    /// How much the document lists.
    fn listed(&self) -> usize {
        match self {
            Self::Informing(_) | Self::Permit(_) => 0,
            Self::Denial(said) => said.entries.len(),
            Self::Representation(said) => said.representatives.len(),
        }
    }

    /// A denial of what is misspelt would keep nothing back. Codes of the past stay good: there are documents
    /// of them.
    fn check_targets(&self, known: &Snapshot, findings: &mut Findings) {
        let (Self::Denial(said), Ok(set)) = (self, Oid::parse(SERVICE_TASKS)) else { return };
        let tasks = known.codes.find(&set);
        for entry in &said.entries {
            let at = entry.at.clone();
            match &entry.scope {
                DenialScope::ServiceTask(task) => {
                    if tasks.and_then(|set| set.find(task.as_str())).is_none() {
                        let why = format!("the code is not in the code set {SERVICE_TASKS}");
                        findings.add(Cause::UnknownCode, at, "unknown-code", why);
                    }
                }
                DenialScope::Controller(oid) => {
                    if known.directory.of_controller(oid).is_none() {
                        let why = "the organisation registry has no such controller";
                        findings.add(Cause::InvalidRequest, at, "unknown-controller", why);
                    }
                }
                DenialScope::Everything | DenialScope::Document(_) => {}
            }
        }
    }

    /// The documents that it denies, by the identifiers that it names.
    fn denied(&self) -> impl Iterator<Item = &Oid> {
        let entries = match self {
            Self::Denial(said) => said.entries.as_slice(),
            _ => &[],
        };
        entries.iter().filter_map(|entry| match &entry.scope {
            DenialScope::Document(named) => Some(named),
            DenialScope::Everything | DenialScope::Controller(_) | DenialScope::ServiceTask(_) => {
                None
            }
        })
    }

    /// Takes a version of it into what its client has declared.
    pub(crate) fn put(&self, will: &mut Will, place: &Place<'_>, names: &Names<'_>) {
        let Place { document, controller, stored_at, .. } = place;
        match self {
            Self::Informing(said) => will.put_informing(document, controller, said, *stored_at),
            Self::Permit(said) => will.put_permit(document, controller, said, *stored_at),
            Self::Denial(said) => {
                let original = |named: &Oid| names.originals.get(named).cloned();
                will.put_denial(document, controller, said, original, *stored_at);
            }
            Self::Representation(said) => {
                let name = |person: &RepresentativeIdentifier| names.service.representative(person);
                will.put_representation(document, controller, said, name, *stored_at);
            }
        }
    }
}

/// How much the wills of a person say together – each document is one thing, and what it lists –, and how
/// much `document` lists, if it is one of them.
fn said(will: &Will, document: &Oid) -> (usize, Option<usize>) {
    let denials = will.denials().map(|(oid, denial)| (oid, denial.entries.len()));
    let persons = will.representations().map(|(oid, said)| (oid, said.representatives.len()));
    let permits = will.permits().map(|(oid, _)| (oid, 0));
    let informings = will.informings().map(|(oid, _)| (oid, 0));
    let mut all = 0;
    let mut of_document = None;
    for (oid, listed) in denials.chain(persons).chain(permits).chain(informings) {
        all += 1 + listed;
        if oid == document {
            of_document = Some(listed);
        }
    }
    (all, of_document)
}

fn is_guardian(person: &Representative) -> bool {
    is_guardians(&person.role)
}

fn is_guardians(role: &Code) -> bool {
    Representing::of_code(role) == Some(Representing::Guardian)
}

/// Is the person under 18 years on `today`? Of one without an identity code it is not known: no.
pub(crate) fn is_minor(client: &ClientIdentifier, today: Date) -> bool {
    let ClientIdentifier::PersonalIdentityCode(code) = client else { return false };
    let born = code.birth_date();
    let of_age = Date::new(born.year() + OF_AGE, born.month(), born.day());
    // Whoever was born on a leap day comes of age on the first of March.
    let of_age = of_age.or_else(|_| Date::new(born.year() + OF_AGE, 3, 1));
    of_age.is_ok_and(|day| today < day)
}

impl Service {
    /// What a will is projected with: the originals of the documents that it denies. Whether there are such
    /// documents is told nobody.
    pub(crate) async fn names_of(&self, will: &WillReading) -> Result<Names<'_>, Error> {
        let named: Vec<Oid> = will.denied().take(MAX_LISTED).cloned().collect();
        let mut originals = BTreeMap::new();
        if !named.is_empty() {
            let queries: Vec<_> = named.iter().map(document::find_by_any).collect();
            let found = self.database.fetch(queries).await?;
            for (named, rows) in named.into_iter().zip(found) {
                if let Some((document, _)) = rows.into_iter().next() {
                    originals.insert(named, document.original_oid);
                }
            }
        }
        Ok(Names { service: self, originals })
    }

    /// The name under which a representative stands in a projection: a keyed hash of the identity code, and
    /// nothing for one who is known otherwise and can never act through a service for citizens.
    pub(crate) fn representative(&self, person: &RepresentativeIdentifier) -> Option<String> {
        match person {
            RepresentativeIdentifier::PersonalIdentityCode(code) => {
                let kind = IdentifierKind::PersonalIdentityCode;
                Some(self.vault.lookup(kind, code.expose()).name())
            }
            RepresentativeIdentifier::Temporary(_) | RepresentativeIdentifier::Guardian(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use varanto_model::PersonalIdentityCode;

    use super::*;

    fn client(code: &str) -> ClientIdentifier {
        ClientIdentifier::PersonalIdentityCode(PersonalIdentityCode::parse(code).unwrap())
    }

    /// REQ DIS-03, CIT-05
    #[test]
    fn a_person_comes_of_age_on_the_eighteenth_birthday() {
        let born_in_2016 = client("010516B903X");
        assert!(is_minor(&born_in_2016, date(2034, 4, 30)));
        assert!(!is_minor(&born_in_2016, date(2034, 5, 1)));
        assert!(!is_minor(&client("010594Y9032"), date(2026, 9, 2)));
    }
}
