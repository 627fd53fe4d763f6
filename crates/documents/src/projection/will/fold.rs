//! What the declarations of will of one person say together.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varanto_model::Oid;

use super::super::read::to_the_microsecond;
use super::{
    DenialDocument, DenialStanding, InformingDocument, InformingStanding, PermitDocument,
    PermitStanding, RepresentationDocument, RepresentationStanding, RepresentativeIdentifier,
    RepresentativeStanding,
};

/// Everything that the wills of one person say, at whichever controller they were recorded (DIS-01…03, CIT-05).
///
/// The newest version of each document counts. A document is named by one identifier in all its
/// versions; once annulled it stays so, and is kept. The stored form is canonical: equal wills have
/// equal bytes. `Debug` counts only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Will {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    informings: BTreeMap<Oid, InformingStanding>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    permits: BTreeMap<Oid, PermitStanding>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    denials: BTreeMap<Oid, DenialStanding>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    representations: BTreeMap<Oid, RepresentationStanding>,
}

impl Will {
    /// Takes in a version of an informing document that was recorded at `controller`.
    pub fn put_informing(
        &mut self,
        document: &Oid,
        controller: &Oid,
        informing: &InformingDocument,
        stored_at: Timestamp,
    ) {
        let standing = InformingStanding::of(controller, informing, stored_at);
        put(&mut self.informings, document, standing);
    }

    /// Takes in a version of a permit document that was recorded at `controller`.
    pub fn put_permit(
        &mut self,
        document: &Oid,
        controller: &Oid,
        permit: &PermitDocument,
        stored_at: Timestamp,
    ) {
        put(&mut self.permits, document, PermitStanding::of(controller, permit, stored_at));
    }

    /// Takes in a version of a denial document that was recorded at `controller`. `resolve` gives the
    /// original of a denied document from the identifier of one of its versions; where it gives
    /// none, the identifier in the denial is taken for that of the original.
    pub fn put_denial(
        &mut self,
        document: &Oid,
        controller: &Oid,
        denial: &DenialDocument,
        resolve: impl Fn(&Oid) -> Option<Oid>,
        stored_at: Timestamp,
    ) {
        let standing = DenialStanding::of(controller, denial, resolve, stored_at);
        put(&mut self.denials, document, standing);
    }

    /// Takes in a version of a representation document that was recorded at `controller`. `name`
    /// gives a representative the opaque name under which the person is found again
    /// ([`represents`](Self::represents)); one without a name is kept and found by nobody.
    pub fn put_representation(
        &mut self,
        document: &Oid,
        controller: &Oid,
        representation: &RepresentationDocument,
        name: impl Fn(&RepresentativeIdentifier) -> Option<String>,
        stored_at: Timestamp,
    ) {
        let persons = &representation.representatives;
        let standing = RepresentationStanding::of(controller, persons, name, stored_at);
        put(&mut self.representations, document, standing);
    }

    /// Notes that a document was annulled at `at`: nothing follows from it any more. A document that
    /// is not known, or annulled already, changes nothing.
    pub fn annul(&mut self, document: &Oid, at: Timestamp) {
        let at = to_the_microsecond(at);
        annul(&mut self.informings, document, at);
        annul(&mut self.permits, document, at);
        annul(&mut self.denials, document, at);
        annul(&mut self.representations, document, at);
    }

    /// Takes in what another file says of the same person (CASE-06). Of a document in both the version
    /// that was stored last counts, and it is annulled where it is in either. In which order files are
    /// merged does not matter.
    pub fn merge(&mut self, other: Self) {
        merge(&mut self.informings, other.informings);
        merge(&mut self.permits, other.permits);
        merge(&mut self.denials, other.denials);
        merge(&mut self.representations, other.representations);
    }

    /// Is nothing known?
    pub fn is_empty(&self) -> bool {
        self.informings.is_empty()
            && self.permits.is_empty()
            && self.denials.is_empty()
            && self.representations.is_empty()
    }

    /// Has the client been informed (DIS-01)? So it is where any informing stands.
    pub fn is_informed(&self) -> bool {
        self.informings.values().any(Kept::stands)
    }

    /// The informing documents with what they say, annulled ones too, in order of their identifiers.
    pub fn informings(&self) -> impl Iterator<Item = (&Oid, &InformingStanding)> {
        self.informings.iter()
    }

