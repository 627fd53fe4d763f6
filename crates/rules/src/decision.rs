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

/// What must be taken out of client data before it is shown (rule R7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Masking {
    /// Nothing.
    None,
    /// Municipality and addresses of persons; telephone number and contact address stay.
    ContactData,
}

/// Client data that can be shown with its contact data masked. Every type that is ever disclosed
/// says how; one that holds no contact data gives itself.
pub trait Mask: Sized {
    /// The same without municipality and addresses of persons (CASE-07).
    #[must_use]
    fn masked(self) -> Self;
}

impl<T: Mask> Mask for Vec<T> {
    fn masked(self) -> Self {
        self.into_iter().map(Mask::masked).collect()
    }
}

/// The outcome of all rules that apply to an act, in the order in which they are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    applied: Vec<Applied>,
    masking: Masking,
}

impl Decision {
    pub(crate) fn new(masking: Masking) -> Self {
        Self { applied: Vec::with_capacity(16), masking }
    }

    /// Notes a rule that shapes what is shown and refuses nothing.
    pub(crate) fn note(&mut self, rule: Rule) {
        self.applied.push(Applied { rule, refusal: None });
    }

    /// What must be masked in what is shown.
    pub const fn masking(&self) -> Masking {
        self.masking
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
            None => Ok(Permission {
                rules: self.applied.iter().map(|a| a.rule).collect(),
                masking: self.masking,
            }),
        }
    }

    /// The ids of the rules that decided: that of the refusal that is told, or all, each once, where
    /// none refused. What later rules would have said is no more told than their refusals: it depends
    /// on documents and cases that the caller may not know of.
    pub fn rule_ids(&self) -> Vec<&'static str> {
        if let Some((rule, _)) = self.refusals().next() {
            return vec![rule.id()];
        }
        let mut ids = Vec::new();
        for applied in &self.applied {
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
    masking: Masking,
}

impl Permission {
    /// The rules that all held.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What is masked under this permission.
    pub const fn masking(&self) -> Masking {
        self.masking
    }

    /// Marks a value as shown under this permission, masked as the decision demands.
    pub fn disclose<T: Mask>(&self, value: T) -> Disclosed<T> {
        Disclosed(match self.masking {
            Masking::None => value,
            Masking::ContactData => value.masked(),
        })
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
