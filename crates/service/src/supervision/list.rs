//! The lists, by name, and what each of them looks at.

use varanto_rules::Action;
use varanto_store::use_log::{LogFilter, ReviewFilter};

/// A list of uses to review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Uses without a context, for a special reason (AC-08).
    SpecialReasons,
    /// Uses on an authority's broad right of access, and own data that went out on one (DIS-05).
    Broad,
    /// Days on which somebody used data of unusually many clients.
    Volumes,
    /// Uses of data of a namesake, or of somebody who lives at the user's home address.
    Kin,
    /// Uses after the case or the context had ended.
    AfterEnd,
    /// Wills recorded without a case and a special reason while there was no context.
    WillsWithoutContext,
    /// Clientship documents that newly name the unit of who stored them.
    OwnUnit,
    /// Uses by a citizen's representative.
    Representatives,
}

/// From when on a user-day is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// So many different clients on a day are never unusual.
    pub clients_a_day: u32,
    /// Nor is so many times the median of the same role in the organisation.
    pub times_median: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { clients_a_day: 30, times_median: 3 }
    }
}

impl List {
    /// Every list.
    pub const ALL: &[Self] = &[
        Self::SpecialReasons,
        Self::Broad,
        Self::Volumes,
        Self::Kin,
        Self::AfterEnd,
        Self::WillsWithoutContext,
        Self::OwnUnit,
        Self::Representatives,
    ];

    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SpecialReasons => "special-reasons",
            Self::Broad => "broad",
            Self::Volumes => "volumes",
            Self::Kin => "kin",
            Self::AfterEnd => "after-end",
            Self::WillsWithoutContext => "wills-without-context",
            Self::OwnUnit => "own-unit",
            Self::Representatives => "representatives",
        }
    }

    /// The longest time that one call looks at, in days. Volumes are counted of the whole of it at once.
    pub(crate) const fn most_days(self) -> i64 {
        match self {
            Self::Volumes => 31,
            _ => 92,
        }
    }

    /// Are its entries found by an index of their own? Otherwise a call looks at so many entries of the log.
    pub(crate) const fn is_indexed(self) -> bool {
        matches!(self, Self::SpecialReasons | Self::Broad)
    }

    /// Is it made from what the documents of the register say? Then it is for whoever keeps the register: what
    /// is told of another's ends with the right to it.
    pub(crate) const fn needs_register(self) -> bool {
        matches!(self, Self::AfterEnd | Self::WillsWithoutContext | Self::OwnUnit)
    }

    /// The entries that one call examines at most, beyond what the store tells of them.
    pub(crate) const fn most_examined(self) -> u32 {
        match self {
            Self::Kin | Self::AfterEnd => 1_000,
            Self::WillsWithoutContext | Self::OwnUnit => 120,
            Self::SpecialReasons | Self::Broad | Self::Volumes | Self::Representatives => 250,
        }
    }

    /// Narrows a search of entries to those that can be on the list.
    pub(crate) fn narrow(self, filter: &mut LogFilter) {
        let review = &mut filter.review;
        review.permitted = true;
        review.by_staff = self != Self::Representatives;
        match self {
            Self::SpecialReasons => filter.with_special_reason = true,
            Self::Broad => review.broad = true,
            Self::Volumes | Self::Kin | Self::AfterEnd => review.about_client = true,
            Self::WillsWithoutContext => Self::stored(review, true),
            Self::OwnUnit => Self::stored(review, false),
            Self::Representatives => review.role = Some("representative".to_owned()),
        }
    }

    fn stored(review: &mut ReviewFilter, without_context: bool) {
        review.about_client = true;
        review.without_context = without_context;
        let actions = [Action::Store, Action::StoreVersion];
        review.actions = actions.map(|action| action.as_str().to_owned()).to_vec();
    }
}
