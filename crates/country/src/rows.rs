//! From documents to plans: what the service would have written for each, sealed, with what follows for the
//! clients' standings, wills, rights and cases, and with an entry of the use log.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::{Builder, Uuid};
use varanto_documents::projection::{DerivedRight, Standing, Will};
use varanto_model::{ContentItem, Oid, digest};
use varanto_rules::{Action, Basis, Purpose};
use varanto_signatures::KeptSignature;
use varanto_store::case_file::{self, CaseFile};
use varanto_store::document::{self, Content, Facts, NewVersion, Version, content_place};
use varanto_store::register_access::{self, AccessRow};
use varanto_store::use_log::{Outcome, UseEntry};
use varanto_store::{Lookup, Plan, Purpose as Sealed, Statement, Vault, client, standing, will};
use varanto_store::{pack, vault::IdentifierKind};

use crate::control::Said;
use crate::country::{Client, Country, Document, Kind};
use crate::failure::Failure;
use crate::keys::SystemKey;
use crate::layout;
use crate::made::{Made, make};
use crate::person::Person;

/// The rules that permit the storing of a document, in the order in which they are looked at.
const fn rules_of(kind: Kind, is_own: bool) -> &'static [&'static str] {
    match kind {
        Kind::Ordinary { .. } if is_own => &["S1", "S2", "S3", "S4", "W1", "W3", "W4"],
        Kind::Ordinary { .. } => &["S1", "S2", "S3", "S4", "W2", "R8", "W3", "W4"],
        Kind::Clientship | Kind::Case => &["S1", "S2", "S3", "S4", "W1", "W5", "W3"],
        Kind::Informing | Kind::Permit | Kind::Denial => {
            &["S1", "S2", "S3", "S4", "W1", "W3", "W7"]
        }
        Kind::Old => &["S1", "S2", "S3", "S4", "W1", "W3"],
    }
}

/// Writes the documents of a country as plans.
pub(crate) struct Writer {
    pub(crate) country: Country,
    pub(crate) vault: Vault,
    pub(crate) systems: Vec<SystemKey>,
}

/// What is written for one document.
pub(crate) struct Written {
    pub(crate) stored_at: Timestamp,
    /// Does it open the files of clients, which others refer to?
    pub(crate) opens: bool,
    /// Its entries in the use log; none of a document that is not whole.
    pub(crate) entries: Vec<UseEntry>,
    pub(crate) statements: Vec<Statement>,
}

/// The plans of what is written, in its order. What has no log entry is written with what comes before it, and
/// if nothing does, with what comes after.
pub(crate) fn plans(written: Vec<Written>) -> Result<Vec<Plan>, Failure> {
    let mut plans: Vec<Plan> = Vec::with_capacity(written.len());
    let mut waiting = Vec::new();
    for Written { entries, statements, .. } in written {
        let mut entries = entries.into_iter();
        match (entries.next(), plans.last_mut()) {
            (Some(first), _) => {
                let mut plan = Plan::recorded(first);
                entries.for_each(|entry| plan.also_recorded(entry));
                plan.extend(std::mem::take(&mut waiting));
                plan.extend(statements);
                plans.push(plan);
            }
            (None, Some(before)) => before.extend(statements),
            (None, None) => waiting.extend(statements),
        }
    }
    match (waiting.is_empty(), plans.first_mut()) {
        (true, _) => {}
        (false, Some(first)) => first.extend(waiting),
        (false, None) => return Err(Failure::Empty("a whole document among many")),
    }
    Ok(plans)
}

/// What is derived about the people of a household.
#[derive(Default)]
struct Derived {
    keys: BTreeMap<u64, Uuid>,
    standings: BTreeMap<u64, Standing>,
    wills: BTreeMap<u64, Will>,
    changes: BTreeMap<u64, i64>,
}

impl Writer {
    /// What is written for each document that the country has of a village.
    pub(crate) fn village(&self, village: u64) -> Result<Vec<Written>, Failure> {
        let people = village * layout::PEOPLE..(village + 1) * layout::PEOPLE;
        let heads = people.filter(|person| layout::family_of(*person).is_none());
        let mut written = Vec::new();
        for head in heads {
            written.extend(self.household(head)?);
        }
        Ok(written)
    }

