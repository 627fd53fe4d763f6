//! Clientship document (asiakkuusasiakirja, 1505.1).
//!
//! | note of the structure | here |
//! |---|---|
//! | identifier mandatory unless it is an old clientship | `clientship-id-missing` |
//! | identifier is an object identifier | `not-an-oid` |
//! | identity code or temporary identifier mandatory | `identity-missing` |
//! | identity code and birth date mandatory in an old clientship | `identity-missing`, `birth-date-missing` |
//! | birth date with a temporary identifier | `birth-date-missing` |
//! | protected contact data: no municipality and no contact data but telephone and contact address | `protected-contact-data` |
//! | … of another person who is no representative: no contact data | `protected-contact-data` |
//! | end of a risk only where it is for a fixed term | `not-a-fixed-term` |
//! | authority mandatory for roles 31 to 34, shown only for them | `authority-missing`, `not-for-this-role` |
//! | guardianship of interests only for 32, power of attorney only for 33, custody only for 31, a parent's right to information only for 12 | `not-for-this-role` |
//! | end mandatory when the clientship is not active | `end-missing`: an old one, or one with a reason for its end; whether another is active only its organiser knows |
//! | organiser's operating unit mandatory unless old | `organiser-missing` |
//! | one of the two groups of the organiser's service units mandatory | `service-unit-missing`, unless old |
//! | service task mandatory unless old | `service-task-missing` |
//! | producer mandatory where a subcontractor is named | the structure nests one in the other |
//! | subcontractor mandatory where another unit carries the service out | only the organiser knows |
//! | cohabitation mandatory for clients of a shelter | the document does not tell whether it is one |
//! | old clientship to be flagged as such | only the organiser knows |
//! | only current risks and persons in the newest version | only the organiser knows |
//! | service language Finnish or Swedish | the structure lists them |
//!
//! Ours: units are named by their identifiers (`not-an-oid`), no end is before its beginning
//! (`ends-before-it-starts`), a temporary identifier has the form of one
//! (`not-a-temporary-identifier`): contexts and register access rights are derived from these.

use varanto_model::Faults;

use super::person;
use crate::node::Node;

const START: &str = "asiakkuuden_alkamispvm";
const END: &str = "asiakkuuden_paattymispvm";
const UNITS: &str = "palvelunjarjestajan_palveluyksikko";
const TASKS: &str = "sosiaalihuollon_palvelutehtava";

pub(super) fn check(document: &Node<'_>, faults: &mut Faults) {
    let clientship = document.get("sosiaalihuollon_asiakkuus");
    let is_old = clientship.as_ref().is_some_and(|clientship| clientship.is("vanha_asiakkuus"));
    document.want_oid("asiakkuuden_yksilointitunnus", "value", faults);
    if !is_old {
        check_active(document, faults);
    }
    if let Some(client) = document.get("asiakas") {
        check_client(&client, is_old, faults);
    }
    if let Some(clientship) = clientship {
        check_end(&clientship, is_old, faults);
    }
    document.items("riskitieto").iter().for_each(|risk| check_risk(risk, faults));
    for person in document.items("asiakkaaseen_liittyvat_henkilot") {
        check_person(&person, faults);
    }
    document.want_oid("palvelunjarjestajan_toimintayksikko", "code", faults);
    check_units(document, faults);
    if let Some(protection) = document.get("lastensuojelun_asiakkuus") {
        let (start, end) =
            ("lastensuojelun_asiakkuuden_alkamispvm", "lastensuojelun_asiakkuuden_paattymispvm");
        protection.want_order(start, end, faults);
    }
}

