//! Finds numbers that a double cannot carry.
//!
//! The grammar is the parser's concern: whatever here only looks like a number is passed over.

/// The largest magnitude (RFC 7493 section 2.2): 2⁵³−1. All whole numbers up to it are doubles.
pub(super) const MAX_MAGNITUDE: f64 = 9_007_199_254_740_991.0;

/// So many significant digits tell any two doubles apart; more is more than a double holds.
const MAX_DIGITS: usize = 17;

/// The offset in bytes of the first number in the JSON text that a double cannot carry.
pub(super) fn find_inexact(text: &str) -> Option<usize> {
    let mut rest = text;
    loop {
        let start = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit())?;
        let found = rest.get(start..)?;
        if let Some(string) = found.strip_prefix('"') {
            rest = after_string(string)?;
        } else {
            let end = found.find(|c| !is_of_number(c)).unwrap_or(found.len());
            let (number, after) = found.split_at(end);
            if !is_exact(number) {
                return Some(text.len() - found.len());
            }
            rest = after;
        }
    }
}

/// What follows the string whose opening quotation mark is just before `text`.
fn after_string(text: &str) -> Option<&str> {
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return text.get(at + 1..),
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    None
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E')
}

fn is_exact(number: &str) -> bool {
    let Ok(double) = number.parse::<f64>() else { return true };
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.trim_start_matches(['-', '0', '.']).trim_end_matches(['0', '.']);
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    let vanished = double == 0.0 && count > 0;
    double.abs() <= MAX_MAGNITUDE && count <= MAX_DIGITS && !vanished
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_exact_where_a_double_carries_its_magnitude_and_precision() {
        for good in [
            "0",
            "-0",
            "0.0",
            "0e999999999999999999999",
            "1",
            "-1.50",
            "1e2",
            "1.5E+3",
            "2e-3",
            "9007199254740991",
            "-9007199254740991",
            "0.10000000000000001",
            "1000000000000000.00",
            "5e-324",
            "0.1234567890123456700000",
        ] {
            assert!(is_exact(good), "{good}");
        }
        for bad in [
            "9007199254740992",
            "-9007199254740993",
            "1e16",
            "1e30",
            "1e400",
            "-1e400",
            "1e99999999999999999999",
            "1e-400",
            "3.141592653589793238462643383279",
            "18446744073709551616",
        ] {
            assert!(!is_exact(bad), "{bad}");
        }
    }

    #[test]
    fn digits_in_strings_are_no_numbers() {
        assert_eq!(find_inexact(r#"{"1e400":"1e400 \" 1e400","a":[1]}"#), None);
        assert_eq!(find_inexact(r#"["\\",1e400]"#), Some(6));
        assert_eq!(find_inexact(r#"["é",1e400]"#), Some(6));
        assert_eq!(find_inexact(r#""1e400"#), None);
    }
}
