//! Fetching documents, one or several, and the versions of one (DOC-03, DOC-07).

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::metadata::MAX_VERSION;
use varanto_model::reader::{self, Members};
use varanto_model::{Digest, Group, MediaType, Oid, Pointer, calendar};
use varanto_rules::{Action, Disclosed, Mask, Permission};
use varanto_store::document::{self, Document};
use varanto_store::{MAX_PAGE, case_file};

use crate::Error;
use crate::client_file::ClientFile;
use crate::context::CallContext;
use crate::disclosure::Shown;
use crate::found_document::Found;
use crate::receipt::received;
use crate::record::Use;
use crate::request;
use crate::service::{Attempt, Service, UseCase};
use crate::shown_document::{FetchedDocument, Opening};
use crate::snapshot::Snapshot;
use crate::use_context::UseContext;

/// The most documents that are fetched at once.
pub const MAX_FETCHED: usize = 50;

/// Which form of a document is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedForm {
    /// The document whole, as JSON.
    Whole,
    /// The bytes of one form.
    Only(MediaType),
}

/// One version in a list of versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedVersion {
    oid: Oid,
    version: u32,
    stored_at: Timestamp,
    /// Left out where contact data are masked: see [`FetchedDocument`].
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<Digest>,
}

/// By the digest what is withheld from the document could be found out.
impl Mask for ListedVersion {
    fn masked(self) -> Self {
        Self { digest: None, ..self }
    }
}

/// A document that was found and may be seen.
pub(crate) struct Seen<'a> {
    snapshot: &'a Snapshot,
    context: &'a CallContext,
    used: &'a UseContext,
    pub(crate) document: Document,
    version: Oid,
    /// The files of its clients.
    pub(crate) files: &'a [ClientFile],
    pub(crate) permission: Permission,
    /// Is one of its clients under turvakielto (CASE-07)?
    pub(crate) turvakielto: bool,
    /// Does it leave its controller?
    pub(crate) discloses: bool,
}

/// Which document, and which version of it.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    /// The identifier as given.
    oid: &'a str,
    meant: Meant,
}

/// What an identifier names.
#[derive(Clone, Copy)]
enum Meant {
    /// A document: the identifier is that of a version or the original one.
    Document {
        /// The number of the version, where that is said: the first version has no identifier of its
        /// own.
        version: Option<u32>,
    },
    /// A case: its document is meant.
    Case,
}

impl<'a> Named<'a> {
    /// A version of a document by its identifier, or the newest one by the original identifier.
    const fn document(oid: &'a str) -> Self {
        Self { oid, meant: Meant::Document { version: None } }
    }

    /// The document of a case.
    pub(crate) const fn case(oid: &'a str) -> Self {
        Self { oid, meant: Meant::Case }
    }
}

/// A read of one document: all reads are decided and noted in the same way, and differ only in what
/// they show.
pub(crate) struct ReadDocument<'a, S> {
    pub(crate) context: &'a CallContext,
    pub(crate) named: Named<'a>,
    pub(crate) used: &'a UseContext,
    pub(crate) show: S,
}

/// What a read makes of a document that may be seen.
pub(crate) trait Show: Sync {
    type Shown: Send;

    fn show(
        &self,
        service: &Service,
        seen: Seen<'_>,
        log_entry: Uuid,
    ) -> impl Future<Output = Result<Self::Shown, Error>> + Send;
}

/// A version whole, or one form of it.
struct OneVersion {
    wanted: WantedForm,
}

impl Show for OneVersion {
    type Shown = Disclosed<FetchedDocument>;

    async fn show(
        &self,
        service: &Service,
        seen: Seen<'_>,
        log_entry: Uuid,
    ) -> Result<Self::Shown, Error> {
        let opening = Opening {
            document: &seen.document,
            version: &seen.version,
            log_entry,
            turvakielto: seen.turvakielto,
            masking: seen.permission.masking(),
        };
        let opened = service.open(seen.snapshot, opening).await?;
        let opened = if seen.discloses {
            let opened = opened.without_links()?;
            let receipt = received(seen.snapshot, seen.context, seen.used, opened.metadata());
            opened.with_receipt(receipt)
        } else {
            opened
        };
        let shown = seen.permission.disclose(opened);
        let missing =
            matches!(self.wanted, WantedForm::Only(form) if shown.get().form(form).is_none());
        if missing { Err(Error::FormNotAvailable) } else { Ok(shown) }
    }
}