    /// The plans of somebody and those who share a joint case. The first one opens the files, with what
    /// is derived from all documents.
    fn household(&self, head: u64) -> Result<Vec<Written>, Failure> {
        let country = &self.country;
        let numbers = std::iter::once(head).chain(layout::others_of(head));
        let members: Vec<Client> = numbers.map(|number| country.client(number)).collect();
        let mut documents: Vec<(&Client, Document)> = Vec::new();
        for member in &members {
            let (first, many) = member.documents();
            let last = country.documents().min(first + many);
            let ordinals = 0..last.saturating_sub(first);
            documents.extend(ordinals.map(|n| (member, country.document_of(member, n))));
        }
        documents.sort_by_key(|(_, document)| document.stored_at);
        let mut derived = Derived::default();
        let opened_at = documents.first().map(|(_, document)| document.stored_at);
        for person in documents.iter().flat_map(|(_, document)| &document.clients) {
            let at = opened_at.unwrap_or_default();
            derived.keys.entry(person.number()).or_insert_with(|| country.key(person.number(), at));
        }
        let made = |(member, document): &(&Client, Document)| make(country, member, document);
        let made: Vec<Made<'_>> = documents.iter().map(made).collect();
        for ((_, document), made) in documents.iter().zip(&made) {
            self.fold(document, made, &mut derived);
        }
        let mut all: Vec<Written> = Vec::with_capacity(documents.len());
        for ((_, document), made) in documents.iter().zip(made) {
            let opens = all.is_empty();
            let mut statements = match opened_at.filter(|_| opens) {
                Some(at) => self.files(&members, &derived, at)?,
                None => Vec::new(),
            };
            let stored_at = document.stored_at;
            let entries = self.write(document, made, &derived, &mut statements)?;
            if opens {
                statements.extend(self.derived(&derived, document)?);
            }
            all.push(Written { stored_at, opens, entries, statements });
        }
        Ok(all)
    }

    /// Takes what a document says into what is derived.
    fn fold(&self, document: &Document, made: &Made<'_>, derived: &mut Derived) {
        let Some(said) = &made.said else { return };
        let organiser = self.country.organisation(document.controller);
        let controller = organiser.controller.as_ref().unwrap_or(&organiser.operating_unit);
        let keeper = &self.country.organisation(document.author.organisation).operating_unit;
        let oid = &document.oid;
        for person in &document.clients {
            let number = person.number();
            *derived.changes.entry(number).or_default() += 1;
            match said {
                Said::Clientship(said) => derived
                    .standings
                    .entry(number)
                    .or_default()
                    .put_clientship(oid, keeper, said, document.stored_at),
                Said::Case(said) => {
                    let code = |client: &&varanto_documents::projection::CaseClient| {
                        matches!(&client.identifier,
                            varanto_model::ClientIdentifier::PersonalIdentityCode(code)
                                if code.expose() == person.code())
                    };
                    if let Some(member) = said.clients.iter().find(code) {
                        let standing = derived.standings.entry(number).or_default();
                        standing.put_case(oid, keeper, said, member);
                    }
                }
                Said::Informing(said) => derived.wills.entry(number).or_default().put_informing(
                    oid,
                    controller,
                    said,
                    document.stored_at,
                ),
                Said::Permit(said) => derived.wills.entry(number).or_default().put_permit(
                    oid,
                    controller,
                    said,
                    document.stored_at,
                ),
                Said::Denial(said) => derived.wills.entry(number).or_default().put_denial(
                    oid,
                    controller,
                    said,
                    |_| None,
                    document.stored_at,
                ),
            }
        }
    }

    /// Adds the statements of a document; gives its log entries, if it is whole.
    fn write(
        &self,
        document: &Document,
        made: Made<'_>,
        derived: &Derived,
        statements: &mut Vec<Statement>,
    ) -> Result<Vec<UseEntry>, Failure> {
        let keys = document.clients.iter().filter_map(|person| derived.keys.get(&person.number()));
        let keys: Vec<Uuid> = keys.copied().collect();
        let entries = (0..).zip(&keys).map(|(n, key)| self.entry(document, n, *key));
        let entries: Vec<UseEntry> = entries.collect();
        let log_entry = entries.first().ok_or(Failure::Empty("a client"))?.id;
        let case = document.case.as_ref().map(|case| case.oid.clone());
        let opens = (document.kind == Kind::Case).then_some(case).flatten();
        let is_whole = made.is_whole;
        let new = self.version(document, made, keys.clone(), log_entry)?;
        let controller = new.facts.controller.clone();
        statements.extend(document::insert_first_version(new));
        if let Some(case) = opens {
            let original_oid = document.oid.clone();
            let file = CaseFile { case, controller, original_oid, clients: keys };
            statements.push(case_file::upsert(file));
        }
        Ok(if is_whole { entries } else { Vec::new() })
    }

