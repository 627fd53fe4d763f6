//! Clients: invented people with identity codes that the population register never gives.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::words::{FAMILY_NAMES, GIVEN_NAMES};

const CHECK_CHARACTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
/// The first and the last day on which somebody in a country is born.
const FIRST_BORN: Date = Date::constant(1930, 1, 1);
const DAYS: u64 = 33_968;
/// Individual numbers of a day: 900 to 999, which are never given to anybody.
const NUMBERS: u64 = 100;
/// The signs of a century, in the order in which they are taken.
const OF_1900: &[u8; 6] = b"-YXWVU";
const OF_2000: &[u8; 6] = b"ABCDEF";

/// So many people can be told apart.
pub const MAX_PEOPLE: u64 = DAYS * NUMBERS * 6;

/// Somebody who may be a client. `Debug` shows the number alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    number: u64,
    code: String,
    born: Date,
    family_name: &'static str,
    given_names: String,
}

impl Person {
    /// The person of a number, below [`MAX_PEOPLE`]; each has an identity code of one's own.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mut dice = Dice::at(seed, 0xBE, number);
        let people = DAYS * NUMBERS;
        let (round, place) = (number / people % 6, number % people);
        // A permutation of the places: the factor has no divisor in common with their number.
        let shift = Dice::at(seed, 0xBF, 0).below(people);
        let place = (place * 1_299_721 + shift) % people;
        let days = i64::try_from(place / NUMBERS).unwrap_or_default();
        let born = FIRST_BORN.saturating_add(days.days());
        let individual = 900 + place % NUMBERS;
        let signs = if born.year() < 2000 { OF_1900 } else { OF_2000 };
        let round = usize::try_from(round).unwrap_or_default();
        let sign = signs.get(round).copied().map_or('-', char::from);
        let day = format!("{:02}{:02}{:02}", born.day(), born.month(), born.year() % 100);
        let digits: usize = format!("{day}{individual}").parse().unwrap_or_default();
        let check = CHECK_CHARACTERS.get(digits % 31).copied().map_or('0', char::from);
        let mut name = |list: &[&'static str]| dice.pick(list).copied().unwrap_or_default();
        Self {
            number,
            code: format!("{day}{sign}{individual}{check}"),
            born,
            family_name: name(&FAMILY_NAMES),
            given_names: format!("{} {}", name(&GIVEN_NAMES), name(&GIVEN_NAMES)),
        }
    }

    /// Which person of the country it is.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The personal identity code, with an individual number from 900 to 999.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The day of birth.
    pub const fn born(&self) -> Date {
        self.born
    }

    /// The family name.
    pub const fn family_name(&self) -> &'static str {
        self.family_name
    }

    /// The given names.
    pub fn given_names(&self) -> &str {
        &self.given_names
    }

    /// The client as the interface names one who is searched for.
    pub fn key(&self) -> Value {
        json!({"id": self.code})
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({})", self.number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use varanto_model::PersonalIdentityCode;

    use super::*;

    #[test]
    fn everybody_has_a_right_and_artificial_identity_code_of_ones_own() {
        let people = (0..20_000).chain(DAYS * NUMBERS..DAYS * NUMBERS + 20_000);
        let people: Vec<Person> = people.map(|number| Person::new(5, number)).collect();
        let codes: BTreeSet<&str> = people.iter().map(Person::code).collect();
        assert_eq!(codes.len(), people.len());
        for person in people {
            let code = PersonalIdentityCode::parse(person.code()).unwrap();
            assert!(code.is_artificial());
            assert_eq!(code.birth_date(), person.born());
        }
    }

    #[test]
    fn nobody_shares_a_place_because_the_factor_divides_nothing() {
        let (mut a, mut b) = (DAYS * NUMBERS, 1_299_721);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        assert_eq!(a, 1);
    }
}
