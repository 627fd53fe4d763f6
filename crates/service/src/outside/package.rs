//! The package that a recipient gets: a zip with a signed list of what is in it. Pure but for the
//! signature.
//!
//! Entries have one fixed time and a fixed order, so that the same content gives the same bytes. The list –
//! the manifest – names every file with its digest; whoever has the repository's certificate can prove that
//! nothing was changed, left out or put in.

use std::io::{Cursor, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;
use varanto_model::{Digest, MediaType, Oid, digest, json as canonical};
use varanto_signatures::{Certificate, SigningKey, sign_detached};
use varanto_store::document::Document;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Obstacle;
use crate::Error;
use crate::shown_document::FetchedDocument;

/// The most bytes of content in one package (64 MiB): it is made in memory.
pub(super) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What packages are signed with: the repository's own key, and its certificate with its issuers.
pub struct PackageSigner {
    /// The key.
    pub key: SigningKey,
    /// The certificate of the key, and its issuers without the root.
    pub chain: Vec<Certificate>,
}

/// Only the certificate shows.
impl std::fmt::Debug for PackageSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PackageSigner").finish_non_exhaustive()
    }
}

/// One file of a package.
struct File {
    name: String,
    bytes: Vec<u8>,
}

/// A package being put together.
#[derive(Default)]
pub(super) struct Package {
    files: Vec<File>,
    documents: Vec<Value>,
    size: usize,
}

/// A file as the manifest names it.
#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    size: usize,
    sha256: Digest,
}

impl File {
    fn named(&self) -> Named<'_> {
        Named { name: &self.name, size: self.bytes.len(), sha256: digest::sha256(&self.bytes) }
    }
}

impl Package {
    /// Puts in a version of a document as it may be shown. That there is a newer one by now is told: it may
    /// be a correction, for which the recipient has to ask.
    pub(super) fn put(
        &mut self,
        stored: &Document,
        version: &Oid,
        document: &FetchedDocument,
    ) -> Result<(), Error> {
        let folder = format!("documents/{}-{version}", self.documents.len() + 1);
        let file = |name: String, bytes: Vec<u8>| File { name: format!("{folder}/{name}"), bytes };
        let mut files = vec![file("metadata.json".into(), document.metadata().into())];
        for (number, (media_type, bytes)) in document.shown_content() {
            let name = format!("content-{number}.{}", extension(media_type));
            files.push(file(name, bytes.to_vec()));
        }
        let signatures = serde_json::to_vec(document.signatures())
            .map_err(|_| Error::Internal("signatures could not be written"))?;
        files.push(file("signatures.json".into(), signatures));
        self.size += files.iter().map(|file| file.bytes.len()).sum::<usize>();
        if self.size > MAX_BYTES {
            return Err(Error::Outside(Obstacle::PackageTooLarge));
        }
        self.documents.push(json!({
            "oid": version,
            "original_oid": stored.original_oid,
            "is_newest": stored.newest == *version,
            "digest": document.digest(),
            "withheld": document.withheld(),
            "files": files.iter().map(File::named).collect::<Vec<_>>(),
        }));
        self.files.extend(files);
        Ok(())
    }

    /// The bytes of the package: `about` says who gives what to whom, and gets the list of documents.
    pub(super) fn sealed(
        self,
        about: About<'_>,
        signer: &PackageSigner,
        signed_at: Timestamp,
    ) -> Result<Vec<u8>, Error> {
        let mut manifest = serde_json::to_value(about)
            .map_err(|_| Error::Internal("a manifest could not be written"))?;
        if let Some(members) = manifest.as_object_mut() {
            members.insert("documents".to_owned(), self.documents.into());
        }
        let manifest = canonical::canonical(&manifest);
        let signature = sign_detached(&signer.key, &signer.chain, &manifest, signed_at)
            .map_err(|_| Error::Internal("a package could not be signed"))?;
        let mut files = vec![
            File { name: "manifest.json".to_owned(), bytes: manifest },
            File { name: "manifest.jws".to_owned(), bytes: signature.into_bytes() },
        ];
        files.extend(self.files);
        zipped(&files).map_err(|_| Error::Internal("a package could not be written"))
    }
}

/// Who gives what to whom, when and on which ground: the head of the manifest.
#[derive(Serialize)]
pub(super) struct About<'a> {
    pub(super) request: Uuid,
    pub(super) controller: Party<'a>,
    pub(super) recipient: Recipient<'a>,
    /// The section of the law on which the recipient is entitled.
    pub(super) legal_ground: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ground_code: Option<&'a str>,
    /// The ground that the recipient gave.
    pub(super) ground: &'a str,
    pub(super) reference: &'a str,
    pub(super) purpose: &'a str,
    pub(super) received_on: jiff::civil::Date,
    pub(super) approved_at: Timestamp,
    pub(super) delivered_at: Timestamp,
}

/// The controller.
#[derive(Serialize)]
pub(super) struct Party<'a> {
    pub(super) oid: &'a Oid,
    pub(super) name: &'a str,
}

/// Who asked.
#[derive(Serialize)]
pub(super) struct Recipient<'a> {
    pub(super) name: &'a str,
    pub(super) kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) business_id: Option<&'a str>,
}

const fn extension(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Json => "json",
        MediaType::Xhtml => "xhtml",
        MediaType::Pdf => "pdf",
    }
}

fn zipped(files: &[File]) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        writer.start_file(file.name.as_str(), options)?;
        writer.write_all(&file.bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn files(text: &str) -> Vec<File> {
        [("manifest.json", "{}"), ("documents/1-1.2.3/content-1.json", text)]
            .map(|(name, text)| File { name: name.into(), bytes: text.into() })
            .into()
    }

    /// REQ DIS-07
    #[test]
    fn the_same_files_give_the_same_bytes_and_come_out_as_they_went_in() {
        let bytes = zipped(&files("{\"a\":1}")).unwrap();
        assert_eq!(bytes, zipped(&files("{\"a\":1}")).unwrap());
        assert_ne!(bytes, zipped(&files("{\"a\":2}")).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names: Vec<_> = archive.file_names().map(str::to_owned).collect();
        assert_eq!(names, ["manifest.json", "documents/1-1.2.3/content-1.json"]);
        let mut text = String::new();
        archive.by_name(&names[1]).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "{\"a\":1}");
    }
}
