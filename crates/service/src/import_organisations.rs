//! Importing organisations with their units, people and joining, from the form of a sandbox's world.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::reader::{self, Members, day, number, text, word};
use varanto_model::{Faults, Oid, Pointer};
use varanto_rules::JoiningModel;
use varanto_signatures::Certificate;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::directory::{
    CertificateBinding, Controller, Joining, Organisation, Person, Unit, upsert_certificate,
    upsert_organisation, upsert_person, upsert_unit,
};
use varanto_store::{Plan, Subject, bump_revision};

use crate::Error;
use crate::request;
use crate::service::Service;

/// The most organisations of one file, and units or people of one organisation.
const MAX_LISTED: usize = 100_000;
const KINDS: &[&str] = &["public", "private"];
const CARDS: &[&str] = &["professional", "personnel", "actor"];

/// What an import of organisations has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportedOrganisations {
    /// Organisations that were put in or replaced.
    pub organisations: usize,
    /// Service units.
    pub units: usize,
    /// People of user registers.
    pub people: usize,
}

/// One organisation with all that belongs to it.
struct Entry {
    organisation: Organisation,
    units: Vec<Unit>,
    people: Vec<Person>,
}

impl Service {
    /// Imports the organisations of a file `{"organisations": […]}`: all, or, where there is any
    /// fault, none.
    pub async fn import_organisations(&self, bytes: &[u8]) -> Result<ImportedOrganisations, Error> {
        let entries = read(bytes)?;
        let now = self.now();
        let mut imported =
            ImportedOrganisations { organisations: entries.len(), ..Default::default() };
        let mut statements = Vec::new();
        for Entry { organisation, units, people } in entries {
            imported.units += units.len();
            imported.people += people.len();
            statements.push(upsert_organisation(organisation));
            statements.extend(units.into_iter().map(upsert_unit));
            statements.extend(people.into_iter().map(upsert_person));
        }
        let detail = format!(
            "{} organisations, {} units, {} people",
            imported.organisations, imported.units, imported.people
        );
        let entry = AdministrativeEntry {
            action: "import_organisations".to_owned(),
            detail: Some(detail),
            ..self.entry(now)
        };
        let mut plan = Plan::administrative(entry);
        plan.extend(statements);
        plan.push(bump_revision(Subject::Directory));
        self.database.commit(plan).await?;
        self.refresh().await?;
        Ok(imported)
    }

    /// Binds a certificate to an organisation, for certificates that do not name one. The
    /// organisation is named by its operating unit, its controller or one of its units.
    pub async fn bind_certificate(
        &self,
        certificate: &Certificate,
        organisation: &Oid,
    ) -> Result<(), Error> {
        let now = self.now();
        let snapshot = self.fresh_snapshot().await?;
        let found = snapshot.directory.find(organisation).ok_or(Error::NotFound)?;
        let entry = AdministrativeEntry {
            action: "bind_certificate".to_owned(),
            organisation: Some(found.operating_unit.clone()),
            certificate: Some(*certificate.thumbprint().as_bytes()),
            ..self.entry(now)
        };
        let binding = CertificateBinding {
            thumbprint: *certificate.thumbprint().as_bytes(),
            organisation: found.operating_unit.clone(),
        };
        let mut plan = Plan::administrative(entry);
        plan.push(upsert_certificate(binding));
        plan.push(bump_revision(Subject::Directory));
        self.database.commit(plan).await?;
        self.refresh().await
    }
}

fn read(bytes: &[u8]) -> Result<Vec<Entry>, Error> {
    let value = request::parse(bytes)?;
    let mut faults = Faults::none();
    let entries = Members::of(&value, &Pointer::root(), &mut faults).map(|mut m| {
        let entries = m.required("organisations", &mut faults, |v, at, faults| {
            Some(reader::elements(v, at, MAX_LISTED, faults, entry))
        });
        m.finish(&mut faults);
        entries.unwrap_or_default()
    });
    let entries = entries.unwrap_or_default();
    let mut seen = BTreeSet::new();
    for (i, entry) in entries.iter().enumerate() {
        if !seen.insert(entry.organisation.operating_unit.clone()) {
            let at = Pointer::root().member("organisations").index(i).member("operating_unit");
            faults.add(at, "duplicate", "the same organisation stands in the file twice");
        }
    }
    faults.or(entries).map_err(Error::invalid)
}

