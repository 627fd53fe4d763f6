//! Code sets: the values that coded fields and metadata may have, with names and validity.
//!
//! A set is loaded data. Where a national set is only partly known its coverage is
//! [`Coverage::Partial`], and a code that is not in it is not held against anyone. Codes that the
//! project or an installation has made up are marked local; importing the national set replaces
//! them. What a code means for a rule is data too ([`Entry::meaning`]), never a constant in code.

mod csv;
mod json;

use std::collections::BTreeMap;

use jiff::civil::Date;
use varanto_model::{Faults, LocalText, Oid};

pub use self::csv::Header;

/// The largest code set file that is read, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most codes of one set.
pub const MAX_CODES: usize = 200_000;

/// A code set in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSet {
    oid: Oid,
    name: LocalText,
    version: Option<String>,
    coverage: Coverage,
    validity: Validity,
    codes: BTreeMap<String, Entry>,
}

/// Whether all codes of a set are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// A code that is not in the set does not exist.
    Full,
    /// The set has further codes that are not known here.
    Partial,
}

/// First and last day of use; open where `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Validity {
    /// Is `day` within?
    pub fn covers(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    fn is_reversed(self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if to < from)
    }
}

/// One code of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    name: LocalText,
    validity: Validity,
    local: bool,
    meaning: Option<String>,
}

impl Entry {
    /// What the code stands for.
    pub fn name(&self) -> &LocalText {
        &self.name
    }

    /// When the code may be used.
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// Is it made up here, not nationally published?
    pub fn is_local(&self) -> bool {
        self.local
    }

    /// What rules take the code for; set in the data. In use are `closed` among the states of a
    /// case (1.2.246.537.6.1501) and `other` among its names (1.2.246.537.6.1265).
    pub fn meaning(&self) -> Option<&str> {
        self.meaning.as_deref()
    }
}

/// How a code stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may be used.
    Valid,
    /// It exists, but not on that day.
    NotOnThatDay,
    /// The whole set is known and has no such code.
    Unknown,
    /// The set is not loaded, or only in part: nothing is known against the code.
    Unchecked,
}

impl CodeSet {
    /// Reads code sets in our JSON form: one object, or `{"code_sets": [object, …]}`.
    ///
    /// # Errors
    /// All faults, each with its place in the file.
    pub fn parse(bytes: &[u8]) -> Result<Vec<Self>, Faults> {
        json::parse(bytes)
    }

    /// Reads a table of codes, `code;fi;sv;en;valid_from;valid_to` with that head line, which
    /// exports of the national code server are easily brought into. A column `meaning` may follow
    /// ([`Entry::meaning`]).
    ///
    /// # Errors
    /// All faults; the place is `/<line, counted from 0>/<column>`.
    pub fn from_csv(header: Header, bytes: &[u8]) -> Result<Self, Faults> {
        csv::parse(header, bytes)
    }

    /// The set in our JSON form, which [`parse`](Self::parse) reads.
    pub fn to_json(&self) -> serde_json::Value {
        json::write(self)
    }

    /// The identifier, without that of a version.
    pub fn oid(&self) -> &Oid {
        &self.oid
    }

    /// What the set is called.
    pub fn name(&self) -> &LocalText {
        &self.name
    }

    /// The version, as published.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Are all its codes here?
    pub fn coverage(&self) -> Coverage {
        self.coverage
    }

    /// When the set may be used.
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// All codes in order, with what is known of each.
    pub fn codes(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.codes.iter().map(|(code, entry)| (code.as_str(), entry))
    }

    /// What is known of one code.
    pub fn find(&self, code: &str) -> Option<&Entry> {
        self.codes.get(code)
    }

    /// May `code` be used on `day`?
    pub fn known(&self, code: &str, day: Date) -> Standing {
        match (self.codes.get(code), self.coverage) {
            (Some(entry), _) if entry.validity.covers(day) && self.validity.covers(day) => {
                Standing::Valid
            }
            (Some(_), _) => Standing::NotOnThatDay,
            (None, Coverage::Full) => Standing::Unknown,
            (None, Coverage::Partial) => Standing::Unchecked,
        }
    }
}

/// The loaded code sets, one version of each.
#[derive(Clone, Debug, Default)]
pub struct CodeSets {
    sets: BTreeMap<Oid, CodeSet>,
}

impl CodeSets {
    /// None yet.
    pub fn none() -> Self {
        Self::default()
    }

    /// Takes in a set and gives back the one that it replaces.
    pub fn insert(&mut self, set: CodeSet) -> Option<CodeSet> {
        self.sets.insert(set.oid.clone(), set)
    }

    /// All sets in order of their identifiers.
    pub fn iter(&self) -> impl Iterator<Item = &CodeSet> {
        self.sets.values()
    }

    /// The set named by `oid`, which may go on with the arcs of a version. Of nested sets the one
    /// with the longest identifier is meant.
    pub fn find(&self, oid: &Oid) -> Option<&CodeSet> {
        let mut text = oid.as_str();
        loop {
            if let Some(set) = Oid::parse(text).ok().and_then(|oid| self.sets.get(&oid)) {
                return Some(set);
            }
            text = text.rsplit_once('.')?.0;
        }
    }

    /// The set that a code system such as `urn:oid:1.2.246.537.6.1221.201601` names.
    pub fn of_system(&self, system: &str) -> Option<&CodeSet> {
        self.find(&Oid::parse(system.strip_prefix("urn:oid:")?).ok()?)
    }

    /// May `code` of the set `oid`, in any version, be used on `day`?
    pub fn known(&self, oid: &Oid, code: &str, day: Date) -> Standing {
        self.find(oid).map_or(Standing::Unchecked, |set| set.known(code, day))
    }

    /// Does the data give `code` of the set `oid` this meaning?
    pub fn means(&self, oid: &Oid, code: &str, meaning: &str) -> bool {
        let entry = self.find(oid).and_then(|set| set.find(code));
        entry.and_then(Entry::meaning) == Some(meaning)
    }
}

impl FromIterator<CodeSet> for CodeSets {
    fn from_iter<I: IntoIterator<Item = CodeSet>>(sets: I) -> Self {
        let mut all = Self::none();
        sets.into_iter().for_each(|set| drop(all.insert(set)));
        all
    }
}

#[cfg(test)]
mod tests;
