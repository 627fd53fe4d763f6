//! The country: everything in it follows from its seed and a number, so that nothing has to be kept and
//! anything can be asked for by itself – the document of a number, whose it is, who may read it.

use std::sync::Arc;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use varanto_model::{Oid, calendar};
use varanto_rules::Basis;
use varanto_sandbox::World;

use crate::dice::Dice;
use crate::layout::{self, JOINT_FROM};
use crate::organisations::{
    CHILD_PROTECTION, DISABILITY, ELDERLY, FAMILIES, FAMILY_LAW, Organisation, SUBSTANCES, Staff,
    TASKS, WORKING_AGE, organisations, world,
};
use crate::person::{MAX_PEOPLE, Person};
use crate::shapes::{Shape, Shapes};
use crate::words::Sentences;

/// The first and the last day on which documents are written and stored, but for old ones.
const BEGINS: Date = date(2026, 1, 2);
const ENDS: Date = date(2026, 11, 1);
/// How long after writing a document is stored.
const DELAY: SignedDuration = SignedDuration::from_mins(5);
/// Types of documents that never leave their controller, whatever the client permits.
const NEVER_DISCLOSED: [&str; 4] = ["1011", "15019", "19009", "19010"];
/// From which of a person's documents on there is a second and a third case.
const LATER_CASES: [u64; 2] = [20, 60];

/// How large a country is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many documents there are.
    pub documents: u64,
    /// The mean size of the structured content of client documents, in bytes. What a structure demands
    /// may be more.
    pub bytes: usize,
}

/// A country. Cheap to clone.
#[derive(Clone)]
pub struct Country(Arc<Inner>);

struct Inner {
    seed: u64,
    size: Size,
    counties: usize,
    organisations: Vec<Organisation>,
    shapes: Shapes,
    sentences: Sentences,
}

/// Somebody who works, by the place of the organisation and the place in its staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worker {
    /// The place of the organisation.
    pub organisation: usize,
    /// The place in its staff.
    pub staff: usize,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its identifier.
    pub oid: Oid,
    /// The place of its service task.
    pub task: usize,
    /// The place of the organiser's unit.
    pub unit: usize,
    /// The producer who gives the service, if one does.
    pub producer: Option<Producer>,
    /// The day on which it was opened.
    pub opened: Date,
    /// The people whose case it is, by number; several in a joint one.
    pub members: Vec<u64>,
    /// The how many-th document of the first member opens it.
    pub(crate) ordinal: u64,
}

/// A producer who gives a service in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Producer {
    /// The place of the organisation.
    pub organisation: usize,
    /// The place of its unit.
    pub unit: usize,
    /// The last day of the service.
    pub until: Option<Date>,
}

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The clientship document of a person.
    Clientship,
    /// The document that opens a case.
    Case,
    /// That the client was informed.
    Informing,
    /// A permit of the client's.
    Permit,
    /// A denial of the client's.
    Denial,
    /// A client document or an entry of the client record, of a published structure.
    Ordinary {
        /// The place of its structure.
        shape: usize,
    },
    /// A small document from before the register, without structure.
    Old,
}

/// A document, without its content.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its number.
    pub number: u64,
    /// What it is.
    pub kind: Kind,
    /// Its clients; several in a joint case.
    pub clients: Vec<Person>,
    /// The case that it belongs to or opens.
    pub case: Option<Case>,
    /// The place of the controller's organisation.
    pub controller: usize,
    /// Who wrote it.
    pub author: Worker,
    /// Its identifier: all documents are in their first version.
    pub oid: Oid,
    /// When it was written.
    pub written_at: Timestamp,
    /// When it was stored.
    pub stored_at: Timestamp,
    /// A document of the same client that it refers to.
    pub link: Option<Oid>,
}

/// Somebody who may read a document, and how.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who.
    pub worker: Worker,
    /// On which basis.
    pub basis: Basis,
    /// The case to be named, under a register access right.
    pub case: Option<Oid>,
}

