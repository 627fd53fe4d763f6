//! Who acts for the client: legal representatives as wills name them.

use std::fmt;

use varanto_model::{Code, Faults, PersonalIdentityCode, TemporaryIdentifier};

use super::super::read;
use crate::node::Node;

/// The longest identifier of a public guardian, in characters.
const LONGEST: usize = 200;

/// The identifier by which a public guardian is known where there is no personal one: a text that
/// whoever appoints guardians gives. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuardianIdentifier(String);

impl GuardianIdentifier {
    /// Takes a text of 1 to 200 characters that are not all blank, without the blanks around it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_one = !text.is_empty() && text.chars().count() <= LONGEST;
        is_one.then(|| Self(text.to_owned()))
    }

    /// The identifier itself, for comparison and storage.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for GuardianIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuardianIdentifier(…)")
    }
}

/// By what a representative is known. `Debug` shows the kind alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RepresentativeIdentifier {
    /// A real identity code.
    PersonalIdentityCode(PersonalIdentityCode),
    /// One that stands in for a missing identity code.
    Temporary(TemporaryIdentifier),
    /// That of a public guardian.
    Guardian(GuardianIdentifier),
}

/// A representative who acted when a will was expressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Representative {
    /// Who it is.
    pub identifier: RepresentativeIdentifier,
    /// As what: a code of 1.2.246.537.6.1284, which the structures limit to 31 to 34.
    pub role: Code,
}

impl Representative {
    /// Those in the list `name` of `holder`, in the order of the document.
    pub(super) fn all(holder: &Node<'_>, name: &str, faults: &mut Faults) -> Vec<Self> {
        let persons = holder.items(name);
        persons.iter().filter_map(|person| Self::of(person, faults)).collect()
    }

    /// The representative who stands at `person`.
    pub(super) fn of(person: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let identifier = identifier(person, faults);
        let role = read::wanted(person, "rooli", faults).and_then(|role| read::code(&role, faults));
        Some(Self { identifier: identifier?, role: role? })
    }
}

/// The first of the three identifiers that is there: the identity code, the temporary identifier,
/// the guardian's own.
fn identifier(person: &Node<'_>, faults: &mut Faults) -> Option<RepresentativeIdentifier> {
    if let Some(node) = person.get("henkilotunnus") {
        let code = read::identity_code(&node, faults);
        return code.map(RepresentativeIdentifier::PersonalIdentityCode);
    }
    if let Some(node) = person.get("tilapainen_yksilointitunnus") {
        let temporary = read::temporary_identifier(&node, faults);
        return temporary.map(RepresentativeIdentifier::Temporary);
    }
    let name = "edunvalvojan_tunniste";
    if !person.has(name) {
        let why = "one of the representative's identifiers is mandatory";
        faults.add(person.place("henkilotunnus"), "representative-identity-missing", why);
        return None;
    }
    let guardian = person.text(name).and_then(GuardianIdentifier::parse);
    if guardian.is_none() {
        let why = "a text of at most 200 characters is wanted here";
        faults.add(person.place(name), "not-a-guardian-identifier", why);
    }
    guardian.map(RepresentativeIdentifier::Guardian)
}
