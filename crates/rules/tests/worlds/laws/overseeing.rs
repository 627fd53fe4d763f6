//! The laws of privacy officers' work and of reports of breaches: what they never look at.

use varanto_rules::{Action, Authentication, Basis, JoiningModel, Purpose};

use super::{Held, decision, is_permitted, law};
use crate::dice::Dice;
use crate::world::{Request, World};

const OFFICERS: [Action; 4] =
    [Action::ReadLog, Action::Supervise, Action::AnswerLogRequest, Action::HandleBreach];

/// A world and a request in it by somebody who mostly has supervision among the purposes.
fn supervising(world: &World, dice: &mut Dice, actions: &[Action]) -> (World, Request) {
    let mut world = world.clone();
    let action = dice.pick(actions);
    let request = dice.request_to(action);
    if let Some(role) = &mut world.people[request.person].role
        && dice.percent(80)
        && !role.purposes.contains(&Purpose::Supervision)
    {
        role.purposes.push(Purpose::Supervision);
    }
    (world, request)
}

/// Other clients, cases, documents, groups and codes, and another context, change nothing.
pub(crate) fn supervision_looks_at_no_client_and_no_document(
    world: &World,
    dice: &mut Dice,
) -> Held {
    let (before, request) =
        supervising(world, dice, &[OFFICERS.as_slice(), &[Action::ReportBreach]].concat());
    let other = dice.world();
    let mut after = World { organisations: before.organisations.clone(), ..other };
    after.units.clone_from(&before.units);
    after.people.clone_from(&before.people);
    let person = &mut after.people[request.person];
    person.authentication = dice.pick(Authentication::ALL);
    person.card = dice.percent(50);
    if let Some(role) = &mut person.role {
        role.reads.clear();
        role.writes.clear();
        role.tasks = Some(Vec::new());
        role.oversees = dice.percent(50);
        role.broad = dice.percent(50);
    }
    let elsewhere = Request {
        basis: dice.pick(Basis::ALL),
        client: dice.below(after.clients.len()),
        special_reason: dice.percent(50),
        ground: dice.percent(50),
        ..request.clone()
    };
    let (one, other) = (decision(&before, &request), decision(&after, &elsewhere));
    law(one == other, || format!("{one:?}, but {other:?} for {elsewhere:?}"))?;
    Ok(one.outcome().is_ok())
}

/// Whoever has no register sees what the own staff did, and what is anybody's register never.
pub(crate) fn without_a_register_the_own_staff_alone_is_looked_at(
    world: &World,
    dice: &mut Dice,
) -> Held {
    let (world, request) = supervising(world, dice, &OFFICERS);
    let has_register = |organisation: usize| world.organisations[organisation].register.is_some();
    let me = world.people[request.person].organisation;
    if has_register(me) || !is_permitted(&world, &request) {
        return Ok(false);
    }
    let looks = [Action::ReadLog, Action::Supervise].contains(&request.action);
    let of_staff = !request.named.is_some_and(has_register);
    law(looks && of_staff, || format!("permitted without a register: {request:?}"))
}

/// Of no controller anything is told to whoever reports a breach to it: not whether it is known, nor which
/// models it accepts.
pub(crate) fn a_report_is_decided_alike_for_every_register(world: &World, dice: &mut Dice) -> Held {
    let (before, request) = supervising(world, dice, &[Action::ReportBreach]);
    let mut after = before.clone();
    for register in after.organisations.iter_mut().filter_map(|o| o.register.as_mut()) {
        register.accepts = dice.some(50, JoiningModel::ALL);
        register.opens = None;
    }
    let one = decision(&before, &request);
    for named in (0..after.organisations.len()).map(Some).chain([None]) {
        let to = Request { named, ..request.clone() };
        let other = decision(&after, &to);
        law(one == other, || format!("{one:?}, but {other:?} for {to:?}"))?;
    }
    Ok(one.outcome().is_ok())
}
