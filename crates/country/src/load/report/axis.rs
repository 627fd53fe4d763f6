//! The axes of a plot: where a value lies, and which values are named.

use std::f64::consts::LOG10_2;

use super::{fixed, number};

/// Where a logarithmic axis may begin and end within a power of ten: at 1, 2, 5 and 10.
const STEPS: [f64; 4] = [0.0, LOG10_2, 1.0 - LOG10_2, 1.0];

/// How values are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Alike, from nothing on.
    Linear,
    /// By their decimal logarithm; what is not above 0 is left out.
    Log,
    /// Quantiles from 0 to 1, by how few lie above: 0.9, 0.99 and 0.999 are as far from each other.
    Quantile,
}

/// An axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it measures, with the unit.
    pub name: String,
    /// How.
    pub scale: Scale,
}

/// An axis with the room between its ends.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    scale: Scale,
    from: f64,
    to: f64,
}

impl Axis {
    /// An axis of a name and a scale.
    pub fn new(name: &str, scale: Scale) -> Self {
        Self { name: name.to_owned(), scale }
    }

    /// Makes room for these values.
    pub(super) fn fit(&self, values: impl Iterator<Item = f64>) -> Fitted {
        let scale = self.scale;
        let (mut from, mut to) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter_map(|value| scale.laid_out(value)) {
            (from, to) = (from.min(value), to.max(value));
        }
        if from > to {
            (from, to) = (0.0, 1.0);
        }
        match scale {
            Scale::Linear => {
                from = from.min(0.0);
                let step = step(to - from);
                to = (to / step).ceil().max(from / step + 1.0) * step;
                from = (from / step).floor() * step;
            }
            Scale::Log => {
                from = STEPS
                    .iter()
                    .map(|s| from.floor() + s)
                    .filter(|s| *s <= from + 1e-9)
                    .fold(from.floor(), f64::max);
                let end = to.floor();
                let above = STEPS.iter().map(|s| end + s).find(|s| *s >= to - 1e-9);
                to = above.unwrap_or(end + 1.0).max(from + 1.0);
            }
            Scale::Quantile => {
                (from, to) = (0.0, to.max(1.0));
            }
        }
        Fitted { scale, from, to }
    }
}

impl Scale {
    /// A value for people.
    pub(super) fn named(self, value: f64) -> String {
        match self {
            Self::Linear | Self::Log => number(value),
            Self::Quantile => {
                let text = format!("{:.3}", value * 100.0);
                format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
            }
        }
    }

    fn laid_out(self, value: f64) -> Option<f64> {
        match self {
            Self::Linear => Some(value).filter(|value| value.is_finite()),
            Self::Log => (value > 0.0 && value.is_finite()).then(|| value.log10()),
            Self::Quantile => (0.0..1.0).contains(&value).then(|| -(1.0 - value).log10()),
        }
    }
}

impl Fitted {
    /// Where a value lies, from 0 to 1; `None` where it has no place.
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        let at = self.scale.laid_out(value)?;
        Some((at - self.from) / (self.to - self.from))
    }

    /// The values that are named, with their names.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        match self.scale {
            Scale::Linear => {
                let step = step(self.to - self.from);
                // As many digits as the step has, so that all names are alike.
                let digits = (0_usize..9).find(|digits| {
                    let shown = step * 10_f64.powf(f64::from(u8::try_from(*digits).unwrap_or(9)));
                    (shown - shown.round()).abs() < 1e-6
                });
                let digits = digits.unwrap_or(9);
                let mut ticks = Vec::new();
                let mut value = self.from;
                while value <= self.to + step / 1000.0 {
                    ticks.push((value, fixed(value, digits)));
                    value += step;
                }
                ticks
            }
            Scale::Log => {
                let parts: &[f64] =
                    if self.to - self.from <= 3.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
                let mut ticks = Vec::new();
                let mut decade = self.from.floor();
                while decade <= self.to {
                    for part in parts {
                        let value = part * 10_f64.powf(decade);
                        let room = self.from - 1e-9..=self.to + 1e-9;
                        if room.contains(&value.log10()) {
                            ticks.push((value, short(value)));
                        }
                    }
                    decade += 1.0;
                }
                ticks
            }
            Scale::Quantile => {
                let named = [
                    (0.0, "0 %"),
                    (0.5, "50 %"),
                    (0.9, "90 %"),
                    (0.99, "99 %"),
                    (0.999, "99.9 %"),
                    (0.9999, "99.99 %"),
                    (0.999_99, "99.999 %"),
                ];
                let fits = |value: f64| self.place(value).is_some_and(|place| place <= 1.0 + 1e-9);
                let named = named.into_iter().filter(|(value, _)| fits(*value));
                named.map(|(value, name)| (value, name.to_owned())).collect()
            }
        }
    }
}

