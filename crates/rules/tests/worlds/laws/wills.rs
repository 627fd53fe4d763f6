//! The laws of what clients declare: what it opens, what it leaves as it is, and what is told of it.

use jiff::civil::date;
use varanto_rules::{Action, Authentication, Basis, JoiningModel, Purpose, Refusal, Scope};

use super::{ABOUT_THE_CALLER, Held, decision, everything, is_permitted, law, told};
use crate::dice::Dice;
use crate::gather;
use crate::world::{Days, Request, Will, World};

/// A world in which clients mostly let their documents out, and a request by somebody who mostly may
/// read what is disclosed.
fn disclosing(world: &World, dice: &mut Dice) -> (World, Request) {
    let mut world = world.clone();
    let mut request = dice.request_to(Action::Read);
    for client in &mut world.clients {
        if dice.percent(50) {
            client.will = Will { informed: true, permit: Some(true), denials: Vec::new() };
        }
    }
    if dice.percent(85) {
        let always = Days { first: date(2020, 1, 1), last: None };
        let person = &mut world.people[request.person];
        person.unit = dice.below(3);
        person.organisation = world.units[person.unit].organisation;
        person.listed = Some((always, false));
        person.authentication = Authentication::ProfessionalCard;
        world.units[person.unit].days = always;
        world.organisations[person.organisation].joined = Some((JoiningModel::Direct, always));
        request.purpose = Purpose::ClientWork;
        request.special_reason = dice.percent(80);
    }
    (world, request)
}

/// Of all that a person can do, what alone a will may change: fetching what is disclosed.
fn fetches_disclosed(request: &Request) -> bool {
    request.action == Action::Read && request.basis == Basis::Disclosure
}

/// In the greater world a client lets more out: what is disclosed is never less, and all else is decided
/// alike but for what is left out. Speaks where more is disclosed.
fn only_disclosed(
    lesser: &World,
    greater: &World,
    like: &Request,
    left_out: impl Fn(&Request) -> bool,
) -> Held {
    let mut differs = false;
    for request in everything(greater, like).into_iter().filter(|request| !left_out(request)) {
        let (less, more) = (decision(lesser, &request), decision(greater, &request));
        if fetches_disclosed(&request) {
            match (less.outcome().is_ok(), more.outcome().is_ok()) {
                (true, false) => return Err(format!("only the lesser world permits {request:?}")),
                (false, true) => differs = true,
                (true, true) | (false, false) => {}
            }
        } else {
            law(less == more, || format!("{less:?}, but {more:?} for {request:?}"))?;
        }
    }
    Ok(differs)
}

pub(crate) fn adding_a_denial_never_shows_more(world: &World, dice: &mut Dice) -> Held {
    let (before, request) = disclosing(world, dice);
    let mut after = before.clone();
    let client = dice.below(after.clients.len());
    after.clients[client].will.denials.push(dice.denied());
    only_disclosed(&after, &before, &request, |_| false)
}

/// Withdrawing the informing also ends what may be declared after it.
pub(crate) fn withdrawing_never_shows_more(world: &World, dice: &mut Dice) -> Held {
    let (before, request) = disclosing(world, dice);
    let mut after = before.clone();
    let will = &mut after.clients[dice.below(before.clients.len())].will;
    let informs = dice.percent(33);
    if informs {
        will.informed = false;
    } else {
        will.permit = dice.pick(&[None, Some(false)]);
    }
    let stores = |r: &Request| informs && r.action.stores();
    only_disclosed(&after, &before, &request, stores)
}

pub(crate) fn giving_a_permit_never_shows_less(world: &World, dice: &mut Dice) -> Held {
    let (mut before, request) = disclosing(world, dice);
    let client = dice.below(before.clients.len());
    let mut after = before.clone();
    before.clients[client].will.permit = dice.pick(&[None, Some(false)]);
    after.clients[client].will.permit = Some(true);
    only_disclosed(&before, &after, &request, |_| false)
}

