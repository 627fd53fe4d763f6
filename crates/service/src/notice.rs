//! Disclosures that were made outside the system, as notices tell of them: they stand in the disclosure log
//! beside the others (DIS-06).

use uuid::Uuid;
use varanto_documents::projection::DisclosureNotice;
use varanto_model::Oid;
use varanto_rules::{Action, Purpose};
use varanto_store::Plan;
use varanto_store::disclosure_log::DisclosureEntry;

use crate::Error;
use crate::context::CallContext;
use crate::disclosure::Words;
use crate::service::Service;
use crate::world::fresh_key;

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
        let actor = &context.actor;
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
        for client in clients {
            let id = fresh_key(context.at, &*self.randomness);
            plan.also_disclosed(DisclosureEntry {
                id,
                at: context.at,
                controller: controller.clone(),
                client: *client,
                basis: NOTICE.to_owned(),
                action: Action::Store.as_str().to_owned(),
                documents: notice.documents.clone(),
                words: Some(self.seal_words(id, &words)?),
                receiver_organisation: None,
                unit: Some(actor.unit.clone()),
                user_id: actor.id.clone(),
                user_name: format!("{}, {}", actor.name.family_name, actor.name.given_names),
                role: Some(actor.role.to_string()),
                authentication: Some(actor.authentication.as_str().to_owned()),
                purpose: Purpose::ClientWork.as_str().to_owned(),
                ground: None,
                special_reason: None,
                use_entry: Some(use_entry),
                request_id: Some(context.request_id.to_string()),
                certificate: Some(*context.system.certificate.as_bytes()),
            });
        }
        Ok(())
    }
}
