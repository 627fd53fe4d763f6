//! Finnish personal identity codes (henkilötunnus).
//!
//! The form is that of the Government decree on the population information system as in force from
//! 1 January 2023: a code is told from another by its separator too. Whether a person with the code
//! exists is the population register's knowledge, not this module's.

use std::fmt;

use jiff::civil::Date;

/// The check characters; the one at the remainder of the nine digits by 31 is right.
const CHECK_CHARACTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// From this individual number on, codes are given to no one in the population register.
const FIRST_ARTIFICIAL: u16 = 900;

/// A personal identity code whose birth date exists and whose check character is right.
///
/// It is personal data: there is no `Display` and no serialisation, `Debug` hides it, and
/// [`expose`](Self::expose) is the one way to its text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonalIdentityCode {
    text: Box<str>,
    birth_date: Date,
    individual_number: u16,
}

/// Which part of a text keeps it from being a personal identity code. It repeats nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonalIdentityCodeError {
    /// It is not 11 characters of ASCII.
    #[error("a personal identity code has 11 characters")]
    Length,
    /// The first six characters are not digits, or the seventh names no century.
    #[error(
        "a personal identity code starts with six digits and one of +, - and the letters A to F and U to Y"
    )]
    Form,
    /// The calendar has no such day.
    #[error("the birth date in the personal identity code does not exist")]
    BirthDate,
    /// The individual number is not three digits from 002 to 999.
    #[error("the individual number in the personal identity code is not from 002 to 999")]
    IndividualNumber,
    /// The last character does not follow from the digits.
    #[error("the check character of the personal identity code is wrong")]
    CheckCharacter,
}

impl PersonalIdentityCode {
    /// Reads a code such as is printed: `ddmmyy`, the sign of the century, the individual number,
    /// the check character; letters in upper case.
    pub fn parse(text: &str) -> Result<Self, PersonalIdentityCodeError> {
        use PersonalIdentityCodeError as E;
        let bytes: &[u8; 11] = text.as_bytes().try_into().map_err(|_| E::Length)?;
        if !text.is_ascii() {
            return Err(E::Length);
        }
        let &[d1, d2, m1, m2, y1, y2, separator, n1, n2, n3, check] = bytes;
        let day = decimal(&[d1, d2]).ok_or(E::Form)?;
        let month = decimal(&[m1, m2]).ok_or(E::Form)?;
        let year = decimal(&[y1, y2]).ok_or(E::Form)?;
        let century = century(separator).ok_or(E::Form)?;
        let birth_date = date(century + year, month, day).ok_or(E::BirthDate)?;
        let individual_number =
            decimal(&[n1, n2, n3]).filter(|n| *n >= 2).ok_or(E::IndividualNumber)?;
        let digits = [day, month, year].iter().fold(0, |sum, n| sum * 100 + u32::from(*n));
        let remainder = (digits * 1000 + u32::from(individual_number)) % 31;
        let right = usize::try_from(remainder).ok().and_then(|at| CHECK_CHARACTERS.get(at));
        if right != Some(&check) {
            return Err(E::CheckCharacter);
        }
        Ok(Self { text: text.into(), birth_date, individual_number })
    }

    /// The text: personal data, for the store, the answer and the search key only.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The day of birth that the code states.
    pub fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// Is it a code that the population register never gives (individual numbers 900 to 999), such
    /// as test persons have?
    pub fn is_artificial(&self) -> bool {
        self.individual_number >= FIRST_ARTIFICIAL
    }
}

impl fmt::Debug for PersonalIdentityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalIdentityCode(…)")
    }
}

/// The first year of the century that a separator names.
fn century(separator: u8) -> Option<u16> {
    match separator {
        b'+' => Some(1800),
        b'-' | b'U'..=b'Y' => Some(1900),
        b'A'..=b'F' => Some(2000),
        _ => None,
    }
}

