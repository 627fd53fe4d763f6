//! The content of control documents: clientships, cases, and what clients declare.

#![expect(clippy::indexing_slicing, reason = "members are set in JSON objects that are made here")]

use jiff::civil::Date;
use serde_json::{Value, json};
use varanto_documents::control::Control;
use varanto_documents::projection::{
    CaseDocument, ClientshipDocument, DenialDocument, InformingDocument, PermitDocument,
};
use varanto_model::{Pointer, calendar};

use crate::country::{Case, Client, Country, Document, Kind, Producer};
use crate::organisations::{Organisation, ServiceUnit, TASKS};
use crate::person::Person;

/// Clients of a thousand whose contact data are protected.
const PROTECTED: u64 = 15;

/// What a control document says.
pub(crate) enum Said {
    Clientship(ClientshipDocument),
    Case(CaseDocument),
    Informing(InformingDocument),
    Permit(PermitDocument),
    Denial(DenialDocument),
}

impl Said {
    /// What the content of a document of a kind says; `None` of those from which nothing follows.
    pub(crate) fn read(country: &Country, kind: Kind, data: &Value) -> Option<Self> {
        let at = Pointer::root();
        match kind {
            Kind::Clientship => ClientshipDocument::read(data, &at).ok().map(Self::Clientship),
            Kind::Case => {
                let codes = country.shapes().codes();
                CaseDocument::read(data, &at, codes).ok().map(Self::Case)
            }
            Kind::Informing => InformingDocument::read(data, &at).ok().map(Self::Informing),
            Kind::Permit => PermitDocument::read(data, &at).ok().map(Self::Permit),
            Kind::Denial => DenialDocument::read(data, &at).ok().map(Self::Denial),
            Kind::Ordinary { .. } | Kind::Old => None,
        }
    }
}

/// The kind of control document that a kind of document is.
pub(crate) const fn control_of(kind: Kind) -> Option<Control> {
    match kind {
        Kind::Clientship => Some(Control::Clientship),
        Kind::Case => Some(Control::Case),
        Kind::Informing => Some(Control::Informing),
        Kind::Permit => Some(Control::Permit),
        Kind::Denial => Some(Control::Denial),
        Kind::Ordinary { .. } | Kind::Old => None,
    }
}

/// The structured content of a control document of a client.
pub(crate) fn content(country: &Country, client: &Client, document: &Document) -> Value {
    let day = calendar::day_of(document.written_at);
    match document.kind {
        Kind::Clientship => clientship(country, client, document, day),
        Kind::Case => document.case.as_ref().map_or(Value::Null, |case| {
            case_content(country.organisation(document.controller), document, case)
        }),
        Kind::Informing => json!({"informointiasiakirja": {
            "asiakas": named(&client.person),
            "informointi": {
                "infotekstin_versio": "1", "infotekstin_kieli": "fi", "informoinnin_ajankohta": day,
            },
            "informoitu_on_laillinen_edustaja": false,
            "ammattihenkilon_laatima_asiakirja": {"laatija": author(country, document)},
        }}),
        Kind::Permit => json!({"luovutuslupa_asiakirja": {
            "asiakas": named(&client.person),
            "infoteksti": country.shapes().permit_text(),
            "luovutusluvan_antaja_on_laillinen_edustaja": false,
            "voimassa_oleva_luovutuslupa": {
                "luovutuslupa": true, "luovutusluvan_antamisen_ajankohta": day,
            },
            "ammattihenkilon_laatima_asiakirja": {"laatija": author(country, document)},
        }}),
        Kind::Denial => denial(country, client, document, day),
        Kind::Ordinary { .. } | Kind::Old => Value::Null,
    }
}

/// A coded value; `set` is the last arc of a national code set.
fn coded(set: &str, code: &str, display: &str) -> Value {
    json!({"system": format!("urn:oid:1.2.246.537.6.{set}"), "code": code, "display": display})
}

