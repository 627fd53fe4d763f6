//! Making a document ready to be stored: forms, digests, signatures (DOC-07, SIG-02).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_model::envelope::manifest;
use varanto_model::json::canonical;
use varanto_model::{ContentItem, MediaType, SignatureRole};
use varanto_signatures::KeyError;

use crate::signer::Signer;

/// A document being put together. `Debug` shows only how much there is.
///
/// Nothing is checked here: the repository does, and tests need to send what is wrong.
#[derive(Clone)]
pub struct EnvelopeBuilder<'a> {
    metadata: Value,
    items: Vec<ContentItem>,
    sent: Vec<Value>,
    signers: Vec<(SignatureRole, &'a Signer)>,
}

impl<'a> EnvelopeBuilder<'a> {
    /// Begins with the metadata, as the interface has it.
    pub fn new(metadata: Value) -> Self {
        Self { metadata, items: Vec::new(), sent: Vec::new(), signers: Vec::new() }
    }

    /// Adds the structured content.
    #[must_use]
    pub fn data(self, data: Value) -> Self {
        let bytes = canonical(&data);
        self.item(MediaType::Json, bytes, "data", data)
    }

    /// Adds a form as text, such as a display form.
    #[must_use]
    pub fn text(self, media_type: MediaType, text: &str) -> Self {
        self.item(media_type, text.as_bytes().to_vec(), "text", text.into())
    }

    /// Adds a form as bytes, such as PDF/A.
    #[must_use]
    pub fn bytes(self, media_type: MediaType, bytes: Vec<u8>) -> Self {
        let text = STANDARD.encode(&bytes);
        self.item(media_type, bytes, "base64", text.into())
    }

    /// Lets a signer sign the whole when it is built.
    #[must_use]
    pub fn signed_by(mut self, role: SignatureRole, signer: &'a Signer) -> Self {
        self.signers.push((role, signer));
        self
    }

    /// What signatures cover: the canonical form of metadata and digests.
    pub fn manifest(&self) -> Vec<u8> {
        manifest(&canonical(&self.metadata), &self.items)
    }

    /// The envelope, as the body of a request, with signatures made at `at`.
    pub fn build(self, at: Timestamp) -> Result<Value, KeyError> {
        let manifest = self.manifest();
        let signature = |(role, signer): &(SignatureRole, &Signer)| {
            Ok(json!({"role": role.as_str(), "jws": signer.sign_detached(&manifest, at)?}))
        };
        let signatures =
            self.signers.iter().map(signature).collect::<Result<Vec<_>, KeyError>>()?;
        Ok(object([
            ("metadata", self.metadata),
            ("content", self.sent.into()),
            ("signatures", signatures.into()),
        ]))
    }

    fn item(
        mut self,
        media_type: MediaType,
        bytes: Vec<u8>,
        name: &'static str,
        sent: Value,
    ) -> Self {
        self.items.push(ContentItem::new(media_type, bytes));
        self.sent.push(object([("media_type", media_type.as_str().into()), (name, sent)]));
        self
    }
}

/// An object of members that are moved into it: content may be large.
fn object<const N: usize>(members: [(&'static str, Value); N]) -> Value {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl fmt::Debug for EnvelopeBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnvelopeBuilder({} forms, {} signers)", self.items.len(), self.signers.len())
    }
}

#[cfg(test)]
mod tests {
    use varanto_model::Envelope;
    use varanto_signatures::{
        KeyKind, TestAuthority, TestSubject, Usage, Validity, verify_detached,
    };

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

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// REQ SIG-02
    #[test]
    fn the_repository_reads_what_was_built_and_finds_the_signature_good() {
        let validity = Validity {
            not_before: instant("2026-01-01T00:00:00Z"),
            not_after: instant("2027-01-01T00:00:00Z"),
        };
        let authority = TestAuthority::create("Test", validity).unwrap();
        let subject = TestSubject::System { name: "Testilä", business_id: "99990001" };
        let issued = authority.issue(&subject, KeyKind::P256, validity).unwrap();
        let signer = Signer::new(issued.signing_key().unwrap(), issued.chain().to_vec());
        let now = instant("2026-09-02T10:00:00Z");
        let builder = EnvelopeBuilder::new(metadata())
            .data(json!({"b": 1.5, "a": ["ö", null]}))
            .text(MediaType::Xhtml, "<html>ä</html>")
            .bytes(MediaType::Pdf, b"%PDF-".to_vec())
            .signed_by(SignatureRole::System, &signer);
        let manifest = builder.manifest();
        let body = builder.build(now).unwrap();

        let read = Envelope::parse(serde_json::from_str(&body.to_string()).unwrap()).unwrap();
        assert_eq!(read.manifest(), manifest);
        assert_eq!(read.content[2].bytes, b"%PDF-");
        let lists = authority.crls(now, instant("2026-09-03T10:00:00Z")).unwrap();
        let trust = authority.trust(lists).unwrap();
        let check = |payload: &[u8]| {
            verify_detached(&read.signatures[0].jws, payload, &trust, Usage::System, now).is_ok()
        };
        assert!(check(&manifest));
        let mut changed = manifest.clone();
        changed[20] ^= 1;
        assert!(!check(&changed));
    }

    #[test]
    fn a_builder_does_not_show_the_document() {
        let builder = EnvelopeBuilder::new(metadata()).text(MediaType::Xhtml, "<html/>");
        assert_eq!(format!("{builder:?}"), "EnvelopeBuilder(1 forms, 0 signers)");
    }
}
