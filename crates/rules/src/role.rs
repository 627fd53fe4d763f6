//! Roles: what a work task may see and do at most (457/2024; AC-02), as loadable data.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use varanto_model::{Code, Group};

use crate::{DocumentFacts, Purpose};

/// What one role may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// Purposes for which it may act.
    pub purposes: BTreeSet<Purpose>,
    /// The documents that it covers, by their codes.
    pub coverage: Coverage,
    /// Groups that it may read.
    pub reads: BTreeSet<Group>,
    /// Groups that it may store and annul.
    pub writes: BTreeSet<Group>,
    /// May it look at user registers, and at whom the controller has given rights (AC-04, AC-08)?
    pub oversees: bool,
    /// May it use its authority's broad right of access (DIS-05)?
    pub broad: bool,
}

/// The documents that a role covers: of which service tasks, service processes and document types
/// (AC-02). `None` is all of them, and a document that does not tell is covered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Service tasks, code set 1221.
    pub service_tasks: Option<BTreeSet<Code>>,
    /// Service processes, code set 1277.
    pub service_processes: Option<BTreeSet<Code>>,
    /// Document types, code set 1506.
    pub type_codes: Option<BTreeSet<Code>>,
}

impl Coverage {
    /// Is the service task covered?
    pub fn covers_task(&self, task: &Code) -> bool {
        self.service_tasks.as_ref().is_none_or(|tasks| tasks.contains(task))
    }

    /// Is the document covered?
    pub fn covers(&self, document: &DocumentFacts) -> bool {
        let within =
            |permitted: &Option<BTreeSet<Code>>, code: &Option<Code>| match (permitted, code) {
                (Some(permitted), Some(code)) => permitted.contains(code),
                (None, _) | (_, None) => true,
            };
        within(&self.service_tasks, &document.service_task)
            && within(&self.service_processes, &document.service_process)
            && within(&self.type_codes, &document.type_code)
    }
}

/// The roles by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(BTreeMap<Code, Role>);

/// Why a table of roles cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// It is not of the right form.
    #[error("the table of roles is not of the right form: {0}")]
    Form(String),
    /// A word in it is unknown.
    #[error("role `{role}`: there is no {kind} `{word}`")]
    Unknown {
        /// In which role.
        role: String,
        /// A purpose or a group.
        kind: &'static str,
        /// The word.
        word: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    purposes: Vec<String>,
    service_tasks: Codes,
    #[serde(default)]
    service_processes: Codes,
    #[serde(default)]
    type_codes: Codes,
    reads: Groups,
    writes: Groups,
    #[serde(default)]
    oversees: bool,
    #[serde(default)]
    broad: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Codes {
    All(All),
    Some(BTreeSet<Code>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::All(All::All)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Groups {
    All(All),
    Some(Vec<String>),
}

#[derive(Deserialize)]
enum All {
    #[serde(rename = "all")]
    All,
}

impl Roles {
    /// The table that the system starts with. The national tables of 457/2024 are not published in
    /// a form that could be had; a controller replaces this one through the configuration.
    pub fn builtin() -> Result<Self, RoleError> {
        Self::parse(include_str!("../data/roles.json"))
    }

    /// Reads a table: an object of roles by code.
    pub fn parse(json: &str) -> Result<Self, RoleError> {
        let rows: BTreeMap<Code, Row> =
            json_rows(json).map_err(|e| RoleError::Form(e.to_string()))?;
        rows.into_iter()
            .map(|(code, row)| Ok((code.clone(), role(&code, row)?)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The role of a code.
    pub fn find(&self, code: &Code) -> Option<&Role> {
        self.0.get(code)
    }
}

fn json_rows(json: &str) -> Result<BTreeMap<Code, Row>, serde_json::Error> {
    serde_json::from_str(json)
}

fn role(code: &Code, row: Row) -> Result<Role, RoleError> {
    let unknown = |kind, word: &str| RoleError::Unknown {
        role: code.to_string(),
        kind,
        word: word.to_owned(),
    };
    let purpose = |word: &String| {
        let found = Purpose::ALL.iter().copied().find(|p| p.as_str() == word);
        found.ok_or_else(|| unknown("purpose", word))
    };
    let groups = |groups: Groups| match groups {
        Groups::All(All::All) => Ok(Group::ALL.iter().copied().collect()),
        Groups::Some(words) => {
            words.iter().map(|w| Group::parse(w).ok_or_else(|| unknown("group", w))).collect()
        }
    };
    let codes = |codes: Codes| match codes {
        Codes::All(All::All) => None,
        Codes::Some(codes) => Some(codes),
    };
    Ok(Role {
        purposes: row.purposes.iter().map(purpose).collect::<Result<_, _>>()?,
        coverage: Coverage {
            service_tasks: codes(row.service_tasks),
            service_processes: codes(row.service_processes),
            type_codes: codes(row.type_codes),
        },
        reads: groups(row.reads)?,
        writes: groups(row.writes)?,
        oversees: row.oversees,
        broad: row.broad,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ AC-02
    #[test]
    fn the_builtin_roles_are_readable_and_give_the_least() {
        let roles = Roles::builtin().unwrap();
        let role = |code: &str| roles.find(&Code::parse(code).unwrap()).unwrap();
        assert!(role("privacy_officer").reads.is_empty());
        assert!(role("service_desk").writes.is_empty());
        assert!(role("archivist").purposes == [Purpose::Archive].into());
        assert_eq!(role("social_worker").coverage, Coverage::default());
        let tasks = role("practical_nurse").coverage.service_tasks.as_ref().unwrap();
        assert!(!tasks.contains(&Code::parse("10").unwrap()));
    }

    #[test]
    fn an_unknown_word_in_the_table_is_named() {
        let table =
            r#"{"x": {"purposes": ["fun"], "service_tasks": "all", "reads": [], "writes": []}}"#;
        assert_eq!(
            Roles::parse(table).unwrap_err().to_string(),
            "role `x`: there is no purpose `fun`"
        );
        assert!(Roles::parse(r#"{"x": {"colour": 1}}"#).is_err());
    }
}
