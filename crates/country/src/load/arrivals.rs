//! When requests are due: a Poisson process at a rate that may change in steps.
//!
//! Callers do not wait for each other: a county's thousand systems send when their people press a key, whether
//! the repository is quick or slow just then. So the instants are fixed before anything is sent, and only by
//! the seed. Gaps are exponential; a rate that changes stretches or shortens the time in which they pass, which
//! keeps the process exact at the edges of steps.

use std::time::Duration;

use super::unit;
use crate::dice::Dice;

/// How many requests a second, and for how long, in steps that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates(Vec<Step>);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    per_second: f64,
    lasts: Duration,
}

/// Why rates cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatesError {
    /// A step is not written as `rate` or `ratexseconds`.
    #[error("a step is a rate, or a rate and seconds such as `200x60`")]
    Form,
    /// A rate is not a number above nothing and at most [`Rates::MAX`].
    #[error("a rate is above 0 and at most 100000 a second")]
    Rate,
    /// A step lasts for no time, or all of them for more than a week.
    #[error("steps last for at least a second each and for a week together at most")]
    Length,
}

impl Rates {
    /// The highest rate.
    pub const MAX: f64 = 100_000.0;
    const LONGEST: Duration = Duration::from_hours(7 * 24);

    /// One rate for some time.
    pub fn constant(per_second: f64, lasts: Duration) -> Result<Self, RatesError> {
        Self::new(vec![Step { per_second, lasts }])
    }

    /// Reads steps such as `100x60,200x60,300`: a rate a second and the seconds that it lasts; where no seconds
    /// are said, `usual`.
    pub fn parse(text: &str, usual: Duration) -> Result<Self, RatesError> {
        let step = |part: &str| {
            let (rate, seconds) = match part.split_once('x') {
                Some((rate, seconds)) => {
                    let seconds = seconds.trim().parse().map_err(|_| RatesError::Form)?;
                    (rate, Duration::from_secs(seconds))
                }
                None => (part, usual),
            };
            let per_second = rate.trim().parse().map_err(|_| RatesError::Form)?;
            Ok(Step { per_second, lasts: seconds })
        };
        Self::new(text.split(',').map(step).collect::<Result<_, _>>()?)
    }

    fn new(steps: Vec<Step>) -> Result<Self, RatesError> {
        if !steps.iter().all(|step| step.per_second > 0.0 && step.per_second <= Self::MAX) {
            return Err(RatesError::Rate);
        }
        let mut whole = Duration::ZERO;
        for step in &steps {
            whole = whole.saturating_add(step.lasts);
            if step.lasts < Duration::from_secs(1) || whole > Self::LONGEST {
                return Err(RatesError::Length);
            }
        }
        Ok(Self(steps))
    }

    /// How long all steps last.
    pub fn lasts(&self) -> Duration {
        self.0.iter().map(|step| step.lasts).sum()
    }

    /// The same with some time at the first rate before them.
    #[must_use]
    pub fn after(&self, warm_up: Duration) -> Self {
        let mut steps = self.0.clone();
        if let Some(first) = steps.first_mut() {
            first.lasts = first.lasts.saturating_add(warm_up);
        }
        Self(steps)
    }

    /// The rate at an instant after the beginning; `None` after the end.
    pub fn at(&self, instant: Duration) -> Option<f64> {
        let mut end = Duration::ZERO;
        self.0.iter().find_map(|step| {
            end += step.lasts;
            (instant < end).then_some(step.per_second)
        })
    }

    /// The instant by which so many arrivals are expected; `None` where that is after the end.
    fn when_expected(&self, mut arrivals: f64) -> Option<Duration> {
        let mut begins = Duration::ZERO;
        for Step { per_second, lasts } in &self.0 {
            let of_step = per_second * lasts.as_secs_f64();
            if arrivals < of_step {
                return Some(begins + Duration::from_secs_f64(arrivals / per_second));
            }
            arrivals -= of_step;
            begins += *lasts;
        }
        None
    }
}

/// The instants at which requests are due, from the beginning of a run, in order.
#[derive(Clone, Debug)]
pub struct Arrivals {
    rates: Rates,
    dice: Dice,
    expected: f64,
}

impl Arrivals {
    /// The arrivals of a seed: always the same.
    pub fn new(rates: Rates, seed: u64) -> Self {
        Self { rates, dice: Dice::new(seed), expected: 0.0 }
    }
}

