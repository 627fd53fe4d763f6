//! Where everything lies in a sandbox's directory.

use std::path::{Path, PathBuf};

/// The layout of a sandbox's directory. Paths are absolute or relative as the directory is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxPaths {
    directory: PathBuf,
}

/// Names within the directory that stand in the manifest too.
pub(crate) const CA: &str = "ca.pem";

impl SandboxPaths {
    /// The layout of `directory`.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// The directory itself.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The server's configuration. It is not written here.
    pub fn configuration(&self) -> PathBuf {
        self.join("varanto.toml")
    }

    /// The manifest.
    pub fn manifest(&self) -> PathBuf {
        self.join("sandbox.json")
    }

    /// The world, in the form in which organisations are imported.
    pub fn world(&self) -> PathBuf {
        self.join("world.json")
    }

    /// The clock (`SandboxClock`).
    pub fn clock(&self) -> PathBuf {
        self.join("clock")
    }

    /// The root's certificate: what clients trust and what trust is built from.
    pub fn ca(&self) -> PathBuf {
        self.join(CA)
    }

    /// The certificate of the issuer for systems and servers.
    pub fn system_issuers(&self) -> PathBuf {
        self.join("authority/systems.pem")
    }

    /// The certificate of the issuer for cards.
    pub fn card_issuers(&self) -> PathBuf {
        self.join("authority/cards.pem")
    }

    /// The revocation lists of root and issuers.
    pub fn crls(&self) -> PathBuf {
        self.join("authority/crls.pem")
    }

    /// The private key of a part of the authority: `root`, `systems` or `cards`.
    pub(crate) fn authority_key(&self, part: &str) -> PathBuf {
        self.join(&format!("authority/{part}.key"))
    }

    /// The certificate of a part of the authority: `root`, `systems` or `cards`.
    pub(crate) fn authority_certificate(&self, part: &str) -> PathBuf {
        if part == "root" { self.ca() } else { self.join(&format!("authority/{part}.pem")) }
    }

    /// The server's certificate, followed by its issuer's.
    pub fn server_certificate(&self) -> PathBuf {
        self.join("server/certificate.pem")
    }

    /// The server's private key.
    pub fn server_key(&self) -> PathBuf {
        self.join("server/key.pem")
    }

    /// The certificate that the repository signs with in its own name, followed by its issuer's.
    pub fn signing_certificate(&self) -> PathBuf {
        self.join("server/signing.pem")
    }

    /// The private key of that certificate.
    pub fn signing_key(&self) -> PathBuf {
        self.join("server/signing.key")
    }

    /// The directory for the store, made empty.
    pub fn data(&self) -> PathBuf {
        self.join("data")
    }

    /// The directory for the server's own keys, made empty and closed to others.
    pub fn keys(&self) -> PathBuf {
        self.join("keys")
    }

    /// What the manifest names by `relative`.
    pub fn join(&self, relative: &str) -> PathBuf {
        self.directory.join(relative)
    }
}
