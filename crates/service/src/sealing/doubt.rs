//! Doubt that all servers share: one whose witness has another log than the store notes it in the administration
//! log, and no server seals past that note.
//!
//! The files of the others may end before the place where the log was cut off, or they have none: they would go on
//! and sign another history over what is gone. The note stands among the entries that wait to be sealed, so that
//! whoever seals comes upon it. It binds the servers that run then. One that is started later seals it like any
//! entry, for somebody may have found out what happened meanwhile; if the witness still has another log, the tree
//! that grows is noted again.

use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::log_tree::{LogKind, Numbers};
use varanto_store::{CanonicalEntry, Plan};

use super::SealError;
use crate::service::Service;

/// What is done: nothing more is sealed.
const ACTION: &str = "distrust_log";

/// What one sealer knows of doubts.
#[derive(Default)]
pub(super) struct Doubts {
    /// The size of the tree when this server noted its own.
    noted: Option<u64>,
    /// The last entry of the administration log when this sealer began.
    before: Option<i64>,
}

impl Doubts {
    /// The logs have come so far: what is noted from now on binds this sealer.
    pub(super) fn begin(&mut self, numbers: Numbers) {
        self.before.get_or_insert(numbers.administration);
    }

    /// Notes the doubt of this server, once for each size of the tree.
    pub(super) async fn note(&mut self, service: &Service, size: u64) -> Result<(), SealError> {
        if self.noted == Some(size) {
            return Ok(());
        }
        let entry = AdministrativeEntry {
            action: ACTION.to_owned(),
            detail: Some(format!("tree of {size} leaves")),
            ..service.entry(service.now())
        };
        service.database.commit(Plan::administrative(entry)).await?;
        self.noted = Some(size);
        Ok(())
    }

    /// Has a server noted a doubt among these entries of each log, in the order of [`LogKind::ALL`]?
    pub(super) fn are_among(&self, entries: &[Vec<CanonicalEntry>]) -> bool {
        let is_new = |entry: &CanonicalEntry| self.before.is_none_or(|last| entry.number > last);
        let mut logs = LogKind::ALL.into_iter().zip(entries);
        logs.any(|(log, entries)| {
            log == LogKind::Administration
                && entries.iter().any(|entry| is_new(entry) && is_doubt(entry))
        })
    }
}

/// The form of an entry begins with its action, for members stand in their order.
fn is_doubt(entry: &CanonicalEntry) -> bool {
    let begins = format!("{{\"action\":\"{ACTION}\",");
    entry.form.as_ref().is_some_and(|form| form.starts_with(begins.as_bytes()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// REQ LOG-03
    #[test]
    fn a_note_binds_those_who_ran_when_it_was_made() {
        let entry = |number, form: &str| CanonicalEntry {
            number,
            id: Uuid::nil(),
            form: Some(form.as_bytes().to_vec()),
        };
        let noted = || entry(6, r#"{"action":"distrust_log","actor":null}"#);
        let mut doubts = Doubts::default();
        doubts.begin(Numbers { administration: 5, ..Numbers::default() });
        doubts.begin(Numbers { administration: 9, ..Numbers::default() });
        let ours = |entry| [vec![], vec![], vec![entry]];
        assert!(doubts.are_among(&ours(noted())));
        assert!(!doubts.are_among(&ours(CanonicalEntry { number: 5, ..noted() })), "from before");
        assert!(!doubts.are_among(&[vec![noted()], vec![], vec![]]), "of another log");
        let other = r#"{"action":"issue_token","detail":"{\"action\":\"distrust_log\",}"}"#;
        assert!(!doubts.are_among(&ours(entry(6, other))));
        assert!(!doubts.are_among(&ours(CanonicalEntry { form: None, ..noted() })));
    }
}
