//! From a world and a request to the facts that the rules decide on.

use std::sync::LazyLock;

use jiff::{Timestamp, ToSpan as _};
use varanto_model::{Code, Oid, Period, calendar};
use varanto_rules::{
    CaseFacts, ClientFacts, ContextUnit, ControllerFacts, Coverage, DocumentFacts, Facts, Listing,
    Membership, Professional, RegisterAccess, Role, Spell, Stay, System, WideAccess,
};

use crate::world::{Case, Client, Days, Document, Entry, Moment, Request, TASKS, World};

static UNITS: LazyLock<Vec<Oid>> = LazyLock::new(|| named(|n| format!("99990009.10.{n}")));
static CASES: LazyLock<Vec<Oid>> = LazyLock::new(|| named(|n| format!("99990009.14.{n}")));
static CONTROLLERS: LazyLock<Vec<Oid>> = LazyLock::new(|| named(|n| format!("9999000{n}.19.0")));
static ORGANISATIONS: LazyLock<Vec<Oid>> = LazyLock::new(|| named(|n| format!("9999000{n}.10.0")));
static CODES: LazyLock<Vec<Code>> =
    LazyLock::new(|| (0..TASKS).map(|n| Code::parse(&n.to_string()).unwrap()).collect());

fn named(name: impl Fn(usize) -> String) -> Vec<Oid> {
    (1..9).map(|n| Oid::parse(&format!("1.2.246.10.{}", name(n))).unwrap()).collect()
}

fn instant(moment: Moment) -> Timestamp {
    calendar::start_of(moment.day).unwrap() + i64::from(moment.hour).hours()
}

/// Nothing where it ends before it begins.
fn period(days: Days) -> Option<Period> {
    Period::new(days.first, days.last).ok()
}

fn codes(tasks: &[usize]) -> impl Iterator<Item = Code> {
    tasks.iter().map(|task| CODES[*task].clone())
}

/// The organisation in whose register an act happens: the document's, the case's, or the own.
pub(crate) fn register_of(world: &World, request: &Request) -> usize {
    match (request.document, request.case) {
        (Some(document), _) => world.documents[document].register,
        (None, Some(case)) => world.cases[case].register,
        (None, None) => world.people[request.person].organisation,
    }
}

pub(crate) fn facts(world: &World, request: &Request) -> Facts {
    let register = register_of(world, request);
    let document = request.document.map(|document| &world.documents[document]);
    let case = document.and_then(|d| d.case).filter(|case| world.cases[*case].register == register);
    let clients = document.map_or_else(|| vec![request.client], |d| d.clients.clone());
    let organisation = world.people[request.person].organisation;
    let joined = world.organisations[organisation].joined;
    Facts {
        action: request.action,
        basis: request.basis,
        purpose: request.purpose,
        now: instant(request.now),
        today: request.now.day,
        system: System {
            organisation: ORGANISATIONS[organisation].clone(),
            membership: joined
                .and_then(|(model, days)| Some(Membership { model, period: period(days)? })),
        },
        professional: professional(world, request.person),
        controller: controller(world, register),
        sought_case: request.case.map(|case| CASES[case].clone()),
        special_reason: request.special_reason.then(|| CODES[0].clone()),
        document: document
            .map(|d| document_facts(d, request.action != varanto_rules::Action::Store)),
        case: case.map(|case| CaseFacts { closed: world.cases[case].days.last }),
        clients: clients.into_iter().map(|c| client_facts(world, c, register, case)).collect(),
    }
}

fn professional(world: &World, person: usize) -> Professional {
    let person = &world.people[person];
    let unit = &world.units[person.unit];
    Professional {
        unit: UNITS[person.unit].clone(),
        unit_of_organisation: period(unit.days)
            .filter(|_| unit.organisation == person.organisation),
        listing: person
            .listed
            .and_then(|(days, outsider)| Some(Listing { period: period(days)?, outsider })),
        role: person.role.as_ref().map(|role| Role {
            purposes: role.purposes.iter().copied().collect(),
            coverage: Coverage {
                service_tasks: role.tasks.as_ref().map(|tasks| codes(tasks).collect()),
                service_processes: role.processes.as_ref().map(|found| codes(found).collect()),
                type_codes: role.types.as_ref().map(|types| codes(types).collect()),
            },
            reads: role.reads.iter().copied().collect(),
            writes: role.writes.iter().copied().collect(),
            oversees: role.oversees,
        }),
        authentication: person.authentication,
        card_shown: person.card,
        right_to_practise: person.may_practise,
    }
}

