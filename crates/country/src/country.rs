//! The country: everything in it follows from its seed and a number, so that nothing has to be kept and
//! anything can be asked for by itself – the document of a number, whose it is, who may read it.

mod following;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use varanto_model::Oid;
use varanto_rules::Basis;
use varanto_sandbox::World;

pub(crate) use self::following::Client;

use crate::dice::Dice;
use crate::layout;
use crate::organisations::{Organisation, Staff, organisations, world};
use crate::person::{MAX_PEOPLE, Person};
use crate::shapes::{Shape, Shapes};
use crate::words::Sentences;

/// Types of documents that never leave their controller, whatever the client permits.
const NEVER_DISCLOSED: [&str; 4] = ["1011", "15019", "19009", "19010"];

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
    whole_every: u64,
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

impl Country {
    /// The country of a seed. `shapes` are the structures of its documents.
    pub fn new(seed: u64, size: Size, shapes: Shapes) -> Self {
        Self::sparse(seed, size, shapes, 1)
    }

    /// The same country, of whose documents only about one in `whole_every` is whole. Of the others the
    /// store has what lists and rights are made of, and no content, signature or log entry: so a country
    /// can be large where there is little room.
    pub fn sparse(seed: u64, size: Size, shapes: Shapes, whole_every: u64) -> Self {
        let (counties, organisations) = organisations(seed, size.documents);
        let (sentences, whole_every) = (Sentences::new(seed), whole_every.max(1));
        let inner = Inner { seed, size, whole_every, counties, organisations, shapes, sentences };
        Self(Arc::new(inner))
    }

    /// Of how many documents one is whole.
    pub fn whole_every(&self) -> u64 {
        self.0.whole_every
    }

    /// Is the document of this number whole?
    pub fn is_whole(&self, number: u64) -> bool {
        // The first two of each village are, so that there are log entries among whatever is written together.
        let is_first = number % layout::DOCUMENTS < 2;
        self.0.whole_every == 1
            || is_first
            || self.dice(0xAA, number).below(self.0.whole_every) == 0
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

    /// One of all whole documents; clients with many documents come often.
    pub fn existing_document(&self, dice: &mut Dice) -> u64 {
        loop {
            let number = dice.below(self.documents());
            if self.is_whole(number) {
                return number;
            }
        }
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
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use varanto_model::digest::sha256;

    use super::following::{ENDS, start};
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
