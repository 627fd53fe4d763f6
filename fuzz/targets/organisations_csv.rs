//! Tables of organisations and their JSON form: what is read is an organisation, a unit or a person
//! with its days in order.
#![no_main]

use varanto_service::organisations_of;
use varanto_store::directory::Record;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(records) = organisations_of(bytes) else { return };
    for record in records {
        let (first, last) = match record {
            Record::Organisation(organisation) => (organisation.valid_from, organisation.valid_to),
            Record::Unit(unit) => (Some(unit.valid_from), unit.valid_to),
            Record::Person(person) => (person.valid_from, person.valid_to),
            other => panic!("no record of this kind is read here: {:?}", other.kind()),
        };
        assert!(first.zip(last).is_none_or(|(first, last)| first <= last));
    }
});