fn controller(world: &World, register: usize) -> Option<ControllerFacts> {
    let found = world.organisations[register].register.as_ref()?;
    let wide = found.wide.iter().filter_map(|wide| {
        Some(WideAccess {
            unit: UNITS[wide.unit].clone(),
            service_tasks: codes(&wide.tasks).collect(),
            period: period(wide.days)?,
        })
    });
    Some(ControllerFacts {
        oid: CONTROLLERS[register].clone(),
        organiser: ORGANISATIONS[register].clone(),
        accepts: found.accepts.clone(),
        opens: found.opens,
        professional_signatures_from: found.signatures_from,
        closing_working_days: found.closing_working_days,
        wide_access: wide.collect(),
    })
}

pub(crate) fn document_facts(document: &Document, is_stored: bool) -> DocumentFacts {
    DocumentFacts {
        controller: CONTROLLERS[document.register].clone(),
        group: document.group,
        generation: document.generation,
        service_task: document.task.map(|task| CODES[task].clone()),
        service_process: document.process.map(|process| CODES[process].clone()),
        type_code: document.r#type.map(|found| CODES[found].clone()),
        case: document.case.map(|case| CASES[case].clone()),
        author_organisation: ORGANISATIONS[document.author].clone(),
        others_wrote: false,
        written_at: instant(document.written),
        stored_at: is_stored.then(|| instant(document.stored)),
        asks_professional_signature: document.asks_signature,
        has_professional_signature: document.signed,
    }
}

fn client_facts(world: &World, index: usize, register: usize, case: Option<usize>) -> ClientFacts {
    let client = &world.clients[index];
    let entries = client.entries.iter().filter(|entry| entry.register == register);
    let member = case.and_then(|c| world.cases[c].members.iter().find(|m| m.client == index));
    ClientFacts {
        context: entries
            .clone()
            .map(|entry| ContextUnit { unit: UNITS[entry.unit].clone(), spell: spell(entry, None) })
            .collect(),
        rights: rights(world, index, register, entries),
        stay: member
            .map(|m| Stay { joined_at: m.joined.map(instant), left_at: m.left.map(instant) }),
        turvakielto: client.turvakielto.contains(&register),
    }
}

fn spell(entry: &Entry, case: Option<&Case>) -> Spell {
    let closed = case.and_then(|case| case.days.last);
    Spell {
        first: entry.days.first,
        last: [entry.days.last, closed].into_iter().flatten().min(),
        withdrawn_at: entry.withdrawn.map(instant),
    }
}

/// A right for each producer's unit and each case of its service task: the spells of both together.
fn rights<'a>(
    world: &World,
    client: usize,
    register: usize,
    entries: impl Iterator<Item = &'a Entry>,
) -> Vec<RegisterAccess> {
    let mut found: Vec<RegisterAccess> = Vec::new();
    let others = |entry: &&Entry| world.units[entry.unit].organisation != register;
    for entry in entries.filter(|entry| entry.produces).filter(others) {
        for (index, case) in world.cases.iter().enumerate() {
            let is_in_it = case.members.iter().any(|member| member.client == client);
            let meets = case.days.last.is_none_or(|last| entry.days.first <= last)
                && entry.days.last.is_none_or(|last| case.days.first <= last);
            if case.register != register || case.task != entry.task || !is_in_it || !meets {
                continue;
            }
            let place = found
                .iter()
                .position(|right| right.case == CASES[index] && right.unit == UNITS[entry.unit]);
            match place {
                Some(place) => found[place].spells.push(spell(entry, Some(case))),
                None => found.push(right(&world.clients[client], entry, index, case)),
            }
        }
    }
    found
}

fn right(client: &Client, entry: &Entry, index: usize, case: &Case) -> RegisterAccess {
    let order = client.orders.iter().find(|order| {
        order.register == entry.register && order.case == index && order.unit == entry.unit
    });
    RegisterAccess {
        case: CASES[index].clone(),
        unit: UNITS[entry.unit].clone(),
        spells: vec![spell(entry, Some(case))],
        suspended_since: order.and_then(|order| order.suspended_since).map(instant),
        reopened_until: order.and_then(|order| order.reopened_until),
    }
}
