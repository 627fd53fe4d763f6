//! A stored document that was found, and what the rules say of it: the same for every use of one.

use varanto_model::{Oid, calendar};
use varanto_rules::{Action, Decision, DocumentFacts, Facts, Purpose, Refusal, decide};
use varanto_store::MAX_PAGE;
use varanto_store::document::{self, Document};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::gather::{About, client_facts, document_facts};
use crate::present::Present;
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// A stored document as it was found: with the version that is meant, and the files of its clients.
pub(crate) struct Found {
    pub(crate) document: Document,
    pub(crate) version: Oid,
    pub(crate) files: Vec<ClientFile>,
    /// Has another organisation than the author's stored a version, as far as that matters?
    pub(crate) others_wrote: bool,
}

/// The controller whose organiser calls; of others a name that no controller has.
pub(crate) fn own_register<'a>(snapshot: &'a Snapshot, context: &'a CallContext) -> &'a Oid {
    let organisation = &context.system.organisation;
    snapshot.directory.controller_of(organisation).unwrap_or(organisation)
}

impl Service {
    /// The files of a stored document's clients: at its controller, or, where it is to be disclosed, at the
    /// reader's. Where there is no document, the store is asked all the same, so that both take as long.
    pub(crate) async fn files_of_found(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        used: &UseContext,
        stored: Option<&(Document, Oid)>,
    ) -> Result<Vec<ClientFile>, Error> {
        let keys = stored.map_or(&[][..], |(document, _)| document.clients.as_slice());
        let own = own_register(snapshot, context);
        if used.basis.discloses() {
            return self.files_everywhere(keys, own, calendar::day_of(context.at)).await;
        }
        let register = stored.map_or(own, |(document, _)| &document.facts.controller);
        self.files_of(keys, register).await
    }

    /// Has another organisation stored a version of a document that the caller's organisation wrote?
    /// Of other documents it makes no difference (rule R7).
    pub(crate) async fn others_wrote(
        &self,
        context: &CallContext,
        document: &Document,
    ) -> Result<bool, Error> {
        let author = &document.facts.author_organisation;
        if document.version == 1 || *author != context.system.organisation {
            return Ok(false);
        }
        let versions = document::list_versions(&document.original_oid, None, MAX_PAGE);
        let versions = self.database.fetch(versions).await?;
        let all = u32::try_from(versions.len()) == Ok(document.version);
        Ok(!all || versions.iter().any(|version| version.stored_by != *author))
    }

    /// Decides on a document that was found. What the caller may not know of is from here on as if it
    /// were not there: neither the answer nor the log of the caller's own organisation tells of it. Of what
    /// others hold that is so whatever refuses it, since on those bases the use is noted in the own log.
    pub(crate) fn decide_on_found(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        used: &UseContext,
        found: Option<Found>,
    ) -> (Option<Found>, Decision) {
        let decision = self.decide_on(snapshot, context, action, used, found.as_ref());
        let is_hidden = |refusal: Refusal| {
            let hides = refusal.hides_existence() && refusal != Refusal::HiddenFromArchivist;
            hides || used.basis.discloses()
        };
        if found.is_some() && decision.outcome().err().is_some_and(is_hidden) {
            return (None, self.decide_on(snapshot, context, action, used, None));
        }
        (found, decision)
    }

    /// Decides on one stored document, or on none.
    pub(crate) fn decide_on(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        used: &UseContext,
        found: Option<&Found>,
    ) -> Decision {
        decide(&self.facts_on(snapshot, context, action, used, found))
    }

    /// The facts of an act on one stored document, or on none.
    pub(crate) fn facts_on(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        used: &UseContext,
        found: Option<&Found>,
    ) -> Facts {
        let about = match found {
            None => About::new(action, used),
            Some(Found { document, version, files, others_wrote }) => {
                let controller = &document.facts.controller;
                let case = document.facts.case.as_ref();
                let discloses = used.basis.discloses();
                let looked_at =
                    if discloses { own_register(snapshot, context) } else { controller };
                About {
                    controller: Some(controller),
                    document: Some(DocumentFacts {
                        others_wrote: *others_wrote,
                        is_newest: *version == document.newest,
                        ..document_facts(document)
                    }),
                    clients: client_facts(snapshot, context, files, looked_at, case),
                    ..About::new(action, used)
                }
            }
        };
        self.facts(snapshot, context, about)
    }

    /// The same for what is said to be a will that another controller has recorded: where it is one,
    /// whoever may look at the client's wills may know of it.
    fn conceal_will(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        present: Present,
        is_will: bool,
    ) -> Present {
        let used = UseContext { purpose: Purpose::Will, ..UseContext::default() };
        let (files, own) = (&present.before, &present.looked_at);
        let about = About {
            controller: Some(own),
            clients: client_facts(snapshot, context, files, own, None),
            ..About::new(Action::ReadWills, &used)
        };
        if is_will && decide(&self.facts(snapshot, context, about)).outcome().is_ok() {
            present
        } else {
            Present { document: None, before: Vec::new(), ..present }
        }
    }

    /// The document onto which a version is to be stored, where the caller may know of it. Otherwise
    /// it is as if it were not there: who could not annul it for that reason learns nothing of it by
    /// storing either.
    pub(crate) fn conceal(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        present: Present,
    ) -> Present {
        let replaced = present.document.clone().filter(|_| !present.before.is_empty());
        let Some(document) = replaced else { return present };
        if present.looked_at != document.facts.controller {
            let is_will = document.facts.group.is_will();
            return self.conceal_will(snapshot, context, present, is_will);
        }
        let (version, files) = (document.newest.clone(), present.before.clone());
        let found = Found { document, version, files, others_wrote: false };
        let used = UseContext::default();
        let decision = self.decide_on(snapshot, context, Action::Annul, &used, Some(&found));
        if decision.outcome().is_err_and(Refusal::hides_existence) {
            Present { document: None, before: Vec::new(), ..present }
        } else {
            present
        }
    }
}