fn of_task(task: usize) -> Value {
    TASKS.get(task).map_or(Value::Null, |task| coded("1221", task.code, task.name))
}

fn named(person: &Person) -> Value {
    json!({
        "sukunimi": person.family_name(),
        "etunimet": person.given_names(),
        "henkilotunnus": {"system": "urn:oid:1.2.246.21", "value": person.code()},
    })
}

fn author(country: &Country, document: &Document) -> Value {
    let staff = country.staff(document.author);
    json!({
        "sukunimi": staff.family_name, "etunimet": staff.given_names,
        "palveluyksikko": coded("202", staff.unit.as_str(), "Palveluyksikkö"),
    })
}

/// A unit on a clientship document, with its days.
fn unit_entry(unit: &ServiceUnit, first: Date, last: Option<Date>) -> Value {
    let mut entry = json!({
        "palveluyksikon_nimi": coded("202", unit.oid.as_str(), &unit.name),
        "asiakkuuden_alkamispvm": first,
    });
    if let Some(last) = last {
        entry["asiakkuuden_paattymispvm"] = json!(last);
    }
    entry
}

/// The service tasks in which the client is, each with the units that work in it.
fn clientship(country: &Country, client: &Client, document: &Document, day: Date) -> Value {
    let organiser = country.organisation(document.controller);
    let cases: Vec<&Case> = client.cases.iter().chain(&client.of_family).collect();
    let mut tasks: Vec<Value> = Vec::new();
    for task in 0..TASKS.len() {
        let mut units: Vec<(usize, Date)> = Vec::new();
        let mut producers: Vec<(Producer, Date)> = Vec::new();
        for case in cases.iter().filter(|case| case.task == task) {
            let first = case.opened.max(day);
            if units.iter().all(|(unit, _)| *unit != case.unit) {
                units.push((case.unit, first));
            }
            let is_new = |new: &Producer| {
                let same =
                    |old: &Producer| (old.organisation, old.unit) == (new.organisation, new.unit);
                producers.iter().all(|(old, _)| !same(old))
            };
            if let Some(producer) = case.producer.filter(is_new) {
                producers.push((producer, first));
            }
        }
        if units.is_empty() {
            continue;
        }
        let unit = |(unit, first): (usize, Date)| {
            organiser.units.get(unit).map(|unit| unit_entry(unit, first, None))
        };
        let units: Vec<Value> = units.into_iter().filter_map(unit).collect();
        let mut content = json!({
            "palvelutehtava": of_task(task),
            "palvelunjarjestajan_palveluyksikko": units,
        });
        let producer = |(producer, first): (Producer, Date)| {
            let units = &country.organisation(producer.organisation).units;
            let until = producer.until.filter(|until| *until >= first);
            units.get(producer.unit).map(|unit| unit_entry(unit, first, until))
        };
        let producers: Vec<Value> = producers.into_iter().filter_map(producer).collect();
        if !producers.is_empty() {
            content["palveluntuottaja"] = json!(producers);
        }
        tasks.push(content);
    }
    let mut person = named(&client.person);
    person["turvakielto"] = json!(country.dice(0xC9, client.person.number()).chance(PROTECTED));
    let number = client.person.number() + 1;
    json!({"asiakkuusasiakirja": {
        "asiakkuuden_yksilointitunnus":
            {"value": country.oid(document.controller, "15.2026", number).as_str()},
        "asiakas": person,
        "sosiaalihuollon_asiakkuus": {"vanha_asiakkuus": false, "asiakkuuden_alkamispvm": day},
        "palvelunjarjestajan_toimintayksikko": operating_unit(organiser),
        "sosiaalihuollon_palvelutehtava": tasks,
    }})
}

fn operating_unit(organisation: &Organisation) -> Value {
    coded("202", organisation.operating_unit.as_str(), &organisation.name)
}

