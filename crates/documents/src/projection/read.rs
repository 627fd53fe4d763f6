//! Reading single values that something is derived from; each that cannot be read is a fault.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use varanto_model::{
    ClientIdentifier, Code, Faults, Moment, Oid, PersonalIdentityCode, TemporaryIdentifier,
    calendar,
};

use crate::node::Node;

/// What is done with a date of which the day is not told.
#[derive(Clone, Copy)]
pub(super) enum Partial {
    /// It is a fault.
    Refused,
    /// The first day that it can mean is taken.
    FirstDay,
    /// The last day that it can mean is taken.
    LastDay,
}

/// The member `name`, which must be there.
pub(super) fn wanted<'a>(node: &Node<'a>, name: &str, faults: &mut Faults) -> Option<Node<'a>> {
    let found = node.get(name);
    if found.is_none() {
        let why = "without this nothing can be derived from the document";
        faults.add(node.place(name), "missing", why);
    }
    found
}

/// The object identifier that the string `part` is.
pub(super) fn oid(node: &Node<'_>, part: &str, faults: &mut Faults) -> Option<Oid> {
    let found = node.text(part).and_then(|text| Oid::parse(text).ok());
    if found.is_none() {
        let why = "an object identifier in dotted form is wanted here";
        faults.add(node.place(part), "not-an-oid", why);
    }
    found
}

/// The code of a coded value.
pub(super) fn code(node: &Node<'_>, faults: &mut Faults) -> Option<Code> {
    let found = node.text("code").and_then(|text| Code::parse(text).ok());
    if found.is_none() {
        let why = "a code of letters, digits, dots, hyphens or underscores is wanted here";
        faults.add(node.place("code"), "not-a-code", why);
    }
    found
}

/// The day `name`, where it is there.
pub(super) fn day(
    node: &Node<'_>,
    name: &str,
    partial: Partial,
    faults: &mut Faults,
) -> Option<Date> {
    node.get(name)?;
    let date = node.date(name);
    let found = match partial {
        Partial::Refused => date.and_then(|date| date.day()),
        Partial::FirstDay => date.map(|date| date.first_day()),
        Partial::LastDay => date.map(|date| date.last_day()),
    };
    if found.is_none() {
        faults.add(node.place(name), "not-a-day", "a whole day of the calendar is wanted here");
    }
    found
}

/// The day `name`, which must be there.
pub(super) fn wanted_day(
    node: &Node<'_>,
    name: &str,
    partial: Partial,
    faults: &mut Faults,
) -> Option<Date> {
    wanted(node, name, faults)?;
    day(node, name, partial, faults)
}

/// The instant `name`, where it is there; of a day its first one.
pub(super) fn from(node: &Node<'_>, name: &str, faults: &mut Faults) -> Option<Timestamp> {
    instant(node, name, |day| calendar::start_of(day).ok(), faults)
}

/// The instant `name`, where it is there; of a day the first one after it.
pub(super) fn until(node: &Node<'_>, name: &str, faults: &mut Faults) -> Option<Timestamp> {
    instant(node, name, |day| calendar::end_of(day).ok(), faults)
}

fn instant(
    node: &Node<'_>,
    name: &str,
    of_day: impl Fn(Date) -> Option<Timestamp>,
    faults: &mut Faults,
) -> Option<Timestamp> {
    node.get(name)?;
    let found = node.text(name).and_then(|text| match Moment::parse(text).ok()? {
        Moment::Instant(instant) => Some(instant),
        Moment::Date(date) => of_day(date.day()?),
    });
    if found.is_none() {
        let why = "a moment, or at least a whole day of the calendar, is wanted here";
        faults.add(node.place(name), "not-a-day", why);
    }
    found.map(to_the_microsecond)
}

/// The text `name`, which must be there and not be blank.
pub(super) fn wanted_text<'a>(node: &Node<'a>, name: &str, faults: &mut Faults) -> Option<&'a str> {
    let found = node.text(name).map(str::trim).filter(|text| !text.is_empty());
    if found.is_none() {
        let why = "without this nothing can be derived from the document";
        faults.add(node.place(name), "missing", why);
    }
    found
}

/// Whom a document means: the personal identity code where there is one, else the temporary
/// identifier.
pub(super) fn client(client: &Node<'_>, faults: &mut Faults) -> Option<ClientIdentifier> {
    if let Some(node) = client.get("henkilotunnus") {
        return identity_code(&node, faults).map(ClientIdentifier::PersonalIdentityCode);
    }
    let Some(node) = client.get("tilapainen_yksilointitunnus") else {
        let why = "a personal identity code or a temporary identifier is mandatory";
        faults.add(client.place("henkilotunnus"), "identity-missing", why);
        return None;
    };
    temporary_identifier(&node, faults).map(ClientIdentifier::Temporary)
}

/// The personal identity code that the identifier `node` has.
pub(super) fn identity_code(node: &Node<'_>, faults: &mut Faults) -> Option<PersonalIdentityCode> {
    let found = node.text("value").and_then(|text| PersonalIdentityCode::parse(text).ok());
    if found.is_none() {
        let why = "this is not a personal identity code";
        faults.add(node.place("value"), "not-an-identity-code", why);
    }
    found
}

/// The temporary identifier that the identifier `node` has.
pub(super) fn temporary_identifier(
    node: &Node<'_>,
    faults: &mut Faults,
) -> Option<TemporaryIdentifier> {
    let found = node.text("value").and_then(|text| TemporaryIdentifier::parse(text).ok());
    if found.is_none() {
        let why = "this is not a temporary identifier";
        faults.add(node.place("value"), "not-a-temporary-identifier", why);
    }
    found
}

/// The earlier of two last days; `None` goes on.
pub(super) fn earlier(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The last day in Finland of which something was before `end`.
pub(super) fn last_day_before(end: Timestamp) -> Date {
    calendar::day_of(end.checked_sub(SignedDuration::from_micros(1)).unwrap_or(end))
}

/// The instant without what is finer than it is kept.
pub(super) fn to_the_microsecond(instant: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(instant.as_microsecond()).unwrap_or(instant)
}
