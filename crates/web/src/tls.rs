//! The TLS side of the listener: our own certificate, whom we trust, and what is revoked.
//!
//! A client certificate is asked for and, where one is shown, checked in the handshake: path,
//! validity, usage and revocation of the whole chain (SIG-01). A caller without one gets as far as
//! the pages that need none; everything else is refused by the routes.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use varanto_signatures::Trust;

/// The server's own certificate chain and key.
pub struct ServerIdentity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The server's certificate file is not PEM, or holds none.
    #[error("the server certificate cannot be read: {0}")]
    Certificate(rustls::pki_types::pem::Error),
    /// The server's key file is not PEM, or holds none.
    #[error("the server key cannot be read: {0}")]
    Key(rustls::pki_types::pem::Error),
    /// The library refuses the whole.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[from] rustls::Error),
    /// The trusted certificates or revocation lists cannot be used.
    #[error("client certificates cannot be checked: {0}")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

impl ServerIdentity {
    /// Reads a chain (leaf first) and a key from PEM.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>();
        let key = PrivateKeyDer::from_pem_slice(key).map_err(TlsError::Key)?;
        match chain {
            Ok(chain) if chain.is_empty() => {
                Err(TlsError::Certificate(rustls::pki_types::pem::Error::NoItemsFound))
            }
            Ok(chain) => Ok(Self { chain, key }),
            Err(error) => Err(TlsError::Certificate(error)),
        }
    }

    /// The set-up of a listener under this identity. It is made anew whenever `trust` changes.
    pub fn config(&self, trust: &Trust) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        for root in trust.roots() {
            roots.add(CertificateDer::from(root.der().to_vec()))?;
        }
        let lists =
            trust.crls().iter().map(|crl| CertificateRevocationListDer::from(crl.der().to_vec()));
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .with_crls(lists)
                .enforce_revocation_expiration()
                .allow_unauthenticated()
                .build()?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_single_cert(self.chain.clone(), self.key.clone_key())?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}
