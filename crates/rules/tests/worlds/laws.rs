//! What must hold in every world, whatever the table says.

mod overseeing;
mod wills;

use varanto_rules::{Action, Basis, Decision, JoiningModel, Masking, Refusal, Scope, decide};

pub(crate) use self::overseeing::{
    a_report_is_decided_alike_for_every_register, supervision_looks_at_no_client_and_no_document,
    without_a_register_the_own_staff_alone_is_looked_at,
};
pub(crate) use self::wills::{
    adding_a_denial_never_shows_more, giving_a_permit_never_shows_less,
    no_will_changes_what_a_caller_is_told, the_broad_right_shows_at_least_what_disclosure_does,
    what_is_kept_back_is_told_alike, withdrawing_never_shows_more,
};

use crate::dice::Dice;
use crate::gather;
use crate::oracle::View;
use crate::world::{Entry, Moment, Order, Request, World};

/// Does a law speak of the world at all? Or what is wrong.
pub(crate) type Held = Result<bool, String>;

/// Refusals that, of one who reads, are about the caller alone.
const ABOUT_THE_CALLER: [Refusal; 10] = [
    Refusal::NotJoined,
    Refusal::UnitUnknown,
    Refusal::UserUnknown,
    Refusal::Outsider,
    Refusal::PurposeNotPermitted,
    Refusal::StrongAuthenticationRequired,
    Refusal::NotTheController,
    Refusal::NotAnAuthority,
    Refusal::BroadNotPermitted,
    Refusal::GroundRequired,
];

pub(crate) fn decision(world: &World, request: &Request) -> Decision {
    decide(&gather::facts(world, request))
}

fn told(world: &World, request: &Request) -> Option<Refusal> {
    decision(world, request).outcome().err()
}

fn is_permitted(world: &World, request: &Request) -> bool {
    told(world, request).is_none()
}

fn law(holds: bool, message: impl FnOnce() -> String) -> Held {
    if holds { Ok(true) } else { Err(message()) }
}

/// All that a person can do at a moment: each act, on each basis that it can have, with each document.
fn everything(world: &World, like: &Request) -> Vec<Request> {
    let mut requests = Vec::new();
    let mut with_each_document = |action, basis| {
        for document in 0..world.documents.len() {
            requests.push(Request { action, basis, document: Some(document), ..like.clone() });
        }
    };
    for basis in Basis::ALL {
        with_each_document(Action::Read, *basis);
    }
    for action in [Action::Annul, Action::Store, Action::StoreVersion, Action::DiscloseOutside] {
        with_each_document(action, Basis::Own);
    }
    for basis in Basis::ALL {
        for action in [Action::Search, Action::Summarise] {
            requests.push(Request { action, basis: *basis, document: None, ..like.clone() });
        }
    }
    for action in [Action::JoinClient, Action::ReadWills] {
        requests.push(Request { action, basis: Basis::Own, document: None, ..like.clone() });
    }
    requests
}

/// Nothing that is permitted in the lesser world is refused in the greater one. Speaks where the
/// greater one permits more.
fn never_more(lesser: &World, greater: &World, like: &Request) -> Held {
    let mut differs = false;
    for request in everything(greater, like) {
        match (is_permitted(lesser, &request), is_permitted(greater, &request)) {
            (true, false) => return Err(format!("only the lesser world permits {request:?}")),
            (false, true) => differs = true,
            (true, true) | (false, false) => {}
        }
    }
    Ok(differs)
}

/// A controller that reopens a right lets something through, so ending it is not the whole story.
fn without_reopenings(world: &World) -> World {
    let mut world = world.clone();
    for client in &mut world.clients {
        for order in &mut client.orders {
            order.reopened_until = None;
        }
    }
    world
}

/// The place of some entry of a clientship.
fn entry(world: &World, dice: &mut Dice) -> Option<(usize, usize)> {
    let client = dice.below(world.clients.len());
    let entries = world.clients[client].entries.len();
    (entries > 0).then(|| (client, dice.below(entries)))
}

