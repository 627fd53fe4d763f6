//! The organisations of a country: wellbeing services counties, which are controllers, and private
//! producers that work for them; with their service units and the people who work there.

use jiff::civil::Date;
use varanto_model::{Code, Oid};
use varanto_sandbox::{Card, Controller, Joined, JoiningModel, Kind, Person, Unit, World};

use crate::dice::Dice;
use crate::words::{FAMILY_NAMES, GIVEN_NAMES, PLACES};

/// A service task (code set 1221) with the name of the units that work for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// The code.
    pub code: &'static str,
    /// Its name in Finnish, as the code set has it.
    pub name: &'static str,
    /// Do practical nurses work in it?
    nurses: bool,
}

const fn task(code: &'static str, name: &'static str, nurses: bool) -> Task {
    Task { code, name, nurses }
}

/// The service tasks of a country. Others of the crate name them by their place.
pub const TASKS: [Task; 7] = [
    task("X-ELDERLY", "Iäkkäiden palvelut", true),
    task("20", "Vammaispalvelut", true),
    task("10", "Lastensuojelu", false),
    task("X-FAMILIES", "Lapsiperheiden palvelut", false),
    task("X-WORKING-AGE", "Työikäisten palvelut", true),
    task("15", "Päihdehuolto", false),
    task("X-FAMILY-LAW", "Perheoikeudelliset palvelut", false),
];

pub(crate) const ELDERLY: usize = 0;
pub(crate) const DISABILITY: usize = 1;
pub(crate) const CHILD_PROTECTION: usize = 2;
pub(crate) const FAMILIES: usize = 3;
pub(crate) const WORKING_AGE: usize = 4;
pub(crate) const SUBSTANCES: usize = 5;
pub(crate) const FAMILY_LAW: usize = 6;

/// Everything in a country has begun by this day.
const FROM: Date = Date::constant(2024, 1, 1);

/// An organisation.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its business id, of the form 9999xxxx.
    pub business_id: String,
    /// Its operating unit.
    pub operating_unit: Oid,
    /// As a controller.
    pub controller: Option<Oid>,
    /// Its service units.
    pub units: Vec<ServiceUnit>,
    /// Those who work in it.
    pub staff: Vec<Staff>,
    /// The places of its units by service task.
    pub(crate) by_task: [Vec<usize>; TASKS.len()],
}

/// A service unit.
#[derive(Clone, Debug)]
pub struct ServiceUnit {
    /// Its identifier.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// The places of those who work here in the staff; first a social worker. Nobody writes documents in
    /// the unit of the records.
    pub workers: Vec<usize>,
}

/// Somebody who works in an organisation.
#[derive(Clone, Debug)]
pub struct Staff {
    /// The registration number.
    pub id: String,
    /// The family name.
    pub family_name: &'static str,
    /// The given names.
    pub given_names: &'static str,
    /// The work task.
    pub role: &'static str,
    /// The service unit.
    pub unit: Oid,
    card: Card,
}

/// How many organisations of each kind there are, and how large they are.
#[derive(Clone, Copy)]
struct Extent {
    counties: usize,
    producers: usize,
    units: usize,
}

/// All organisations of a country for so many documents: first the counties, then the producers. Gives
/// the number of counties with them.
pub(crate) fn organisations(seed: u64, documents: u64) -> (usize, Vec<Organisation>) {
    let extent = if documents < 20_000 {
        Extent { counties: 3, producers: 3, units: 1 }
    } else {
        // The counties, and the capital by itself.
        Extent { counties: 22, producers: 40, units: 2 }
    };
    let place = |number: usize| PLACES.get(number % PLACES.len()).copied().unwrap_or_default();
    let county = |number: usize| {
        let name = match number {
            21 => "Pääkaupungin sosiaalitoimi".to_owned(),
            _ => format!("{}maan hyvinvointialue", place(number)),
        };
        let mut builder = Builder::new(seed, 1000 + number, name, true);
        for (task, about) in TASKS.iter().enumerate() {
            for unit in 0..extent.units {
                let where_ = if unit == 0 { "keskus" } else { "maaseutu" };
                builder.unit(format!("{}, {where_}", about.name), Some(task));
            }
        }
        builder.unit("Asiakirjahallinto".to_owned(), None);
        builder.finish()
    };
    let producer = |number: usize| {
        let name = format!("Hoivapalvelu {} Oy", place(number * 7 + 3));
        let mut builder = Builder::new(seed, 2000 + number, name, false);
        for unit in ["Palvelutalo", "Kotihoito"] {
            builder.unit(format!("{unit} {}", place(number * 7 + 3)), Some(ELDERLY));
        }
        builder.finish()
    };
    let counties = (0..extent.counties).map(county);
    let all = counties.chain((0..extent.producers).map(producer)).collect();
    (extent.counties, all)
}

/// An organisation being put together.
struct Builder {
    dice: Dice,
    number: usize,
    organisation: Organisation,
}

