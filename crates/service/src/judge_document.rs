//! Judging a document on its way in: content, signatures, what it claims of itself, its place among the
//! versions. Every fault is told at once.

use std::sync::Arc;

use jiff::Timestamp;
use varanto_model::{MediaType, Oid, Pointer, calendar};
use varanto_rules::Decision;
use varanto_signatures::Evidence;
use varanto_store::document::Document;

use crate::check_document::check;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::control_reading::{CheckControl, Reading};
use crate::error::{Cause, Findings};
use crate::present::Present;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::store_document::{Incoming, Receipt};
use crate::way::Way;
use crate::{Error, claims};

/// Content above this size is checked off the threads that serve requests, in bytes.
const LARGE: usize = 256 * 1024;

impl Service {
    /// Judges a document on which a decision has been made: whether it is stored already, and else whether all
    /// of it is as it must be.
    pub(crate) async fn judge(
        &self,
        asked: &Asked<'_>,
        decision: &Decision,
    ) -> Result<Judged, Error> {
        if let Err(refusal) = decision.outcome() {
            return Err(Error::Refused { refusal, rules: decision.rule_ids() });
        }
        let Asked { snapshot, context, incoming, reading, present, way } = *asked;
        let m = &incoming.envelope.metadata;
        if let Some(version) = &present.version {
            let same = version.digest == incoming.digest && version.original_oid == m.original_oid;
            let receipt = || Receipt {
                oid: version.oid.clone(),
                original_oid: version.original_oid.clone(),
                version: version.version,
                stored_at: version.stored_at,
                digest: version.digest,
                log_entry: version.log_entry,
            };
            return if same {
                Ok(Judged::StoredBefore(receipt()))
            } else {
                Err(Error::DocumentExists)
            };
        }
        let (mut findings, evidence) = match way {
            Way::Bulk(checked) => (checked.findings.clone(), checked.evidence.clone()),
            Way::Daily | Way::Declared(_) => {
                let now = context.at.max(self.real_time());
                let mut findings = content_findings(snapshot, incoming, now).await?;
                let evidence = self.check_signatures(snapshot, context, incoming, &mut findings);
                (findings, evidence)
            }
        };
        let (keeper, today) = (asked.keeper(), calendar::day_of(context.at));
        let check = CheckControl { metadata: m, snapshot, present, keeper: &keeper, today };
        check.check(reading, &mut findings);
        asked.unchanged(&mut findings);
        let caller = &context.system.organisation;
        claims::check(m, reading, &snapshot.directory, caller, &mut findings);
        match way.declaring() {
            Some(declaring) => {
                declaring.check(&incoming.envelope, reading, &snapshot.directory, &mut findings);
            }
            None => claims::author(m, &mut findings),
        }
        findings.outcome()?;
        match &present.document {
            Some(document) if document.annulment.is_some() => Err(Error::DocumentAnnulled),
            Some(document) if document.version + 1 == m.version => Ok(Judged::Good(evidence)),
            None if m.version == 1 => Ok(Judged::Good(evidence)),
            Some(_) | None => Err(Error::VersionConflict),
        }
    }
}

/// A document on its way in, with what is known about it.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) snapshot: &'a Arc<Snapshot>,
    pub(crate) context: &'a CallContext,
    pub(crate) incoming: &'a Arc<Incoming>,
    pub(crate) reading: &'a Reading,
    pub(crate) present: &'a Present,
    /// How it comes in.
    pub(crate) way: Way<'a>,
}

impl Asked<'_> {
    /// The organisation that wrote the first version, or writes it now.
    pub(crate) fn keeper(&self) -> Oid {
        self.present.keeper(&self.context.system.organisation)
    }

    /// What a new version does not change: the group, and whose document it is.
    fn unchanged(&self, findings: &mut Findings) {
        let m = &self.incoming.envelope.metadata;
        let place = |name: &str| Pointer::root().member("metadata").member(name);
        let mut refuse = |at, code, detail: &str| {
            findings.add(Cause::InvalidRequest, at, code, detail);
        };
        let keys: Vec<_> = self.present.clients.iter().flatten().map(|file| file.key).collect();
        for (i, key) in keys.iter().enumerate() {
            if keys.iter().take(i).any(|earlier| earlier == key) {
                let why = "two of the clients are one person";
                refuse(place("clients"), "duplicate-client", why);
            }
        }
        let Some(before) = &self.present.document else { return };
        if before.facts.group != m.group {
            let why = "a new version stays in the group of the document";
            refuse(place("group"), "changed", why);
        }
        let is_new = |file: &Option<ClientFile>| {
            file.as_ref().is_none_or(|file| !before.clients.contains(&file.key))
        };
        let opens_case = matches!(self.reading, Reading::Case(_));
        if m.version > 1 && !opens_case && self.present.clients.iter().any(is_new) {
            let why =
                "a new version is about the same clients: annul it and store another document";
            refuse(place("clients"), "changed", why);
        }
        if m.version > 1 && !opens_case && self.loses_somebody(before) {
            let why = "a client of the version before is missing: annul it and store another one";
            refuse(place("clients"), "left-out", why);
        }
    }

    /// Would somebody under whom the document is found have it no more? In a joint case that is as the
    /// clients come and go.
    fn loses_somebody(&self, before: &Document) -> bool {
        let (m, present) = (&self.incoming.envelope.metadata, self.present);
        let case = m.case.as_ref().filter(|case| before.facts.case.as_ref() == Some(case));
        let is_joint = |file: &ClientFile| {
            let found = case.and_then(|case| file.standing.find_case(case));
            found.is_some_and(|(_, case)| case.is_joint)
        };
        let now = present.keys_now();
        present.before.iter().any(|file| !now.contains(&file.key) && !is_joint(file))
    }
}

/// What became of a document that may be stored.
pub(crate) enum Judged {
    Good(Vec<Evidence>),
    StoredBefore(Receipt),
}

/// Checks the content, away from the threads that serve requests where that may take long.
async fn content_findings(
    snapshot: &Arc<Snapshot>,
    incoming: &Arc<Incoming>,
    now: Timestamp,
) -> Result<Findings, Error> {
    let content = &incoming.envelope.content;
    let size: usize = content.iter().map(|item| item.bytes.len()).sum();
    let mut findings = Findings::default();
    if size <= LARGE && content.iter().all(|item| item.media_type != MediaType::Pdf) {
        check(&incoming.envelope, snapshot, now, &mut findings);
        return Ok(findings);
    }
    let (snapshot, incoming) = (Arc::clone(snapshot), Arc::clone(incoming));
    let work = move || {
        check(&incoming.envelope, &snapshot, now, &mut findings);
        findings
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Internal("a check of content did not end"))
}
