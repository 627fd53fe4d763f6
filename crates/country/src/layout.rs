//! Who has which document, by arithmetic alone: a country is made of *villages* of a hundred people with a
//! thousand documents, in which a few have very many and most have few, as it is in life.

/// People of a village.
pub(crate) const PEOPLE: u64 = 100;
/// Documents of a village.
pub(crate) const DOCUMENTS: u64 = 1000;

/// How many people have how many documents, in the order in which they stand in a village.
const SIZES: [(u64, u64); 8] =
    [(8, 30), (5, 28), (4, 16), (3, 6), (14, 12), (22, 5), (45, 2), (170, 1)];

/// Families with a joint case: who has its document, and who else is in it; by their place in a village.
const FAMILIES: [(u64, &[u64]); 2] = [(0, &[30]), (1, &[31, 32])];

/// The document of an owner with which a joint case begins; those after it belong to it.
pub(crate) const JOINT_FROM: u64 = 5;

/// Where a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Whose it is: the number of the person.
    pub(crate) owner: u64,
    /// The how many-th of that person's it is, from 0.
    pub(crate) ordinal: u64,
}

/// Where the document of a number stands.
pub(crate) fn find(document: u64) -> Spot {
    let village = document / DOCUMENTS;
    let (mut rest, mut person) = (document % DOCUMENTS, village * PEOPLE);
    for (each, people) in SIZES {
        if rest < each * people {
            return Spot { owner: person + rest / each, ordinal: rest % each };
        }
        rest -= each * people;
        person += people;
    }
    Spot { owner: person, ordinal: rest }
}

/// The number of a person's first document, and how many there are.
pub(crate) fn documents_of(person: u64) -> (u64, u64) {
    let (mut place, mut first) = (person % PEOPLE, person / PEOPLE * DOCUMENTS);
    for (each, people) in SIZES {
        if place < people {
            return (first + place * each, each);
        }
        place -= people;
        first += each * people;
    }
    (first, 0)
}

/// The others of the joint case that this person's documents open; empty for most.
pub(crate) fn others_of(person: u64) -> impl Iterator<Item = u64> {
    let village = person / PEOPLE * PEOPLE;
    let family = FAMILIES.iter().find(|(owner, _)| *owner == person % PEOPLE);
    let others = family.map_or([].as_slice(), |(_, others)| others);
    others.iter().map(move |place| village + place)
}

/// The person in whose joint case this one is, where it is another's.
pub(crate) fn family_of(person: u64) -> Option<u64> {
    let village = person / PEOPLE * PEOPLE;
    let place = person % PEOPLE;
    let family = FAMILIES.iter().find(|(_, others)| others.contains(&place))?;
    Some(village + family.0)
}

/// How many villages so many documents make, the last one perhaps not whole.
pub(crate) const fn villages(documents: u64) -> u64 {
    documents.div_ceil(DOCUMENTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_somebodys_and_every_number_is_found_again() {
        for document in 0..3 * DOCUMENTS {
            let Spot { owner, ordinal } = find(document);
            assert_eq!(owner / PEOPLE, document / DOCUMENTS);
            let (first, many) = documents_of(owner);
            assert!(ordinal < many);
            assert_eq!(first + ordinal, document);
        }
        let of_village: u64 = (0..PEOPLE).map(|person| documents_of(person).1).sum();
        assert_eq!(of_village, DOCUMENTS);
    }

    #[test]
    fn a_family_is_known_from_both_sides() {
        for person in 0..2 * PEOPLE {
            for other in others_of(person) {
                assert_eq!(family_of(other), Some(person));
                assert!(documents_of(person).1 > JOINT_FROM && others_of(other).count() == 0);
            }
        }
        assert_eq!(others_of(PEOPLE + 1).collect::<Vec<_>>(), [PEOPLE + 31, PEOPLE + 32]);
    }
}