/// A client of the country with everything that documents say of the person.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) person: Person,
    /// The place of the home county.
    pub(crate) home: usize,
    /// The person's own cases, in the order in which they are opened.
    pub(crate) cases: Vec<Case>,
    /// The joint case in which the person is, where it is another's.
    pub(crate) of_family: Option<Case>,
    /// The kinds of wills, in the order in which they are declared.
    pub(crate) wills: Vec<Kind>,
    begins: Timestamp,
    span: SignedDuration,
    documents: (u64, u64),
}

impl Country {
    /// The country of a seed. `shapes` are the structures of its documents.
    pub fn new(seed: u64, size: Size, shapes: Shapes) -> Self {
        let (counties, organisations) = organisations(seed, size.documents);
        let sentences = Sentences::new(seed);
        Self(Arc::new(Inner { seed, size, counties, organisations, shapes, sentences }))
    }

    /// Its seed.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// How large it is.
    pub fn size(&self) -> Size {
        self.0.size
    }

    /// How many documents it has; their numbers are below.
    pub fn documents(&self) -> u64 {
        self.0.size.documents
    }

    /// How many of its organisations are controllers; these come first.
    pub fn counties(&self) -> usize {
        self.0.counties
    }

    /// The organisations.
    pub fn organisations(&self) -> &[Organisation] {
        &self.0.organisations
    }

    /// The organisations as a world for a sandbox, in the same order.
    pub fn world(&self) -> World {
        world(&self.0.organisations)
    }

    /// The structures of its documents.
    pub fn shapes(&self) -> &Shapes {
        &self.0.shapes
    }

    pub(crate) fn sentences(&self) -> &Sentences {
        &self.0.sentences
    }

    pub(crate) fn dice(&self, label: u64, number: u64) -> Dice {
        Dice::at(self.0.seed, label, number)
    }

    /// The structure of an ordinary document.
    pub(crate) fn shape(&self, place: usize) -> Option<&Shape> {
        self.0.shapes.ordinary().get(place)
    }

    /// An organisation by its place.
    #[expect(clippy::indexing_slicing, reason = "places are given by the country alone")]
    pub fn organisation(&self, place: usize) -> &Organisation {
        &self.0.organisations[place]
    }

    /// Somebody who works.
    #[expect(clippy::indexing_slicing, reason = "places are given by the country alone")]
    pub fn staff(&self, worker: Worker) -> &Staff {
        &self.organisation(worker.organisation).staff[worker.staff]
    }

    /// One of all documents; clients with many documents come often.
    pub fn existing_document(&self, dice: &mut Dice) -> u64 {
        dice.below(self.documents())
    }

    /// One of the documents that client work is about: not what clients declare, and nothing from before
    /// the register.
    pub fn existing_client_document(&self, dice: &mut Dice) -> Document {
        loop {
            let document = self.document(self.existing_document(dice));
            if matches!(document.kind, Kind::Ordinary { .. } | Kind::Case | Kind::Clientship) {
                return document;
            }
        }
    }

    /// The document of a number below [`Country::documents`].
    pub fn document(&self, number: u64) -> Document {
        let spot = layout::find(number);
        self.document_of(&self.client(spot.owner), spot.ordinal)
    }

    /// The first client of a document.
    pub fn client_of(&self, number: u64) -> Person {
        Person::new(self.0.seed, layout::find(number).owner)
    }

    /// Somebody of whom nothing is stored.
    pub fn fresh_person(&self, number: u64) -> Person {
        Person::new(self.0.seed, MAX_PEOPLE - 1 - number % MAX_PEOPLE)
    }

