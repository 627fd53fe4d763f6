//! What the control documents of one client at one controller say together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varanto_model::Oid;

use super::read::to_the_microsecond;
use super::{
    CaseClient, CaseDocument, CaseStanding, ClientshipDocument, ClientshipStanding, ContextUnit,
    DerivedRight, UnitStanding, right,
};

/// Everything derived from the case and clientship documents of one client at one controller
/// (CASE-05).
///
/// Documents are folded in the order in which they were stored. A document is named by one
/// identifier in all its versions. The stored form is canonical: equal standings have equal bytes.
/// `Debug` counts only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    cases: BTreeMap<Oid, CaseStanding>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    clientships: BTreeMap<Oid, ClientshipStanding>,
}

impl Standing {
    /// Takes in a version of a case document that `keeper` keeps, for the client that is its `member`.
    ///
    /// A client whom a new version names no more has no part in the case from then on: in that
    /// client's standing the document is [annulled](Self::annul).
    pub fn put_case(
        &mut self,
        document: &Oid,
        keeper: &Oid,
        case: &CaseDocument,
        member: &CaseClient,
    ) {
        self.cases.insert(document.clone(), CaseStanding::of(keeper, case, member));
    }

    /// Takes in a version of a clientship document that `keeper` keeps, stored at `stored_at`.
    ///
    /// An entry of a unit is the same one where service task, part, producer's unit, unit and first
    /// day are. One that the version before had and this one has not is withdrawn at `stored_at`.
    pub fn put_clientship(
        &mut self,
        document: &Oid,
        keeper: &Oid,
        clientship: &ClientshipDocument,
        stored_at: Timestamp,
    ) {
        let mut next = ClientshipStanding::of(keeper, clientship);
        if let Some(before) = self.clientships.remove(document) {
            let kept: BTreeSet<_> = next.units.iter().map(UnitStanding::identity).collect();
            let is_gone = |unit: &UnitStanding| !kept.contains(&unit.identity());
            let mut gone: Vec<_> = before.units.into_iter().filter(is_gone).collect();
            for unit in &mut gone {
                unit.withdraw(to_the_microsecond(stored_at));
            }
            next.units.append(&mut gone);
        }
        next.units.sort_unstable();
        next.units.dedup();
        self.clientships.insert(document.clone(), next);
    }

    /// Notes that a document was annulled at `at`: no right follows from a case, and all entries of
    /// a clientship are withdrawn. A document that is not known, or annulled already, changes
    /// nothing.
    pub fn annul(&mut self, document: &Oid, at: Timestamp) {
        let at = to_the_microsecond(at);
        if let Some(case) = self.cases.get_mut(document) {
            case.annulled_at.get_or_insert(at);
        }
        if let Some(clientship) = self.clientships.get_mut(document) {
            let at = *clientship.annulled_at.get_or_insert(at);
            clientship.units.iter_mut().for_each(|unit| unit.withdraw(at));
        }
    }

    /// Takes in what another file says of the same person (CASE-06). In which order files are
    /// merged does not matter.
    pub fn merge(&mut self, other: Self) {
        for (document, case) in other.cases {
            let both = match self.cases.remove(&document) {
                Some(here) => here.merge(case),
                None => case,
            };
            self.cases.insert(document, both);
        }
        for (document, clientship) in other.clientships {
            let one = match self.clientships.remove(&document) {
                Some(here) => here.max(clientship),
                None => clientship,
            };
            self.clientships.insert(document, one);
        }
    }

    /// Is nothing known?
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.clientships.is_empty()
    }

    /// The case documents with what they say, in order of their identifiers.
    pub fn cases(&self) -> impl Iterator<Item = (&Oid, &CaseStanding)> {
        self.cases.iter()
    }

    /// The clientship documents with what they say, in order of their identifiers.
    pub fn clientships(&self) -> impl Iterator<Item = (&Oid, &ClientshipStanding)> {
        self.clientships.iter()
    }

    /// The case with the identifier `case` and its document; one that is not annulled where there
    /// are several.
    pub fn find_case(&self, case: &Oid) -> Option<(&Oid, &CaseStanding)> {
        self.cases
            .iter()
            .filter(|(_, standing)| standing.case == *case)
            .min_by_key(|(_, standing)| standing.annulled_at.is_some())
    }

    /// The clientship document of which `keeper` can have only one at a time: not of an old
    /// clientship, not annulled, and not ended on `today` (CASE-04).
    pub fn active_clientship_of(
        &self,
        keeper: &Oid,
        today: Date,
    ) -> Option<(&Oid, &ClientshipStanding)> {
        let is_meant = |clientship: &ClientshipStanding| {
            clientship.keeper == *keeper && clientship.is_active(today)
        };
        self.clientships.iter().find(|(_, clientship)| is_meant(clientship))
    }

    /// The units whose workers stand, or stood, in a context to the client: the organiser's, the
    /// producers' and those of implementers, of all clientships but old ones that the organiser keeps.
    /// Nobody else, such as a shelter, says who uses the organiser's documents (RA-08).
    pub fn context_units(&self) -> impl Iterator<Item = ContextUnit<'_>> {
        let gives_context = |clientship: &&ClientshipStanding| {
            !clientship.is_old && clientship.organiser.as_ref() == Some(&clientship.keeper)
        };
        let clientships = self.clientships.values().filter(gives_context);
        clientships.flat_map(|clientship| &clientship.units).map(ContextUnit::of)
    }

    /// The register access rights that follow (RA-01), in order of case and unit. A clientship reaches
    /// the cases of its own keeper alone: what a shelter writes opens nothing of the organiser's, nor
    /// the other way round (RA-08). Whether a unit is the organiser's own, which needs no right, is not
    /// known here.
    pub fn rights(&self) -> Vec<DerivedRight> {
        right::derive(&self.cases, &self.clientships)
    }

    /// Are the client's contact data protected on `today` (CASE-07)? So they are where any
    /// clientship that is not annulled says it, an old or ended one too.
    pub fn turvakielto(&self, today: Date) -> bool {
        self.clientships.values().any(|clientship| {
            let goes_on = clientship.turvakielto_until.is_none_or(|until| today <= until);
            clientship.annulled_at.is_none() && clientship.turvakielto && goes_on
        })
    }
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cases, clientships) = (self.cases.len(), self.clientships.len());
        write!(f, "Standing({cases} cases, {clientships} clientships)")
    }
}
