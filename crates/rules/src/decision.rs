//! Decisions, and what may be shown because of them.

use serde::{Serialize, Serializer};

use crate::{Refusal, Rule};

/// One rule that applied, and how it came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule.
    pub rule: Rule,
    /// Why it refuses; `None` where it holds.
    pub refusal: Option<Refusal>,
}

/// The outcome of all rules that apply to an act, in the order in which they are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    applied: Vec<Applied>,
}

impl Decision {
    pub(crate) const fn new() -> Self {
        Self { applied: Vec::new() }
    }

    pub(crate) fn apply(&mut self, rule: Rule, held: bool, refusal: Refusal) {
        self.applied.push(Applied { rule, refusal: (!held).then_some(refusal) });
    }

    /// Every rule that applied.
    pub fn applied(&self) -> &[Applied] {
        &self.applied
    }

    /// The refusals, first the one that is told. Empty where the act is permitted.
    pub fn refusals(&self) -> impl Iterator<Item = (Rule, Refusal)> {
        self.applied.iter().filter_map(|a| a.refusal.map(|r| (a.rule, r)))
    }

    /// The refusal that is told, or the permission.
    ///
    /// The first rule that refuses is the one told: rules about the caller come before rules about
    /// the document, so that a caller who may not act at all learns nothing of any document.
    pub fn outcome(&self) -> Result<Permission, Refusal> {
        match self.refusals().next() {
            Some((_, refusal)) => Err(refusal),
            None => Ok(Permission { rules: self.applied.iter().map(|a| a.rule).collect() }),
        }
    }

    /// The ids of the rules that decided, each once: those that refused, or all where none did.
    pub fn rule_ids(&self) -> Vec<&'static str> {
        let refused = self.applied.iter().any(|a| a.refusal.is_some());
        let mut ids = Vec::new();
        for applied in self.applied.iter().filter(|a| !refused || a.refusal.is_some()) {
            if !ids.contains(&applied.rule.id()) {
                ids.push(applied.rule.id());
            }
        }
        ids
    }
}

/// That an act is permitted: the only way to make something [`Disclosed`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    rules: Vec<Rule>,
}

impl Permission {
    /// The rules that all held.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Marks a value as shown under this permission.
    pub fn disclose<T>(&self, value: T) -> Disclosed<T> {
        Disclosed(value)
    }
}

/// Client data that a positive decision lets out. Nothing else of a client's is serialised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed<T>(T);

impl<T> Disclosed<T> {
    /// The value, to be shown.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// The value itself, to be sent.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// The same permission over a part or another form of the value.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Disclosed<U> {
        Disclosed(to(self.0))
    }
}

impl<T: Serialize> Serialize for Disclosed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
