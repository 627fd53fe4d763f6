//! Certificates, chains, revocation, signatures and evidence.
