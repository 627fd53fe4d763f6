//! Load upon a repository as a country makes it: when requests come, what they are, and what became of them.
//!
//! Requests come whether those before them were answered or not ([`arrivals`], [`open_loop`]), are of many kinds
//! ([`mix`]) about things of which few are used often ([`skew`]), and their latencies count from the instant at
//! which they were due ([`record`]). [`figures`] tells it, and a [`report`] shows it to people. Whom to call and
//! with which keys is not known here: the example `load` does that.

pub mod arrivals;
pub mod figures;
pub mod mix;
pub mod open_loop;
pub mod record;
pub mod report;
pub mod skew;

use crate::dice::Dice;

/// The next number from 0 (included) to 1 (not included), in steps of 2⁻⁵³.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
fn unit(dice: &mut Dice) -> f64 {
    (dice.draw() >> 11) as f64 / (1_u64 << 53) as f64
}