    /// Those who may read a document in their daily work; the organiser's first. There is always one.
    pub fn who_may_read(&self, number: u64) -> Vec<Reader> {
        let document = self.document(number);
        let client = self.client(layout::find(number).owner);
        let case = document.case.as_ref().or_else(|| client.cases.first());
        let Some(case) = case else { return Vec::new() };
        let own = Reader {
            worker: self.worker_of(client.home, case.unit),
            basis: Basis::Own,
            case: None,
        };
        let mut readers = vec![own];
        let reaches = matches!(document.kind, Kind::Ordinary { .. } | Kind::Case);
        if let Some(producer) = case.producer.filter(|p| p.until.is_none() && reaches) {
            readers.push(Reader {
                worker: self.worker_of(producer.organisation, producer.unit),
                basis: Basis::RegisterAccess,
                case: Some(case.oid.clone()),
            });
        }
        readers
    }

    /// A document that somebody reads under a register access right, and who.
    pub fn document_under_right(&self, dice: &mut Dice) -> Option<(u64, Reader)> {
        self.found(dice, |country, number| {
            country.who_may_read(number).into_iter().find(|r| r.basis == Basis::RegisterAccess)
        })
    }

    /// A document that its client lets out to other controllers – there is a permit and no denial –, with a
    /// social worker of another county. Nothing of the client is known there, so that a special reason is
    /// to be given.
    pub fn document_let_out(&self, dice: &mut Dice) -> Option<(u64, Worker)> {
        self.found(dice, |country, number| {
            let spot = layout::find(number);
            let client = country.client(spot.owner);
            let document = country.document_of(&client, spot.ordinal);
            let is_kept = match document.kind {
                Kind::Ordinary { shape } => country
                    .shape(shape)
                    .is_none_or(|shape| NEVER_DISCLOSED.contains(&shape.structure.code())),
                _ => true,
            };
            let lets_out = document.clients.len() == 1
                && !is_kept
                && client.wills.contains(&Kind::Permit)
                && !client.wills.contains(&Kind::Denial);
            lets_out.then(|| country.who_may_not_read(number))
        })
    }

    /// The first of some documents that are drawn of which `look` finds anything.
    fn found<T>(
        &self,
        dice: &mut Dice,
        look: impl Fn(&Self, u64) -> Option<T>,
    ) -> Option<(u64, T)> {
        (0..10_000).find_map(|_| {
            let number = self.existing_document(dice);
            look(self, number).map(|found| (number, found))
        })
    }

    /// Somebody who may not read a document: a social worker of another county.
    pub fn who_may_not_read(&self, number: u64) -> Worker {
        let home = self.home(layout::find(number).owner);
        let other = (home + 1) % self.0.counties;
        self.worker_of(other, 0)
    }

    /// Somebody who may store documents into the case of a document: a social worker of its unit.
    pub fn who_may_store(&self, number: u64) -> Worker {
        let document = self.document(number);
        let unit = match document.case {
            Some(case) => case.unit,
            None => self.client(layout::find(number).owner).cases.first().map_or(0, |c| c.unit),
        };
        self.worker_of(document.controller, unit)
    }

    /// The social worker who comes first in a unit.
    fn worker_of(&self, organisation: usize, unit: usize) -> Worker {
        let units = &self.organisation(organisation).units;
        let first = units.get(unit).and_then(|unit| unit.workers.first());
        Worker { organisation, staff: first.copied().unwrap_or_default() }
    }

    /// The place of the county in which somebody lives: a village lies in one.
    fn home(&self, person: u64) -> usize {
        let village = person / layout::PEOPLE;
        let counties = self.0.counties;
        match usize::try_from(village) {
            Ok(village) if village < counties => village,
            _ => {
                // Counties are of very different size.
                let weights: Vec<u64> = (0..counties).map(|c| 4 + (c as u64 * 7) % 18).collect();
                self.dice(0xC0, village).weighted(&weights)
            }
        }
    }

    /// The key under which a client's data are stored.
    pub(crate) fn key(&self, person: u64, opened_at: Timestamp) -> Uuid {
        self.uuid(0xCE, person, opened_at)
    }

    /// A key that follows from a number, ordered by time.
    pub(crate) fn uuid(&self, label: u64, number: u64, at: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.dice(label, number).fill(&mut random);
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
    }

