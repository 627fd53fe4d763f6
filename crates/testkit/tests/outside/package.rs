//! A package, opened by one who trusts the repository's authority.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;
use varanto_model::digest;
use varanto_signatures::{
    Policies, Trust, TrustMaterial, Usage, certificates_from_pem, crls_from_pem, verify_detached,
};
use varanto_testkit::Site;

/// The files of a package by name.
pub(crate) struct Opened {
    pub(crate) manifest: Value,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// Trust as a recipient builds it: of the sandbox's public files.
fn trust(site: &Site) -> Trust {
    let paths = site.paths();
    let text = |path| std::fs::read_to_string(path).unwrap();
    let material = TrustMaterial {
        roots: certificates_from_pem(&text(paths.ca())).unwrap(),
        system_issuers: certificates_from_pem(&text(paths.system_issuers())).unwrap(),
        card_issuers: certificates_from_pem(&text(paths.card_issuers())).unwrap(),
        crls: crls_from_pem(&text(paths.crls())).unwrap(),
    };
    Trust::build(material, Policies::of_test_authority()).unwrap()
}

impl Opened {
    /// Opens a package, and proves the signature and every file.
    pub(crate) fn proven(site: &Site, bytes: &[u8]) -> Self {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut files = BTreeMap::new();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            files.insert(file.name().to_owned(), content);
        }
        let manifest = files.remove("manifest.json").unwrap();
        let jws = String::from_utf8(files.remove("manifest.jws").unwrap()).unwrap();
        let now = Timestamp::now();
        let signed = verify_detached(&jws, &manifest, &trust(site), Usage::System, now).unwrap();
        let common_name = std::fs::read_to_string(site.paths().signing_certificate()).unwrap();
        let own = certificates_from_pem(&common_name).unwrap();
        assert_eq!(signed.chain.leaf().thumbprint(), own[0].thumbprint());
        let mut changed = manifest.clone();
        changed[5] ^= 1;
        assert!(verify_detached(&jws, &changed, &trust(site), Usage::System, now).is_err());
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let mut named = 0;
        for document in manifest["documents"].as_array().unwrap() {
            for file in document["files"].as_array().unwrap() {
                let content = &files[file["name"].as_str().unwrap()];
                let sha256 = digest::sha256(content);
                let expected = URL_SAFE_NO_PAD.encode(sha256.as_bytes());
                assert_eq!(file["sha256"], expected);
                assert_eq!(file["size"], content.len());
                named += 1;
            }
        }
        assert_eq!(named, files.len(), "every file is named, and none besides");
        Self { manifest, files }
    }

    /// The file whose name ends so.
    pub(crate) fn file(&self, ending: &str) -> Option<&[u8]> {
        self.files.iter().find(|(name, _)| name.ends_with(ending)).map(|(_, c)| c.as_slice())
    }
}
