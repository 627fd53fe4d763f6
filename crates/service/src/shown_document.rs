//! A stored version opened for one who may see it: the same bytes that came in.

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
use crate::service::Service;
use crate::snapshot::Snapshot;

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
    /// Is one of the clients under turvakielto (CASE-07)?
    turvakielto: bool,
    /// The places in the content that were taken out because of it; absent where nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    withheld: Vec<Pointer>,
    log_entry: Uuid,
    /// What a display form is made anew with, where the content is to be masked.
    #[serde(skip)]
    rendering: Option<(Structure, Language)>,
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
/// without structure – is held back whole. Digest and signatures stay those of what was stored.
impl Mask for FetchedDocument {
    fn masked(mut self) -> Self {
        let items = std::mem::take(&mut self.content);
        let data = items.iter().find_map(|ShownContent(item)| masked_data(item));
        let rendering = data.as_ref().zip(self.rendering.take());
        let display = rendering.map(|(masked, (structure, language))| {
            structure.render(&masked.data, language).into_bytes()
        });
        for (i, ShownContent(item)) in items.into_iter().enumerate() {
            let place = Pointer::root().member("content").index(i);
            let (form, bytes) = match item.media_type {
                MediaType::Json => {
                    let Some(masked) = &data else { continue };
                    let at = place.member("data");
                    self.withheld.extend(masked.withheld.iter().map(|inner| at.joined(inner)));
                    (MediaType::Json, json::canonical(&masked.data))
                }
                MediaType::Xhtml if display.is_some() => {
                    (MediaType::Xhtml, display.clone().unwrap_or_default())
                }
                other => {
                    self.withheld.push(place);
                    (other, Vec::new())
                }
            };
            self.content.push(ShownContent(ContentItem::new(form, bytes)));
        }
        self
    }
}

fn masked_data(item: &ContentItem) -> Option<Masked> {
    if item.media_type != MediaType::Json {
        return None;
    }
    serde_json::from_slice(&item.bytes).ok().map(|content| mask(&content))
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
                shown.base64 = Some(STANDARD.encode(bytes));
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
        let queries = (document::find_version(oid), document::contents_of(oid));
        let (version, content) = self.database.fetch(queries).await?;
        let version = version.into_iter().next().ok_or(missing)?;
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
                .map(|item| self.unseal_content(item).map(ShownContent))
                .collect::<Result<_, _>>()?,
            signatures: signatures
                .into_iter()
                .map(|s| StoredSignature { role: s.role, jws: s.jws })
                .collect(),
            stored_at: version.stored_at,
            digest: version.digest,
            annulled,
            turvakielto,
            withheld: Vec::new(),
            log_entry,
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

/// Stored JSON, to be sent as it is.
pub(crate) fn raw(bytes: Vec<u8>) -> Result<Box<RawValue>, Error> {
    let text = String::from_utf8(bytes).map_err(|_| Error::Internal("stored JSON is not text"))?;
    RawValue::from_string(text).map_err(|_| Error::Internal("stored JSON is not JSON"))
}