    /// A client with all that follows from the person's number.
    pub(crate) fn client(&self, number: u64) -> Client {
        let mut client = self.own(number);
        client.of_family = layout::family_of(number).and_then(|owner| {
            self.own(owner).cases.into_iter().find(|case| case.members.len() > 1)
        });
        client
    }

    fn own(&self, number: u64) -> Client {
        let person = Person::new(self.0.seed, number);
        let mut dice = self.dice(0xC1, number);
        let home = self.home(number);
        let (first, last) = (start(BEGINS), start(ENDS));
        let begins = first + SignedDuration::from_secs(dice.below(200 * 86_400).cast_signed());
        let documents = layout::documents_of(number);
        let mut client = Client {
            person,
            home,
            cases: Vec::new(),
            of_family: None,
            wills: Vec::new(),
            begins,
            span: last.duration_since(begins),
            documents,
        };
        if documents.1 > JOINT_FROM && dice.chance(600) {
            client.wills.push(Kind::Informing);
            if dice.chance(750) {
                client.wills.push(Kind::Permit);
            }
            if dice.chance(170) {
                client.wills.push(Kind::Denial);
            }
        }
        let joint = layout::others_of(number).next().map(|_| JOINT_FROM);
        let later = LATER_CASES.into_iter().filter(|from| from + 3 < documents.1);
        let opening: Vec<u64> = [Some(1), joint].into_iter().flatten().chain(later).collect();
        for ordinal in opening {
            let members = std::iter::once(number);
            let members = if Some(ordinal) == joint {
                members.chain(layout::others_of(number)).collect()
            } else {
                members.collect()
            };
            let opened = calendar::day_of(self.written_at(&client, ordinal));
            let case = self.case(&client, ordinal, members, opened, &mut dice);
            client.cases.push(case);
        }
        client
    }

    fn case(
        &self,
        client: &Client,
        ordinal: u64,
        members: Vec<u64>,
        opened: Date,
        dice: &mut Dice,
    ) -> Case {
        let taken: Vec<usize> = client.cases.iter().map(|case| case.task).collect();
        let mut task = if members.len() > 1 {
            [CHILD_PROTECTION, FAMILIES][dice.place(2)]
        } else {
            task_by_age(client.person.born(), dice)
        };
        while taken.contains(&task) {
            task = (task + 1) % TASKS.len();
        }
        let home = self.organisation(client.home);
        let units = home.by_task.get(task).map_or([].as_slice(), Vec::as_slice);
        let unit = dice.pick(units).copied().unwrap_or_default();
        let producers = self.0.organisations.len() - self.0.counties;
        let share = if task == ELDERLY { 350 } else { 120 };
        let producer = (producers > 0 && dice.chance(share)).then(|| {
            let organisation = self.0.counties + dice.place(producers);
            let until = [None, None, Some(date(2026, 12, 31)), Some(date(2026, 9, 30))];
            let until = dice.pick(&until).copied().flatten().filter(|until| *until > opened);
            Producer {
                organisation,
                unit: dice.place(self.organisation(organisation).units.len()),
                until,
            }
        });
        let number = client.person.number() * 4 + taken.len() as u64 + 1;
        Case {
            oid: self.oid(client.home, "14.2026", number),
            task,
            unit,
            producer,
            opened,
            members,
            ordinal,
        }
    }

    /// An identifier in the branch of an organisation.
    #[expect(clippy::expect_used, reason = "the arcs are numbers that are made here")]
    pub(crate) fn oid(&self, organisation: usize, below: &str, number: u64) -> Oid {
        let branch = &self.organisation(organisation).business_id;
        Oid::parse(&format!("1.2.246.10.{branch}.{below}.{number}")).expect("arcs are numbers")
    }

