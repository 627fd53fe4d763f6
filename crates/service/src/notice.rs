//! Disclosures that were made outside the system, as notices tell of them: they stand in the disclosure log
//! beside the others (DIS-06).

use uuid::Uuid;
use varanto_documents::projection::DisclosureNotice;
use varanto_model::Oid;
use varanto_rules::Action;
use varanto_store::Plan;
use varanto_store::disclosure_log::DisclosureEntry;

use crate::Error;
use crate::context::CallContext;
use crate::disclosure::Words;
use crate::service::Service;
use crate::use_context::UseContext;

/// The basis of what a notice tells of, in the log.
const NOTICE: &str = "notice";

impl Service {
    /// Notes what a notice in the register of `controller` tells of, for each of its clients.
    pub(crate) fn note_notice(
        &self,
        plan: &mut Plan,
        context: &CallContext,
        notice: &DisclosureNotice,
        controller: &Oid,
        (clients, use_entry): (&[Uuid], Uuid),
    ) -> Result<(), Error> {
        let receiver = match &notice.receiver_organisation {
            Some(organisation) => format!("{}, {organisation}", notice.receiver_name),
            None => notice.receiver_name.clone(),
        };
        let when_and_how = format!("{}, {}", notice.day, notice.means.as_str());
        let what = match notice.what.as_str() {
            "" => when_and_how,
            what => format!("{what} ({when_and_how})"),
        };
        let words = Words {
            what: Some(what),
            receiver: Some(receiver),
            purpose: Some(notice.purpose.clone()),
            ground: Some(notice.ground.clone()),
        };
        let used = UseContext::default();
        for client in clients {
            let entry = self.disclosure_entry(context, &used, (controller, *client), use_entry);
            plan.also_disclosed(DisclosureEntry {
                basis: NOTICE.to_owned(),
                action: Action::Store.as_str().to_owned(),
                documents: notice.documents.clone(),
                words: Some(self.seal_words(entry.id, &words)?),
                ..entry
            });
        }
        Ok(())
    }
}
