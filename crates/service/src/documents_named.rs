//! Which documents log entries name, and whether they are of several persons: what is told of such an entry to
//! one of them can tell where another lives or has found shelter.

use std::collections::{BTreeMap, BTreeSet};

use varanto_model::Oid;
use varanto_store::{case_file, document};

use crate::Error;
use crate::service::Service;

/// How many are looked up at once.
const AT_ONCE: usize = 500;

/// A document that an entry names by one of its identifiers.
pub(crate) struct NamedDocument {
    /// Its original identifier.
    pub(crate) original: Oid,
    /// Whether it is of several clients.
    pub(crate) joint: bool,
}

/// The documents and cases that some entries name.
pub(crate) struct Named {
    documents: BTreeMap<Oid, NamedDocument>,
    /// Those that are there, and whether each is of several clients.
    cases: BTreeMap<Oid, bool>,
}

impl Named {
    /// A document, by any of its identifiers; none is there of one that was destroyed.
    pub(crate) fn document(&self, named: &Oid) -> Option<&NamedDocument> {
        self.documents.get(named)
    }

    /// Is one of these another person's as well? Of what cannot be found any more nobody knows whose else it
    /// was.
    pub(crate) fn is_joint(&self, documents: &[Oid], case: Option<&Oid>) -> bool {
        let mut found = documents.iter().map(|oid| self.documents.get(oid));
        found.any(|found| found.is_none_or(|document| document.joint))
            || case.is_some_and(|case| self.cases.get(case).is_none_or(|joint| *joint))
    }
}

impl Service {
    /// Looks up the documents that are named, by any of their identifiers, and the cases.
    pub(crate) async fn documents_named(
        &self,
        documents: BTreeSet<&Oid>,
        cases: BTreeSet<&Oid>,
    ) -> Result<Named, Error> {
        let mut named = Named { documents: BTreeMap::new(), cases: BTreeMap::new() };
        for some in Vec::from_iter(documents).chunks(AT_ONCE) {
            let queries: Vec<_> = some.iter().map(|oid| document::find_by_any(oid)).collect();
            let found = self.database.fetch(queries).await?;
            for (oid, rows) in some.iter().zip(found) {
                if let Some((document, _)) = rows.into_iter().next() {
                    let joint = document.clients.len() > 1;
                    let document = NamedDocument { original: document.original_oid, joint };
                    named.documents.insert((*oid).clone(), document);
                }
            }
        }
        for some in Vec::from_iter(cases).chunks(AT_ONCE) {
            let queries: Vec<_> = some.iter().map(|oid| case_file::find(oid)).collect();
            let found = self.database.fetch(queries).await?.into_iter().flatten();
            named.cases.extend(found.map(|file| (file.case, file.clients.len() > 1)));
        }
        Ok(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        Oid::parse(text).unwrap()
    }

    /// REQ LOG-05, CIT-04
    #[test]
    fn what_cannot_be_found_any_more_counts_as_another_persons_as_well() {
        let document = |joint| NamedDocument { original: oid("1.2.9"), joint };
        let named = Named {
            documents: [(oid("1.2.1"), document(false)), (oid("1.2.2"), document(true))].into(),
            cases: [(oid("1.3.1"), false), (oid("1.3.2"), true)].into(),
        };
        let is_joint = |documents: &[&str], case: Option<&str>| {
            let documents: Vec<_> = documents.iter().map(|text| oid(text)).collect();
            named.is_joint(&documents, case.map(oid).as_ref())
        };
        assert!(!is_joint(&[], None));
        assert!(!is_joint(&["1.2.1"], Some("1.3.1")));
        assert!(is_joint(&["1.2.1", "1.2.2"], None));
        assert!(is_joint(&["1.2.1", "1.2.3"], None), "destroyed");
        assert!(is_joint(&["1.2.1"], Some("1.3.2")));
        assert!(is_joint(&[], Some("1.3.3")), "no case any more");
    }
}
