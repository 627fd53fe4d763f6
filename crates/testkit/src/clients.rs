//! Test clients and identifiers that nobody else in the same run has.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::ToSpan;
use jiff::civil::Date;
use varanto_model::Oid;

const CHECK_CHARACTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// An identity code that the population register never gives: individual numbers are 900 to 999.
/// Made of the day of birth and the individual number, with the right check character.
pub fn identity_code(born: Date, individual_number: u16) -> String {
    assert!((900..=999).contains(&individual_number), "only artificial identity codes");
    let separator = if born.year() < 2000 { '-' } else { 'A' };
    let day = format!("{:02}{:02}{:02}", born.day(), born.month(), born.year() % 100);
    let number: usize = format!("{day}{individual_number}").parse().expect("nine digits");
    let check = CHECK_CHARACTERS.get(number % 31).copied().expect("a remainder by 31");
    format!("{day}{separator}{individual_number}{}", char::from(check))
}

/// The identity code of a client whom no other test of this process has.
pub fn fresh_client() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let (days, individual) = (number / 100, 900 + number % 100);
    let born = Date::constant(1930, 1, 1).saturating_add(i64::from(days).days());
    identity_code(born, u16::try_from(individual).expect("below 1000"))
}

/// An identifier for a document that no other test of this process has.
pub fn fresh_oid() -> Oid {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Oid::parse(&format!("1.2.246.10.99990001.11.2026.{number}")).expect("an identifier")
}

/// An identifier for a case that no other test of this process has.
pub fn fresh_case() -> Oid {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Oid::parse(&format!("1.2.246.10.99990001.14.2026.{number}")).expect("an identifier")
}

#[cfg(test)]
mod tests {
    use varanto_model::PersonalIdentityCode;

    use super::*;

    #[test]
    fn every_test_client_has_a_right_and_artificial_identity_code_of_its_own() {
        let clients: Vec<String> = (0..500).map(|_| fresh_client()).collect();
        let distinct: std::collections::BTreeSet<_> = clients.iter().collect();
        assert_eq!(distinct.len(), clients.len());
        assert!(clients.iter().all(|c| PersonalIdentityCode::parse(c).unwrap().is_artificial()));
    }
}
