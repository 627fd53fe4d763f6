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

#[derive(Default)]
pub(crate) struct Cache {
    chains: RwLock<HashMap<(Digest, Usage), Arc<ValidatedChain>>>,
}

impl Cache {
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
        if chains.len() >= CAPACITY {
            chains.retain(|_, kept| kept.covers(at));
        }
        if chains.len() >= CAPACITY
            && let Some(any) = chains.keys().next().copied()
        {
            chains.remove(&any);
        }
        chains.insert((chain.leaf().thumbprint(), usage), Arc::clone(chain));
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.chains.read().unwrap().len()
    }
}
