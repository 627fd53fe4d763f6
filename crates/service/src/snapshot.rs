//! The directories, structures and code sets as they were read last: facts kept in memory.
//!
//! A plan that was made on a snapshot is guarded by the revisions that the snapshot was read at, so
//! that nothing is ever decided on facts that somebody has changed meanwhile.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use varanto_documents::Structure;
use varanto_documents::codes::{CodeSet, CodeSets};
use varanto_model::{Digest, LocalText, Oid};
use varanto_store::{Database, Plan, code_set, directory, structure};
use varanto_store::{Origin, Subject, find_revision, guard_revisions};

use crate::Error;

/// One structure that is known here.
#[derive(Debug)]
pub(crate) struct KnownStructure {
    pub(crate) structure: Structure,
    pub(crate) json: String,
    pub(crate) origin: Origin,
}

/// Organisations, units, people, certificates, rights to practise and deployments.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) organisations: BTreeMap<Oid, directory::Organisation>,
    by_business_id: HashMap<String, Oid>,
    by_controller: HashMap<Oid, Oid>,
    pub(crate) units: BTreeMap<Oid, directory::Unit>,
    people: BTreeMap<(Oid, String), directory::Person>,
    bindings: HashMap<[u8; 32], Oid>,
    pub(crate) professional_rights: BTreeMap<String, Vec<directory::ProfessionalRight>>,
    pub(crate) deployments: Vec<directory::Deployment>,
}

/// Everything, as it was read at three revisions.
#[derive(Debug)]
pub(crate) struct Snapshot {
    revisions: [i64; 3],
    pub(crate) directory: Directory,
    pub(crate) structures: BTreeMap<Oid, KnownStructure>,
    pub(crate) codes: CodeSets,
}

impl Snapshot {
    /// The revisions as they are now.
    pub(crate) async fn current_revisions(database: &Database) -> Result<[i64; 3], Error> {
        let [directory, structures, codes] = Subject::ALL.map(find_revision);
        let (directory, structures, codes) = database.fetch((directory, structures, codes)).await?;
        Ok([directory, structures, codes].map(|found| found.first().copied().unwrap_or(0)))
    }

    /// Reads everything. The revisions are read first: whatever changes while the rest is read makes
    /// the guards of the first plan fail, and the snapshot is read again.
    pub(crate) async fn read(database: &Database) -> Result<Self, Error> {
        let revisions = Self::current_revisions(database).await?;
        let mut structures = BTreeMap::new();
        for published in database.fetch(structure::all()).await? {
            let structure = Structure::parse(published.json.as_bytes())
                .map_err(|_| Error::Internal("a stored structure cannot be read"))?;
            let origin = published.summary.origin;
            let known = KnownStructure { structure, json: published.json, origin };
            structures.insert(published.summary.oid, known);
        }
        let mut codes = CodeSets::none();
        for published in database.fetch(code_set::all()).await? {
            let sets = CodeSet::parse(published.json.as_bytes())
                .map_err(|_| Error::Internal("a stored code set cannot be read"))?;
            for set in sets {
                codes.insert(set);
            }
        }
        let directory = Directory::read(database).await?;
        Ok(Self { revisions, directory, structures, codes })
    }

    /// Is this still what is stored?
    pub(crate) fn is_of(&self, revisions: [i64; 3]) -> bool {
        self.revisions == revisions
    }

    /// Holds a plan to what this snapshot says.
    pub(crate) fn guard(&self, plan: &mut Plan) {
        plan.push(guard_revisions(self.revisions));
    }
}