    fn entry(&self, document: &Document, place: u64, client: Uuid) -> UseEntry {
        let country = &self.country;
        let staff = country.staff(document.author);
        let organisation = country.organisation(document.author.organisation);
        let organiser = country.organisation(document.controller);
        let is_own = document.author.organisation == document.controller;
        let number = document.number * 64 + place;
        let certificate = self.systems.get(document.author.organisation).map(|s| s.certificate);
        UseEntry {
            id: country.uuid(0xE0, number, document.stored_at),
            at: document.stored_at,
            controller: organiser.controller.as_ref().unwrap_or(&organiser.operating_unit).clone(),
            client: Some(client),
            action: Action::Store.as_str().to_owned(),
            outcome: Outcome::Permitted,
            basis: Some(
                if is_own { Basis::Own } else { Basis::RegisterAccess }.as_str().to_owned(),
            ),
            purpose: Some(Purpose::ClientWork.as_str().to_owned()),
            user_id: staff.id.clone(),
            user_name: format!("{}, {}", staff.family_name, staff.given_names),
            unit: Some(staff.unit.clone()),
            organisation: organisation.operating_unit.clone(),
            role: Some(staff.role.to_owned()),
            authentication: "professional_card".to_owned(),
            documents: vec![document.oid.clone()],
            case: document.case.as_ref().map(|case| case.oid.clone()),
            special_reason: None,
            ground: None,
            rules: rules_of(document.kind, is_own).iter().map(|rule| (*rule).to_owned()).collect(),
            parameters: None,
            request_id: Some(country.uuid(0xE1, number, document.stored_at).to_string()),
            certificate: certificate.map(|certificate| *certificate.as_bytes()),
        }
    }

    fn version(
        &self,
        document: &Document,
        made: Made<'_>,
        clients: Vec<Uuid>,
        log_entry: Uuid,
    ) -> Result<NewVersion, Failure> {
        let country = &self.country;
        let staff = country.staff(document.author);
        let stored_by = &country.organisation(document.author.organisation).operating_unit;
        let organiser = country.organisation(document.controller);
        let oid = &document.oid;
        let place = oid.as_str().as_bytes();
        let Made { described, metadata, content, manifest, digest, is_whole, .. } = made;
        let (signatures, content) = if is_whole {
            let signatures = self.signatures(document, &manifest)?;
            (self.seal(Sealed::Signatures, place, &signatures)?, self.content(oid, &content)?)
        } else {
            (Vec::new(), Vec::new())
        };
        let code = |text: &str| varanto_model::Code::parse(text).ok();
        let structure = described.structure;
        Ok(NewVersion {
            version: Version {
                oid: oid.clone(),
                original_oid: oid.clone(),
                version: 1,
                stored_at: document.stored_at,
                digest,
                metadata: self.seal(Sealed::Metadata, place, &metadata)?,
                signatures,
                stored_by: stored_by.clone(),
                stored_by_user: staff.id.clone(),
                log_entry,
            },
            facts: Facts {
                controller: organiser
                    .controller
                    .as_ref()
                    .unwrap_or(&organiser.operating_unit)
                    .clone(),
                register: code("client").ok_or(Failure::Empty("a register"))?,
                group: described.group,
                generation: described.generation,
                structure: structure.map(|structure| structure.oid().clone()),
                type_code: structure.and_then(|structure| code(structure.code())),
                service_task: described.service_task.and_then(code),
                service_process: described.service_process.and_then(code),
                case: document.case.as_ref().map(|case| case.oid.clone()),
                provider: Some(stored_by.clone()),
                unit: Some(staff.unit.clone()),
                author_organisation: stored_by.clone(),
                written_at: document.written_at,
            },
            services: described.service.cloned().into_iter().collect(),
            links: document.link.iter().cloned().collect(),
            clients,
            content,
        })
    }

