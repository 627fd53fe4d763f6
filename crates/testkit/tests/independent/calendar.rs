//! Our public holidays, held against holidays of PyPI.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::json;
use varanto_model::calendar::{is_working_day, public_holidays};

use crate::python::Python;

/// The package knows no later year.
const YEARS: std::ops::RangeInclusive<i16> = 1991..=2100;

/// The package counts these among the public holidays, because nearly everybody is free on them.
/// The law does not: they are no church holidays (church act) and are named only in the acts on
/// working hours and on time limits (150/1930). So ours are public holidays without the eves, and
/// the eves are no working days.
const EVES: [&str; 2] = ["Juhannusaatto", "Jouluaatto"];

/// REQ RA-06
#[test]
fn the_public_holidays_of_a_hundred_and_ten_years_are_those_of_the_python_package() {
    let Some(python) = Python::find() else { return };
    let question = json!({"first": YEARS.start(), "last": YEARS.end()});
    let theirs = python.ask("finnish_holidays.py", &question);
    let (mut holidays, mut eves) = (BTreeSet::new(), BTreeSet::new());
    for entry in theirs.as_array().unwrap() {
        let day: Date = entry["day"].as_str().unwrap().parse().unwrap();
        let mut names = entry["names"].as_array().unwrap().iter().map(|n| n.as_str().unwrap());
        let is_eve = names.any(|name| EVES.contains(&name));
        if is_eve {
            eves.insert(day)
        } else {
            holidays.insert(day)
        };
    }
    let ours: BTreeSet<Date> = YEARS.flat_map(|year| public_holidays(year).unwrap()).collect();
    assert_eq!(ours, holidays);
    assert_eq!(eves.len(), 2 * YEARS.count());
    for day in holidays.into_iter().chain(eves) {
        assert_eq!(is_working_day(day), Ok(false), "{day}");
    }
}
