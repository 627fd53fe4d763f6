//! The TLS side of a client: one root that is trusted, and the system's own certificate.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::error::ClientError;

/// A certificate chain (leaf first) and its key, as PEM.
pub struct Identity<'a> {
    /// The certificate and its issuers, leaf first.
    pub certificate_pem: &'a str,
    /// The private key.
    pub key_pem: &'a str,
}

/// Shows nothing: there is a key in it.
impl std::fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// The set-up of connections that trust the certificates of `ca_pem` and no others.
pub fn config(ca_pem: &str, identity: Option<&Identity<'_>>) -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca_pem, "trusted certificates")? {
        roots.add(certificate)?;
    }
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let chain = certificates(identity.certificate_pem, "client certificate")?;
            let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes())
                .map_err(|error| ClientError::Pem { what: "client key", error })?;
            builder.with_client_auth_cert(chain, key)?
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(
    pem: &str,
    what: &'static str,
) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let found = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
    match found {
        Ok(list) if list.is_empty() => {
            Err(ClientError::Pem { what, error: rustls::pki_types::pem::Error::NoItemsFound })
        }
        Ok(list) => Ok(list),
        Err(error) => Err(ClientError::Pem { what, error }),
    }
}