    /// When a person's document of this ordinal is written: in their order, over the person's time.
    fn written_at(&self, client: &Client, ordinal: u64) -> Timestamp {
        let frac = self.dice(0xC2, client.documents.0 + ordinal).below(800);
        let steps = (ordinal * 1000 + frac).cast_signed();
        let all = ((client.documents.1 + 1) * 1000).cast_signed();
        let seconds = i128::from(client.span.as_secs()) * i128::from(steps) / i128::from(all);
        let after = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or_default());
        client.begins + after
    }

    /// The document of a client's ordinal.
    pub(crate) fn document_of(&self, client: &Client, ordinal: u64) -> Document {
        let number = client.documents.0 + ordinal;
        let mut dice = self.dice(0xD0, number);
        let opens = client.cases.iter().find(|case| case.ordinal == ordinal);
        let will = ordinal.checked_sub(2).and_then(|at| usize::try_from(at).ok());
        let will = will.and_then(|at| client.wills.get(at)).copied();
        let current = client.case_at(ordinal, &mut dice);
        let (kind, case) = match (ordinal, opens, will) {
            (0, ..) => (Kind::Clientship, None),
            (_, Some(case), _) => (Kind::Case, Some(case)),
            (_, _, Some(will)) => (will, None),
            _ if ordinal >= JOINT_FROM && dice.chance(40) => (Kind::Old, None),
            _ => {
                let task = current.map_or(0, |case| case.task);
                (Kind::Ordinary { shape: self.0.shapes.pick(task, &mut dice) }, current)
            }
        };
        let now = self.written_at(client, ordinal);
        let author = self.author(client, kind, case.or(current), now, &mut dice);
        let members =
            case.map_or_else(|| vec![client.person.number()], |case| case.members.clone());
        let clients = members.into_iter().map(|member| {
            if member == client.person.number() {
                client.person.clone()
            } else {
                Person::new(self.0.seed, member)
            }
        });
        let is_old = kind == Kind::Old;
        let link = (matches!(kind, Kind::Ordinary { .. }) && ordinal > 6 && dice.chance(150))
            .then(|| self.document_oid(client, ordinal - 1));
        Document {
            number,
            kind,
            clients: clients.collect(),
            case: case.cloned(),
            controller: client.home,
            author,
            oid: self.document_oid(client, ordinal),
            written_at: if is_old { old(now, &mut dice) } else { now },
            stored_at: now + DELAY,
            link,
        }
    }

    fn document_oid(&self, client: &Client, ordinal: u64) -> Oid {
        self.oid(client.home, "11.2026", client.documents.0 + ordinal + 1)
    }

    fn author(
        &self,
        client: &Client,
        kind: Kind,
        case: Option<&Case>,
        now: Timestamp,
        dice: &mut Dice,
    ) -> Worker {
        let is_ordinary = matches!(kind, Kind::Ordinary { .. });
        let (mut organisation, mut unit) = (client.home, case.map_or(0, |case| case.unit));
        if let Some(producer) = case.and_then(|case| case.producer) {
            let goes_on = producer.until.is_none_or(|until| calendar::day_of(now) <= until);
            if is_ordinary && goes_on && dice.chance(400) {
                (organisation, unit) = (producer.organisation, producer.unit);
            }
        }
        if !is_ordinary {
            return self.worker_of(organisation, unit);
        }
        let units = &self.organisation(organisation).units;
        let workers = units.get(unit).map_or([].as_slice(), |unit| unit.workers.as_slice());
        Worker { organisation, staff: dice.pick(workers).copied().unwrap_or_default() }
    }
}

impl Client {
    /// The case to which a document of this ordinal belongs.
    fn case_at(&self, ordinal: u64, dice: &mut Dice) -> Option<&Case> {
        let open: Vec<&Case> = self.cases.iter().filter(|case| case.ordinal < ordinal).collect();
        // Most of what is written is about what began last.
        if dice.chance(700) { open.last().copied() } else { dice.pick(&open).copied() }
            .or_else(|| self.cases.first())
    }

    /// How many documents are the person's own.
    pub(crate) fn documents(&self) -> (u64, u64) {
        self.documents
    }
}