/// What only an old clientship may leave out.
fn check_active(document: &Node<'_>, faults: &mut Faults) {
    let why = "the identifier of the clientship is mandatory unless the clientship is old";
    document.want("asiakkuuden_yksilointitunnus", "clientship-id-missing", why, faults);
    let why = "the organiser's operating unit is mandatory unless the clientship is old";
    document.want("palvelunjarjestajan_toimintayksikko", "organiser-missing", why, faults);
    let tasks = document.items(TASKS);
    if tasks.is_empty() {
        let why = "a service task is mandatory unless the clientship is old";
        faults.add(document.place(TASKS), "service-task-missing", why);
    }
    if document.items(UNITS).is_empty() && tasks.iter().all(|task| task.items(UNITS).is_empty()) {
        let why = "a service unit of the organiser is mandatory, here or below a service task";
        faults.add(document.place(UNITS), "service-unit-missing", why);
    }
}

fn check_client(client: &Node<'_>, is_old: bool, faults: &mut Faults) {
    if is_old {
        let why = "the personal identity code is mandatory in an old clientship";
        client.want("henkilotunnus", "identity-missing", why, faults);
        let why = "the birth date is mandatory in an old clientship";
        client.want("syntymaaika", "birth-date-missing", why, faults);
    } else {
        person::client(client, faults);
    }
    if client.is("turvakielto") {
        let why = "this is left out while the client's contact data are protected";
        for name in ["kotikunta", "tilapainen_asuinkunta"] {
            client.refuse(name, "protected-contact-data", why, faults);
        }
        if let Some(contact) = client.get("yhteystiedot") {
            for name in ["osoite", "tilapainen_osoite", "sahkopostiosoite"] {
                contact.refuse(name, "protected-contact-data", why, faults);
            }
        }
    }
}

fn check_end(clientship: &Node<'_>, is_old: bool, faults: &mut Faults) {
    if is_old || clientship.has("asiakkuuden_paattymisen_perustelu") {
        let why = "the end is mandatory in a clientship that is not active";
        clientship.want(END, "end-missing", why, faults);
    }
    clientship.want_order(START, END, faults);
}

fn check_risk(risk: &Node<'_>, faults: &mut Faults) {
    let end = "maaraaikaisen_riskitiedon_paattymispaiva";
    if !risk.is("voimassa_maaraajan") {
        risk.refuse(end, "not-a-fixed-term", "only a risk for a fixed term has an end", faults);
    }
    risk.want_order("riskitiedon_alkamispaiva", end, faults);
}

fn check_person(person: &Node<'_>, faults: &mut Faults) {
    let roles: Vec<&str> =
        person.items("rooli").iter().filter_map(|role| role.text("code")).collect();
    let has = |wanted: &[&str]| roles.iter().any(|role| wanted.contains(role));
    let representative: &[&str] = &["31", "32", "33", "34"];
    if has(representative) {
        let why = "the authority of a legal representative is mandatory";
        person.want("toimivalta", "authority-missing", why, faults);
    } else if person.is("turvakielto") {
        let why = "this is left out while the person's contact data are protected";
        person.refuse("yhteystiedot", "protected-contact-data", why, faults);
    }
    for (name, wanted) in [
        ("toimivalta", representative),
        ("edunvalvonta", &["32"]),
        ("edunvalvontavaltuutus", &["33"]),
        ("huoltajuus", &["31"]),
        ("vanhemman_tiedonsaantioikeus", &["12"]),
    ] {
        if !has(wanted) {
            let why = "this does not belong to any of the person's roles";
            person.refuse(name, "not-for-this-role", why, faults);
        }
    }
    let validity = person.get("edunvalvonta").and_then(|g| g.get("edunvalvonnan_voimassaolo"));
    if let Some(validity) = validity {
        validity.want_order("alkamispaiva", "paattymispaiva", faults);
    }
}

/// The units of organiser, producers and those who carry services out, with their periods.
fn check_units(document: &Node<'_>, faults: &mut Faults) {
    let mut units = document.items(UNITS);
    for task in document.items(TASKS) {
        for organiser in task.items(UNITS) {
            units.push(organiser);
        }
        for producer in task.items("palveluntuottaja") {
            units.extend(producer.items("palveluntoteuttaja"));
            units.push(producer);
        }
    }
    for unit in units {
        unit.want_oid("palveluyksikon_nimi", "code", faults);
        unit.want_order(START, END, faults);
    }
}