    /// The permit documents with what they say, annulled ones too, in order of their identifiers.
    pub fn permits(&self) -> impl Iterator<Item = (&Oid, &PermitStanding)> {
        self.permits.iter()
    }

    /// The denial documents with what they say, annulled ones too, in order of their identifiers.
    pub fn denials(&self) -> impl Iterator<Item = (&Oid, &DenialStanding)> {
        self.denials.iter()
    }

    /// The representation documents with what they say, annulled ones too, in order of their
    /// identifiers.
    pub fn representations(&self) -> impl Iterator<Item = (&Oid, &RepresentationStanding)> {
        self.representations.iter()
    }

    /// What counts of the permits that stand (DIS-02). A refusal is overcome only by a permit that was both
    /// given and stored after it: neither a paper that comes in late nor a wrong day opens what the client
    /// has closed. Of those that count it is the last one by day, time of storing and identifier.
    pub fn permit(&self) -> Option<(&Oid, &PermitStanding)> {
        let of = |given: bool| {
            self.permits.iter().filter(move |(_, permit)| permit.stands() && permit.given == given)
        };
        let day = |(document, permit): &(&Oid, &PermitStanding)| {
            (permit.day, permit.stored_at, (*document).clone())
        };
        let overcomes = |permit: &(&Oid, &PermitStanding)| {
            of(false).all(|refusal| {
                let was_stored_after =
                    (permit.1.stored_at, permit.0) > (refusal.1.stored_at, refusal.0);
                was_stored_after && day(permit) > day(&refusal)
            })
        };
        let given = of(true).filter(overcomes).max_by_key(day);
        given.or_else(|| of(false).max_by_key(day))
    }

    /// The denials in force (DIS-03): what all documents that stand deny, together.
    pub fn denials_in_force(&self) -> impl Iterator<Item = (&Oid, &DenialStanding)> {
        self.denials.iter().filter(|(_, denial)| denial.stands())
    }

    /// As what the person of the opaque name represents the client on `today`.
    pub fn represents(
        &self,
        name: &str,
        today: Date,
    ) -> impl Iterator<Item = &RepresentativeStanding> {
        let standing = self.representations.values().filter(|document| document.stands());
        let persons = standing.flat_map(|document| &document.representatives);
        persons.filter(move |person| person.name.as_deref() == Some(name) && person.holds_on(today))
    }
}

impl fmt::Debug for Will {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [informings, permits, denials, representations] = [
            self.informings.len(),
            self.permits.len(),
            self.denials.len(),
            self.representations.len(),
        ];
        write!(
            f,
            "Will({informings} informings, {permits} permits, {denials} denials, \
             {representations} representations)"
        )
    }
}

/// What is kept of a document of any kind.
trait Kept: Ord {
    fn annulled_at(&self) -> Option<Timestamp>;
    fn set_annulled_at(&mut self, at: Option<Timestamp>);

    /// Does it stand: is it not annulled?
    fn stands(&self) -> bool {
        self.annulled_at().is_none()
    }
}

macro_rules! kept {
    ($($standing:ty),*) => {$(
        impl Kept for $standing {
            fn annulled_at(&self) -> Option<Timestamp> {
                self.annulled_at
            }

            fn set_annulled_at(&mut self, at: Option<Timestamp>) {
                self.annulled_at = at;
            }
        }
    )*};
}

kept!(InformingStanding, PermitStanding, DenialStanding, RepresentationStanding);

fn put<T: Kept>(documents: &mut BTreeMap<Oid, T>, document: &Oid, mut next: T) {
    next.set_annulled_at(documents.get(document).and_then(Kept::annulled_at));
    documents.insert(document.clone(), next);
}

fn annul<T: Kept>(documents: &mut BTreeMap<Oid, T>, document: &Oid, at: Timestamp) {
    if let Some(kept) = documents.get_mut(document).filter(|kept| kept.stands()) {
        kept.set_annulled_at(Some(at));
    }
}

fn merge<T: Kept>(documents: &mut BTreeMap<Oid, T>, others: BTreeMap<Oid, T>) {
    for (document, mut other) in others {
        let one = match documents.remove(&document) {
            Some(mut here) => {
                let (a, b) = (here.annulled_at(), other.annulled_at());
                let annulled_at = a.into_iter().chain(b).min();
                here.set_annulled_at(annulled_at);
                other.set_annulled_at(annulled_at);
                here.max(other)
            }
            None => other,
        };
        documents.insert(document, one);
    }
}
