//! What requests are about: few things often, most of them seldom.
//!
//! Zipf's law in its continuous form: the thing of rank *k* is chosen about in proportion to *k* to the power of
//! −*s*. With *s* = 0 all are chosen alike. Nothing is kept for each thing, so that there may be as many as one
//! likes. Ranks are spread over the places, so that the often chosen things lie apart in the database and not at
//! its beginning.

use super::unit;
use crate::dice::Dice;

/// A choice among a number of things.
#[derive(Clone, Debug)]
pub struct Skew {
    count: u64,
    s: f64,
    /// Has no common divisor with the number of things.
    stride: u64,
}

impl Skew {
    /// Among `count` things with exponent `s`; one below 0 counts as 0.
    pub fn new(count: u64, s: f64) -> Self {
        // Near the golden section, so that neighbours in rank lie far from each other.
        let mut stride = (count / 1000 * 618 + count % 1000 * 618 / 1000).max(1);
        while common_divisor(stride, count) > 1 {
            stride += 1;
        }
        Self { count, s: s.max(0.0), stride }
    }

    /// The next choice: a place from 0 on; 0 where there is nothing.
    pub fn choose(&self, dice: &mut Dice) -> u64 {
        self.place(self.rank(unit(dice)))
    }

    /// The rank, from 0 on, below which `part` of all choices lie: the integral of *x* to the power of −*s* from 1,
    /// turned round.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "ranks are far below 2⁵³, and at least 1 before 1 is taken away"
    )]
    fn rank(&self, part: f64) -> u64 {
        let end = self.count as f64 + 1.0;
        let power = 1.0 - self.s;
        let x = if power.abs() < 1e-9 {
            end.powf(part)
        } else {
            (part * (end.powf(power) - 1.0) + 1.0).powf(power.recip())
        };
        (x as u64).saturating_sub(1).min(self.count.saturating_sub(1))
    }

    /// Where the thing of a rank lies. Every rank has a place of its own.
    fn place(&self, rank: u64) -> u64 {
        let spread = u128::from(rank) * u128::from(self.stride) % u128::from(self.count.max(1));
        u64::try_from(spread).unwrap_or_default()
    }
}

const fn common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rank_has_a_place_of_its_own() {
        for count in [1, 2, 3, 10, 97, 1_000] {
            let skew = Skew::new(count, 1.0);
            let places: BTreeSet<u64> = (0..count).map(|rank| skew.place(rank)).collect();
            assert_eq!(places, (0..count).collect(), "{count}");
        }
    }

    /// Of the choices among ten million with s = 1, as many fall on the first thousand as ln 1001 is of ln 10⁷.
    #[test]
    fn the_first_are_chosen_as_often_as_the_law_says() {
        let mut dice = Dice::new(1);
        for (s, share) in [(1.0, 0.4286), (0.5, 0.0097), (0.0, 0.0001)] {
            let skew = Skew::new(10_000_000, s);
            let mut first = 0;
            for _ in 0..100_000 {
                first += u32::from(skew.rank(unit(&mut dice)) < 1_000);
            }
            let found = f64::from(first) / 100_000.0;
            assert!((found - share).abs() < 0.005, "{s}: {found}");
        }
    }

    #[test]
    fn without_skew_all_are_chosen_alike() {
        let (skew, mut dice) = (Skew::new(10, 0.0), Dice::new(2));
        let mut seen = [0; 10];
        for _ in 0..10_000 {
            seen[usize::try_from(skew.choose(&mut dice)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| (850..1_150).contains(count)), "{seen:?}");
    }

    #[test]
    fn no_choice_lies_outside() {
        let mut dice = Dice::new(3);
        for count in [0, 1, 2, 1_000_003] {
            for s in [0.0, 0.8, 1.0, 2.5] {
                let skew = Skew::new(count, s);
                assert!((0..1_000).all(|_| skew.choose(&mut dice) < count.max(1)), "{count} {s}");
                assert_eq!(skew.rank(0.0), 0);
            }
        }
    }
}
