//! Fetching documents, one or several, and the versions of one (DOC-03, DOC-07).

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;
use varanto_model::metadata::MAX_VERSION;
use varanto_model::reader::{self, Members};
use varanto_model::{ContentItem, Digest, Faults, MediaType, Oid, Pointer, json};
use varanto_rules::{Action, Decision, Disclosed, Permission, decide};
use varanto_store::document::{self, Document};
use varanto_store::{MAX_PAGE, Purpose as Sealed};

use crate::Error;
use crate::context::CallContext;
use crate::gather::document_facts;
use crate::record::Use;
use crate::service::{Attempt, Service, UseCase};
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

/// A signature as it was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredSignature {
    role: String,
    jws: String,
}

/// That a document has been annulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredAnnulment {
    /// When.
    at: Timestamp,
    /// By whom: registration number or the provider's own user id.
    by: String,
    /// Why.
    reason: String,
}

/// A document as it is shown to one who may see it.
#[derive(Debug, Serialize)]
pub struct FetchedDocument {
    metadata: Box<RawValue>,
    content: Vec<ShownContent>,
    signatures: Vec<StoredSignature>,
    stored_at: Timestamp,
    digest: Digest,
    annulled: Option<StoredAnnulment>,
    log_entry: Uuid,
}

impl FetchedDocument {
    /// The first content item of a form.
    pub fn form(&self, media_type: MediaType) -> Option<&ContentItem> {
        self.content.iter().map(|shown| &shown.0).find(|item| item.media_type == media_type)
    }
}

/// A content item in the form in which it is sent: the same as it came in.
#[derive(Debug)]
struct ShownContent(ContentItem);

#[derive(Serialize)]
struct ShownItem<'a> {
    media_type: &'static str,
    size: usize,
    sha256: Digest,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

impl Serialize for ShownContent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine;
        let ContentItem { media_type, bytes, digest } = &self.0;
        let text = || std::str::from_utf8(bytes).map_err(serde::ser::Error::custom);
        let mut shown = ShownItem {
            media_type: media_type.as_str(),
            size: bytes.len(),
            sha256: *digest,
            data: None,
            text: None,
            base64: None,
        };
        match media_type {
            MediaType::Json => {
                shown.data =
                    Some(serde_json::from_str(text()?).map_err(serde::ser::Error::custom)?);
            }
            MediaType::Xhtml => shown.text = Some(text()?),
            MediaType::Pdf => {
                shown.base64 = Some(base64::engine::general_purpose::STANDARD.encode(bytes));
            }
        }
        shown.serialize(serializer)
    }
}

/// One version in a list of versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedVersion {
    oid: Oid,
    version: u32,
    stored_at: Timestamp,
    digest: Digest,
}

/// A document that was found and may be seen.
struct Seen {
    document: Document,
    version: Oid,
    permission: Permission,
}

/// Which document, and which version of it.
#[derive(Clone, Copy)]
struct Named<'a> {
    /// A version's or the original identifier, as given.
    oid: &'a str,
    /// The number of the version, where that is said: the first version has no identifier of its own.
    version: Option<u32>,
}

/// A read of one document: all reads are decided and noted in the same way, and differ only in what
/// they show.
struct ReadDocument<'a, S> {
    context: &'a CallContext,
    named: Named<'a>,
    used: &'a UseContext,
    show: S,
}

/// What a read makes of a document that may be seen.
trait Show: Sync {
    type Shown: Send;

    fn show(
        &self,
        service: &Service,
        seen: Seen,
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
        seen: Seen,
        log_entry: Uuid,
    ) -> Result<Self::Shown, Error> {
        let shown = service.open(&seen.document, &seen.version, log_entry).await?;
        let missing = matches!(self.wanted, WantedForm::Only(form) if shown.form(form).is_none());
        if missing { Err(Error::FormNotAvailable) } else { Ok(seen.permission.disclose(shown)) }
    }
}

/// The list of all versions.
struct AllVersions;

impl Show for AllVersions {
    type Shown = Disclosed<Vec<ListedVersion>>;