/// The list of all versions; of what leaves its controller, of the newest alone.
struct AllVersions;

impl Show for AllVersions {
    type Shown = Disclosed<Vec<ListedVersion>>;

    async fn show(&self, service: &Service, seen: Seen<'_>, _: Uuid) -> Result<Self::Shown, Error> {
        let mut versions = Vec::new();
        let mut before = None;
        loop {
            let query = document::list_versions(&seen.document.original_oid, before, MAX_PAGE);
            let page = service.database.fetch(query).await?;
            before = page.last().map(|v| v.version);
            let full = u32::try_from(page.len()) == Ok(MAX_PAGE) && !seen.discloses;
            let told = if seen.discloses { 1 } else { page.len() };
            versions.extend(page.into_iter().take(told).map(|v| ListedVersion {
                oid: v.oid,
                version: v.version,
                stored_at: v.stored_at,
                digest: Some(v.digest).filter(|_| !seen.discloses),
            }));
            if !full {
                return Ok(seen.permission.disclose(versions));
            }
        }
    }
}

impl<S: Show> UseCase for ReadDocument<'_, S> {
    type Answer = S::Shown;

    /// Decides on one document and, where it may be seen, makes of it what is shown. The plan holds
    /// the read to the document as it was seen.
    async fn attempt(
        &self,
        service: &Service,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Attempt<S::Shown>, Error> {
        let Self { context, used, .. } = self;
        let named = Oid::parse(self.named.oid).ok();
        let stored = match &named {
            Some(oid) => service.find_named(oid, self.named.meant).await?,
            None => None,
        };
        let files = service.files_of_found(snapshot, context, used, stored.as_ref()).await?;
        let guards: Vec<_> = files.iter().map(ClientFile::guard).collect();
        let others_wrote = match &stored {
            Some((document, _)) => service.others_wrote(context, document).await?,
            None => false,
        };
        let found =
            stored.map(|(document, version)| Found { document, version, files, others_wrote });
        let (found, decision) =
            service.decide_on_found(snapshot, context, Action::Read, used, found);
        let note = |refusal: Option<&Error>| {
            let known = found.as_ref();
            let used = Use {
                // What is disclosed is noted in the reader's own log.
                controller: known
                    .filter(|_| !used.basis.discloses())
                    .map(|f| &f.document.facts.controller),
                clients: known.map_or(&[], |f| f.document.clients.as_slice()),
                case: known
                    .filter(|_| !used.basis.discloses())
                    .and_then(|f| f.document.facts.case.clone())
                    .or_else(|| used.case.clone()),
                documents: known
                    .map(|f| f.version.clone())
                    .or_else(|| named.clone())
                    .into_iter()
                    .collect(),
                ..Use::new(Action::Read, used)
            };
            service.record(snapshot, context, &used, Some(&decision), refusal)
        };
        let (entry, mut plan) = note(None);
        if let Some(found) = &found {
            let shown = Shown {
                action: Action::Read,
                used,
                use_entry: entry,
                clients: &found.document.clients,
            };
            let document = (&found.document.facts.controller, &found.version);
            service.note_disclosures(&mut plan, context, &shown, [document].into_iter());
        }
        let shown = match (decision.outcome(), &found) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::DocumentNotFound),
            (Ok(permission), Some(found)) => {
                let today = calendar::day_of(context.at);
                let seen = Seen {
                    snapshot,
                    context,
                    used,
                    document: found.document.clone(),
                    version: found.version.clone(),
                    files: &found.files,
                    permission,
                    turvakielto: found.files.iter().any(|file| file.turvakielto(today)),
                    discloses: used.basis.discloses(),
                };
                self.show.show(service, seen, entry).await
            }
        };
        if let Err(error @ (Error::Internal(_) | Error::LogUnavailable(_) | Error::Contended)) =
            shown
        {
            return Err(error);
        }
        let mut plan = match &shown {
            Ok(_) => plan,
            Err(error) => note(Some(error)).1,
        };
        plan.extend(guards);
        if let Some(found) = &found {
            plan.push(document::guard_document(&found.document));
        }
        Ok(Attempt { plan, result: shown })
    }
}

