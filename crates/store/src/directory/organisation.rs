//! Organisations of social welfare, with what makes some of them controllers and joined.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varanto_model::{Code, Oid};

use crate::error::{Conflict, Corrupt, Entity};
use crate::plan::Statement;
use crate::query::{Query, Row, json};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// Its operating unit, which names it everywhere.
    pub operating_unit: Oid,
    /// Its business id, digits only.
    pub business_id: String,
    /// Its name in Finnish.
    pub name_fi: String,
    /// Its name in Swedish.
    pub name_sv: Option<String>,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Its kind, such as `public`.
    pub kind: String,
    /// What it is as a controller, if it is one.
    pub controller: Option<Controller>,
    /// How it has joined the system, if it has.
    pub joined: Option<Joining>,
    /// Does it run a service through which citizens see their own data and declare their will?
    pub citizen_service: bool,
    /// The first day of its validity, if it is limited.
    pub valid_from: Option<Date>,
    /// The last day, if it is limited.
    pub valid_to: Option<Date>,
}

/// An organisation as a controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Controller {
    /// The controller's name.
    pub oid: Oid,
    /// The first day on which its register is open.
    pub register_opens: Option<Date>,
    /// The models of joining that it accepts.
    pub accepts_models: Vec<String>,
    /// The working days after which a register access right closes.
    pub closing_working_days: Option<u32>,
    /// The day from which professionals' signatures are asked for.
    pub professional_signatures_from: Option<Date>,
    /// The wide register access rights that it has given.
    pub wide_access: Vec<WideAccess>,
}

/// A wide register access right: a producer's unit, such as a shelter, opens cases and clientships in
/// the controller's register itself (RA-08).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WideAccess {
    /// The service unit that has it.
    pub unit: Oid,
    /// The service tasks in which it holds.
    pub service_tasks: Vec<Code>,
    /// The first day.
    pub from: Date,
    /// The last day, if it has one.
    pub to: Option<Date>,
}

/// How an organisation has joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Joining {
    /// The model, such as `direct`.
    pub model: String,
    /// The first day.
    pub from: Date,
    /// The last day, if it has one.
    pub to: Option<Date>,
}

const UPSERT: &str = "-- organisation::upsert_organisation
INSERT INTO organisation (operating_unit, business_id, name_fi, name_sv, name_en, kind, controller,
    register_opens, accepts_models, closing_working_days, professional_signatures_from, joined_model,
    joined_from, joined_to, wide_access, valid_from, valid_to, citizen_service)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (operating_unit) DO UPDATE SET business_id = excluded.business_id,
    name_fi = excluded.name_fi, name_sv = excluded.name_sv, name_en = excluded.name_en,
    kind = excluded.kind, controller = excluded.controller,
    register_opens = excluded.register_opens, accepts_models = excluded.accepts_models,
    closing_working_days = excluded.closing_working_days,
    professional_signatures_from = excluded.professional_signatures_from,
    joined_model = excluded.joined_model, joined_from = excluded.joined_from,
    joined_to = excluded.joined_to, wide_access = excluded.wide_access,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to,
    citizen_service = excluded.citizen_service";

const REMOVE: &str = "-- organisation::remove_organisation
DELETE FROM organisation WHERE operating_unit = $1";

const ALL: &str = "-- organisation::all_organisations
SELECT operating_unit, business_id, name_fi, name_sv, name_en, kind, controller, register_opens,
    accepts_models, closing_working_days, professional_signatures_from, joined_model, joined_from,
    joined_to, wide_access, valid_from, valid_to, citizen_service
FROM organisation ORDER BY operating_unit";

/// Stores an organisation, in place of one with the same name; a controller of two is a conflict.
pub fn upsert_organisation(new: Organisation) -> Statement {
    let (controller, joined) = (new.controller, new.joined);
    let models = controller.as_ref().map(|c| json(&c.accepts_models));
    let wide_access = controller.as_ref().map(|c| json(&c.wide_access));
    let of = controller.as_ref();
    let joining = joined.as_ref();
    let args = vec![
        new.operating_unit.into(),
        new.business_id.into(),
        new.name_fi.into(),
        new.name_sv.into(),
        new.name_en.into(),
        new.kind.into(),
        of.map(|c| &c.oid).into(),
        of.and_then(|c| c.register_opens).into(),
        models.into(),
        of.and_then(|c| c.closing_working_days).into(),
        of.and_then(|c| c.professional_signatures_from).into(),
        joining.map(|j| j.model.clone()).into(),
        joining.map(|j| j.from).into(),
        joining.and_then(|j| j.to).into(),
        wide_access.into(),
        new.valid_from.into(),
        new.valid_to.into(),
        new.citizen_service.into(),
    ];
    Statement::one(UPSERT, args, Conflict::AlreadyExists(Entity::DirectoryRecord))
}

/// Removes an organisation.
pub fn remove_organisation(operating_unit: &Oid) -> Statement {
    let gone = Conflict::Gone(Entity::DirectoryRecord);
    Statement::one(REMOVE, vec![operating_unit.into()], gone)
}

/// All organisations by name.
pub fn all_organisations() -> Query<Organisation> {
    Query::new(ALL, vec![], organisation)
}

fn organisation(row: &dyn Row) -> Result<Organisation, Corrupt> {
    let controller = |row: &dyn Row, column| {
        Ok(Controller {
            oid: row.oid(column)?,
            register_opens: row.maybe(7, <dyn Row>::date)?,
            accepts_models: row.json(8)?,
            closing_working_days: row.maybe(9, <dyn Row>::number)?,
            professional_signatures_from: row.maybe(10, <dyn Row>::date)?,
            wide_access: row.maybe(14, <dyn Row>::json)?.unwrap_or_default(),
        })
    };
    let joining = |row: &dyn Row, column| {
        Ok(Joining {
            model: row.string(column)?,
            from: row.date(12)?,
            to: row.maybe(13, <dyn Row>::date)?,
        })
    };
    Ok(Organisation {
        operating_unit: row.oid(0)?,
        business_id: row.string(1)?,
        name_fi: row.string(2)?,
        name_sv: row.maybe(3, <dyn Row>::string)?,
        name_en: row.maybe(4, <dyn Row>::string)?,
        kind: row.string(5)?,
        controller: row.maybe(6, controller)?,
        joined: row.maybe(11, joining)?,
        citizen_service: row.bool(17)?,
        valid_from: row.maybe(15, <dyn Row>::date)?,
        valid_to: row.maybe(16, <dyn Row>::date)?,
    })
}