impl Builder {
    fn new(seed: u64, number: usize, name: String, is_controller: bool) -> Self {
        let business_id = format!("9999{number:04}");
        let controller = is_controller.then(|| node(&business_id, "19.0"));
        let organisation = Organisation {
            name,
            operating_unit: node(&business_id, "10.0"),
            controller,
            business_id,
            units: Vec::new(),
            staff: Vec::new(),
            by_task: Default::default(),
        };
        let dice = Dice::at(seed, 0x0A, u64::try_from(number).unwrap_or_default());
        Self { dice, number, organisation }
    }

    /// A unit with its people; without service task it is that of the records.
    fn unit(&mut self, name: String, task: Option<usize>) {
        let place = self.organisation.units.len();
        let oid = node(&self.organisation.business_id, &format!("10.{}", place + 1));
        let nurses = task.and_then(|task| TASKS.get(task)).is_some_and(|task| task.nurses);
        let roles: &[&str] = match (task, nurses) {
            (None, _) => &["archivist", "privacy_officer", "manager"],
            (_, true) => {
                &["social_worker", "social_instructor", "practical_nurse", "social_worker"]
            }
            (_, false) => {
                &["social_worker", "social_instructor", "social_instructor", "social_worker"]
            }
        };
        let workers = roles.iter().map(|role| self.worker(role, &oid)).collect();
        if let Some(list) = task.and_then(|task| self.organisation.by_task.get_mut(task)) {
            list.push(place);
        }
        self.organisation.units.push(ServiceUnit { oid, name, workers });
    }

    fn worker(&mut self, role: &'static str, unit: &Oid) -> usize {
        let place = self.organisation.staff.len();
        let mut name = |list: &[&'static str]| self.dice.pick(list).copied().unwrap_or_default();
        self.organisation.staff.push(Staff {
            id: format!("S-{}{place:03}", self.number),
            family_name: name(&FAMILY_NAMES),
            given_names: name(&GIVEN_NAMES),
            role,
            unit: unit.clone(),
            card: match role {
                "archivist" | "privacy_officer" => Card::Personnel,
                _ => Card::Professional,
            },
        });
        place
    }

    fn finish(self) -> Organisation {
        self.organisation
    }
}

/// A node below an organisation's branch.
#[expect(clippy::expect_used, reason = "the arcs are numbers that are written here")]
fn node(business_id: &str, below: &str) -> Oid {
    Oid::parse(&format!("1.2.246.10.{business_id}.{below}")).expect("arcs are numbers")
}

/// The organisations as the world of a sandbox.
pub(crate) fn world(organisations: &[Organisation]) -> World {
    World { organisations: organisations.iter().map(of_world).collect() }
}

fn of_world(organisation: &Organisation) -> varanto_sandbox::Organisation {
    let unit = |unit: &ServiceUnit| Unit {
        oid: unit.oid.clone(),
        name: unit.name.clone(),
        name_sv: None,
        name_en: None,
        valid_from: FROM,
        valid_to: None,
    };
    varanto_sandbox::Organisation {
        name: organisation.name.clone(),
        name_sv: None,
        name_en: None,
        business_id: organisation.business_id.clone(),
        kind: if organisation.controller.is_some() { Kind::Public } else { Kind::Private },
        operating_unit: organisation.operating_unit.clone(),
        controller: organisation.controller.as_ref().map(|oid| Controller {
            oid: oid.clone(),
            register_opens: Some(FROM),
            accepts_models: vec![JoiningModel::Direct, JoiningModel::Joint],
            closing_working_days: None,
            professional_signatures_from: None,
            wide_access: Vec::new(),
        }),
        joined: Some(Joined { model: JoiningModel::Direct, from: FROM, to: None }),
        citizen_service: false,
        valid_from: None,
        valid_to: None,
        units: organisation.units.iter().map(unit).collect(),
        people: organisation.staff.iter().map(person).collect(),
    }
}

#[expect(clippy::expect_used, reason = "the words are written here, and each is a code")]
fn person(staff: &Staff) -> Person {
    Person {
        id: staff.id.clone(),
        family_name: staff.family_name.to_owned(),
        given_names: staff.given_names.to_owned(),
        role: Code::parse(staff.role).expect("a word is a code"),
        units: vec![staff.unit.clone()],
        card: Some(staff.card),
        outsider: false,
        valid_from: None,
        valid_to: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_world_of_a_country_is_one_that_can_be_imported() {
        for documents in [1000, 100_000] {
            let (counties, all) = organisations(1, documents);
            assert!(all.iter().take(counties).all(|o| o.controller.is_some()));
            assert!(all.iter().skip(counties).all(|o| o.controller.is_none()));
            let world = world(&all);
            let written = serde_json::to_vec(&world).unwrap();
            assert_eq!(World::parse(&written).unwrap(), world);
        }
    }

    #[test]
    fn nobody_works_in_two_organisations_and_no_two_have_one_name() {
        let (_, all) = organisations(1, 100_000);
        let ids: BTreeSet<&str> =
            all.iter().flat_map(|o| &o.staff).map(|s| s.id.as_str()).collect();
        assert_eq!(ids.len(), all.iter().map(|o| o.staff.len()).sum::<usize>());
        let names: BTreeSet<&str> = all.iter().map(|o| o.name.as_str()).collect();
        assert_eq!(names.len(), all.len());
    }
}
