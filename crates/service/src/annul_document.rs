//! Annulling a document (DOC-04): with a reason, by a named professional; nothing is deleted.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::reader::{Members, text};
use varanto_model::{Group, Oid, Pointer};
use varanto_rules::{Action, Basis};
use varanto_store::Purpose as Sealed;
use varanto_store::document::{self, Annulment};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::found_document::Found;
use crate::new_version::microseconds;
use crate::project::Projection;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::store_document::Incoming;
use crate::transfer_document::noted;
use crate::use_context::UseContext;

/// That a document has been annulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnnulmentReceipt {
    /// The document, by its original identifier.
    pub oid: Oid,
    /// When.
    pub annulled_at: Timestamp,
    /// The entry of the use log.
    pub log_entry: Uuid,
}

pub(crate) struct AnnulDocument<'a> {
    pub(crate) context: &'a CallContext,
    pub(crate) oid: &'a str,
    pub(crate) used: UseContext,
    pub(crate) reason: String,
    /// The document that is stored in its stead in another register, where it is moved (REG-07).
    pub(crate) stored_anew: Option<&'a Incoming>,
}

impl UseCase for AnnulDocument<'_> {
    type Answer = AnnulmentReceipt;

    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<AnnulmentReceipt>, Error> {
        service.attempt_annul(snapshot, self).await
    }
}

impl Service {
    /// Annuls a document, named by any of its identifiers. Annulling again gives the first receipt.
    pub async fn annul_document(
        &self,
        context: &CallContext,
        oid: &str,
        query: &[(String, String)],
        body: &[u8],
    ) -> Result<AnnulmentReceipt, Error> {
        let read = UseContext::of_query(query)
            .and_then(|used| without_disclosure(used, &Pointer::root()))
            .and_then(|used| Ok((self.known_context(used)?, reason(body)?)));
        let (used, reason) = match read {
            Ok(request) => request,
            Err(error) => return self.refuse_unread(context, Action::Annul, error).await,
        };
        self.run(&AnnulDocument { context, oid, used, reason, stored_anew: None }).await
    }

    pub(crate) async fn attempt_annul(
        &self,
        snapshot: &Snapshot,
        case: &AnnulDocument<'_>,
    ) -> Result<Attempt<AnnulmentReceipt>, Error> {
        let AnnulDocument { context, oid, used, reason, stored_anew } = case;
        let named = Oid::parse(oid).ok();
        let stored = match &named {
            Some(oid) => self.find_document(oid).await?,
            None => None,
        };
        let files = self.files_of_found(snapshot, context, used, stored.as_ref()).await?;
        let found = stored.map(|(document, version)| Found {
            document,
            version,
            files: files.clone(),
            others_wrote: false,
        });
        let (found, decision) = self.decide_on_found(snapshot, context, Action::Annul, used, found);
        let found = found.map(|found| found.document);
        let judged = match (decision.outcome(), &found) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::DocumentNotFound),
            (Ok(_), Some(document)) => match stored_anew {
                Some(incoming) => self.may_give_way(document, incoming).await.map(|()| document),
                None => Ok(document),
            },
        };
        if let Err(error @ (Error::Internal(_) | Error::LogUnavailable(_) | Error::Contended)) =
            judged
        {
            return Err(error);
        }
        let known = found.as_ref();
        let controller = known.map(|d| &d.facts.controller);
        let own = snapshot.directory.controller_of(&context.system.organisation);
        let noted = Use {
            controller,
            basis: match controller {
                Some(of) if Some(of) != own => Basis::RegisterAccess,
                _ => Basis::Own,
            },
            case: known.and_then(|d| d.facts.case.clone()).or_else(|| used.case.clone()),
            clients: known.map_or(&[], |d| d.clients.as_slice()),
            documents: known.map(|d| d.original_oid.clone()).or(named).into_iter().collect(),
            parameters: stored_anew.map(noted),
            ..Use::new(Action::Annul, used)
        };
        let (log_entry, mut plan) =
            self.record(snapshot, context, &noted, Some(&decision), judged.as_ref().err());
        let document = match judged {
            Ok(document) => document,
            Err(error) => {
                plan.extend(files.iter().map(ClientFile::guard));
                return Ok(Attempt { plan, result: Err(error) });
            }
        };
        let receipt = |annulled_at, log_entry| AnnulmentReceipt {
            oid: document.original_oid.clone(),
            annulled_at,
            log_entry,
        };
        if let Some(before) = &document.annulment {
            plan.push(document::guard_document(document));
            return Ok(Attempt { plan, result: Ok(receipt(before.at, before.log_entry)) });
        }
        let at = microseconds(context.at);
        let place = document.original_oid.as_str().as_bytes();
        plan.extend(document::annul(
            document,
            Annulment {
                at,
                organisation: context.system.organisation.clone(),
                user_id: context.actor.id.clone(),
                reason: self.seal(Sealed::Annulment, place, reason.as_bytes())?,
                log_entry,
            },
        ));
        if matches!(document.facts.group, Group::Case | Group::Clientship) {
            let (oid, controller) = (&document.original_oid, &document.facts.controller);
            plan.extend(Projection::of_annulment(oid, controller, at, files)?.statements);
        } else if document.facts.group.is_will() {
            let oid = &document.original_oid;
            plan.extend(Projection::of_annulled_will(oid, at, files)?.statements);
        } else {
            plan.extend(files.iter().map(ClientFile::guard));
        }
        let receipt = receipt(at, log_entry);
        if stored_anew.is_some() {
            self.open_wrong_register(&mut plan, context, document, &receipt)?;
        }
        Ok(Attempt { plan, result: Ok(receipt) })
    }
}

/// What leaves a register is never annulled by who gets it. The context stands at `at` in the request.
pub(crate) fn without_disclosure(used: UseContext, at: &Pointer) -> Result<UseContext, Error> {
    if used.basis.discloses() {
        let detail = "a document is annulled in the own register or under a register access right";
        return Err(Error::fault(at.member("basis"), "not-offered", detail));
    }
    Ok(used)
}

fn reason(body: &[u8]) -> Result<String, Error> {
    request::read(body, |value, faults| {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let reason = m.required("reason", faults, text(1_000));
        m.finish(faults);
        reason
    })
}
