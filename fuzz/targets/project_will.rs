//! Declarations of will: what is read can be folded, kept and read back, and faults have places.
#![no_main]

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use varanto_documents::projection::{
    DenialDocument, InformingDocument, PermitDocument, RepresentationDocument, Will,
};
use varanto_model::json::{Limits, parse};
use varanto_model::{Faults, Oid, Pointer};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(content) = parse(bytes, Limits::default()) else { return };
    let oid = Oid::parse("1.2.246.10.99990001.11.2026.1").expect("an identifier");
    let (mut will, now) = (Will::default(), Timestamp::UNIX_EPOCH);
    if let Some(informing) = read(InformingDocument::read, &content) {
        will.put_informing(&oid, &oid, &informing, now);
        assert!(will.is_informed());
    }
    if let Some(permit) = read(PermitDocument::read, &content) {
        will.put_permit(&oid, &oid, &permit, now);
        let (_, in_force) = will.permit().expect("the permit");
        assert_eq!((in_force.given, in_force.day), (permit.given, permit.day));
    }
    if let Some(denial) = read(DenialDocument::read, &content) {
        will.put_denial(&oid, &oid, &denial, |_| None, now);
        let (_, in_force) = will.denials_in_force().next().expect("the denials");
        assert_eq!(in_force.entries.is_empty(), denial.entries.is_empty());
    }
    if let Some(representation) = read(RepresentationDocument::read, &content) {
        will.put_representation(&oid, &oid, &representation, |_| Some("17".into()), now);
        assert!(will.represents("18", Date::constant(2026, 9, 2)).next().is_none());
    }
    let text = serde_json::to_string(&will).expect("a text");
    let again: Will = serde_json::from_str(&text).expect("a will");
    assert!(again == will, "it is read back as it was");
    will.annul(&oid, now);
    assert!(!will.is_informed() && will.permit().is_none());
    assert!(will.denials_in_force().next().is_none());
});

/// What is read; where nothing is, a reason is told.
fn read<T>(reader: impl Fn(&Value, &Pointer) -> Result<T, Faults>, content: &Value) -> Option<T> {
    reader(content, &Pointer::root())
        .map_err(|faults| assert!(!faults.is_empty(), "a reason is told"))
        .ok()
}