/// 1, 2 or 5 of some power of ten, without needless digits.
fn short(value: f64) -> String {
    if value >= 1.0 { fixed(value, 0) } else { format!("{}", (value * 1e9).round() / 1e9) }
}

/// A round step such that there are four to ten of them.
fn step(width: f64) -> f64 {
    let rough = (width / 5.0).max(1e-9);
    let power = 10_f64.powf(rough.log10().floor());
    let part = match rough / power {
        part if part <= 1.0 => 1.0,
        part if part <= 2.0 => 2.0,
        part if part <= 5.0 => 5.0,
        _ => 10.0,
    };
    part * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(scale: Scale, values: &[f64]) -> Fitted {
        Axis::new("", scale).fit(values.iter().copied())
    }

    fn names(fitted: &Fitted) -> Vec<String> {
        fitted.ticks().into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn a_linear_axis_begins_with_nothing_and_ends_with_a_round_number() {
        let axis = fitted(Scale::Linear, &[3.0, 87.0]);
        assert_eq!(names(&axis), ["0", "20", "40", "60", "80", "100"]);
        assert!((axis.place(50.0).unwrap() - 0.5).abs() < 1e-9);
        assert_eq!(names(&fitted(Scale::Linear, &[0.5])).get(1).map(String::as_str), Some("0.1"));
    }

    #[test]
    fn a_logarithmic_axis_has_no_place_for_nothing() {
        let axis = fitted(Scale::Log, &[0.3, 40.0, 0.0]);
        assert_eq!(axis.place(0.0), None);
        assert_eq!(names(&axis), ["0.2", "0.5", "1", "2", "5", "10", "20", "50"]);
        assert!((axis.place(0.2).unwrap()).abs() < 1e-9);
        assert!((axis.place(50.0).unwrap() - 1.0).abs() < 1e-9);
        assert_eq!(names(&fitted(Scale::Log, &[1e5, 1e7])).len(), 7);
        assert_eq!(
            names(&fitted(Scale::Log, &[1e3, 1e9])).first().map(String::as_str),
            Some("1,000")
        );
    }

    #[test]
    fn quantiles_are_laid_out_by_how_few_lie_above() {
        let axis = fitted(Scale::Quantile, &[0.0, 0.999]);
        assert!((axis.place(0.9).unwrap() - 1.0 / 3.0).abs() < 1e-9);
        assert!((axis.place(0.99).unwrap() - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(names(&axis), ["0 %", "50 %", "90 %", "99 %", "99.9 %"]);
        assert_eq!(axis.place(1.0), None);
    }

    #[test]
    fn an_axis_of_nothing_or_of_one_value_can_be_drawn() {
        for scale in [Scale::Linear, Scale::Log, Scale::Quantile] {
            for values in [&[][..], &[0.0][..], &[5.0][..], &[f64::NAN][..]] {
                let axis = fitted(scale, values);
                assert!(axis.to > axis.from, "{scale:?} {values:?}");
                assert!((2..=40).contains(&axis.ticks().len()), "{scale:?} {values:?}");
            }
        }
    }
}