impl Service {
    /// Fetches a document by the identifier of a version, or its newest version by the original one.
    pub async fn fetch_document(
        &self,
        context: &CallContext,
        oid: &str,
        query: &[(String, String)],
        wanted: WantedForm,
    ) -> Result<Disclosed<FetchedDocument>, Error> {
        let known = |(used, version)| Ok((self.known_context(used)?, version));
        let (used, version) = match read_query(query).and_then(known) {
            Ok(read) => read,
            Err(error) => return self.refuse_unread(context, Action::Read, error).await,
        };
        let named = Named { oid, meant: Meant::Document { version } };
        self.fetch_one(context, named, &used, wanted).await
    }

    /// Fetches several documents, each with its own outcome, in the order asked for.
    pub async fn fetch_documents(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Vec<(String, Result<Disclosed<FetchedDocument>, Error>)>, Error> {
        let known = |(used, oids)| Ok((self.known_context(used)?, oids));
        let (used, oids) = match read_several(body).and_then(known) {
            Ok(request) => request,
            Err(error) => return self.refuse_unread(context, Action::Read, error).await,
        };
        let mut fetched = Vec::with_capacity(oids.len());
        for oid in oids {
            let named = Named::document(oid.as_str());
            let outcome = self.fetch_one(context, named, &used, WantedForm::Whole).await;
            fetched.push((oid.to_string(), outcome));
        }
        Ok(fetched)
    }

    /// Lists the versions of a document, newest first.
    pub async fn list_versions(
        &self,
        context: &CallContext,
        oid: &str,
        query: &[(String, String)],
    ) -> Result<Disclosed<Vec<ListedVersion>>, Error> {
        let used = match UseContext::of_query(query).and_then(|used| self.known_context(used)) {
            Ok(used) => used,
            Err(error) => return self.refuse_unread(context, Action::Read, error).await,
        };
        let named = Named::document(oid);
        self.run(&ReadDocument { context, named, used: &used, show: AllVersions }).await
    }

    async fn fetch_one(
        &self,
        context: &CallContext,
        named: Named<'_>,
        used: &UseContext,
        wanted: WantedForm,
    ) -> Result<Disclosed<FetchedDocument>, Error> {
        self.run(&ReadDocument { context, named, used, show: OneVersion { wanted } }).await
    }

    /// The document that is named, with the version that is meant.
    async fn find_named(&self, oid: &Oid, meant: Meant) -> Result<Option<(Document, Oid)>, Error> {
        match meant {
            Meant::Document { version } => self.find_version(oid, version).await,
            Meant::Case => {
                let case = self.database.fetch_one(case_file::find(oid)).await?;
                // A case that is not there takes as long as one that is.
                let document = case.as_ref().map_or(oid, |case| &case.original_oid);
                let found = self.find_document(document).await?;
                let opens_it = |d: &Document| {
                    d.facts.group == Group::Case && d.facts.case.as_ref() == Some(oid)
                };
                Ok(found.filter(|(document, _)| case.is_some() && opens_it(document)))
            }
        }
    }
}

/// The use context of a query, and the number of the version, where that is said.
fn read_query(query: &[(String, String)]) -> Result<(UseContext, Option<u32>), Error> {
    let (version, context): (Vec<_>, Vec<_>) =
        query.iter().cloned().partition(|(name, _)| name == "version");
    let used = UseContext::of_query(&context)?;
    match version.as_slice() {
        [] => Ok((used, None)),
        [(_, number)] => {
            if let Some(number) = number.parse().ok().filter(|n| (1..=MAX_VERSION).contains(n)) {
                Ok((used, Some(number)))
            } else {
                let detail = "the number of a version is wanted here";
                Err(Error::fault(Pointer::root().member("version"), "not-a-number", detail))
            }
        }
        _ => Err(Error::fault(
            Pointer::root().member("version"),
            "duplicate-member",
            "it is given twice",
        )),
    }
}

fn read_several(body: &[u8]) -> Result<(UseContext, Vec<Oid>), Error> {
    request::read(body, |value, faults| {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let context = m.optional("context", faults, UseContext::read);
        let oids = m.required("oids", faults, |v, at, faults| {
            Some(reader::elements(v, at, MAX_FETCHED, faults, reader::oid))
        });
        m.finish(faults);
        Some((context.unwrap_or_default(), oids?))
    })
}
