//! The patterns of the published structures that have a meaning of their own: two forms of dates,
//! and "this code set in any version". Any other pattern is compiled as a regular expression.

use regex::{Regex, RegexBuilder};
use varanto_model::Oid;

/// The published pattern of a year, month or day.
pub(super) const DATE: &str = "^-?[0-9]{4}(-(0[1-9]|1[0-2])(-(0[0-9]|[1-2][0-9]|3[0-1]))?)?$";

/// The published pattern of a date or of a day with time and zone.
pub(super) const MOMENT: &str = "^-?[0-9]{4}(-(0[1-9]|1[0-2])(-(0[0-9]|[1-2][0-9]|3[0-1])\
    (T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|(\\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?)?)?$";

/// The most memory that one compiled pattern may take, in bytes.
const MAX_COMPILED: usize = 256 * 1024;

/// The code set of which `pattern` accepts every version.
pub(super) fn code_set(pattern: &str) -> Option<Oid> {
    let arcs = pattern.strip_prefix("^urn:oid:")?.strip_suffix("(\\.\\d+)*$")?;
    let plain = arcs.replace("\\.", ".");
    // Every dot must have been escaped: a bare dot would accept any character.
    (plain.replace('.', "\\.") == arcs).then(|| Oid::parse(&plain).ok()).flatten()
}

/// Compiles a pattern without a meaning of its own. Classes such as `\d`, whose extent differs
/// between dialects of regular expressions, are refused.
pub(super) fn compile(pattern: &str) -> Result<Regex, &'static str> {
    let mut escaped = false;
    for c in pattern.chars() {
        if escaped && c.is_ascii_alphanumeric() {
            return Err("the pattern has an escape whose meaning is not the same everywhere");
        }
        escaped = c == '\\' && !escaped;
    }
    RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .build()
        .map_err(|_| "the pattern cannot be compiled, or is too large")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_set_pattern_names_its_set() {
        let oid = code_set("^urn:oid:1\\.2\\.246\\.537\\.6\\.1221(\\.\\d+)*$").unwrap();
        assert_eq!(oid.as_str(), "1.2.246.537.6.1221");
        for other in
            [DATE, "^urn:oid:1.2(\\.\\d+)*$", "^urn:oid:1\\.2(\\.\\d+)?$", "^urn:oid:(\\.\\d+)*$"]
        {
            assert_eq!(code_set(other), None, "{other}");
        }
    }

    #[test]
    fn a_pattern_that_means_different_things_elsewhere_or_is_huge_is_refused() {
        assert!(compile("^[0-9]{3}\\.$").unwrap().is_match("123."));
        for bad in ["\\d+", "(?<=a)b", "(", "((a{100}){100}){100}"] {
            assert!(compile(bad).is_err(), "{bad}");
        }
    }
}
