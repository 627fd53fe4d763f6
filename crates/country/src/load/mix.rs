//! What callers do, and how often each of it: the mixed work of client information systems.

use crate::dice::Dice;

/// A kind of request, with what its answer must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A new document, signed, into the own register: `201` with its identifier.
    Store,
    /// A client's newest documents in the own register: `200` with those that there are.
    Search,
    /// One document of the own register, whole: `200` with that document.
    Fetch,
    /// A client's documents of a case in an organiser's register, by a producer with a register access right.
    SearchUnderRight,
    /// One of those, whole.
    FetchUnderRight,
    /// Is this person our client, and whose? The clientships of a person by identity code.
    FindPerson,
    /// What a client's documents say today.
    Summary,
    /// A client's documents in all other controllers' registers, with the client's permit.
    Disclosure,
    /// What must be refused: without a context, without a right, changed after signing, not there.
    Refused,
    /// A professional logs in: a new token.
    LogIn,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Store,
        Self::Search,
        Self::Fetch,
        Self::SearchUnderRight,
        Self::FetchUnderRight,
        Self::FindPerson,
        Self::Summary,
        Self::Disclosure,
        Self::Refused,
        Self::LogIn,
    ];

    /// Its name in options and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Search => "search",
            Self::Fetch => "fetch",
            Self::SearchUnderRight => "search-under-right",
            Self::FetchUnderRight => "fetch-under-right",
            Self::FindPerson => "find-person",
            Self::Summary => "summary",
            Self::Disclosure => "disclosure",
            Self::Refused => "refused",
            Self::LogIn => "log-in",
        }
    }

    /// Its place in [`Kind::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Out of a hundred, where nothing else is said. Readers look far more often than they write; other
    /// controllers' documents and summaries are looked at when somebody new comes; people log in once a shift.
    const fn usual_weight(self) -> u32 {
        match self {
            Self::Search | Self::Fetch => 24,
            Self::Store => 20,
            Self::FindPerson => 10,
            Self::SearchUnderRight | Self::FetchUnderRight => 6,
            Self::Summary | Self::Disclosure => 4,
            Self::LogIn | Self::Refused => 1,
        }
    }
}

/// How often each kind is done, beside the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix([u32; Kind::ALL.len()]);

/// Why a mix cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MixError {
    /// A part is not of the form `kind=weight`.
    #[error("a part of the mix is `kind=weight`, with a whole number below a million")]
    Form,
    /// There is no such kind.
    #[error("there is no such kind; there are {}", names())]
    Kind,
    /// All weights are nothing.
    #[error("something must be done")]
    Nothing,
}

fn names() -> String {
    Kind::ALL.map(Kind::name).join(", ")
}

impl Default for Mix {
    fn default() -> Self {
        Self(Kind::ALL.map(Kind::usual_weight))
    }
}

impl Mix {
    /// One kind alone.
    pub fn only(kind: Kind) -> Self {
        Self(Kind::ALL.map(|other| u32::from(other == kind)))
    }

    /// Reads parts such as `store=20,search=30`; what is not named is not done.
    pub fn parse(text: &str) -> Result<Self, MixError> {
        let mut mix = Self([0; Kind::ALL.len()]);
        for part in text.split(',') {
            let (name, weight) = part.split_once('=').ok_or(MixError::Form)?;
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name.trim());
            let weight = weight.trim().parse().ok().filter(|weight| *weight < 1_000_000);
            let place = kind.and_then(|kind| mix.0.get_mut(kind.index())).ok_or(MixError::Kind)?;
            *place = weight.ok_or(MixError::Form)?;
        }
        if mix.whole() == 0 { Err(MixError::Nothing) } else { Ok(mix) }
    }

    /// The share of a kind, from 0 to 1.
    pub fn share(&self, kind: Kind) -> f64 {
        let weight = self.0.get(kind.index()).copied().unwrap_or_default();
        f64::from(weight) / f64::from(self.whole())
    }

    /// The next kind.
    pub fn choose(&self, dice: &mut Dice) -> Kind {
        let weights = self.0.map(u64::from);
        Kind::ALL.get(dice.weighted(&weights)).copied().unwrap_or(Kind::Search)
    }

    fn whole(&self) -> u32 {
        self.0.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_stand_in_the_order_of_their_places() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), place);
        }
    }

    #[test]
    fn the_usual_mix_is_of_a_hundred_and_has_everything() {
        assert_eq!(Mix::default().whole(), 100);
        assert!(Kind::ALL.into_iter().all(|kind| Mix::default().share(kind) > 0.0));
    }

    #[test]
    fn a_mix_is_read_and_nonsense_is_not() {
        let mix = Mix::parse("store=1, fetch=3").unwrap();
        assert!((mix.share(Kind::Fetch) - 0.75).abs() < f64::EPSILON);
        assert_eq!(mix.share(Kind::Search).to_bits(), 0.0_f64.to_bits());
        for (text, error) in [
            ("", MixError::Form),
            ("store", MixError::Form),
            ("store=-1", MixError::Form),
            ("store=1000000", MixError::Form),
            ("stor=1", MixError::Kind),
            ("store=0", MixError::Nothing),
        ] {
            assert_eq!(Mix::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn each_kind_is_chosen_as_often_as_its_share_and_what_has_none_never() {
        let mix = Mix::parse("store=20,search=70,log-in=10").unwrap();
        let mut dice = Dice::new(1);
        let mut seen = [0_u32; Kind::ALL.len()];
        for _ in 0..100_000 {
            seen[mix.choose(&mut dice).index()] += 1;
        }
        for kind in Kind::ALL {
            let share = f64::from(seen[kind.index()]) / 100_000.0;
            assert!((share - mix.share(kind)).abs() < 0.01, "{} {share}", kind.name());
        }
        assert_eq!(seen[Kind::Fetch.index()], 0);
    }

    #[test]
    fn one_kind_alone_is_always_chosen() {
        let mut dice = Dice::new(2);
        let mix = Mix::only(Kind::FindPerson);
        assert!((0..100).all(|_| mix.choose(&mut dice) == Kind::FindPerson));
    }
}
