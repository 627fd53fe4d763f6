//! A world: the organisations of a sandbox with their units and people.
//!
//! Its JSON is the form that organisations are imported in, so that a world of one's own serves both.
//! All persons and organisations in worlds are made up; so there is nothing to hide from `Debug`.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varanto_model::{Code, Faults, Oid};

use crate::read;

/// The organisations of a sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct World {
    /// Each with its own operating unit.
    pub organisations: Vec<Organisation>,
}

/// An organisation. Members that are absent are not written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its name in Swedish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_sv: Option<String>,
    /// Its name in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Its business id, with or without hyphen; of the form 9999xxxx, which is no one's.
    pub business_id: String,
    /// Public or private.
    pub kind: Kind,
    /// The OID of its operating unit.
    pub operating_unit: Oid,
    /// As a controller; absent for those that are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<Controller>,
    /// That it has joined; absent where it has not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<Joined>,
    /// Does it run a service for citizens?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub citizen_service: bool,
    /// The first day of its validity; absent for always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last day; absent where no end is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Its service units.
    pub units: Vec<Unit>,
    /// The people of its user register.
    pub people: Vec<Person>,
}

/// What kind of organisation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A public service provider.
    Public,
    /// A private one.
    Private,
}

/// An organisation as controller of registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// Its OID as controller.
    pub oid: Oid,
    /// The day from which documents are stored into its registers (REG-04).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register_opens: Option<Date>,
    /// The models of joining that it takes from producers.
    #[serde(default)]
    pub accepts_models: Vec<JoiningModel>,
    /// After how many working days a register access right closes; absent for the usual seven
    /// (RA-06).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_working_days: Option<u32>,
    /// The day from which documents that ask for a professional's signature must bear one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub professional_signatures_from: Option<Date>,
    /// The wide register access rights that it has given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wide_access: Vec<WideAccess>,
}

/// A wide register access right: a producer's unit, such as a shelter, opens cases and clientships in
/// the controller's register itself (RA-08).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WideAccess {
    /// The service unit that has it: one of this world.
    pub unit: Oid,
    /// The service tasks in which it holds.
    pub service_tasks: Vec<Code>,
    /// The first day.
    pub from: Date,
    /// The last day; absent where no end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// How an organisation joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoiningModel {
    /// By itself.
    Direct,
    /// Together with another.
    Joint,
    /// Beside another.
    Parallel,
}

/// That an organisation has joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// How.
    pub model: JoiningModel,
    /// The first day.
    pub from: Date,
    /// The last day; absent where no end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// A service unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its OID.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its name in Swedish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_sv: Option<String>,
    /// Its name in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// The first day of its validity.
    pub valid_from: Date,
    /// The last day; absent where no end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// Somebody in a user register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The registration number, or the organisation's own user id.
    pub id: String,
    /// The family name.
    pub family_name: String,
    /// The given names.
    pub given_names: String,
    /// The work task.
    pub role: Code,
    /// The units in which the person works: all of this organisation.
    pub units: Vec<Oid>,
    /// The card that the person has; absent for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// Is it someone outside the organisation's service?
    pub outsider: bool,
    /// The first day in the register; absent for always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last day; absent where no end is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// The card of a person (SIG-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Card {
    /// A professional card.
    Professional,
    /// A personnel card.
    Personnel,
    /// An actor card.
    Actor,
}

