//! Moving a document that went into the wrong controller's register (REG-07): stored anew, corrected
//! and signed anew, where it belongs, and annulled where it does not, in one plan.
//!
//! Both are decided by the same rules as if each were done alone, and are refused together. The
//! controller of the wrong register is told of it: somebody else's data has been in its register.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::reader::{Members, text};
use varanto_model::{Envelope, Faults, Group, Pointer};
use varanto_rules::Action;
use varanto_store::Plan;
use varanto_store::breach::BreachSource;
use varanto_store::document::Document;
use varanto_store::use_log;

use crate::Error;
use crate::annul_document::{AnnulDocument, AnnulmentReceipt, without_disclosure};
use crate::breach::OpenBreach;
use crate::context::CallContext;
use crate::error::{Cause, Findings};
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::snapshot::Snapshot;
use crate::store_document::{Incoming, Receipt};
use crate::use_context::UseContext;
use crate::way::Way;

/// That a document has been moved to the register where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransferReceipt {
    /// What is stored where it belongs.
    stored: Receipt,
    /// That it is annulled where it does not.
    annulled: AnnulmentReceipt,
    /// The suspected breach that the controller of the wrong register is told of; it has the name of the
    /// log entry of the annulment.
    breach_event: Uuid,
}

struct TransferDocument<'a> {
    context: &'a CallContext,
    oid: &'a str,
    used: UseContext,
    reason: String,
    incoming: Arc<Incoming>,
}

impl UseCase for TransferDocument<'_> {
    type Answer = TransferReceipt;

    /// A refusal of the annulment is noted in the log of the wrong register and one of the storing in
    /// that of the right one: what the other half was decided is then without consequence.
    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<TransferReceipt>, Error> {
        let annul = AnnulDocument {
            context: self.context,
            oid: self.oid,
            used: self.used.clone(),
            reason: self.reason.clone(),
            stored_anew: Some(&self.incoming),
        };
        let Attempt { mut plan, result } = service.attempt_annul(snapshot, &annul).await?;
        let annulled = match result {
            Ok(annulled) => annulled,
            Err(error) => return Ok(Attempt { plan, result: Err(error) }),
        };
        let storing =
            service.attempt_store(snapshot, self.context, &self.incoming, Way::Daily).await?;
        let stored = match storing.result {
            Ok(stored) => stored.receipt,
            Err(error) => {
                return Ok(Attempt { plan: storing.plan, result: Err(of_document(error)) });
            }
        };
        plan.append(storing.plan);
        let breach_event = annulled.log_entry;
        Ok(Attempt { plan, result: Ok(TransferReceipt { stored, annulled, breach_event }) })
    }
}

impl Service {
    /// Moves a document, named by any of its identifiers, to the register of the document in the
    /// request. The same again is answered as it was the first time.
    pub async fn transfer_document(
        &self,
        context: &CallContext,
        oid: &str,
        query: &[(String, String)],
        body: &[u8],
    ) -> Result<TransferReceipt, Error> {
        let read = UseContext::of_query(query)
            .and_then(|used| without_disclosure(used, &Pointer::root()))
            .and_then(|used| Ok((self.known_context(used)?, read_request(body)?)));
        let (used, (reason, incoming)) = match read {
            Ok(request) => request,
            Err(error) => return self.refuse_unread(context, Action::Annul, error).await,
        };
        let incoming = Arc::new(incoming);
        self.run(&TransferDocument { context, oid, used, reason, incoming }).await
    }

    /// May this document be annulled because another is stored in its stead? That it was annulled for
    /// the very same one is no hindrance.
    pub(crate) async fn may_give_way(
        &self,
        document: &Document,
        incoming: &Incoming,
    ) -> Result<(), Error> {
        if let Some(annulment) = &document.annulment {
            let entry = self.database.fetch_one(use_log::find(annulment.log_entry)).await?;
            if entry.and_then(|entry| entry.parameters) != Some(noted(incoming)) {
                return Err(Error::DocumentAnnulled);
            }
        }
        is_the_same_elsewhere(document, incoming)
    }

