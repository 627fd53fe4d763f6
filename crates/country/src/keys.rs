//! The keys of a country's folder: what systems sign with, with the proof that their certificates hold, and
//! the vault's key.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use varanto_client::Signer;
use varanto_model::Digest;
use varanto_sandbox::{Manifest, ManifestOrganisation, SandboxPaths};
use varanto_signatures::{
    Algorithm, Evidence, Policies, Trust, TrustMaterial, Usage, ValidatedChain, VerifiedSignature,
    certificates_from_pem, crls_from_pem,
};
use varanto_store::Vault;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The system of an organisation as a signer.
pub(crate) struct SystemKey {
    pub(crate) signer: Arc<Signer>,
    /// SHA-256 of its certificate, as logs name the system.
    pub(crate) certificate: Digest,
    chain: Arc<ValidatedChain>,
}

impl SystemKey {
    /// The evidence of a signature that this key made at an instant, as it is found when it is checked then.
    pub(crate) fn evidence(&self, signed_at: Timestamp) -> Evidence {
        let signed_at = Timestamp::from_second(signed_at.as_second()).unwrap_or(signed_at);
        Evidence::of(&VerifiedSignature {
            algorithm: Algorithm::Es256,
            signed_at,
            checked_at: signed_at,
            chain: Arc::clone(&self.chain),
        })
    }
}

/// The systems of all organisations of a manifest, in its order.
pub(crate) fn systems(
    paths: &SandboxPaths,
    manifest: &Manifest,
) -> Result<Vec<SystemKey>, Failure> {
    let certificates = |path: &Path| {
        let text = read(path)?;
        certificates_from_pem(&text).map_err(|error| Failure::other(&error))
    };
    let material = TrustMaterial {
        roots: certificates(&paths.ca())?,
        system_issuers: certificates(&paths.system_issuers())?,
        card_issuers: certificates(&paths.card_issuers())?,
        crls: crls_from_pem(&read(&paths.crls())?).map_err(|error| Failure::other(&error))?,
    };
    let policies = Policies::of_test_authority();
    let trust = Trust::build(material, policies).map_err(|error| Failure::other(&error))?;
    let now = Timestamp::now();
    let system = |organisation: &ManifestOrganisation| {
        let certificate = read(&paths.join(&organisation.system.certificate))?;
        let key = Zeroizing::new(read(&paths.join(&organisation.system.key))?);
        let signer =
            Signer::from_pem(&certificate, &key).map_err(|error| Failure::other(&error))?;
        let leaf = certificates_from_pem(&certificate).map_err(|error| Failure::other(&error))?;
        let leaf = leaf.first().ok_or(Failure::Empty("a certificate"))?;
        let chain = trust.verify(leaf, Usage::System, now);
        Ok(SystemKey {
            signer: Arc::new(signer),
            certificate: leaf.thumbprint(),
            chain: chain.map_err(|error| Failure::other(&error))?,
        })
    };
    manifest.organisations.iter().map(system).collect()
}

/// The vault of a folder.
pub(crate) fn vault(paths: &SandboxPaths) -> Result<Vault, Failure> {
    let text = Zeroizing::new(read(&paths.keys().join("master.key"))?);
    let mut master = Zeroizing::new([0_u8; 32]);
    let digits = text.trim();
    for (place, byte) in master.iter_mut().enumerate() {
        let pair = digits.get(place * 2..place * 2 + 2).ok_or(Failure::Empty("the master key"))?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| Failure::Empty("the master key"))?;
    }
    Vault::new(&master).map_err(|error| Failure::other(&error))
}

pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|source| Failure::File { path: path.to_owned(), source })
}
