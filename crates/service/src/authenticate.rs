//! Who calls: certificate → organisation, token → professional (SIG-01).

use uuid::Uuid;
use varanto_signatures::{Certificate, ChainError, Usage};

use crate::context::{CallContext, SystemIdentity};
use crate::service::Service;
use crate::{Error, Unauthenticated};

impl Service {
    /// The organisation of a connection's certificate.
    ///
    /// The handshake has checked the chain. A connection may outlive its certificate, and so it is
    /// checked again for every request, which costs little; here it must also be of an issuer for
    /// systems, so that no card passes for a system.
    pub async fn identify_system(
        &self,
        certificate: &Certificate,
    ) -> Result<SystemIdentity, Error> {
        let checked = self.trust.load().verify(certificate, Usage::Connection, self.real_time());
        checked.map_err(|error| match error {
            ChainError::Revoked | ChainError::Expired => Unauthenticated::CertificateEnded,
            _ => Unauthenticated::CertificateNotBound,
        })?;
        let found = self.organisation_of(certificate);
        let organisation = if let Some(organisation) = found {
            organisation
        } else {
            // It may have joined a moment ago.
            self.refresh().await?;
            let found = self.organisation_of(certificate);
            found.ok_or(Error::Unauthenticated(Unauthenticated::CertificateNotBound))?
        };
        Ok(SystemIdentity { organisation, certificate: certificate.thumbprint() })
    }

    pub(crate) fn organisation_of(&self, certificate: &Certificate) -> Option<varanto_model::Oid> {
        let business_id = certificate.organisation().map(|id| id.as_str().to_owned());
        let snapshot = self.snapshot();
        snapshot
            .directory
            .of_certificate(&certificate.thumbprint(), business_id.as_deref())
            .cloned()
    }

    /// The context of a call: the system, and the professional whom the token names.
    pub fn authenticate(
        &self,
        system: SystemIdentity,
        token: Option<&str>,
        request_id: Uuid,
    ) -> Result<CallContext, Error> {
        let token = token.ok_or(Error::Unauthenticated(Unauthenticated::TokenMissing))?;
        let actor = self
            .read_token(token, &system, self.real_time())
            .ok_or(Error::Unauthenticated(Unauthenticated::TokenInvalid))?;
        Ok(CallContext { request_id, at: self.now(), system: system.into(), actor })
    }
}
