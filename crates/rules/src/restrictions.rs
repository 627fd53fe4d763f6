//! Types of documents that are kept back, as loadable data.

use std::collections::BTreeSet;

use serde::Deserialize;
use varanto_model::Code;

/// The types of documents, code set 1506, that are kept back from some.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restrictions {
    /// Never disclosed to another controller, neither with a permit nor under a broad right (R4, R5).
    pub not_disclosed: BTreeSet<Code>,
    /// Never shown to the citizen (C1; CIT-02).
    pub not_shown_to_citizen: BTreeSet<Code>,
}

/// Why a table of restrictions cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the table of restrictions is not of the right form: {0}")]
pub struct RestrictionsError(String);

impl Restrictions {
    /// The table that the system starts with: to citizens what the national service never shows
    /// (shelters, work against violence, payment commitments); to other controllers what would tell where
    /// a shelter is, and the entries on data received and disclosed, which tell what third ones hold. A
    /// controller replaces it through the configuration.
    pub fn builtin() -> Result<Self, RestrictionsError> {
        Self::parse(include_str!("../data/restrictions.json"))
    }

    /// Reads a table: an object with two lists of codes.
    pub fn parse(json: &str) -> Result<Self, RestrictionsError> {
        serde_json::from_str(json).map_err(|error| RestrictionsError(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ CIT-02
    #[test]
    fn shelters_violence_and_payment_commitments_are_never_shown_to_citizens() {
        let table = Restrictions::builtin().unwrap();
        for code in ["1011", "15019", "1014", "1016", "1017", "15025", "9001", "9002"] {
            assert!(table.not_shown_to_citizen.contains(&Code::parse(code).unwrap()), "{code}");
        }
        for code in ["1011", "15019", "19009", "19010"] {
            assert!(table.not_disclosed.contains(&Code::parse(code).unwrap()), "{code}");
        }
    }

    #[test]
    fn a_table_with_unknown_members_is_refused() {
        assert!(Restrictions::parse(r#"{"not_disclosed": [], "colours": []}"#).is_err());
    }
}
