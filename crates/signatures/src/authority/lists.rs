//! What the test authority has revoked, and its lists of it.

use jiff::Timestamp;
use rcgen::{
    CertificateRevocationListParams, KeyIdMethod, RevocationReason, RevokedCertParams, SerialNumber,
};
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

use super::subject::offset;
use super::{AuthorityError, Member, TestAuthority};
use crate::certificate::Certificate;

/// A revoked certificate.
pub(super) struct Revoked {
    issuer: Box<[u8]>,
    serial: Box<[u8]>,
    at: Timestamp,
}

impl TestAuthority {
    /// Revokes a certificate of this authority; the lists issued from now on name it.
    pub fn revoke(
        &mut self,
        certificate: &Certificate,
        at: Timestamp,
    ) -> Result<(), AuthorityError> {
        let known = self.members().iter().any(|m| certificate.is_signed_by(&m.certificate));
        if !known {
            return Err(AuthorityError::Foreign);
        }
        self.note(certificate.issuer(), certificate.serial(), at);
        Ok(())
    }

    /// Takes over what lists of this authority revoke, after it was loaded.
    pub fn adopt_crls(&mut self, crls: &[Vec<u8>]) -> Result<(), AuthorityError> {
        for der in crls {
            let (_, list) =
                CertificateRevocationList::from_der(der).map_err(|_| AuthorityError::List)?;
            for revoked in list.iter_revoked_certificates() {
                let at = Timestamp::from_second(revoked.revocation_date.timestamp())
                    .map_err(|_| AuthorityError::List)?;
                self.note(list.issuer().as_raw(), revoked.raw_serial(), at);
            }
        }
        Ok(())
    }

    /// The revocation lists of the root, of the issuer for systems and of the issuer for cards, in
    /// DER. Their number is the instant of their issuing in seconds.
    pub fn crls(
        &self,
        this_update: Timestamp,
        next_update: Timestamp,
    ) -> Result<Vec<Vec<u8>>, AuthorityError> {
        self.members().iter().map(|member| self.crl(member, this_update, next_update)).collect()
    }

    fn members(&self) -> [&Member; 3] {
        [&self.root, &self.systems, &self.cards]
    }

    fn note(&mut self, issuer: &[u8], serial: &[u8], at: Timestamp) {
        if !self.revoked.iter().any(|r| *r.issuer == *issuer && *r.serial == *serial) {
            self.revoked.push(Revoked { issuer: issuer.into(), serial: serial.into(), at });
        }
    }

    fn crl(
        &self,
        member: &Member,
        this_update: Timestamp,
        next_update: Timestamp,
    ) -> Result<Vec<u8>, AuthorityError> {
        let number = u64::try_from(this_update.as_second()).map_err(|_| AuthorityError::List)?;
        let revoked_certs = self
            .revoked
            .iter()
            .filter(|revoked| *revoked.issuer == *member.certificate.subject())
            .map(|revoked| {
                Ok(RevokedCertParams {
                    serial_number: SerialNumber::from_slice(&revoked.serial),
                    revocation_time: offset(revoked.at)?,
                    reason_code: Some(RevocationReason::KeyCompromise),
                    invalidity_date: None,
                })
            })
            .collect::<Result<_, AuthorityError>>()?;
        let params = CertificateRevocationListParams {
            this_update: offset(this_update)?,
            next_update: offset(next_update)?,
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = params.signed_by(&member.issuer).map_err(|_| AuthorityError::List)?;
        Ok(list.der().to_vec())
    }
}
