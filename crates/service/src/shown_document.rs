//! A stored version opened for one who may see it: the same bytes that came in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;
use varanto_model::{ContentItem, Digest, MediaType, Oid};
use varanto_store::Purpose;
use varanto_store::document::{self, Document};

use crate::Error;
use crate::service::Service;

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
        document: &Document,
        oid: &Oid,
        log_entry: Uuid,
    ) -> Result<FetchedDocument, Error> {
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
