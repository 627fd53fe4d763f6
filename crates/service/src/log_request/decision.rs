//! What is decided on a request, as it is read from a body: what is withheld, what is told of joint entries, or that
//! the request is refused.

use serde_json::Value;
use uuid::Uuid;
use varanto_model::reader::{Members, boolean, elements, string, text, word};
use varanto_model::{Faults, Pointer};

use super::entries::MAX_GIVEN;
use super::ground::WithholdingGround;
use super::kept::{Joint, Refused, Withheld};
use crate::use_context::UseContext;

/// The most entries that one answer withholds by name.
const MAX_WITHHELD: usize = 1_000;

/// What is decided on a request.
pub(super) struct Wanted {
    pub(super) used: UseContext,
    pub(super) withheld: Vec<Withheld>,
    /// Of which joint entries is told who worked on them.
    pub(super) joint: Vec<Joint>,
    /// With canonical forms and salts?
    pub(super) with_proofs: bool,
    /// Only the newest entries where there are more than one answer holds?
    pub(super) in_parts: bool,
    pub(super) refusal: Option<Refused>,
}

impl Wanted {
    pub(super) fn read(value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
        let withheld = m.optional("withheld", faults, |value, at, faults| {
            Some(elements(value, at, MAX_WITHHELD, faults, withheld))
        });
        let joint = m.optional("joint", faults, |value, at, faults| {
            Some(elements(value, at, MAX_GIVEN, faults, joint))
        });
        let with_proofs = m.optional("with_proofs", faults, boolean).unwrap_or_default();
        let in_parts = m.optional("in_parts", faults, boolean).unwrap_or_default();
        let refusal = m.optional("refusal", faults, refusal);
        let places = ["withheld", "joint", "with_proofs", "in_parts"].map(|name| m.place(name));
        m.finish(faults);
        let (withheld, joint) = (withheld.unwrap_or_default(), joint.unwrap_or_default());
        if refusal.is_some() {
            let said = [!withheld.is_empty(), !joint.is_empty(), with_proofs, in_parts];
            for (place, _) in places.into_iter().zip(said).filter(|(_, said)| *said) {
                faults.add(place, "not-wanted", "nothing is given where the request is refused");
            }
        }
        Some(Self { used, withheld, joint, with_proofs, in_parts, refusal })
    }
}

/// The name of an entry.
fn entry(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Uuid> {
    let id = Uuid::parse_str(string(value, at, faults)?).ok();
    if id.is_none() {
        faults.add(at.clone(), "not-an-entry", "the name of an entry is wanted here");
    }
    id
}

fn joint(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Joint> {
    let mut m = Members::of(value, at, faults)?;
    let entry = m.required("entry", faults, entry);
    let show = m.required("show", faults, boolean);
    m.finish(faults);
    Some(Joint { entry: entry?, show: show? })
}

fn withheld(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Withheld> {
    let mut m = Members::of(value, at, faults)?;
    let entry = m.required("entry", faults, entry);
    let ground = word(WithholdingGround::OF_ENTRIES, WithholdingGround::as_str);
    let ground = m.required("ground", faults, ground);
    let words = m.required("words", faults, text(1_000));
    m.finish(faults);
    Some(Withheld { entry: entry?, ground: ground?, words: words? })
}

fn refusal(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Refused> {
    let mut m = Members::of(value, at, faults)?;
    let ground = word(WithholdingGround::ALL, WithholdingGround::as_str);
    let ground = m.required("ground", faults, ground);
    let words = m.required("words", faults, text(1_000));
    m.finish(faults);
    Some(Refused { ground: ground?, words: words? })
}
