//! From a world and a request to the facts that the rules decide on.

use std::sync::{Arc, LazyLock};

use jiff::{Timestamp, ToSpan as _};
use varanto_model::{Code, Oid, Period, calendar};
use varanto_rules::{
    Action, Basis, CaseFacts, ClientFacts, ContextUnit, ControllerFacts, Coverage, Denial,
    DocumentFacts, Facts, Listing, Membership, Professional, RegisterAccess, Restrictions, Role,
    Spell, Stay, System, WideAccess, WillFacts,
};

use crate::world::{
    Case, Client, Days, Denied, Document, Entry, Moment, Request, TASKS, Will, World,
};

static UNITS: LazyLock<Vec<Oid>> = LazyLock::new(|| named(|n| format!("99990009.10.{n}")));
static CASES: LazyLock<Vec<Oid>> = LazyLock::new(|| named(|n| format!("99990009.14.{n}")));
static CONTROLLERS: LazyLock<Vec<Oid>> = LazyLock::new(|| named(|n| format!("9999000{n}.19.0")));
static ORGANISATIONS: LazyLock<Vec<Oid>> = LazyLock::new(|| named(|n| format!("9999000{n}.10.0")));
static ORIGINALS: LazyLock<Vec<Oid>> = LazyLock::new(|| named(|n| format!("99990009.11.{n}")));
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

/// Are other controllers' documents asked for, to be disclosed?
pub(crate) fn discloses(request: &Request) -> bool {
    let reads = matches!(request.action, Action::Read | Action::Search | Action::Summarise);
    reads && matches!(request.basis, Basis::Disclosure | Basis::Broad)
}

/// The organisation in whose register an act happens: the document's, the case's, the one named, or the
/// own.
pub(crate) fn register_of(world: &World, request: &Request) -> usize {
    match (request.document, request.case.filter(|_| !discloses(request))) {
        (Some(document), _) => world.documents[document].register,
        (None, Some(case)) => world.cases[case].register,
        (None, None) => request.named.unwrap_or_else(|| world.people[request.person].organisation),
    }
}

/// The organisation whose register says whose client somebody is: the reader's own where documents are
/// disclosed, and where a will of another register is changed.
fn register_of_clients(world: &World, request: &Request) -> usize {
    let me = world.people[request.person].organisation;
    let is_will = request.document.is_some_and(|d| world.documents[d].group.is_will());
    let controls = world.organisations[me].register.is_some();
    if discloses(request) || (request.action == Action::StoreVersion && is_will && controls) {
        me
    } else {
        register_of(world, request)
    }
}

pub(crate) fn facts(world: &World, request: &Request) -> Facts {
    let register = register_of(world, request);
    let document = request.document.map(|document| &world.documents[document]);
    let case = document.and_then(|d| d.case).filter(|case| world.cases[*case].register == register);
    let clients = document.map_or_else(|| vec![request.client], |d| d.clients.clone());
    let of_clients = register_of_clients(world, request);
    let client = |index: usize| {
        let known_to = &world.clients[index].turvakielto;
        let turvakielto =
            if discloses(request) { !known_to.is_empty() } else { known_to.contains(&register) };
        let is_minor = is_minor(&world.clients[index], request.now);
        ClientFacts { turvakielto, is_minor, ..client_facts(world, index, of_clients, case) }
    };
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
            controller: world.organisations[organisation]
                .register
                .as_ref()
                .map(|_| CONTROLLERS[organisation].clone()),
            is_public: world.organisations[organisation].public,
        },
        professional: professional(world, request.person),
        controller: controller(world, register),
        sought_case: request.case.map(|case| CASES[case].clone()),
        special_reason: request.special_reason.then(|| CODES[0].clone()),
        ground: request.ground.then(|| CODES[0].clone()),
        restrictions: Arc::new(Restrictions {
            not_disclosed: codes(&world.restricted).collect(),
            not_shown_to_citizen: codes(&[0, 1, 2]).collect(),
        }),
        document: document
            .map(|d| document_facts(d, !matches!(request.action, Action::Store | Action::Import))),
        case: case.map(|case| CaseFacts { closed: world.cases[case].days.last }),
        clients: clients.into_iter().map(client).collect(),
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
            broad: role.broad,
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
        original_oid: ORIGINALS[document.original].clone(),
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
        annulled: document.annulled,
        is_newest: document.newest,
        by_representative: document.by_representative,
        asks_professional_signature: document.asks_signature,
        has_professional_signature: document.signed,
    }
}

/// All but what depends on the act: turvakielto, and whether the client is a minor.
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
        will: will(&client.will),
        has_identity_code: client.has_code,
        ..ClientFacts::default()
    }
}

fn is_minor(client: &Client, now: Moment) -> bool {
    now.day < client.born.checked_add(18.years()).unwrap()
}

fn will(will: &Will) -> WillFacts {
    let denial = |denied: &Denied| match denied {
        Denied::Everything => Denial::Everything,
        Denied::Register(register) => Denial::Controller(CONTROLLERS[*register].clone()),
        Denied::Task(task) => Denial::ServiceTask(CODES[*task].clone()),
        Denied::Original(original) => Denial::Document(ORIGINALS[*original].clone()),
    };
    WillFacts {
        informed: will.informed,
        permit: will.permit,
        denials: will.denials.iter().map(denial).collect(),
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
