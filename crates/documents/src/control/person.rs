//! Rules on persons that several control documents share.

use jiff::civil::Date;
use varanto_model::{Faults, TemporaryIdentifier};

use crate::node::Node;

const REAL: &str = "henkilotunnus";
const TEMPORARY: &str = "tilapainen_yksilointitunnus";

/// A client is known by a personal identity code or a temporary identifier; with only the latter
/// the birth date is told.
pub(super) fn client(client: &Node<'_>, faults: &mut Faults) {
    identity(client, faults);
    if client.has(TEMPORARY) && !client.has(REAL) {
        let why = "the birth date is mandatory with a temporary identifier";
        client.want("syntymaaika", "birth-date-missing", why, faults);
    }
}

/// A person is known by a personal identity code or a temporary identifier.
pub(super) fn identity(person: &Node<'_>, faults: &mut Faults) {
    if !person.has(TEMPORARY) {
        let why = "a personal identity code or a temporary identifier is mandatory";
        person.want(REAL, "identity-missing", why, faults);
    }
    temporary_identifier(person, faults);
}

/// Representatives are named where the document says that a representative acts, and only there.
pub(super) fn representatives(holder: &Node<'_>, switch: &str, list: &str, faults: &mut Faults) {
    let persons = holder.items(list);
    match (holder.is(switch), persons.first()) {
        (true, None) => {
            let why = "the legal representative who acts is mandatory";
            faults.add(holder.place(list), "representative-missing", why);
        }
        (false, Some(_)) => {
            let why = "a representative is named although none is said to act";
            faults.add(holder.place(list), "representative-not-declared", why);
        }
        _ => {}
    }
    for person in persons {
        representative(&person, faults);
    }
}

/// A representative is known by any of three identifiers.
pub(super) fn representative(person: &Node<'_>, faults: &mut Faults) {
    let known = [REAL, TEMPORARY, "edunvalvojan_tunniste"];
    if !known.iter().any(|name| person.has(name)) {
        let why = "one of the representative's identifiers is mandatory";
        faults.add(person.place("henkilotunnus"), "representative-identity-missing", why);
    }
    temporary_identifier(person, faults);
}

/// The author is mandatory where a professional draws the document up (not where a citizen does).
pub(super) fn author(document: &Node<'_>, by_professional: bool, faults: &mut Faults) {
    let group = "ammattihenkilon_laatima_asiakirja";
    let has = document.get(group).is_some_and(|group| group.has("laatija"));
    if by_professional && !has {
        let why = "the author is mandatory when the document is drawn up in a client data system";
        faults.add(document.place(group).member("laatija"), "author-missing", why);
    }
}

/// A will is never expressed in advance.
pub(super) fn not_in_future(holder: &Node<'_>, name: &str, today: Date, faults: &mut Faults) {
    if holder.date(name).is_some_and(|date| date.first_day() > today) {
        faults.add(holder.place(name), "in-the-future", "the day is in the future");
    }
}

fn temporary_identifier(person: &Node<'_>, faults: &mut Faults) {
    let Some(node) = person.get(TEMPORARY) else { return };
    if node.text("value").is_some_and(|text| TemporaryIdentifier::parse(text).is_err()) {
        let why = "this is not a temporary identifier";
        faults.add(node.place("value"), "not-a-temporary-identifier", why);
    }
}