/// To the same reader, where the broad right is there at all.
pub(crate) fn the_broad_right_shows_at_least_what_disclosure_does(
    world: &World,
    dice: &mut Dice,
) -> Held {
    let (mut world, request) = disclosing(world, dice);
    let person = &mut world.people[request.person];
    if let Some(role) = &mut person.role {
        role.broad = true;
    }
    world.organisations[person.organisation].public = true;
    let with = |basis, action, document| Request {
        action,
        basis,
        document,
        ground: true,
        ..request.clone()
    };
    let scope = |basis| {
        let search = with(basis, Action::Search, None);
        Scope::of(&gather::facts(&world, &search)).filter(|_| is_permitted(&world, &search))
    };
    let (disclosed, broad) = (scope(Basis::Disclosure), scope(Basis::Broad));
    law(disclosed.is_none() || broad.is_some(), || format!("no broad search like {request:?}"))?;
    let mut speaks = false;
    for (index, document) in world.documents.iter().enumerate() {
        let fetch = with(Basis::Disclosure, Action::Read, Some(index));
        let facts = gather::document_facts(document, true);
        let clients = gather::facts(&world, &fetch).clients;
        let covers = |scope: &Option<Scope>| {
            scope.as_ref().is_some_and(|scope| scope.covers(&facts, &clients))
        };
        let fetches = is_permitted(&world, &fetch);
        let passes = is_permitted(&world, &with(Basis::Broad, Action::Read, Some(index)));
        let found = (covers(&disclosed), covers(&broad));
        law(!fetches || passes, || format!("only disclosure gives {fetch:?}"))?;
        law(found != (true, false), || format!("only disclosure finds {fetch:?}"))?;
        speaks |= fetches;
    }
    Ok(speaks)
}

/// Of another's document that is asked for nothing is told but that there is nothing: what is told beside
/// it is told of one that was never there too.
pub(crate) fn what_is_kept_back_is_told_alike(world: &World, dice: &mut Dice) -> Held {
    let (world, mut request) = disclosing(world, dice);
    request.basis = dice.pick(&[Basis::Disclosure, Basis::Broad]);
    request.document = None;
    let of_nothing = told(&world, &request);
    let mut speaks = false;
    for document in 0..world.documents.len() {
        let fetch = Request { document: Some(document), ..request.clone() };
        let of_it = told(&world, &fetch);
        let is_kept_back = of_nothing.is_none() && of_it == Some(Refusal::NothingToDisclose);
        let is_shown = of_nothing.is_none() && of_it.is_none();
        let is_alike = of_it == of_nothing || is_kept_back || is_shown;
        law(is_alike, || format!("{of_it:?} for {fetch:?}, {of_nothing:?} for none"))?;
        speaks |= is_kept_back;
    }
    Ok(speaks)
}

/// Neither of the caller nor of a search anything else is told because of what clients have declared.
pub(crate) fn no_will_changes_what_a_caller_is_told(world: &World, dice: &mut Dice) -> Held {
    let (before, request) = disclosing(world, dice);
    let request = if dice.percent(50) { dice.request() } else { request };
    let mut after = before.clone();
    for client in &mut after.clients {
        client.will = dice.will();
    }
    let of_caller = |world: &World| {
        let of_caller = |refusal: &Refusal| ABOUT_THE_CALLER.contains(refusal);
        let decision = decision(world, &request);
        decision.refusals().map(|(_, r)| r).filter(of_caller).collect::<Vec<_>>()
    };
    let (one, other) = (of_caller(&before), of_caller(&after));
    law(one == other, || format!("{one:?}, then {other:?} for {request:?}"))?;
    if request.action.shows_documents() && !fetches_disclosed(&request) {
        let (one, other) = (decision(&before, &request), decision(&after, &request));
        law(one == other, || format!("{one:?}, then {other:?} for {request:?}"))?;
    }
    Ok(before.clients.iter().zip(&after.clients).any(|(one, other)| one.will != other.will))
}
