//! Evidence of a signature: what must be kept with a document so that its signature can be checked
//! when the signer's certificate, its issuer and the issuer's servers are long gone (SIG-03).
//!
//! It holds the whole chain up to the root and names the revocation lists that were consulted by
//! their digests; the lists themselves are kept once for all documents. Whether the root was
//! trustworthy is not in the evidence: [`Recheck::root`] is to be compared with an archive of roots.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varanto_model::Digest;
use varanto_model::digest::sha256;

use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::chain::{ChainError, CrlReference, Usage};
use crate::crl::Crl;
use crate::jws::{Detached, SignatureError, VerifiedSignature};
use crate::path::{Issuers, Purpose, Revocation, Roots, trace};
use crate::policies::CertificateKind;

/// The longest chain in evidence: webpki builds none of more than six issuers below the root.
const MAX_CHAIN: usize = 8;

/// What a check of a signature found. It is only made from a signature that held.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    version: Version,
    algorithm: Algorithm,
    usage: Usage,
    kind: CertificateKind,
    signed_at: Timestamp,
    checked_at: Timestamp,
    chain: Vec<String>,
    crls: Vec<CrlReference>,
    result: Outcome,
}

/// The form of the evidence, so that later forms can be told from this one.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Version {
    #[serde(rename = "1")]
    First,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Valid,
}

/// What a new check of evidence found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recheck {
    /// SHA-256 of the root's certificate, to be compared with the archive of trusted roots.
    pub root: Digest,
    /// When the signature was made, as the signer said.
    pub signed_at: Timestamp,
    /// When the signature was checked first.
    pub checked_at: Timestamp,
    /// Was it checked again that nothing was revoked?
    pub revocation: RevocationRecheck,
}

/// Was revocation checked again?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationRecheck {
    /// The lists of the first check were at hand and say the same.
    Confirmed,
    /// No lists were given.
    NotRepeated,
}

/// Why evidence does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// The chain in the evidence cannot be read.
    #[error("the chain in the evidence is not well-formed")]
    Chain,
    /// The evidence is of another signature.
    #[error("the evidence is of another signature")]
    OtherSignature,
    /// The signature does not hold.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The chain did not hold at the instant of the first check.
    #[error("the chain did not hold when the signature was checked: {0}")]
    NotHeld(ChainError),
    /// One of the revocation lists that the evidence names is not among those given.
    #[error("a revocation list that the evidence names was not given")]
    CrlMissing,
    /// One of the revocation lists is not of an issuer in the chain.
    #[error("a revocation list that the evidence names is not usable")]
    Crl,
}

impl Evidence {
    /// The evidence of a signature that was just checked.
    pub fn of(signature: &VerifiedSignature) -> Self {
        let chain = &signature.chain;
        Self {
            version: Version::First,
            algorithm: signature.algorithm,
            usage: chain.usage(),
            kind: chain.kind(),
            signed_at: signature.signed_at,
            checked_at: signature.checked_at,
            chain: chain.path().iter().map(|c| STANDARD.encode(c.der())).collect(),
            crls: chain.crls().to_vec(),
            result: Outcome::Valid,
        }
    }

    /// When the signature was made, as the signer said.
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// When it was checked.
    pub fn checked_at(&self) -> Timestamp {
        self.checked_at
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What the signer's certificate was issued for.
    pub fn kind(&self) -> CertificateKind {
        self.kind
    }

    /// The revocation lists that were consulted. They must be kept as long as the evidence.
    pub fn crls(&self) -> &[CrlReference] {
        &self.crls
    }

    /// Checks the signature again, at any later time, from the evidence alone: the signature over
    /// `payload`, and the chain as of the instant of the first check. Where `crls` (DER) are given,
    /// they must contain all that the evidence names, and these are consulted again; others among
    /// them are passed over.
    pub fn recheck(
        &self,
        payload: &[u8],
        jws: &str,
        crls: &[Vec<u8>],
    ) -> Result<Recheck, EvidenceError> {
        let path = self.path()?;
        let [leaf, issuers @ .., root] = path.as_slice() else {
            return Err(EvidenceError::Chain);
        };
        let signature = Detached::parse(jws)?;
        let same = signature.header.leaf == leaf.der()
            && signature.header.algorithm == self.algorithm
            && signature.header.issued_at == Some(self.signed_at);
        if !same {
            return Err(EvidenceError::OtherSignature);
        }
        signature.check(leaf, payload)?;
        let lists = self.lists(&path, crls)?;
        let revocation = match &lists {
            Some(lists) => Revocation::Checked(lists),
            None => Revocation::Ignored,
        };
        let roots = Roots::new(vec![root.clone()]).map_err(|_| EvidenceError::Chain)?;
        let issuers = Issuers::new(issuers.to_vec());
        trace(leaf, &roots, &issuers, Purpose::Any, revocation, self.checked_at)
            .map_err(EvidenceError::NotHeld)?;
        Ok(Recheck {
            root: root.thumbprint(),
            signed_at: self.signed_at,
            checked_at: self.checked_at,
            revocation: match lists {
                Some(_) => RevocationRecheck::Confirmed,
                None => RevocationRecheck::NotRepeated,
            },
        })
    }

    fn path(&self) -> Result<Vec<Certificate>, EvidenceError> {
        if self.chain.len() > MAX_CHAIN {
            return Err(EvidenceError::Chain);
        }
        let read = |text: &String| {
            let der = STANDARD.decode(text).map_err(|_| EvidenceError::Chain)?;
            Certificate::parse(&der).map_err(|_| EvidenceError::Chain)
        };
        self.chain.iter().map(read).collect()
    }

    /// The lists that the evidence names, read from those given; nothing where none is given.
    fn lists(
        &self,
        path: &[Certificate],
        given: &[Vec<u8>],
    ) -> Result<Option<Vec<Crl>>, EvidenceError> {
        if given.is_empty() {
            return Ok(None);
        }
        let given: Vec<(Digest, &Vec<u8>)> = given.iter().map(|der| (sha256(der), der)).collect();
        let read = |wanted: &CrlReference| {
            let (_, der) = given
                .iter()
                .find(|(digest, _)| *digest == wanted.digest)
                .ok_or(EvidenceError::CrlMissing)?;
            Crl::parse(der, path.iter()).map_err(|_| EvidenceError::Crl)
        };
        self.crls.iter().map(read).collect::<Result<_, _>>().map(Some)
    }
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evidence")
            .field("algorithm", &self.algorithm)
            .field("kind", &self.kind)
            .field("signed_at", &self.signed_at)
            .field("checked_at", &self.checked_at)
            .finish_non_exhaustive()
    }
}
