//! Clientship documents: what is read can be folded into rights, kept and read back, and a version
//! without any unit leaves nothing open.
#![no_main]

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use varanto_documents::codes::CodeSets;
use varanto_documents::projection::{CaseDocument, ClientshipDocument, Standing};
use varanto_model::json::{Limits, parse};
use varanto_model::{Oid, Pointer};

/// A case of service task 20.
const CASE: &[u8] = include_bytes!("../seeds/project-case/open.json");
const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

static KNOWN: LazyLock<(CaseDocument, [Oid; 3])> = LazyLock::new(|| {
    let content = parse(CASE, Limits::default()).expect("a case");
    let case = CaseDocument::read(&content, &Pointer::root(), &CodeSets::none()).expect("a case");
    let oid = |n| Oid::parse(&format!("1.2.246.10.99990001.{n}")).expect("an identifier");
    (case, [oid("11.2026.1"), oid("11.2026.2"), oid("10.0")])
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(content) = parse(bytes, Limits::default()) else { return };
    let mut clientship = match ClientshipDocument::read(&content, &Pointer::root()) {
        Ok(clientship) => clientship,
        Err(faults) => return assert!(!faults.is_empty(), "a reason is told"),
    };
    let (case, [first, second, keeper]) = &*KNOWN;
    let mut standing = Standing::default();
    standing.put_case(first, keeper, case, &case.clients[0]);
    standing.put_clientship(second, keeper, &clientship, Timestamp::UNIX_EPOCH);
    let text = serde_json::to_string(&standing).expect("a text");
    let again: Standing = serde_json::from_str(&text).expect("a standing");
    assert!(again == standing, "it is read back as it was");
    for right in standing.rights() {
        assert!(!right.spells.is_empty() && right.spells.is_sorted());
    }
    let _ = standing.active_clientship_of(keeper, Date::constant(2026, 9, 2));
    clientship.units.clear();
    standing.put_clientship(second, keeper, &clientship, NOW);
    assert!(!standing.context_units().any(|unit| unit.holds_at(NOW)));
    let mut spells = standing.rights().into_iter().flat_map(|right| right.spells);
    assert!(!spells.any(|spell| spell.holds_at(NOW)));
});