    fn content(&self, version: &Oid, items: &[ContentItem]) -> Result<Vec<Content>, Failure> {
        let seal = |(ordinal, item): (u32, &ContentItem)| {
            let place = content_place(version, ordinal);
            Ok(Content {
                version_oid: version.clone(),
                ordinal,
                media_type: item.media_type,
                size: item.bytes.len() as u64,
                sha256: item.digest,
                packed: self.seal(Sealed::Content, &place, &item.bytes)?,
            })
        };
        (0..).zip(items).map(seal).collect()
    }

    /// The signature of the author's system with its evidence, in the form in which it is kept.
    fn signatures(&self, document: &Document, manifest: &[u8]) -> Result<Vec<u8>, Failure> {
        let system = self.systems.get(document.author.organisation);
        let system = system.ok_or(Failure::Empty("the key of a system"))?;
        let at = document.stored_at;
        let jws = system.signer.sign_detached(manifest, at).map_err(|e| Failure::other(&e))?;
        let kept = KeptSignature { role: "system".to_owned(), jws, evidence: system.evidence(at) };
        KeptSignature::write_all(&[kept]).map_err(|error| Failure::other(&error))
    }

    /// Seals bytes for a place. The nonce is random: every place has a key of its own.
    fn seal(&self, purpose: Sealed, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut nonce = [0; 12];
        varanto_signatures::random(&mut nonce);
        pack(&self.vault, purpose, place, plain, nonce).map_err(|error| Failure::other(&error))
    }

    /// The files of those whom documents name.
    fn files(
        &self,
        members: &[Client],
        derived: &Derived,
        at: Timestamp,
    ) -> Result<Vec<Statement>, Failure> {
        let people = members.iter().map(|member| &member.person);
        let mut files = Vec::new();
        for person in people {
            let Some(key) = derived.keys.get(&person.number()) else { continue };
            let place = key.as_bytes().as_slice();
            let names = serde_json::json!([person.family_name(), person.given_names()]).to_string();
            let file = client::Client {
                key: *key,
                identifier: self.seal(Sealed::ClientIdentifier, place, person.code().as_bytes())?,
                names: Some(self.seal(Sealed::ClientNames, place, names.as_bytes())?),
                version: derived.changes.get(&person.number()).copied().unwrap_or(1).max(1),
                created_at: at,
                joined_to: None,
            };
            files.push(client::insert(file, &self.lookup(person)));
        }
        Ok(files)
    }

    fn lookup(&self, person: &Person) -> Lookup {
        self.vault.lookup(IdentifierKind::PersonalIdentityCode, person.code())
    }

    /// Standings with their rights, and wills.
    fn derived(&self, derived: &Derived, document: &Document) -> Result<Vec<Statement>, Failure> {
        let organiser = self.country.organisation(document.controller);
        let controller = organiser.controller.as_ref().unwrap_or(&organiser.operating_unit);
        let text = |value: Result<String, serde_json::Error>| value.map_err(|e| Failure::other(&e));
        let mut statements = Vec::new();
        for (number, standing) in &derived.standings {
            let Some(key) = derived.keys.get(number) else { continue };
            let written = text(serde_json::to_string(standing))?;
            statements.push(standing::upsert(*key, controller, written, "[]".to_owned()));
            for right in standing.rights() {
                let spells = text(serde_json::to_string(&right.spells))?;
                statements.push(register_access::insert(AccessRow {
                    oid: access_oid(controller, *key, &right)?,
                    unit: right.unit,
                    client: *key,
                    controller: controller.clone(),
                    case: right.case,
                    service_task: right.service_task,
                    spells,
                }));
            }
        }
        for (number, said) in &derived.wills {
            if let Some(key) = derived.keys.get(number) {
                statements.push(will::upsert(*key, text(serde_json::to_string(said))?));
            }
        }
        Ok(statements)
    }
}

/// The name of a right: the same for the same controller, client, case and unit, as the service gives it.
fn access_oid(controller: &Oid, client: Uuid, right: &DerivedRight) -> Result<Oid, Failure> {
    let key = client.as_bytes().as_slice();
    let (case, unit) = (right.case.as_str().as_bytes(), right.unit.as_str().as_bytes());
    let named = [controller.as_str().as_bytes(), &[0], key, case, &[0], unit].concat();
    let digest = digest::sha256(&named);
    let first = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    let name = Builder::from_custom_bytes(first).into_uuid();
    Oid::parse(&format!("2.25.{}", name.as_u128())).map_err(|error| Failure::other(&error))
}