fn task_by_age(born: Date, dice: &mut Dice) -> usize {
    match 2026 - born.year() {
        ..18 => [CHILD_PROTECTION, FAMILIES, FAMILIES, DISABILITY, FAMILY_LAW][dice.place(5)],
        18..65 => {
            [WORKING_AGE, WORKING_AGE, FAMILIES, DISABILITY, SUBSTANCES, FAMILY_LAW][dice.place(6)]
        }
        _ => [ELDERLY, ELDERLY, ELDERLY, ELDERLY, DISABILITY][dice.place(5)],
    }
}

/// A day many years before, at the same time of the day.
fn old(now: Timestamp, dice: &mut Dice) -> Timestamp {
    let days = 3650 + dice.below(3650).cast_signed();
    now - SignedDuration::from_hours(24 * days)
}

fn start(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use varanto_model::digest::sha256;

    use super::*;
    use crate::metadata::{self, Described};

    fn country(seed: u64, documents: u64) -> Country {
        Country::new(seed, Size { documents, bytes: 5000 }, Shapes::builtin())
    }

    #[test]
    fn the_same_seed_gives_the_same_country_now_and_later() {
        let told = |seed| {
            let country = country(seed, 3000);
            let metadata = |number| {
                let document = country.document(number);
                metadata::write(&country, &document, &Described::of(&country, &document))
            };
            let all: Vec<u8> = (0..country.documents()).flat_map(metadata).collect();
            sha256(&all).to_string()
        };
        assert_eq!(told(1), told(1));
        assert_ne!(told(1), told(2));
        assert_eq!(told(1), "ldBgzHFjFxm4Euz7nlhGzW3xZWUguN6vVQGF97XdlDo");
    }

    #[test]
    fn a_client_s_documents_are_stored_in_their_order_and_begin_with_clientship_and_case() {
        let country = country(4, 2000);
        for person in 0..200 {
            let client = country.client(person);
            let documents: Vec<Document> =
                (0..client.documents.1).map(|n| country.document_of(&client, n)).collect();
            assert!(documents.is_sorted_by(|a, b| a.stored_at < b.stored_at));
            assert_eq!(documents[0].kind, Kind::Clientship);
            assert_eq!(documents[1].kind, Kind::Case);
            assert!(documents.iter().all(|d| d.stored_at < start(ENDS)));
            for document in &documents {
                assert_eq!(country.document(document.number).oid, document.oid);
            }
        }
    }

    #[test]
    fn the_country_is_shaped_like_a_real_one() {
        let country = country(9, 20_000);
        let (mut oids, mut joint, mut cases, mut wills, mut produced) =
            (BTreeSet::new(), 0, 0, 0, 0);
        for number in 0..country.documents() {
            let document = country.document(number);
            cases += u32::from(document.kind == Kind::Case);
            joint += u32::from(document.kind == Kind::Case && document.clients.len() > 1);
            wills +=
                u32::from(matches!(document.kind, Kind::Informing | Kind::Permit | Kind::Denial));
            produced += u32::from(document.author.organisation >= country.counties());
            assert!(document.controller < country.counties());
            assert!(oids.insert(document.oid));
        }
        assert!((15..30).contains(&(joint * 1000 / cases)), "{joint} of {cases} cases are joint");
        assert!((500..1500).contains(&wills), "{wills} wills");
        assert!((500..4000).contains(&produced), "{produced} by producers");
    }

    #[test]
    fn everybody_s_documents_can_be_read_by_somebody_and_not_by_a_neighbour() {
        let country = country(9, 3000);
        for number in 0..country.documents() {
            let readers = country.who_may_read(number);
            let home = country.document(number).controller;
            assert_eq!(readers[0].worker.organisation, home);
            assert_ne!(country.who_may_not_read(number).organisation, home);
            assert_eq!(country.staff(readers[0].worker).role, "social_worker");
        }
    }
}