impl Iterator for Arrivals {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        // A gap of the process with rate 1: exponential, of mean 1. `unit` is below 1, so that the logarithm is
        // of a number above 0.
        self.expected += -(1.0 - unit(&mut self.dice)).ln();
        self.rates.when_expected(self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn arrivals(text: &str, seed: u64) -> Vec<Duration> {
        Arrivals::new(Rates::parse(text, HOUR).unwrap(), seed).collect()
    }

    #[test]
    fn steps_are_read_and_nonsense_is_not() {
        let rates = Rates::parse("100x60, 0.5x10,7", HOUR).unwrap();
        assert_eq!(rates.lasts(), Duration::from_secs(70) + HOUR);
        assert_eq!(rates.at(Duration::from_secs(59)), Some(100.0));
        assert_eq!(rates.at(Duration::from_mins(1)), Some(0.5));
        assert_eq!(rates.at(Duration::from_secs(70) + HOUR), None);
        for (text, error) in [
            ("", RatesError::Form),
            ("ten", RatesError::Form),
            ("10x", RatesError::Form),
            ("0x10", RatesError::Rate),
            ("-5x10", RatesError::Rate),
            ("NaN", RatesError::Rate),
            ("inf", RatesError::Rate),
            ("100001", RatesError::Rate),
            ("5x0", RatesError::Length),
            ("5x700000", RatesError::Length),
        ] {
            assert_eq!(Rates::parse(text, HOUR), Err(error), "{text}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_arrivals_and_another_gives_others() {
        assert_eq!(arrivals("50x20", 1), arrivals("50x20", 1));
        assert_ne!(arrivals("50x20", 1), arrivals("50x20", 2));
    }

    #[test]
    fn arrivals_are_in_order_and_none_comes_after_the_end() {
        let all = arrivals("300x10,20x30", 3);
        assert!(all.is_sorted());
        assert!(all.last().unwrap() < &Duration::from_secs(40));
    }

    /// What makes a process one of Poisson: gaps whose deviation is their mean, and counts in seconds whose
    /// variance is their mean. The seed is fixed, so the bounds are of this sequence and not of luck.
    #[test]
    fn gaps_are_exponential_and_counts_vary_as_much_as_they_are() {
        let all = arrivals("100x3600", 4);
        let seconds = |d: &Duration| d.as_secs_f64();
        let gaps: Vec<f64> =
            all.windows(2).map(|two| seconds(&two[1]) - seconds(&two[0])).collect();
        let (mean, variance) = moments(&gaps);
        assert!((mean - 0.01).abs() < 0.000_1, "{mean}");
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.01, "{variance}");
        let longer: Vec<f64> = gaps.iter().map(|gap| f64::from(u8::from(*gap > mean))).collect();
        let (longer, _) = moments(&longer);
        assert!((longer - (-1.0_f64).exp()).abs() < 0.005, "{longer}");

        let mut counts = vec![0.0; 3600];
        for arrival in &all {
            counts[usize::try_from(arrival.as_secs()).unwrap()] += 1.0;
        }
        let (mean, variance) = moments(&counts);
        assert!((mean - 100.0).abs() < 0.5, "{mean}");
        assert!((variance / mean - 1.0).abs() < 0.08, "{variance}");
    }

    #[test]
    fn a_rate_that_changes_counts_from_its_instant() {
        let all = arrivals("1000x10,10x10,500x10", 5);
        let within = |from: u64, to: u64| {
            let within = |d: &&Duration| (from..to).contains(&d.as_secs());
            all.iter().filter(within).count()
        };
        // Within four deviations of what is expected: 10000, 100 and 5000.
        assert!((9_600..=10_400).contains(&within(0, 10)));
        assert!((60..=140).contains(&within(10, 20)));
        assert!((4_720..=5_280).contains(&within(20, 30)));
    }

    /// A change of the rate moves no gap that lies whole before it.
    #[test]
    fn what_comes_later_does_not_move_what_came_before() {
        let (short, long) = (arrivals("100x5", 6), arrivals("100x5,400x5", 6));
        assert_eq!(long[..short.len()], short[..]);
        assert!(long[short.len()] >= Duration::from_secs(5));
    }

    #[expect(clippy::cast_precision_loss, reason = "there are few numbers")]
    fn moments(numbers: &[f64]) -> (f64, f64) {
        let count = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / count;
        (mean, numbers.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / count)
    }
}