fn entry(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Entry> {
    let mut m = Members::of(value, at, faults)?;
    let name = m.required("name", faults, text(300));
    let name_sv = m.optional("name_sv", faults, text(300));
    let name_en = m.optional("name_en", faults, text(300));
    let business_id = m.required("business_id", faults, business_id);
    let kind = m.required("kind", faults, word(KINDS, |kind| kind));
    let operating_unit = m.required("operating_unit", faults, reader::oid);
    let controller = m.optional("controller", faults, controller);
    let joined = m.optional("joined", faults, joining);
    let owner = operating_unit.clone();
    let units =
        m.list("units", MAX_LISTED, faults, |v, at, faults| unit(owner.as_ref(), v, at, faults));
    let people =
        m.list("people", MAX_LISTED, faults, |v, at, faults| person(owner.as_ref(), v, at, faults));
    let place = m.place("people");
    m.finish(faults);
    for (i, person) in people.iter().enumerate() {
        for unit in person.units.iter().filter(|unit| units.iter().all(|u| u.oid != **unit)) {
            let detail = format!("`{unit}` is no unit of this organisation");
            faults.add(place.index(i).member("units"), "unit-unknown", detail);
        }
    }
    let organisation = Organisation {
        operating_unit: operating_unit?,
        business_id: business_id?,
        name_fi: name?,
        name_sv,
        name_en,
        kind: kind?.to_owned(),
        controller,
        joined,
    };
    Some(Entry { organisation, units, people })
}

/// The digits of a business id, without hyphen and leading zeros, as in an object identifier.
fn business_id(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<String> {
    let given = text(12)(value, at, faults)?;
    let digits = given.replace('-', "");
    let good = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !good {
        faults.add(
            at.clone(),
            "not-a-business-id",
            "a business id is digits, with or without a hyphen",
        );
        return None;
    }
    Some(digits.trim_start_matches('0').to_owned())
}

fn controller(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Controller> {
    let mut m = Members::of(value, at, faults)?;
    let oid = m.required("oid", faults, reader::oid);
    let register_opens = m.optional("register_opens", faults, day);
    let models = word(JoiningModel::ALL, JoiningModel::as_str);
    let accepts_models = m.list("accepts_models", 3, faults, models);
    let closing_working_days = m.optional("closing_working_days", faults, number(0, 365));
    let professional_signatures_from = m.optional("professional_signatures_from", faults, day);
    m.finish(faults);
    Some(Controller {
        oid: oid?,
        register_opens,
        accepts_models: accepts_models.into_iter().map(|m| m.as_str().to_owned()).collect(),
        closing_working_days,
        professional_signatures_from,
    })
}

fn joining(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Joining> {
    let mut m = Members::of(value, at, faults)?;
    let model = m.required("model", faults, word(JoiningModel::ALL, JoiningModel::as_str));
    let (from, to) = (m.required("from", faults, day), m.optional("to", faults, day));
    ordered(from, to, &m, "to", faults);
    m.finish(faults);
    Some(Joining { model: model?.as_str().to_owned(), from: from?, to })
}

fn unit(owner: Option<&Oid>, value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Unit> {
    let mut m = Members::of(value, at, faults)?;
    let oid = m.required("oid", faults, reader::oid);
    let name = m.required("name", faults, text(300));
    let (valid_from, valid_to) =
        (m.required("valid_from", faults, day), m.optional("valid_to", faults, day));
    ordered(valid_from, valid_to, &m, "valid_to", faults);
    m.finish(faults);
    Some(Unit {
        oid: oid?,
        organisation: owner?.clone(),
        name: name?,
        valid_from: valid_from?,
        valid_to,
    })
}

fn person(owner: Option<&Oid>, value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Person> {
    let mut m = Members::of(value, at, faults)?;
    let user_id = m.required("id", faults, text(64));
    let family_name = m.required("family_name", faults, text(200));
    let given_names = m.required("given_names", faults, text(200));
    let role = m.required("role", faults, reader::code);
    let units = m.list("units", 1_000, faults, reader::oid);
    let card = m.optional("card", faults, word(CARDS, |card| card));
    let outsider = m.optional("outsider", faults, reader::boolean).unwrap_or(false);
    let (valid_from, valid_to) =
        (m.optional("valid_from", faults, day), m.optional("valid_to", faults, day));
    ordered(valid_from, valid_to, &m, "valid_to", faults);
    m.finish(faults);
    Some(Person {
        organisation: owner?.clone(),
        user_id: user_id?,
        family_name: family_name?,
        given_names: given_names?,
        role: role?.to_string(),
        units,
        card: card.map(str::to_owned),
        outsider,
        valid_from,
        valid_to,
    })
}

fn ordered(from: Option<Date>, to: Option<Date>, m: &Members<'_>, last: &str, faults: &mut Faults) {
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        faults.add(m.place(last), "before-first-day", "the last day is before the first");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_of_a_file_is_told() {
        let file = json!({"organisations": [{
            "name": "Testilän hyvinvointialue", "business_id": "9999000-x", "kind": "royal",
            "operating_unit": "1.2.246.10.99990001.10.0",
            "joined": {"model": "direct", "from": "2024-02-01", "to": "2024-01-01"},
            "people": [{"id": "S-1", "family_name": "A", "given_names": "B", "role": "manager",
                        "units": ["1.2.246.10.99990001.10.7"]}]
        }]});
        let Err(Error::Rejected { faults, .. }) = read(file.to_string().as_bytes()) else {
            panic!("it must be refused")
        };
        let codes: Vec<_> = faults.as_slice().iter().map(|f| f.code).collect();
        assert_eq!(codes, ["not-a-business-id", "not-in-list", "before-first-day", "unit-unknown"]);
    }
}