/// A request by somebody of the unit of an entry, at the register and of the client of it.
fn request_of(world: &World, entry: &Entry, client: usize, dice: &mut Dice) -> Request {
    let mut request = dice.request();
    let of_unit = world.people.iter().position(|person| person.unit == entry.unit);
    request.person = of_unit.unwrap_or(request.person);
    request.client = client;
    let case =
        world.cases.iter().position(|c| c.register == entry.register && c.task == entry.task);
    request.case = case.filter(|_| dice.percent(70));
    request
}

pub(crate) fn ending_a_right_never_shows_more(world: &World, dice: &mut Dice) -> Held {
    let before = without_reopenings(world);
    let Some((client, place)) = entry(&before, dice) else { return Ok(false) };
    let request = request_of(&before, &before.clients[client].entries[place], client, dice);
    let mut after = before.clone();
    let ended = &mut after.clients[client].entries[place];
    if dice.percent(50) {
        let day = dice.day();
        ended.days.last = Some(ended.days.last.map_or(day, |last| last.min(day)));
    } else {
        let at = dice.moment();
        ended.withdrawn = Some(ended.withdrawn.map_or(at, |withdrawn| withdrawn.min(at)));
    }
    never_more(&after, &before, &request)
}

pub(crate) fn suspending_a_right_never_shows_more(world: &World, dice: &mut Dice) -> Held {
    let Some((client, place)) = entry(world, dice) else { return Ok(false) };
    let request = request_of(world, &world.clients[client].entries[place], client, dice);
    let mut after = world.clone();
    let (at, entry) = (dice.moment(), world.clients[client].entries[place]);
    for case in 0..world.cases.len() {
        let is_of = |order: &&mut Order| {
            (order.register, order.case, order.unit) == (entry.register, case, entry.unit)
        };
        let orders = &mut after.clients[client].orders;
        match orders.iter_mut().find(is_of) {
            Some(order) => {
                order.suspended_since = Some(order.suspended_since.map_or(at, |s| s.min(at)));
            }
            None => orders.push(Order {
                register: entry.register,
                case,
                unit: entry.unit,
                suspended_since: Some(at),
                reopened_until: None,
            }),
        }
    }
    never_more(&after, world, &request)
}

pub(crate) fn adding_a_unit_never_shows_less(world: &World, dice: &mut Dice) -> Held {
    let before = without_reopenings(world);
    let mut after = before.clone();
    let (client, entry) = (dice.below(before.clients.len()), dice.entry(&before.cases));
    after.clients[client].entries.push(entry);
    let request = request_of(&before, &entry, client, dice);
    never_more(&before, &after, &request)
}

pub(crate) fn an_outsider_never_sees_more(world: &World, dice: &mut Dice) -> Held {
    let request = dice.request();
    let mut after = world.clone();
    if let Some((_, is_outsider)) = &mut after.people[request.person].listed {
        *is_outsider = true;
    }
    never_more(&after, world, &request)
}

/// A right that has ended stays so while time goes by, if no service of the unit begins later.
pub(crate) fn a_right_that_has_ended_stays_so(world: &World, dice: &mut Dice) -> Held {
    let Some((client, place)) = entry(world, dice) else { return Ok(false) };
    let entry = world.clients[client].entries[place];
    let request = Request {
        action: Action::Search,
        basis: Basis::RegisterAccess,
        document: None,
        ..request_of(world, &entry, client, dice)
    };
    let has_ended = |request: &Request| {
        decision(world, request).refusals().any(|(_, r)| r == Refusal::RegisterAccessEnded)
    };
    let unit = world.people[request.person].unit;
    let mut entries = world.clients[client].entries.iter().filter(|entry| entry.unit == unit);
    if !has_ended(&request) || entries.any(|entry| request.now.day < entry.days.first) {
        return Ok(false);
    }
    let later = Request { now: request.now.max(dice.moment()), ..request };
    law(has_ended(&later), || format!("the right is there again: {later:?}"))
}