impl World {
    /// The world that is used where none is given: two wellbeing services counties, a private producer
    /// with a subcontractor, a shelter, and a service for citizens.
    #[expect(
        clippy::missing_panics_doc,
        reason = "the text is part of the program; a test reads it"
    )]
    #[expect(clippy::expect_used, reason = "the text is part of the program; a test reads it")]
    pub fn builtin() -> Self {
        Self::parse(Self::builtin_json().as_bytes()).expect("the built-in world is a world")
    }

    /// The text of [`World::builtin`]: a good start for a world of one's own.
    pub const fn builtin_json() -> &'static str {
        include_str!("../worlds/default.json")
    }

    /// The rights to practise of everybody with a professional card, as a table for the import of
    /// professionals: the profession is that of the work task, and a social worker's for the others.
    pub fn professionals(&self) -> String {
        let mut table = String::from("id,profession,valid_from\n");
        let people = self.organisations.iter().flat_map(|organisation| &organisation.people);
        for person in people.filter(|person| person.card == Some(Card::Professional)) {
            let profession = match person.role.as_str() {
                profession @ ("social_instructor" | "practical_nurse") => profession,
                _ => "social_worker",
            };
            let id = person.id.replace('"', "\"\"");
            // Writing to a string cannot fail.
            let _ = writeln!(table, "\"{id}\",{profession},2020-01-01");
        }
        table
    }

    /// Reads a world from JSON, or tells all its faults: unknown members, what is missing, what has
    /// a wrong form, doubled operating units and persons, units of other organisations.
    pub fn parse(json: &[u8]) -> Result<Self, Faults> {
        read::world(json)
    }
}

impl Kind {
    pub(crate) const ALL: &[Self] = &[Self::Public, Self::Private];

    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

impl JoiningModel {
    pub(crate) const ALL: &[Self] = &[Self::Direct, Self::Joint, Self::Parallel];

    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Joint => "joint",
            Self::Parallel => "parallel",
        }
    }
}

impl Card {
    pub(crate) const ALL: &[Self] = &[Self::Professional, Self::Personnel, Self::Actor];

    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Professional => "professional",
            Self::Personnel => "personnel",
            Self::Actor => "actor",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ PRO-03
    #[test]
    fn the_builtin_world_has_two_counties_three_producers_and_a_service_for_citizens() {
        let world = World::parse(World::builtin_json().as_bytes()).unwrap();
        assert_eq!(world, World::builtin());
        let kinds: Vec<Kind> = world.organisations.iter().map(|o| o.kind).collect();
        let (public, private) = (Kind::Public, Kind::Private);
        assert_eq!(kinds, [public, private, public, private, private, public]);
        let for_citizens = world.organisations.iter().filter(|o| o.citizen_service);
        let for_citizens: Vec<_> = for_citizens.map(|o| o.business_id.as_str()).collect();
        assert_eq!(for_citizens, ["99990006"]);
        assert!(world.organisations.iter().all(|o| o.business_id.starts_with("9999")));
        let people = || world.organisations.iter().flat_map(|o| &o.people);
        for role in [
            "social_worker",
            "social_instructor",
            "practical_nurse",
            "manager",
            "service_desk",
            "archivist",
            "privacy_officer",
        ] {
            assert!(people().any(|p| p.role.as_str() == role), "{role}");
        }
        for card in Card::ALL {
            assert!(people().any(|p| p.card == Some(*card)), "{card:?}");
        }
        let wide: Vec<&WideAccess> = world
            .organisations
            .iter()
            .filter_map(|o| o.controller.as_ref())
            .flat_map(|controller| &controller.wide_access)
            .collect();
        assert_eq!(wide.len(), 1, "the shelter's");
        assert!(people().any(|p| p.outsider) && people().any(|p| p.card.is_none()));
    }

    /// REQ AC-05
    #[test]
    fn everybody_with_a_professional_card_has_a_right_to_practise() {
        let world = World::builtin();
        let people = world.organisations.iter().flat_map(|o| &o.people);
        let holders = people.filter(|p| p.card == Some(Card::Professional)).count();
        let table = world.professionals();
        assert_eq!(table.lines().count(), holders + 1);
        assert!(table.contains("\"S-2001\",practical_nurse,2020-01-01\n"));
        assert!(table.contains("\"S-4001\",social_worker,2020-01-01\n"));
        assert!(!table.contains("S-4002"), "a personnel card proves no profession");
    }

    #[test]
    fn a_world_is_read_back_as_it_is_written() {
        let world = World::builtin();
        let written = serde_json::to_vec(&world).unwrap();
        assert_eq!(World::parse(&written).unwrap(), world);
    }
}
