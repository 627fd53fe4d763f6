//! Whom the server trusts: certificates and revocation lists, read from the files that the configuration
//! names.

use std::path::{Path, PathBuf};

use varanto_signatures::{Trust, TrustMaterial, certificates_from_pem, crls_from_pem};

use super::{StartError, text};
use crate::config::{Config, TrustSection};
use crate::telemetry::{End, note_end};

/// The files of `[trust]`.
pub(super) struct TrustFiles {
    section: TrustSection,
    resolve: Vec<(Kind, PathBuf)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Root,
    SystemIssuer,
    CardIssuer,
    Revocations,
}

impl TrustFiles {
    pub(super) fn of(config: &Config) -> Self {
        let section = config.trust.clone();
        let of = |kind, files: &[PathBuf]| {
            files.iter().map(|f| (kind, config.path(f))).collect::<Vec<_>>()
        };
        let resolve = [
            of(Kind::Root, &section.roots),
            of(Kind::SystemIssuer, &section.system_issuers),
            of(Kind::CardIssuer, &section.card_issuers),
            of(Kind::Revocations, &section.revocation_lists),
        ]
        .concat();
        Self { section, resolve }
    }

    pub(super) fn read(&self) -> Result<Trust, StartError> {
        let mut material = TrustMaterial::default();
        for (kind, path) in &self.resolve {
            let pem = text(path)?;
            let content = |wanted| StartError::Content { file: path.display().to_string(), wanted };
            if *kind == Kind::Revocations {
                material
                    .crls
                    .extend(crls_from_pem(&pem).map_err(|_| content("revocation lists in PEM"))?);
                continue;
            }
            let certificates =
                certificates_from_pem(&pem).map_err(|_| content("certificates in PEM"))?;
            match kind {
                Kind::Root => material.roots.extend(certificates),
                Kind::SystemIssuer => material.system_issuers.extend(certificates),
                Kind::CardIssuer | Kind::Revocations => material.card_issuers.extend(certificates),
            }
        }
        let trust = Trust::build(material, self.section.policies.clone())?;
        if let Some(end) = trust.next_update() {
            note_end(End::RevocationLists, end);
        }
        Ok(trust)
    }

    /// Changes whenever one of the files does.
    pub(super) fn stamp(&self) -> Vec<Option<(std::time::SystemTime, u64)>> {
        let one = |path: &Path| {
            let data = std::fs::metadata(path).ok()?;
            Some((data.modified().ok()?, data.len()))
        };
        self.resolve.iter().map(|(_, path)| one(path)).collect()
    }
}
