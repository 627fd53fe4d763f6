//! The one envelope for every kind of document (api.md, “Documents”): metadata, content,
//! signatures – and the manifest that the signatures cover.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::code::words;
use crate::digest::sha256;
use crate::reader::{Members, elements, string, word};
use crate::{Digest, Faults, Metadata, Pointer, json};

/// The most content items of one document.
pub const MAX_ITEMS: usize = 20;
/// The most signatures of one document.
pub const MAX_SIGNATURES: usize = 20;

words! {
    /// The forms that content may have (DOC-02).
    MediaType {
        /// JSON of a published structure.
        Json = "application/json",
        /// Display form.
        Xhtml = "application/xhtml+xml",
        /// PDF/A.
        Pdf = "application/pdf",
    }
}

words! {
    /// In which capacity a signature is given (SIG-02).
    SignatureRole {
        /// The organisation's system.
        System = "system",
        /// A professional, with a card.
        Professional = "professional",
        /// The client.
        Client = "client",
    }
}

/// One form of a document: its exact bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct ContentItem {
    /// What the bytes are.
    pub media_type: MediaType,
    /// Canonical JSON, UTF-8 text or the decoded file, by media type. Never changed once stored.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub digest: Digest,
}

impl ContentItem {
    /// An item of the given bytes.
    pub fn new(media_type: MediaType, bytes: Vec<u8>) -> Self {
        let digest = sha256(&bytes);
        Self { media_type, bytes, digest }
    }
}

impl std::fmt::Debug for ContentItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContentItem({}, {} bytes)", self.media_type.as_str(), self.bytes.len())
    }
}

/// A signature over the manifest: a JWS with detached payload (RFC 7515, appendix F).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// In which capacity.
    pub role: SignatureRole,
    /// The compact form, `header..signature`.
    pub jws: String,
}

/// A document with its metadata and signatures, as a client system sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What the metadata means.
    pub metadata: Metadata,
    /// The metadata as signed: canonical JSON of what was received.
    pub signed_metadata: Vec<u8>,
    /// The forms, in the order received.
    pub content: Vec<ContentItem>,
    /// The JSON form, parsed, with the index of its item.
    pub data: Option<(usize, Value)>,
    /// The signatures, in the order received.
    pub signatures: Vec<Signature>,
}

impl Envelope {
    /// Reads an envelope from a parsed request, noting every fault.
    pub fn parse(mut value: Value) -> Result<Self, Faults> {
        let mut faults = Faults::none();
        let root = Pointer::root();
        let data = take_data(&mut value);
        let Some(mut m) = Members::of(&value, &root, &mut faults) else { return Err(faults) };
        let metadata =
            m.required("metadata", &mut faults, |given, at, faults| {
                match Metadata::parse(given, at) {
                    Ok(metadata) => Some((metadata, json::canonical(given))),
                    Err(found) => {
                        faults.extend(found);
                        None
                    }
                }
            });
        let content = m.required("content", &mut faults, |v, at, faults| {
            Some(elements(v, at, MAX_ITEMS, faults, item))
        });
        let signatures = m.list("signatures", MAX_SIGNATURES, &mut faults, signature);
        m.finish(&mut faults);
        let content = content.unwrap_or_default();
        if content.is_empty() && faults.is_empty() {
            faults.add(root.member("content"), "missing", "a document has at least one form");
        }
        match metadata {
            Some((metadata, signed_metadata)) if faults.is_empty() => {
                Ok(join(metadata, signed_metadata, content, data, signatures))
            }
            _ => Err(faults),
        }
    }

    /// The manifest in canonical form (RFC 8785): what signatures cover.
    pub fn manifest(&self) -> Vec<u8> {
        manifest(&self.signed_metadata, &self.content)
    }
}

