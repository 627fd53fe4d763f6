//! The first half of an import: what can be known of each document alone – form, structure, codes, display
//! form, PDF/A, signatures – looked at on all cores.

use std::sync::Arc;

use varanto_model::{Oid, Pointer, SignatureRole};
use varanto_signatures::Evidence;

use super::spread::{cores, spread_blocking};
use super::{Checked, DocumentImport, Run};
use crate::Error;
use crate::check_document::check;
use crate::context::CallContext;
use crate::control_reading::Reading;
use crate::error::{Cause, Findings};
use crate::snapshot::Snapshot;
use crate::store_document::{Incoming, read};

/// What is known of a document alone.
#[derive(Clone)]
pub(crate) struct CheckedAlone {
    pub(crate) findings: Findings,
    /// The evidence of each signature, in order; fewer where findings say why.
    pub(crate) evidence: Vec<Evidence>,
}

/// A document that could be read.
#[derive(Clone)]
pub(super) struct CheckedDocument {
    pub(super) incoming: Arc<Incoming>,
    pub(super) alone: Arc<CheckedAlone>,
    /// The case that it belongs to or opens.
    pub(super) case: Option<Oid>,
}

impl DocumentImport {
    /// Looks at each document of a batch by itself; nothing is asked of the store and nothing is kept there.
    ///
    /// Each is the body of a request to store a document, and bounded like one. A batch is kept in memory
    /// twice over: the caller bounds it.
    pub async fn check(&self, batch: Vec<Vec<u8>>) -> Result<Checked, Error> {
        let snapshot = self.0.service.snapshot();
        let (run, known) = (Arc::clone(&self.0), Arc::clone(&snapshot));
        let documents = spread_blocking(batch, cores(), move |body: Vec<u8>| {
            read(&body).map(|incoming| run.check(&known, Arc::new(incoming)))
        });
        Ok(Checked { documents: documents.await?, snapshot })
    }
}

impl Run {
    /// Looks at a document by itself.
    pub(super) fn check(&self, snapshot: &Snapshot, incoming: Arc<Incoming>) -> CheckedDocument {
        let context = self.context();
        let alone = self.check_alone(snapshot, &context, &incoming);
        let reading = Reading::of(&incoming.envelope, snapshot);
        let case = reading.case(&incoming.envelope.metadata).cloned();
        CheckedDocument { incoming, alone: Arc::new(alone), case }
    }

    fn check_alone(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        incoming: &Incoming,
    ) -> CheckedAlone {
        let mut findings = Findings::default();
        let now = context.at.max(self.service.real_time());
        check(&incoming.envelope, snapshot, now, &mut findings);
        let service = &self.service;
        let evidence = service.check_signatures(snapshot, context, incoming, &mut findings);
        let signatures = &incoming.envelope.signatures;
        if !signatures.is_empty() && signatures.iter().all(|s| s.role != SignatureRole::System) {
            // Whoever wrote it may have signed it long ago; that it is handed over whole, the system says.
            let detail = "old data is signed by the system of the organisation that hands it over";
            let place = Pointer::root().member("signatures");
            findings.add(Cause::SignatureMissing, place, "missing", detail);
        }
        CheckedAlone { findings, evidence }
    }
}