    async fn show(&self, service: &Service, seen: Seen, _: Uuid) -> Result<Self::Shown, Error> {
        let mut versions = Vec::new();
        let mut before = None;
        loop {
            let query = document::list_versions(&seen.document.original_oid, before, MAX_PAGE);
            let page = service.database.fetch(query).await?;
            before = page.last().map(|v| v.version);
            let full = u32::try_from(page.len()) == Ok(MAX_PAGE);
            versions.extend(page.into_iter().map(|v| ListedVersion {
                oid: v.oid,
                version: v.version,
                stored_at: v.stored_at,
                digest: v.digest,
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
        let found = match &named {
            Some(oid) => service.find_version(oid, self.named.version).await?,
            None => None,
        };
        let decision =
            service.decide_on(snapshot, context, Action::Read, used, found.as_ref().map(|f| &f.0));
        // The own log does not tell either that a document of another register exists.
        let hidden = decision.outcome().is_err_and(varanto_rules::Refusal::hides_existence);
        let note = |refusal: Option<&Error>| {
            let used = Use {
                controller: found
                    .as_ref()
                    .map(|(d, _)| &d.facts.controller)
                    .filter(|_| refusal.is_none()),
                clients: found
                    .as_ref()
                    .filter(|_| !hidden)
                    .map_or(&[], |(d, _)| d.clients.as_slice()),
                documents: found
                    .as_ref()
                    .filter(|_| !hidden)
                    .map(|(_, version)| version.clone())
                    .or_else(|| named.clone())
                    .into_iter()
                    .collect(),
                ..Use::new(Action::Read, used)
            };
            service.record(snapshot, context, &used, Some(&decision), refusal)
        };
        let (entry, plan) = note(None);
        let shown = match (decision.outcome(), &found) {
            (Err(refusal), _) => Err(Error::Refused { refusal, rules: decision.rule_ids() }),
            (Ok(_), None) => Err(Error::DocumentNotFound),
            (Ok(permission), Some((document, version))) => {
                let seen =
                    Seen { document: document.clone(), version: version.clone(), permission };
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
        if let Some((document, _)) = &found {
            plan.push(document::guard_document(document));
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
        let (used, version) = match read_query(query) {
            Ok(read) => read,
            Err(error) => return self.refuse_unread(context, Action::Read, error).await,
        };
        self.fetch_one(context, Named { oid, version }, &used, wanted).await
    }

    /// Fetches several documents, each with its own outcome, in the order asked for.
    pub async fn fetch_documents(
        &self,
        context: &CallContext,
        body: &[u8],
    ) -> Result<Vec<(String, Result<Disclosed<FetchedDocument>, Error>)>, Error> {
        let (used, oids) = match read_several(body) {
            Ok(request) => request,
            Err(error) => return self.refuse_unread(context, Action::Read, error).await,
        };
        let mut fetched = Vec::with_capacity(oids.len());
        for oid in oids {
            let named = Named { oid: oid.as_str(), version: None };
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
        let used = match UseContext::of_query(query) {
            Ok(used) => used,
            Err(error) => return self.refuse_unread(context, Action::Read, error).await,
        };
        let named = Named { oid, version: None };
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

    /// Decides on one stored document, or on none.
    pub(crate) fn decide_on(
        &self,
        snapshot: &Snapshot,
        context: &CallContext,
        action: Action,
        used: &UseContext,
        document: Option<&Document>,
    ) -> Decision {
        let controller = document.map(|d| &d.facts.controller);
        let facts = document.map(|d| document_facts(&d.facts));
        decide(&self.facts(snapshot, context, action, used.purpose, controller, facts))
    }

    /// Opens a version whole.
    async fn open(
        &self,
        document: &Document,
        oid: &Oid,
        log_entry: Uuid,
    ) -> Result<FetchedDocument, Error> {
        let missing = Error::Internal("a version of a document is missing");
        let version = self.database.fetch_one(document::find_version(oid)).await?.ok_or(missing)?;
        let content = self.database.fetch(document::contents_of(oid)).await?;
        let metadata = self.unseal(Sealed::Metadata, oid.as_str().as_bytes(), &version.metadata)?;
        let signatures = self.unseal_signatures(oid, &version.signatures)?;
        let annulled = match &document.annulment {
            Some(annulment) => {
                let place = document.original_oid.as_str().as_bytes();
                let reason = self.unseal(Sealed::Annulment, place, &annulment.reason)?;
                let reason = String::from_utf8(reason)
                    .map_err(|_| Error::Internal("a reason is not text"))?;
                Some(StoredAnnulment { at: annulment.at, by: annulment.user_id.clone(), reason })
            }
            None => None,
        };
        Ok(FetchedDocument {
            metadata: raw(metadata)?,
            content: content
                .iter()
                .map(|item| self.unseal_content(item).map(ShownContent))
                .collect::<Result<_, _>>()?,
            signatures: signatures
                .into_iter()
                .map(|s| StoredSignature { role: s.role, jws: s.jws })
                .collect(),
            stored_at: version.stored_at,
            digest: version.digest,
            annulled,
            log_entry,
        })
    }
}

/// Stored JSON, to be sent as it is.
pub(crate) fn raw(bytes: Vec<u8>) -> Result<Box<RawValue>, Error> {
    let text = String::from_utf8(bytes).map_err(|_| Error::Internal("stored JSON is not text"))?;
    RawValue::from_string(text).map_err(|_| Error::Internal("stored JSON is not JSON"))
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
    let mut faults = Faults::none();
    let value = json::parse(body, json::Limits::default()).map_err(|error| {
        faults.push(error.fault());
        Error::invalid(std::mem::take(&mut faults))
    })?;
    let read = Members::of(&value, &Pointer::root(), &mut faults).and_then(|mut m| {
        let context = m.optional("context", &mut faults, UseContext::read);
        let oids = m.required("oids", &mut faults, |v, at, faults| {
            Some(reader::elements(v, at, MAX_FETCHED, faults, reader::oid))
        });
        m.finish(&mut faults);
        Some((context.unwrap_or_default(), oids?))
    });
    match read {
        Some(request) if faults.is_empty() => Ok(request),
        _ => Err(Error::invalid(faults)),
    }
}
