//! Which organisation a system's certificate speaks for.

use serde::{Serialize, Serializer};
use varanto_model::{Digest, Oid};

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row};

/// A certificate bound to an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateBinding {
    /// The SHA-256 hash of the certificate in DER.
    #[serde(serialize_with = "digest")]
    pub thumbprint: [u8; 32],
    /// The operating unit of the organisation.
    pub organisation: Oid,
}

const UPSERT: &str = "-- certificate::upsert_certificate
INSERT INTO certificate (thumbprint, organisation) VALUES ($1, $2)
ON CONFLICT (thumbprint) DO UPDATE SET organisation = excluded.organisation";

const REMOVE: &str = "-- certificate::remove_certificate
DELETE FROM certificate WHERE thumbprint = $1";

const ALL: &str = "-- certificate::all_certificates
SELECT thumbprint, organisation FROM certificate ORDER BY thumbprint";

fn digest<S: Serializer>(thumbprint: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    Digest::new(*thumbprint).serialize(serializer)
}

/// Binds a certificate, in place of an earlier binding.
pub fn upsert_certificate(new: CertificateBinding) -> Statement {
    let args = vec![new.thumbprint.into(), new.organisation.into()];
    Statement::one(UPSERT, args, Conflict::AlreadyExists(Entity::DirectoryRecord))
}

/// Removes a binding.
pub fn remove_certificate(thumbprint: [u8; 32]) -> Statement {
    Statement::one(REMOVE, vec![thumbprint.into()], Conflict::Gone(Entity::DirectoryRecord))
}

/// All bindings by thumbprint.
pub fn all_certificates() -> Query<CertificateBinding> {
    Query::new(ALL, vec![], certificate)
}

fn certificate(row: &dyn Row) -> Result<CertificateBinding, Corrupt> {
    Ok(CertificateBinding { thumbprint: row.hash(0)?, organisation: row.oid(1)? })
}