/// A search gives what fetches with the same context would give, of what lies under the client.
pub(crate) fn a_search_gives_what_fetches_would(world: &World, dice: &mut Dice) -> Held {
    let request = if dice.percent(50) {
        let Some((client, place)) = entry(world, dice) else { return Ok(false) };
        let entry = world.clients[client].entries[place];
        Request {
            document: None,
            action: Action::Search,
            ..request_of(world, &entry, client, dice)
        }
    } else {
        dice.request_to(Action::Search)
    };
    let facts = gather::facts(world, &request);
    if decide(&facts).outcome().is_err() {
        return Ok(false);
    }
    let scope = Scope::of(&facts).ok_or("a permitted search has no scope")?;
    let mut speaks = false;
    for (index, document) in world.documents.iter().enumerate() {
        if !document.clients.contains(&request.client) {
            continue;
        }
        let fetch = Request { action: Action::Read, document: Some(index), ..request.clone() };
        let clients = gather::facts(world, &fetch).clients;
        let found = scope.covers(&gather::document_facts(document, true), &clients);
        law(found == is_permitted(world, &fetch), || format!("found: {found}, but {fetch:?}"))?;
        speaks = true;
    }
    Ok(speaks)
}

/// Who may not act at all is told the same whatever document of a register is named, or none.
pub(crate) fn the_caller_is_told_the_same_of_every_document(
    world: &World,
    dice: &mut Dice,
) -> Held {
    let mut world = world.clone();
    // A controller that does not accept the caller's model says so of its own documents alone.
    for organisation in &mut world.organisations {
        if let Some(register) = &mut organisation.register {
            register.accepts = JoiningModel::ALL.to_vec();
        }
    }
    let action = dice.pick(&[Action::Read, Action::Annul]);
    let request = dice.request_to(action);
    let Some(refusal) = told(&world, &request).filter(|r| ABOUT_THE_CALLER.contains(r)) else {
        return Ok(false);
    };
    let documents = (0..world.documents.len()).map(Some).chain([None]);
    for document in documents {
        let other = Request { document, ..request.clone() };
        law(told(&world, &other) == Some(refusal), || {
            format!("{refusal:?}, but not of {other:?}")
        })?;
    }
    Ok(true)
}

/// Contact data are masked where they go beyond their controller: for those who read or get a summary
/// on another basis than their own register, but for what they wrote, and for everybody outside.
pub(crate) fn masking_is_where_data_go_beyond_their_controller(
    world: &World,
    dice: &mut Dice,
) -> Held {
    let action = dice.pick(&[Action::Read, Action::Summarise, Action::DiscloseOutside]);
    let request = if dice.percent(70) { dice.request_to(action) } else { dice.request() };
    let masks = decision(world, &request).masking() == Masking::ContactData;
    let register = gather::register_of(world, &request);
    let me = world.people[request.person].organisation;
    let document = request.document.map(|document| &world.documents[document]);
    let goes = match request.action {
        Action::Read | Action::Summarise => {
            request.basis != Basis::Own && document.is_none_or(|document| document.author != me)
        }
        Action::DiscloseOutside => true,
        _ => false,
    };
    let clients = document.map_or_else(|| vec![request.client], |d| d.clients.clone());
    let is_protected = clients.iter().any(|client| {
        let known_to = &world.clients[*client].turvakielto;
        match request.basis {
            Basis::Disclosure | Basis::Broad if request.action != Action::DiscloseOutside => {
                !known_to.is_empty()
            }
            _ => known_to.contains(&register),
        }
    });
    law(masks == (goes && is_protected), || format!("masking is {masks} for {request:?}"))?;
    Ok(masks)
}

/// Of what was stored when the unit had no right any more, it is not told that it is there.
pub(crate) fn what_was_never_within_a_right_is_as_if_absent(
    world: &World,
    dice: &mut Dice,
) -> Held {
    let document = dice.below(world.documents.len());
    let mut request = dice.request_to(Action::Read);
    request.basis = Basis::RegisterAccess;
    request.document = Some(document);
    let stored: Moment = world.documents[document].stored;
    request.now = request.now.max(stored);
    let wrote = world.documents[document].author == world.people[request.person].organisation;
    if wrote || View::new(world, &request).could_have_seen(stored) {
        return Ok(false);
    }
    let refusal = told(world, &request);
    let tells_nothing =
        refusal.is_some_and(|r| r.hides_existence() || ABOUT_THE_CALLER.contains(&r));
    law(tells_nothing, || format!("{refusal:?} for {request:?}"))
}
