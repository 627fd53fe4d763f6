//! Assertions that tokens were got with: each is accepted once, and remembered until it has run out.

use jiff::Timestamp;
use varanto_model::Oid;

use crate::error::{Conflict, Entity};
use crate::plan::Statement;

const SPEND: &str = "-- token::spend_assertion
INSERT INTO spent_assertion (issuer, jti_hash, expires_at) VALUES ($1, $2, $3)";

const FORGET: &str = "-- token::forget_expired
DELETE FROM spent_assertion WHERE expires_at < $1";

/// Marks an assertion as used; a second use is [`Conflict::AlreadyExists`] of [`Entity::Assertion`].
/// `jti_hash` is a hash of its `jti`, so that its length is bounded.
pub fn spend_assertion(issuer: &Oid, jti_hash: [u8; 32], expires_at: Timestamp) -> Statement {
    let args = vec![issuer.into(), jti_hash.into(), expires_at.into()];
    Statement::one(SPEND, args, Conflict::AlreadyExists(Entity::Assertion))
}

/// Forgets the assertions that had run out before an instant and would be refused anyway.
pub fn forget_expired(before: Timestamp) -> Statement {
    Statement::any(FORGET, vec![before.into()], Conflict::Gone(Entity::Assertion))
}
