//! Chains that were validated a short while ago.
//!
//! Only success is kept, under the leaf's digest and the usage, and only within one `Trust`: new
//! roots or revocation lists make a new `Trust` and so an empty cache.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use varanto_model::Digest;

use crate::chain::{Usage, ValidatedChain};

/// The most chains that are kept.
pub(crate) const CAPACITY: usize = 4_096;

pub(crate) struct Cache {
    capacity: usize,
    chains: RwLock<HashMap<(Digest, Usage), Arc<ValidatedChain>>>,
}

impl Cache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, chains: RwLock::default() }
    }

    /// The chain that was validated for this leaf and usage, where that still holds at `at`.
    pub(crate) fn find(
        &self,
        leaf: Digest,
        usage: Usage,
        at: Timestamp,
    ) -> Option<Arc<ValidatedChain>> {
        let chains = self.chains.read().unwrap_or_else(PoisonError::into_inner);
        chains.get(&(leaf, usage)).filter(|chain| chain.covers(at)).cloned()
    }

    /// Keeps a chain. Where the cache is full, what no longer holds at `at` leaves it, and if that
    /// is nothing, any one chain does.
    pub(crate) fn keep(&self, usage: Usage, chain: &Arc<ValidatedChain>, at: Timestamp) {
        let mut chains = self.chains.write().unwrap_or_else(PoisonError::into_inner);
        if chains.len() >= self.capacity {
            chains.retain(|_, kept| kept.covers(at));
        }
        if chains.len() >= self.capacity
            && let Some(any) = chains.keys().next().copied()
        {
            chains.remove(&any);
        }
        chains.insert((chain.leaf().thumbprint(), usage), Arc::clone(chain));
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::algorithm::KeyKind;
    use crate::authority::{TestAuthority, TestSubject, Validity};
    use crate::policies::CertificateKind;

    #[test]
    fn a_full_cache_drops_what_has_ended_first_and_never_grows() {
        let now: Timestamp = "2026-09-02T07:15:00Z".parse().unwrap();
        let after = |minutes| now + SignedDuration::from_mins(minutes);
        let validity = Validity { not_before: now, not_after: after(60) };
        let authority = TestAuthority::create("Test", validity).unwrap();
        let chain = |minutes| {
            let subject = TestSubject::Server(&["localhost"]);
            let issued = authority.issue(&subject, KeyKind::P256, validity).unwrap();
            Arc::new(ValidatedChain {
                path: issued.chain().to_vec(),
                usage: Usage::System,
                kind: CertificateKind::Server,
                crls: Vec::new(),
                validated_at: now,
                valid_until: after(minutes),
                leaf: issued.certificate().clone(),
            })
        };
        let cache = Cache::new(2);
        let (short, long, next, last) = (chain(1), chain(30), chain(30), chain(30));
        let held = |chain: &Arc<ValidatedChain>, at| {
            cache.find(chain.leaf().thumbprint(), Usage::System, at).is_some()
        };
        cache.keep(Usage::System, &short, now);
        cache.keep(Usage::System, &long, now);
        assert!(held(&short, now) && held(&long, now) && !held(&short, after(2)));
        cache.keep(Usage::System, &next, after(2));
        assert!(held(&long, after(2)) && held(&next, after(2)) && !held(&short, now));
        cache.keep(Usage::System, &last, after(3));
        assert!(held(&last, after(3)));
        assert_eq!(cache.chains.read().unwrap().len(), 2);
    }
}