/// The canonical manifest of metadata that is itself in canonical form.
///
/// Members stand in the order that RFC 8785 gives them; no value in it needs escaping.
pub fn manifest(signed_metadata: &[u8], content: &[ContentItem]) -> Vec<u8> {
    let items: Vec<String> = content
        .iter()
        .map(|item| {
            let (media_type, size) = (item.media_type.as_str(), item.bytes.len());
            format!(r#"{{"media_type":"{media_type}","sha256":"{}","size":{size}}}"#, item.digest)
        })
        .collect();
    let mut text = format!(r#"{{"content":[{}],"metadata":"#, items.join(",")).into_bytes();
    text.extend_from_slice(signed_metadata);
    text.push(b'}');
    text
}

/// An item as read: JSON data is filled in afterwards from what [`take_data`] took out.
enum Item {
    Bytes(MediaType, Vec<u8>),
    Data,
}

/// Takes the JSON data of the content items out of the request, so that it is never copied.
/// The member stays, as `true`, so that the item is still seen to have it.
fn take_data(value: &mut Value) -> Vec<(usize, Value)> {
    let items = value.get_mut("content").and_then(Value::as_array_mut);
    let take = |(i, item): (usize, &mut Value)| {
        let data = item.get_mut("data").filter(|d| !d.is_null())?;
        Some((i, std::mem::replace(data, Value::Bool(true))))
    };
    items.into_iter().flatten().enumerate().filter_map(take).collect()
}

fn join(
    metadata: Metadata,
    signed_metadata: Vec<u8>,
    items: Vec<Item>,
    taken: Vec<(usize, Value)>,
    signatures: Vec<Signature>,
) -> Envelope {
    let mut taken = taken.into_iter();
    let mut data = None;
    let mut content = Vec::with_capacity(items.len());
    for item in items {
        content.push(match item {
            Item::Bytes(media_type, bytes) => ContentItem::new(media_type, bytes),
            Item::Data => {
                let (index, value) = taken.next().unwrap_or((0, Value::Null));
                let bytes = json::canonical(&value);
                data = Some((index, value));
                ContentItem::new(MediaType::Json, bytes)
            }
        });
    }
    Envelope { metadata, signed_metadata, content, data, signatures }
}

fn item(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Item> {
    let mut m = Members::of(value, at, faults)?;
    let media_type = m.required("media_type", faults, word(MediaType::ALL, MediaType::as_str));
    let data = m.raw("data").is_some();
    let text = m.optional("text", faults, |v, at, faults| string(v, at, faults).map(str::to_owned));
    let base64 = m.optional("base64", faults, decoded);
    let given = [data, m.raw("text").is_some(), m.raw("base64").is_some()];
    m.finish(faults);
    if given.iter().filter(|g| **g).count() != 1 {
        faults.add(at.clone(), "content-form", "an item has one of `data`, `text` and `base64`");
        return None;
    }
    let media_type = media_type?;
    match (media_type, data) {
        (MediaType::Json, true) => Some(Item::Data),
        (MediaType::Json, false) | (_, true) => {
            let detail = "JSON is given as `data`, and other forms as `text` or `base64`";
            faults.add(at.clone(), "content-form", detail);
            None
        }
        (MediaType::Xhtml | MediaType::Pdf, false) => {
            let bytes = text.map(String::into_bytes).or(base64)?;
            Some(Item::Bytes(media_type, bytes))
        }
    }
}

fn decoded(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(string(value, at, faults)?).ok();
    if bytes.is_none() {
        faults.add(
            at.clone(),
            "not-base64",
            "base64 in the standard alphabet with padding is wanted here",
        );
    }
    bytes
}

fn signature(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Signature> {
    let mut m = Members::of(value, at, faults)?;
    let role = m.required("role", faults, word(SignatureRole::ALL, SignatureRole::as_str));
    let jws = m.required("jws", faults, |v, at, faults| string(v, at, faults).map(str::to_owned));
    m.finish(faults);
    Some(Signature { role: role?, jws: jws? })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata() -> Value {
        json!({
            "oid": "1.2.246.10.99990001.11.2026.17", "original_oid": "1.2.246.10.99990001.11.2026.17",
            "version": 1, "group": "client_document", "title": "Vanha päätös", "language": "fi",
            "generation": "old", "controller": "1.2.246.10.99990001.19.0", "register": "client",
            "clients": [{"id": "010594Y9032", "family_name": "Testinen", "given_names": "Aino"}],
            "written_at": "2016-09-02T10:15:00+03:00"
        })
    }

    fn with(content: &Value) -> Value {
        json!({"metadata": metadata(), "content": content, "signatures": [{"role": "system", "jws": "a..b"}]})
    }

    fn codes(value: Value) -> Vec<(String, &'static str)> {
        let faults = Envelope::parse(value).unwrap_err();
        faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect()
    }

    /// REQ DOC-07
    #[test]
    fn the_bytes_of_each_form_are_kept_as_they_came() {
        let content = json!([
            {"media_type": "application/xhtml+xml", "text": "<html>ä</html>"},
            {"media_type": "application/json", "data": {"b": 1.0, "a": ["ö", null]}},
            {"media_type": "application/pdf", "base64": "JVBERi0="}
        ]);
        let envelope = Envelope::parse(with(&content)).unwrap();
        let bytes: Vec<_> = envelope.content.iter().map(|i| i.bytes.as_slice()).collect();
        assert_eq!(bytes[0], "<html>ä</html>".as_bytes());
        assert_eq!(bytes[1], r#"{"a":["ö",null],"b":1}"#.as_bytes());
        assert_eq!(bytes[2], b"%PDF-");
        assert_eq!(envelope.data, Some((1, json!({"b": 1.0, "a": ["ö", null]}))));
    }

    /// REQ SIG-02
    #[test]
    fn the_manifest_is_the_canonical_form_of_metadata_and_digests() {
        let content = json!([{"media_type": "application/xhtml+xml", "text": "<html/>"}]);
        let envelope = Envelope::parse(with(&content)).unwrap();
        let expected = json!({
            "metadata": metadata(),
            "content": [{"media_type": "application/xhtml+xml", "size": 7,
                         "sha256": sha256(b"<html/>").to_string()}]
        });
        assert_eq!(envelope.manifest(), json::canonical(&expected));
    }

    /// REQ DOC-05
    #[test]
    fn faults_of_all_parts_are_told_together() {
        let value = json!({
            "metadata": {"oid": "1"},
            "content": [
                {"media_type": "text/plain", "text": "x"},
                {"media_type": "application/pdf", "base64": "%%"},
                {"media_type": "application/json", "text": "{}"},
                {"media_type": "application/xhtml+xml"},
                {"media_type": "application/xhtml+xml", "text": "x", "base64": "eA=="}
            ],
            "signatures": [{"role": "king", "jws": 1}],
            "extra": 0
        });
        let found = codes(value);
        for expected in [
            ("/metadata/title", "missing"),
            ("/metadata/oid", "not-an-oid"),
            ("/content/0/media_type", "not-in-list"),
            ("/content/1/base64", "not-base64"),
            ("/content/2", "content-form"),
            ("/content/3", "content-form"),
            ("/content/4", "content-form"),
            ("/signatures/0/role", "not-in-list"),
            ("/signatures/0/jws", "wrong-type"),
            ("/extra", "unknown-member"),
        ] {
            assert!(
                found.iter().any(|(p, c)| (p.as_str(), *c) == expected),
                "{expected:?} in {found:?}"
            );
        }
    }

    #[test]
    fn a_document_without_content_is_refused() {
        assert_eq!(codes(with(&json!([]))), [("/content".into(), "missing")]);
    }
}