    /// Opens the breach that the controller of the wrong register is told of, in the plan that annuls the
    /// document there.
    pub(crate) fn open_wrong_register(
        &self,
        plan: &mut Plan,
        context: &CallContext,
        document: &Document,
        annulled: &AnnulmentReceipt,
    ) -> Result<(), Error> {
        let new = OpenBreach {
            log_entry: annulled.log_entry,
            controller: &document.facts.controller,
            source: BreachSource::WrongRegister,
            aware_at: annulled.annulled_at,
            documents: vec![document.original_oid.clone()],
            clients: document.clients.clone(),
            details: None,
        };
        self.open_breach(plan, context, new).map(drop)
    }
}

/// What the log keeps of an annulment of which a document is stored in its stead: by its digest, for
/// the identifiers of another's register are none of the log's readers' business.
pub(crate) fn noted(incoming: &Incoming) -> String {
    json!({"stored_anew": URL_SAFE_NO_PAD.encode(incoming.digest.as_bytes())}).to_string()
}

/// The corrected document is another one, of the same kind, in another register.
fn is_the_same_elsewhere(document: &Document, incoming: &Incoming) -> Result<(), Error> {
    let m = &incoming.envelope.metadata;
    let mut findings = Findings::default();
    let mut refuse = |member: &str, code, why: &str| {
        let at = Pointer::root().member("document").member("metadata").member(member);
        findings.add(Cause::InvalidRequest, at, code, why);
    };
    if m.controller == document.facts.controller {
        let why = "the document is in the register of this controller already";
        refuse("controller", "same-register", why);
    }
    if m.version != 1 {
        refuse("version", "not-the-first", "where it belongs the document has its first version");
    }
    if m.original_oid == document.original_oid {
        let why = "the corrected document has an identifier of its own";
        refuse("original_oid", "not-new", why);
    }
    if matches!(m.group, Group::Case | Group::Clientship) || m.group.is_will() {
        let why = "what steers registers is annulled and stored anew by itself";
        refuse("group", "not-moved", why);
    } else if m.group != document.facts.group {
        refuse("group", "changed", "the corrected document stays in the group of the document");
    }
    if m.type_code != document.facts.type_code {
        refuse("type_code", "changed", "the corrected document is of the type of the document");
    }
    findings.outcome()
}

/// An error about the document in the request, which stands below `/document`.
fn of_document(error: Error) -> Error {
    match error {
        Error::Rejected { cause, faults } => {
            Error::Rejected { cause, faults: faults.below(&Pointer::root().member("document")) }
        }
        other => other,
    }
}

fn read_request(body: &[u8]) -> Result<(String, Incoming), Error> {
    let mut value = request::parse(body)?;
    let document = value.as_object_mut().and_then(|members| members.remove("document"));
    let (mut faults, at) = (Faults::none(), Pointer::root().member("document"));
    let reason = read_reason(&value, &mut faults);
    let envelope = match document.map(Envelope::parse) {
        Some(Ok(envelope)) => Some(envelope),
        Some(Err(found)) => {
            faults.extend(found.below(&at));
            None
        }
        None => {
            faults.add(at, "missing", "`document` is missing");
            None
        }
    };
    match (reason, envelope) {
        (Some(reason), Some(envelope)) if faults.is_empty() => Ok((reason, Incoming::of(envelope))),
        _ => Err(Error::invalid(faults)),
    }
}

fn read_reason(value: &Value, faults: &mut Faults) -> Option<String> {
    let mut m = Members::of(value, &Pointer::root(), faults)?;
    let reason = m.required("reason", faults, text(1_000));
    m.finish(faults);
    reason
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ REG-07
    #[test]
    fn faults_of_the_corrected_document_stand_below_it() {
        let body = br#"{"document": {"metadata": {}, "content": []}, "why": "x"}"#;
        let Err(Error::Rejected { faults, .. }) = read_request(body) else {
            panic!("it must be refused")
        };
        let places: Vec<_> = faults.as_slice().iter().map(|f| f.pointer.to_string()).collect();
        assert!(places.contains(&"/reason".to_owned()) && places.contains(&"/why".to_owned()));
        let of_document = |place: &&String| place.starts_with("/document/metadata/");
        assert!(places.iter().filter(of_document).count() > 3, "{places:?}");
        let Err(Error::Rejected { faults, .. }) = read_request(b"{}") else {
            panic!("it must be refused")
        };
        assert_eq!(faults.as_slice().len(), 2);
    }
}
