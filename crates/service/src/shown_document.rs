//! A stored version opened for one who may see it: the same bytes that came in.

mod others;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;
use varanto_documents::Structure;
use varanto_documents::masking::{Masked, mask};
use varanto_model::{ContentItem, Digest, Language, MediaType, Oid, Pointer, json};
use varanto_rules::{Mask, Masking};
use varanto_store::Purpose;
use varanto_store::document::{self, Document};

use crate::Error;
use crate::receipt::ReceiptEntry;
use crate::service::Service;
use crate::snapshot::Snapshot;

pub(crate) use others::{own_codes, text_without_codes, without_others};

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

/// A document as it is shown to one who may see it. `Debug` counts only.
#[derive(Serialize)]
pub struct FetchedDocument {
    metadata: Box<RawValue>,
    content: Vec<ShownContent>,
    signatures: Vec<StoredSignature>,
    stored_at: Timestamp,
    /// The digest of the manifest; absent where something is withheld, for what is withheld could be
    /// found out by trying.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<Digest>,
    annulled: Option<StoredAnnulment>,
    /// Is one of the clients under turvakielto (CASE-07)?
    turvakielto: bool,
    /// The places that were taken out because of it, or because the document leaves its controller; absent
    /// where nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    withheld: Vec<Pointer>,
    log_entry: Uuid,
    /// What the reader can note in the client's own file, where the document leaves its controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptEntry>,
    /// What a display form is made anew with, where the content is to be masked.
    #[serde(skip)]
    rendering: Option<(Structure, Language)>,
}

impl fmt::Debug for FetchedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FetchedDocument({} items)", self.content.len())
    }
}

/// A version to be opened.
pub(crate) struct Opening<'a> {
    pub(crate) document: &'a Document,
    pub(crate) version: &'a Oid,
    pub(crate) log_entry: Uuid,
    /// Is one of the clients under turvakielto?
    pub(crate) turvakielto: bool,
    /// What of it will be masked.
    pub(crate) masking: Masking,
}

/// Where a client is under turvakielto, structured content goes without municipality and addresses,
/// and its display form is made anew from what is left. A form that cannot be masked – a file, or text
/// without structure – is held back whole. Every item stays in its place, so that places in the document
/// mean the same. Its size and digest are of what is shown, and the digest of the manifest and the
/// signatures over it are left out: by any of these of what was stored, one of the few hundred
/// municipalities would be found by trying them all.
impl Mask for FetchedDocument {
    fn masked(mut self) -> Self {
        let data = self.content.iter().find_map(masked_data);
        let rendering = data.as_ref().zip(self.rendering.take());
        let display = rendering.map(|(masked, (structure, language))| {
            structure.render(&masked.data, language).into_bytes()
        });
        for (i, item) in self.content.iter_mut().enumerate() {
            let place = Pointer::root().member("content").index(i);
            match (item.item.media_type, &data, &display) {
                (MediaType::Json, Some(masked), _) => {
                    if !masked.withheld.is_empty() {
                        item.alter(Altered::Masked, json::canonical(&masked.data));
                    }
                    let at = place.member("data");
                    self.withheld.extend(masked.withheld.iter().map(|inner| at.joined(inner)));
                }
                (MediaType::Xhtml, _, Some(display)) => {
                    item.alter(Altered::MadeAnew, display.clone());
                }
                _ => {
                    item.alter(Altered::HeldBack, Vec::new());
                    self.withheld.push(place);
                }
            }
        }
        self.digest = None;
        self.signatures.clear();
        self
    }
}

fn masked_data(shown: &ShownContent) -> Option<Masked> {
    if shown.item.media_type != MediaType::Json {
        return None;
    }
    serde_json::from_slice(&shown.item.bytes).ok().map(|content| mask(&content))
}

impl FetchedDocument {
    /// The same without links, as it leaves its controller: that a document is linked to tells that it
    /// exists. Where there was a link, the digest and the signatures go too, by which it could be found out.
    pub(crate) fn without_links(mut self) -> Result<Self, Error> {
        let (metadata, had_links) = without_links(self.metadata.get().as_bytes().to_vec())?;
        if had_links {
            self.metadata = raw(metadata)?;
            self.withheld.push(Pointer::root().member("metadata").member("links"));
            self.digest = None;
            self.signatures.clear();
        }
        Ok(self)
    }

    /// The same with a receipt for the reader.
    pub(crate) fn with_receipt(self, receipt: Option<ReceiptEntry>) -> Self {
        Self { receipt, ..self }
    }

    /// The signed metadata, as JSON.
    pub(crate) fn metadata(&self) -> &str {
        self.metadata.get()
    }

    /// Every item of content that is not held back, with its number from 1.
    pub(crate) fn shown_content(&self) -> impl Iterator<Item = (usize, (MediaType, &[u8]))> {
        let items = (1..).zip(&self.content);
        let shown = items.filter(|(_, shown)| shown.altered != Some(Altered::HeldBack));
        shown.map(|(n, shown)| (n, (shown.item.media_type, shown.item.bytes.as_slice())))
    }

    /// The signatures; none where something is withheld.
    pub(crate) fn signatures(&self) -> &[StoredSignature] {
        &self.signatures
    }

    /// The digest of the manifest; `None` where something is withheld.
    pub(crate) const fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// The places that were taken out.
    pub(crate) fn withheld(&self) -> &[Pointer] {
        &self.withheld
    }

