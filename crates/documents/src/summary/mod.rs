//! The client data summary (asiakastiedon kooste, SUM-01): what a client's documents say now.
//!
//! Decisions and plans in force, services, own workers, risks and the latest assessments are taken
//! out of structured contents by [`SummaryRules`], which are data: a new structure with members of
//! the usual names is summarised without a change here. [`SummaryRules::extract`] is given the
//! documents that somebody may read and the day; who may read what is decided elsewhere, and which
//! clientships and cases there are is known elsewhere.
//!
//! Contact data and identifiers of persons never come into a summary: rules that name such members
//! are refused, and a wildcard passes them by. Of a worker the name, title and unit are taken.
//! Where contact data are masked the caller gives masked contents and withholds free text, which
//! cannot be masked ([`Texts`]).

mod extract;
mod path;
mod read;
mod rule;
mod source;
mod value;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use varanto_model::{Code, Faults, Group, Oid};

use self::rule::Rule;

pub use self::source::SourceDocument;
pub use self::value::{Coded, Person, Text, Value};

/// The most entries of one section; more are told ([`Listed::more`]).
pub const MAX_ENTRIES: usize = 50;
/// The most values of one field of an entry; more are told ([`Values::more`]).
pub const MAX_VALUES: usize = 10;
/// The largest file of rules that is read, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// How a summary is made of documents: the rules of all its sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRules {
    rules: Vec<Rule>,
}

/// A part of a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Decisions in force.
    Decisions,
    /// Plans in force.
    Plans,
    /// Services that the client has.
    Services,
    /// Workers who are responsible for the client.
    OwnWorkers,
    /// Risk information that is valid.
    Risks,
    /// The latest assessments.
    Assessments,
}

impl Section {
    /// Every section.
    pub const ALL: &'static [Self] = &[
        Self::Decisions,
        Self::Plans,
        Self::Services,
        Self::OwnWorkers,
        Self::Risks,
        Self::Assessments,
    ];

    /// The word of the interface and of the rules.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decisions => "decisions",
            Self::Plans => "plans",
            Self::Services => "services",
            Self::OwnWorkers => "own_workers",
            Self::Risks => "risks",
            Self::Assessments => "assessments",
        }
    }
}

/// Does free text of a document come into a summary?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// It does.
    Shown,
    /// It does not: contact data are masked, and somebody may have written them into a text.
    Withheld,
}

/// What a client's documents say on a day.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Decisions in force.
    pub decisions: Listed,
    /// Plans in force.
    pub plans: Listed,
    /// Services that the client has.
    pub services: Listed,
    /// Workers who are responsible for the client.
    pub own_workers: Listed,
    /// Risk information that is valid.
    pub risks: Listed,
    /// The latest assessments.
    pub assessments: Listed,
}

impl Summary {
    /// One section.
    pub fn section(&self, section: Section) -> &Listed {
        match section {
            Section::Decisions => &self.decisions,
            Section::Plans => &self.plans,
            Section::Services => &self.services,
            Section::OwnWorkers => &self.own_workers,
            Section::Risks => &self.risks,
            Section::Assessments => &self.assessments,
        }
    }

    /// Is there no entry at all?
    pub fn is_empty(&self) -> bool {
        Section::ALL.iter().all(|section| self.section(*section).entries.is_empty())
    }

    fn section_mut(&mut self, section: Section) -> &mut Listed {
        match section {
            Section::Decisions => &mut self.decisions,
            Section::Plans => &mut self.plans,
            Section::Services => &mut self.services,
            Section::OwnWorkers => &mut self.own_workers,
            Section::Risks => &mut self.risks,
            Section::Assessments => &mut self.assessments,
        }
    }
}

/// The entries of one section, the newest document first.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// At most [`MAX_ENTRIES`].
    pub entries: Vec<Entry>,
    /// Were there more?
    pub more: bool,
}

/// What one document, or one group of its members, says.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The version that it stands in.
    pub document: Oid,
    /// Whose register that is in.
    pub controller: Oid,
    /// The service unit in which it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Oid>,
    /// Document type, code set 1506 or 1505.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_code: Option<Code>,
    /// Code set 1221.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_task: Option<Code>,
    /// When the document was written.
    pub written_at: Timestamp,
    /// The first day of validity that the document tells, as it tells it: `2026-09-01`, `2026-09`
    /// or `2026`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// The last day likewise; without it the validity goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
    /// The fields that have values, in the order of the rule.
    pub fields: Vec<Values>,
    /// Does the document have a text here that is withheld ([`Texts::Withheld`])?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub text_withheld: bool,
}

/// The values of one field.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Values {
    /// The name that the rule gives.
    pub name: String,
    /// 1 to [`MAX_VALUES`], none twice.
    pub values: Vec<Value>,
    /// Were there more?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

impl SummaryRules {
    /// The rules that the program brings: for the national structures and those of our own.
    ///
    /// # Errors
    /// All faults of the file; there are none as long as the tests pass.
    pub fn builtin() -> Result<Self, Faults> {
        Self::parse(include_bytes!("../../summary/rules.json"))
    }

    /// Reads rules, as `docs/summary.md` describes them.
    ///
    /// # Errors
    /// All faults, each with its place in the file.
    pub fn parse(json: &[u8]) -> Result<Self, Faults> {
        read::rules(json).map(|rules| Self { rules })
    }

    /// Is there a rule for documents of this group and type?
    pub fn concern(&self, group: Group, type_code: Option<&Code>) -> bool {
        self.rules.iter().any(|rule| rule.applies_to.covers(group, type_code))
    }

    /// The groups that rules name, each once.
    pub fn groups(&self) -> Vec<Group> {
        let is_named =
            |group: &Group| self.rules.iter().any(|rule| rule.applies_to.groups.contains(group));
        Group::ALL.iter().copied().filter(is_named).collect()
    }

    /// What `documents` say on `today`. Their order does not matter; each is the newest version of
    /// its document.
    pub fn extract(&self, documents: &[SourceDocument<'_>], today: Date) -> Summary {
        extract::summary(&self.rules, documents, today)
    }
}

#[cfg(test)]
mod tests;
