//! A document that a recipient outside asks for, weighed: may it go out?

use uuid::Uuid;
use varanto_model::{Oid, Pointer, calendar};
use varanto_rules::{Action, Decision, Permission};
use varanto_store::Statement;
use varanto_store::document::{self, Document};

use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::error::Findings;
use crate::found_document::{Found, own_register};
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;
use crate::{Cause, Error};

/// The most documents that are asked for at once.
pub(super) const MAX_ASKED: usize = 50;

/// A named document with what the rules say of its going out.
pub(super) struct Weighed {
    found: Option<Found>,
    decision: Decision,
}

impl Weighed {
    /// The document with the permission, or why not as the code of a fault. Of a document that the caller
    /// may not know of, and of one that is not of the client, it is as if there were none.
    pub(super) fn of_client(&self, client: Uuid) -> Result<(&Found, Permission), &'static str> {
        const UNKNOWN: &str = "document-not-found";
        let found = self.found.as_ref().filter(|found| found.document.clients.contains(&client));
        match (found, self.decision.outcome()) {
            (None, _) => Err(UNKNOWN),
            (Some(_), Err(refusal)) if refusal.hides_existence() => Err(UNKNOWN),
            (Some(_), Err(refusal)) => Err(refusal.slug()),
            (Some(found), Ok(permission)) => Ok((found, permission)),
        }
    }

    /// Notes the fault, where the document may not go out.
    pub(super) fn note(&self, client: Uuid, cause: Cause, at: Pointer, findings: &mut Findings) {
        if let Err(code) = self.of_client(client) {
            let detail = if code == "document-not-found" {
                "there is no document of this client here that may go outside"
            } else {
                "the rules of access do not let this document out"
            };
            findings.add(cause, at, code, detail);
        }
    }

    /// Whose the document is.
    pub(super) fn clients(&self) -> &[Uuid] {
        self.found.as_ref().map_or(&[], |found| found.document.clients.as_slice())
    }

    /// What holds a plan to the document and its clients' files as they were read.
    pub(super) fn guards(&self) -> impl Iterator<Item = Statement> {
        let document = self.found.iter().map(|found| document::guard_document(&found.document));
        let files = self.found.iter().flat_map(|found| &found.files).map(ClientFile::guard);
        document.chain(files)
    }
}

impl Service {
    /// Weighs what is named by the identifier of a version or, for the newest one, the original one.
    async fn weigh_named(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        used: &UseContext,
        oid: &Oid,
    ) -> Result<Weighed, Error> {
        let stored = self.find_document(oid).await?;
        self.weigh(snapshot, context, used, stored).await
    }

    /// Weighs just this version. The first one has the original identifier, and is meant also where there
    /// are newer ones.
    async fn weigh_version(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        used: &UseContext,
        oid: &Oid,
    ) -> Result<Weighed, Error> {
        let version = self.database.fetch_one(document::find_version(oid)).await?;
        let original = version.as_ref().map_or(oid, |version| &version.original_oid);
        let stored = self.find_document(original).await?.filter(|_| version.is_some());
        let stored = stored.map(|(document, _)| (document, oid.clone()));
        self.weigh(snapshot, context, used, stored).await
    }

    async fn weigh(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        used: &UseContext,
        stored: Option<(Document, Oid)>,
    ) -> Result<Weighed, Error> {
        let keys = stored.as_ref().map_or(&[][..], |(document, _)| document.clients.as_slice());
        let (own, today) = (own_register(snapshot, context), calendar::day_of(context.at));
        let files = self.files_everywhere(keys, own, today).await?;
        let found = stored.map(|(document, version)| Found {
            document,
            version,
            files,
            others_wrote: false,
        });
        let action = Action::DiscloseOutside;
        let decision = self.decide_on(snapshot, context, action, used, found.as_ref());
        Ok(Weighed { found, decision })
    }

    /// Weighs what a recipient asks for, in the order in which it is named.
    pub(super) async fn weigh_asked(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        used: &UseContext,
        oids: &[Oid],
    ) -> Result<Vec<Weighed>, Error> {
        let mut weighed = Vec::with_capacity(oids.len());
        for oid in oids {
            weighed.push(self.weigh_named(snapshot, context, used, oid).await?);
        }
        Ok(weighed)
    }

    /// Weighs the versions of a request that was recorded.
    pub(super) async fn weigh_recorded(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        used: &UseContext,
        versions: &[Oid],
    ) -> Result<Vec<Weighed>, Error> {
        let mut weighed = Vec::with_capacity(versions.len());
        for version in versions {
            weighed.push(self.weigh_version(snapshot, context, used, version).await?);
        }
        Ok(weighed)
    }

    /// A use context in which something is disclosed outside: always from the own register.
    pub(super) fn disclosing(&self, used: UseContext) -> Result<UseContext, Error> {
        if used.basis != varanto_rules::Basis::Own {
            let at = Pointer::root().member("context").member("basis");
            let detail = "documents go outside from the own register alone";
            return Err(Error::fault(at, "not-offered", detail));
        }
        self.known_context(used)
    }
}