fn case_content(organiser: &Organisation, document: &Document, case: &Case) -> Value {
    let is_joint = document.clients.len() > 1;
    let member = |person: &Person| {
        let mut member = named(person);
        if is_joint {
            member["asiaan_liittymishetki"] = json!(format!("{}T00:00:00Z", case.opened));
        }
        member
    };
    let members: Vec<Value> = document.clients.iter().map(member).collect();
    json!({"asia_asiakirja": {
        "palvelunjarjestajan_toimintayksikko": operating_unit(organiser),
        "asiakas": members,
        "asian_tiedot": {
            "asiatunnus": {"value": case.oid.as_str()},
            "nimi": coded("1265", "X-SERVICE", "Sosiaalipalvelun antaminen"),
            "tila": coded("1501", "X-OPEN", "Avoin"),
            "avauspaiva": case.opened,
            "yhteinen_asia": is_joint,
            "palvelutehtava": of_task(case.task),
        }
    }})
}

/// A denial of what another controller holds, or of a service task.
fn denial(country: &Country, client: &Client, document: &Document, day: Date) -> Value {
    let mut dice = country.dice(0xC8, document.number);
    let mut denied = json!({
        "kiellon_asettamisen_ajankohta": day, "kieltaja_on_laillinen_edustaja": false,
    });
    let (group, list) = if dice.chance(500) {
        let other = country.organisation((client.home + 1) % country.counties());
        let oid = other.controller.as_ref().unwrap_or(&other.operating_unit);
        denied["rekisterinpitaja_jonka_tietojen_luovutus_kielletaan"] =
            json!([coded("202", oid.as_str(), &other.name)]);
        let list = "rekisterinpitajaa_koskeva_luovutuskielto";
        ("rekisterinpitajaa_koskevat_luovutuskiellot", list)
    } else {
        let task = client.cases.first().map_or(0, |case| case.task);
        denied["palvelutehtava_jonka_tietojen_luovutus_kielletaan"] = json!([of_task(task)]);
        let list = "palvelutehtavaa_koskeva_luovutuskielto";
        ("palvelutehtavaa_koskevat_luovutuskiellot", list)
    };
    let mut content = json!({
        "asiakas": named(&client.person),
        "infoteksti": country.shapes().denial_text(),
        "ammattihenkilon_laatima_asiakirja": {"laatija": author(country, document)},
    });
    content[group] = json!({list: [denied]});
    json!({"kieltoasiakirja": content})
}

#[cfg(test)]
mod tests {
    use varanto_documents::control::Circumstances;

    use super::*;
    use crate::country::Size;
    use crate::shapes::Shapes;

    const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/sosmeta");

    fn hold(shapes: Shapes) {
        let country = Country::new(2, Size { documents: 3000, bytes: 2000 }, shapes);
        let codes = country.shapes().codes();
        for person in 0..300 {
            let client = country.client(person);
            for ordinal in 0..client.documents().1 {
                let document = country.document_of(&client, ordinal);
                let Some(control) = control_of(document.kind) else { continue };
                let data = content(&country, &client, &document);
                let structure = country.shapes().control(control).unwrap();
                let day = calendar::day_of(document.written_at);
                let faults = structure.validate(&data, &Pointer::root(), codes, day);
                assert_eq!(faults.as_slice(), [], "{:?}", document.kind);
                let circumstances = Circumstances { today: day, codes, by_professional: true };
                let faults = control.check(&data, &Pointer::root(), circumstances);
                assert_eq!(faults.as_slice(), [], "{:?}", document.kind);
                assert!(Said::read(&country, document.kind, &data).is_some());
            }
        }
    }

    /// REQ CASE-01, CASE-04
    #[test]
    fn control_documents_are_right_by_the_built_in_structures() {
        hold(Shapes::builtin());
    }

    /// REQ CASE-01, CASE-04
    #[test]
    fn control_documents_are_right_by_the_published_structures() {
        match Shapes::read(std::path::Path::new(PUBLISHED)) {
            Ok(shapes) => hold(shapes),
            Err(_) => println!("SKIPPED: there are no national structures in {PUBLISHED}"),
        }
    }
}
