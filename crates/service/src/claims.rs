//! What a document on its way in may not claim of itself: a case that it has no part in, or that somebody
//! else has written it.

use varanto_model::{Group, Metadata, Oid, Pointer};

use crate::control_reading::Reading;
use crate::error::{Cause, Findings};
use crate::snapshot::Directory;

/// Notes every false claim of a document that the organisation `caller` stores.
pub(crate) fn check(
    metadata: &Metadata,
    reading: &Reading,
    directory: &Directory,
    caller: &Oid,
    findings: &mut Findings,
) {
    case(metadata, reading, findings);
    let register = directory.of_controller(&metadata.controller);
    if register.is_none_or(|register| register.operating_unit != *caller) {
        writer(metadata, directory, caller, findings);
    }
}

/// A control document belongs to no case but the one that it opens: it would stand among the documents
/// of a case whose clients it is not about.
fn case(metadata: &Metadata, reading: &Reading, findings: &mut Findings) {
    let is_control = matches!(metadata.group, Group::Case | Group::Clientship);
    if is_control && metadata.case.is_some() && !matches!(reading, Reading::Case(_)) {
        let why = "a control document belongs to no case but the one that it opens";
        refuse("case", "not-of-a-case", why, findings);
    }
}

/// What a professional records of a client's will has an author; only what a citizen declares has none.
pub(crate) fn author(metadata: &Metadata, findings: &mut Findings) {
    if metadata.group.is_will() && metadata.authors.is_empty() {
        refuse("authors", "missing", "`authors` is missing", findings);
    }
}

/// What is stored in another's register is the work of the organisation that stores it (RA-05).
pub(crate) fn writer(
    metadata: &Metadata,
    directory: &Directory,
    caller: &Oid,
    findings: &mut Findings,
) {
    if metadata.provider.as_ref().is_some_and(|provider| provider != caller) {
        let why = "this is not the operating unit of the organisation that stores";
        refuse("provider", "not-of-the-caller", why, findings);
    }
    let unit = metadata.unit.as_ref();
    let is_own = |unit: &Oid| directory.units.get(unit).is_some_and(|u| u.organisation == *caller);
    if unit.is_some_and(|unit| !is_own(unit)) {
        let why = "this is not a service unit of the organisation that stores";
        refuse("unit", "not-of-the-caller", why, findings);
    }
}

fn refuse(member: &str, code: &'static str, why: &str, findings: &mut Findings) {
    let at = Pointer::root().member("metadata").member(member);
    findings.add(Cause::InvalidRequest, at, code, why);
}
