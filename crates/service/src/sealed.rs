//! Sealing and opening what is personal, each for its own place in the store.

use uuid::Uuid;
use varanto_model::{ClientIdentifier, ClientReference, ContentItem, Oid, Signature};
use varanto_signatures::{Evidence, KeptSignature};
use varanto_store::document::{Content, content_place};
use varanto_store::{Purpose, client, pack, unpack};

use crate::Error;
use crate::service::Service;
use crate::world::nonce;

impl Service {
    /// Seals bytes for a place.
    pub(crate) fn seal(
        &self,
        purpose: Purpose,
        place: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let nonce = nonce(&*self.randomness);
        pack(&self.vault, purpose, place, plain, nonce)
            .map_err(|_| Error::Internal("something could not be sealed"))
    }

    /// Opens what was sealed for a place.
    pub(crate) fn unseal(
        &self,
        purpose: Purpose,
        place: &[u8],
        packed: &[u8],
    ) -> Result<Vec<u8>, Error> {
        unpack(&self.vault, purpose, place, packed)
            .map_err(|_| Error::Internal("something sealed could not be opened"))
    }

    /// Opens a text that was sealed for the bytes of `id`.
    pub(crate) fn unseal_text(
        &self,
        purpose: Purpose,
        id: Uuid,
        packed: &[u8],
    ) -> Result<String, Error> {
        String::from_utf8(self.unseal(purpose, id.as_bytes(), packed)?)
            .map_err(|_| Error::Internal("something sealed is not text"))
    }

    /// The content of a version, sealed item by item.
    pub(crate) fn seal_content(
        &self,
        version: &Oid,
        items: &[ContentItem],
    ) -> Result<Vec<Content>, Error> {
        let seal = |(ordinal, item): (u32, &ContentItem)| {
            let packed =
                self.seal(Purpose::Content, &content_place(version, ordinal), &item.bytes)?;
            Ok(Content {
                version_oid: version.clone(),
                ordinal,
                media_type: item.media_type,
                size: item.bytes.len() as u64,
                sha256: item.digest,
                packed,
            })
        };
        (0..).zip(items).map(seal).collect()
    }

    /// An item of content as it was stored, proven by its digest.
    pub(crate) fn unseal_content(&self, content: &Content) -> Result<ContentItem, Error> {
        let place = content_place(&content.version_oid, content.ordinal);
        let item = ContentItem::new(
            content.media_type,
            self.unseal(Purpose::Content, &place, &content.packed)?,
        );
        if item.digest == content.sha256 {
            Ok(item)
        } else {
            Err(Error::Internal("stored content is not what was stored"))
        }
    }

    /// The signatures of a version with their evidence.
    pub(crate) fn seal_signatures(
        &self,
        version: &Oid,
        signatures: &[Signature],
        evidence: Vec<Evidence>,
    ) -> Result<Vec<u8>, Error> {
        let kept: Vec<_> = signatures
            .iter()
            .zip(evidence)
            .map(|(s, evidence)| KeptSignature {
                role: s.role.as_str().into(),
                jws: s.jws.clone(),
                evidence,
            })
            .collect();
        let plain = KeptSignature::write_all(&kept)
            .map_err(|_| Error::Internal("evidence could not be written"))?;
        self.seal(Purpose::Signatures, version.as_str().as_bytes(), &plain)
    }

    /// The signatures of a version with their evidence, as they were kept.
    pub(crate) fn unseal_signatures(
        &self,
        version: &Oid,
        packed: &[u8],
    ) -> Result<Vec<KeptSignature>, Error> {
        let plain = self.unseal(Purpose::Signatures, version.as_str().as_bytes(), packed)?;
        KeptSignature::read_all(&plain)
            .map_err(|_| Error::Internal("kept signatures could not be read"))
    }

    /// A new file for a client.
    pub(crate) fn new_client(
        &self,
        key: Uuid,
        reference: &ClientReference,
        at: jiff::Timestamp,
    ) -> Result<client::Client, Error> {
        let identifier = match &reference.identifier {
            ClientIdentifier::PersonalIdentityCode(code) => code.expose(),
            ClientIdentifier::Temporary(temporary) => temporary.expose(),
        };
        let names = match &reference.name {
            Some(name) => {
                let plain = serde_json::json!([name.family_name, name.given_names]).to_string();
                Some(self.seal(Purpose::ClientNames, key.as_bytes(), plain.as_bytes())?)
            }
            None => None,
        };
        Ok(client::Client {
            key,
            identifier: self.seal(
                Purpose::ClientIdentifier,
                key.as_bytes(),
                identifier.as_bytes(),
            )?,
            names,
            version: 1,
            created_at: at,
            joined_to: None,
        })
    }
}