fn date(year: u16, month: u16, day: u16) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// The value of up to three decimal digits.
fn decimal(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + u16::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use PersonalIdentityCodeError as E;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const PUBLISHED: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/personal-identity-codes.txt");

    fn error(text: &str) -> E {
        PersonalIdentityCode::parse(text).unwrap_err()
    }

    #[test]
    fn published_test_persons_have_valid_codes() {
        let list = std::fs::read_to_string(PUBLISHED).unwrap();
        assert!(list.lines().count() > 20);
        for line in list.lines() {
            let code = PersonalIdentityCode::parse(line).unwrap();
            assert!(code.is_artificial());
            assert_eq!(code.expose(), line);
        }
    }

    #[test]
    fn the_separator_names_the_century() {
        let born = |code: &str| PersonalIdentityCode::parse(code).unwrap().birth_date();
        for separator in "-YXWVU".chars() {
            assert_eq!(born(&format!("010190{separator}999W")), date(1990, 1, 1));
        }
        for separator in "ABCDEF".chars() {
            assert_eq!(born(&format!("010190{separator}999W")), date(2090, 1, 1));
        }
        assert_eq!(born("010190+999W"), date(1890, 1, 1));
        assert_ne!(
            PersonalIdentityCode::parse("010190-999W"),
            PersonalIdentityCode::parse("010190Y999W")
        );
    }

    #[test]
    fn an_error_tells_the_part_that_is_wrong() {
        for text in ["", "010190-999", "010190-999W ", " 010190-999W", "010190-99€"] {
            assert_eq!(error(text), E::Length, "{text}");
        }
        for text in [
            "01019A-999W",
            "010190G999W",
            "010190T999W",
            "010190a999W",
            "010190Z999W",
            "0101901999W",
            "+10190-999W",
        ] {
            assert_eq!(error(text), E::Form, "{text}");
        }
        for text in [
            "000190-999W",
            "320190-999W",
            "010090-999W",
            "011390-999W",
            "310490-999W",
            "290290-999W",
        ] {
            assert_eq!(error(text), E::BirthDate, "{text}");
        }
        for text in ["010190-000W", "010190-001W", "010190-9x9W", "010190-+99W"] {
            assert_eq!(error(text), E::IndividualNumber, "{text}");
        }
        for text in ["010190-999L", "010190-999w", "010190-999G", "010190-998W"] {
            assert_eq!(error(text), E::CheckCharacter, "{text}");
        }
    }

    #[test]
    fn leap_days_are_those_of_the_century() {
        let last_february_day = |separator: char| {
            CHECK_CHARACTERS.iter().any(|check| {
                let text = format!("290200{separator}999{}", char::from(*check));
                PersonalIdentityCode::parse(&text).is_ok()
            })
        };
        assert!(last_february_day('A'));
        assert!(!last_february_day('-'));
        assert!(!last_february_day('+'));
    }

    #[test]
    fn debugging_output_hides_the_code() {
        let code = PersonalIdentityCode::parse("010190-999W").unwrap();
        assert_eq!(format!("{code:?}"), "PersonalIdentityCode(…)");
    }

    /// All right codes for any birth date and artificial number: one expected, always.
    fn right_codes(stem: &str) -> Vec<String> {
        let code = |check: &u8| format!("{stem}{}", char::from(*check));
        let is_right = |text: &String| PersonalIdentityCode::parse(text).is_ok();
        CHECK_CHARACTERS.iter().map(code).filter(is_right).collect()
    }

    prop_compose! {
        fn stems()(
            days in 0_i64..109_572,
            pick in 0_usize..6,
            number in 900_u16..=999,
        ) -> String {
            let born = date(1800, 1, 1).saturating_add(jiff::Span::new().days(days));
            let separators = match born.year() / 100 {
                18 => "++++++",
                19 => "-YXWVU",
                _ => "ABCDEF",
            };
            let separator = &separators[pick..=pick];
            let year = born.year() % 100;
            format!("{:02}{:02}{year:02}{separator}{number}", born.day(), born.month())
        }
    }

    proptest! {
        #[test]
        fn exactly_one_check_character_is_right(stem in stems()) {
            prop_assert_eq!(right_codes(&stem).len(), 1);
        }

        #[test]
        fn one_wrong_digit_is_noticed(stem in stems(), at in 0_usize..10, add in 1_u8..=9) {
            prop_assume!(at != 6);
            let code = right_codes(&stem).remove(0);
            let mut bytes = code.into_bytes();
            bytes[at] = b'0' + (bytes[at] - b'0' + add) % 10;
            prop_assert!(PersonalIdentityCode::parse(str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn two_neighbouring_digits_swapped_are_noticed(stem in stems(), at in 0_usize..8) {
            let code = right_codes(&stem).remove(0);
            let mut bytes = code.into_bytes();
            let (left, right) = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 7), (7, 8), (8, 9)][at];
            prop_assume!(bytes[left] != bytes[right]);
            bytes.swap(left, right);
            prop_assert!(PersonalIdentityCode::parse(str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,14}") {
            let _ = PersonalIdentityCode::parse(&text);
        }
    }
}