impl Directory {
    async fn read(database: &Database) -> Result<Self, Error> {
        let mut read = Self::default();
        for organisation in database.fetch(directory::all_organisations()).await? {
            let oid = organisation.operating_unit.clone();
            // One that has a last day gives way to one that has none.
            let of_business_id = read.by_business_id.entry(organisation.business_id.clone());
            let of_business_id = of_business_id.or_insert_with(|| oid.clone());
            if organisation.valid_to.is_none() {
                of_business_id.clone_from(&oid);
            }
            if let Some(controller) = &organisation.controller {
                read.by_controller.insert(controller.oid.clone(), oid.clone());
            }
            read.organisations.insert(oid, organisation);
        }
        let units = database.fetch(directory::all_units()).await?;
        read.units = units.into_iter().map(|unit| (unit.oid.clone(), unit)).collect();
        for person in database.fetch(directory::all_people()).await? {
            read.people.insert((person.organisation.clone(), person.user_id.clone()), person);
        }
        let bindings = database.fetch(directory::all_certificates()).await?;
        read.bindings = bindings.into_iter().map(|b| (b.thumbprint, b.organisation)).collect();
        for right in database.fetch(directory::all_professional_rights()).await? {
            let id = right.registration_id.clone();
            read.professional_rights.entry(id).or_default().push(right);
        }
        read.deployments = database.fetch(directory::all_deployments()).await?;
        Ok(read)
    }

    /// The organisation of a certificate: by its binding, else by the business id in it.
    pub(crate) fn of_certificate(
        &self,
        thumbprint: &Digest,
        business_id: Option<&str>,
    ) -> Option<&Oid> {
        let bound = self.bindings.get(thumbprint.as_bytes());
        bound.or_else(|| self.by_business_id.get(business_id?))
    }

    /// The organisation by its operating unit, its controller or one of its units.
    pub(crate) fn find(&self, oid: &Oid) -> Option<&directory::Organisation> {
        let of_unit = || self.units.get(oid).map(|unit| &unit.organisation);
        let of_controller = || self.by_controller.get(oid).or_else(of_unit);
        self.organisations.get(oid).or_else(|| self.organisations.get(of_controller()?))
    }

    /// The controller that this organisation is, if it is one.
    pub(crate) fn controller_of(&self, organisation: &Oid) -> Option<&Oid> {
        self.organisations.get(organisation)?.controller.as_ref().map(|controller| &controller.oid)
    }

    /// The organisation that is this controller.
    pub(crate) fn of_controller(&self, controller: &Oid) -> Option<&directory::Organisation> {
        self.organisations.get(self.by_controller.get(controller)?)
    }

    /// The organisation that a certificate is bound to.
    pub(crate) fn bound(&self, thumbprint: &[u8; 32]) -> Option<&Oid> {
        self.bindings.get(thumbprint)
    }

    /// The user register of an organisation, by id.
    pub(crate) fn people_of(&self, organisation: &Oid) -> impl Iterator<Item = &directory::Person> {
        let from = (organisation.clone(), String::new());
        let people = self.people.range(from..).map(|(_, person)| person);
        people.take_while(move |person| person.organisation == *organisation)
    }

    /// Every record but those of certificates.
    pub(crate) fn records(&self) -> impl Iterator<Item = directory::Record> {
        use directory::Record;
        let organisations = self.organisations.values().cloned().map(Record::Organisation);
        let units = self.units.values().cloned().map(Record::Unit);
        let people = self.people.values().cloned().map(Record::Person);
        let rights = self.professional_rights.values().flatten().cloned();
        let deployments = self.deployments.iter().cloned().map(Record::Deployment);
        let rights = rights.map(Record::ProfessionalRight);
        organisations.chain(units).chain(people).chain(rights).chain(deployments)
    }

    /// A person in the user register of an organisation.
    pub(crate) fn person(&self, organisation: &Oid, user_id: &str) -> Option<&directory::Person> {
        self.people.get(&(organisation.clone(), user_id.to_owned()))
    }

    /// The people whose registration id this is, in any organisation, listed on the day.
    pub(crate) fn is_listed(&self, organisation: &Oid, user_id: &str, day: Date) -> bool {
        self.person(organisation, user_id).is_some_and(|person| {
            person.valid_from.is_none_or(|from| from <= day)
                && person.valid_to.is_none_or(|to| day <= to)
        })
    }
}

/// The names of an organisation.
pub(crate) fn name_of(organisation: &directory::Organisation) -> LocalText {
    LocalText {
        fi: organisation.name_fi.clone(),
        sv: organisation.name_sv.clone(),
        en: organisation.name_en.clone(),
    }
}