    /// The size of all content, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.content.iter().map(|shown| shown.item.bytes.len()).sum()
    }

    /// The same, shown in the use with this log entry.
    pub(crate) fn noted_in(self, log_entry: Uuid) -> Self {
        Self { log_entry, ..self }
    }

    /// The bytes of the first content item of a form that is not held back.
    pub fn form(&self, media_type: MediaType) -> Option<&[u8]> {
        let shown = self.content.iter().filter(|shown| shown.altered != Some(Altered::HeldBack));
        let mut items = shown.map(|shown| &shown.item);
        items.find(|item| item.media_type == media_type).map(|item| item.bytes.as_slice())
    }
}

/// What became of a content item because of turvakielto.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Altered {
    /// What is withheld was taken out.
    Masked,
    /// It was made anew from what was masked.
    MadeAnew,
    /// It is not shown.
    HeldBack,
}

/// A content item in the form in which it is sent: the same as it came in, unless it was altered.
struct ShownContent {
    item: ContentItem,
    altered: Option<Altered>,
}

impl ShownContent {
    const fn stored(item: ContentItem) -> Self {
        Self { item, altered: None }
    }

    fn alter(&mut self, how: Altered, bytes: Vec<u8>) {
        self.item = ContentItem::new(self.item.media_type, bytes);
        self.altered = Some(how);
    }
}

#[derive(Serialize)]
struct ShownItem<'a> {
    media_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    altered: Option<Altered>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<Digest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

impl Serialize for ShownContent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ContentItem { media_type, bytes, digest } = &self.item;
        let mut shown = ShownItem {
            media_type: media_type.as_str(),
            altered: self.altered,
            size: None,
            sha256: None,
            data: None,
            text: None,
            base64: None,
        };
        if self.altered != Some(Altered::HeldBack) {
            (shown.size, shown.sha256) = (Some(bytes.len()), Some(*digest));
            let text = || std::str::from_utf8(bytes).map_err(serde::ser::Error::custom);
            match media_type {
                MediaType::Json => {
                    let data = serde_json::from_str(text()?);
                    shown.data = Some(data.map_err(serde::ser::Error::custom)?);
                }
                MediaType::Xhtml => shown.text = Some(text()?),
                MediaType::Pdf => shown.base64 = Some(STANDARD.encode(bytes)),
            }
        }
        shown.serialize(serializer)
    }
}

impl Service {
    /// Opens a version whole.
    pub(crate) async fn open(
        &self,
        snapshot: &Snapshot,
        opening: Opening<'_>,
    ) -> Result<FetchedDocument, Error> {
        let Opening { document, version: oid, log_entry, turvakielto, masking } = opening;
        let missing = Error::Internal("a version of a document is missing");
        let rows = self.database.fetch(document::find_whole(oid)).await?;
        let (version, content) = document::whole(rows).ok_or(missing)?;
        let metadata =
            self.unseal(Purpose::Metadata, oid.as_str().as_bytes(), &version.metadata)?;
        let signatures = self.unseal_signatures(oid, &version.signatures)?;
        let annulled = match &document.annulment {
            Some(annulment) => {
                let place = document.original_oid.as_str().as_bytes();
                let reason = self.unseal(Purpose::Annulment, place, &annulment.reason)?;
                let reason = String::from_utf8(reason)
                    .map_err(|_| Error::Internal("a reason is not text"))?;
                Some(StoredAnnulment { at: annulment.at, by: annulment.user_id.clone(), reason })
            }
            None => None,
        };
        let structure = document.facts.structure.as_ref().filter(|_| masking != Masking::None);
        let rendering = structure
            .and_then(|oid| snapshot.structures.get(oid))
            .map(|known| (known.structure.clone(), language_of(&metadata)));
        Ok(FetchedDocument {
            metadata: raw(metadata)?,
            content: content
                .iter()
                .map(|item| self.unseal_content(item).map(ShownContent::stored))
                .collect::<Result<_, _>>()?,
            signatures: signatures
                .into_iter()
                .map(|s| StoredSignature { role: s.role, jws: s.jws })
                .collect(),
            stored_at: version.stored_at,
            digest: Some(version.digest),
            annulled,
            turvakielto,
            withheld: Vec::new(),
            log_entry,
            receipt: None,
            rendering,
        })
    }
}

/// The language of a document, by its metadata.
fn language_of(metadata: &[u8]) -> Language {
    let value = serde_json::from_slice::<serde_json::Value>(metadata).unwrap_or_default();
    let word = value.get("language").and_then(serde_json::Value::as_str).unwrap_or_default();
    let all = [Language::Fi, Language::Sv, Language::En];
    all.into_iter().find(|language| language.code() == word).unwrap_or(Language::Fi)
}

/// Metadata without the documents that they name as related, and whether there were any.
pub(crate) fn without_links(metadata: Vec<u8>) -> Result<(Vec<u8>, bool), Error> {
    let unreadable = |_| Error::Internal("stored metadata cannot be read");
    let mut value: serde_json::Value = serde_json::from_slice(&metadata).map_err(unreadable)?;
    let links = value.as_object_mut().and_then(|members| members.remove("links"));
    Ok(match links {
        Some(_) => (json::canonical(&value), true),
        None => (metadata, false),
    })
}

/// Stored JSON, to be sent as it is.
pub(crate) fn raw(bytes: Vec<u8>) -> Result<Box<RawValue>, Error> {
    let text = String::from_utf8(bytes).map_err(|_| Error::Internal("stored JSON is not text"))?;
    RawValue::from_string(text).map_err(|_| Error::Internal("stored JSON is not JSON"))
}
