//! Dates and moments of documents: a date begins no later than it ends.
#![no_main]

use varanto_model::{Moment, PartialDate};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(date) = PartialDate::parse(text) {
        assert!(date.first_day() <= date.last_day());
    }
    if let Ok(moment) = Moment::parse(text) {
        assert!(!moment.finnish().is_empty());
    }
});
