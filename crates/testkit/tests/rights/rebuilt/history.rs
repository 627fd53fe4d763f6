//! A random history: clients, cases, clientships and documents, with whatever may become of them.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use serde_json::json;
use varanto_model::Oid;
use varanto_sandbox::ManifestOrganisation;
use varanto_service::Error;
use varanto_testkit::{
    CaseDraft, ClientshipDraft, Draft, TestClient, UnitEntry, fresh_case, fresh_client,
};

use crate::dice::Dice;
use crate::in_process::{Caller, InProcess};

const BEGINS: Date = Date::constant(2024, 6, 3);
/// Tokens are got anew after so many documents.
const TOKENS_LAST: u64 = 1_500;
/// A day passes after so many documents.
const A_DAY: u64 = 15;

/// Who keeps cases and clientships, and for whom its units and producers work.
struct Keeper {
    id: &'static str,
    organiser: &'static str,
    tasks: &'static [&'static str],
    units: &'static [&'static str],
    producers: &'static [&'static str],
    /// Somebody of the first producer's unit.
    producer: Option<&'static str>,
}

const KEEPERS: [Keeper; 3] = [
    Keeper {
        id: "S-1001",
        organiser: "99990001",
        tasks: &["X-ELDERLY", "X-FAMILIES", "20"],
        units: &[
            "1.2.246.10.99990001.10.1",
            "1.2.246.10.99990001.10.2",
            "1.2.246.10.99990001.10.3",
        ],
        producers: &[
            "1.2.246.10.99990002.10.3",
            "1.2.246.10.99990002.10.4",
            "1.2.246.10.99990005.10.1",
        ],
        producer: Some("S-2001"),
    },
    Keeper {
        id: "S-3001",
        organiser: "99990003",
        tasks: &["X-ELDERLY", "15"],
        units: &["1.2.246.10.99990003.10.1", "1.2.246.10.99990003.10.2"],
        producers: &["1.2.246.10.99990002.10.3", "1.2.246.10.99990002.10.4"],
        producer: Some("S-2001"),
    },
    // A shelter, under its wide right.
    Keeper {
        id: "S-4001",
        organiser: "99990001",
        tasks: &["X-FAMILIES", "X-WORKING-AGE"],
        units: &["1.2.246.10.99990001.10.2"],
        producers: &["1.2.246.10.99990004.10.1"],
        producer: None,
    },
];

/// A client of a keeper.
struct Client {
    keeper: usize,
    /// As the first documents name the client.
    who: TestClient,
    /// The person whom a temporary identifier was joined to.
    person: Option<TestClient>,
    cases: Vec<usize>,
    clientship: Option<Clientship>,
}

struct Case {
    keeper: usize,
    task: &'static str,
    draft: CaseDraft,
    members: Vec<TestClient>,
    newest: Draft,
    opened: Date,
    is_closed: bool,
    is_annulled: bool,
}

struct Clientship {
    bare: ClientshipDraft,
    units: Vec<Unit>,
    ended: Option<Date>,
    newest: Draft,
}

#[derive(Clone)]
struct Unit {
    task: &'static str,
    is_own: bool,
    unit: &'static str,
    implementer: Option<&'static str>,
    first: Date,
    last: Option<Date>,
}

pub(super) struct History {
    pub(super) office: InProcess,
    /// How many documents of the two kinds have been stored.
    pub(super) control_documents: u64,
    dice: Dice,
    callers: Vec<Caller>,
    producers: Vec<Option<Caller>>,
    clients: Vec<Client>,
    cases: Vec<Case>,
    stored: u64,
    annulled: u64,
    joined: u64,
    refused: u64,
    /// Is somebody else at work who may have damaged what is decided on?
    is_lenient: bool,
}

impl History {
    pub(super) async fn begin(office: InProcess, seed: u64) -> Self {
        office.site.set_clock("2024-06-03T09:00:00+03:00");
        let mut history = Self {
            office,
            control_documents: 0,
            dice: Dice::new(seed).fork(),
            callers: Vec::new(),
            producers: Vec::new(),
            clients: Vec::new(),
            cases: Vec::new(),
            stored: 0,
            annulled: 0,
            joined: 0,
            refused: 0,
            is_lenient: false,
        };
        history.log_in().await;
        history
    }

    async fn log_in(&mut self) {
        (self.callers, self.producers) = (Vec::new(), Vec::new());
        for keeper in KEEPERS {
            self.callers.push(self.office.caller(keeper.id).await);
            self.producers.push(match keeper.producer {
                Some(id) => Some(self.office.caller(id).await),
                None => None,
            });
        }
    }

    /// What there has been.
    pub(super) fn told(&self) -> String {
        let mut told = String::new();
        let _ = write!(
            told,
            "{} versions stored ({} of control documents anew), {} annulled, {} joined, {} refused, {} clients, \
             {} cases",
            self.stored,
            self.control_documents,
            self.annulled,
            self.joined,
            self.refused,
            self.clients.len(),
            self.cases.len()
        );
        told
    }

    /// Stores so many more versions.
    pub(super) async fn go_on(&mut self, versions: u64) {
        let until = self.stored + versions;
        let mut logged_in_at = self.stored;
        let mut day = self.stored / A_DAY;
        while self.stored < until {
            self.step().await;
            if self.stored / A_DAY > day {
                day = self.stored / A_DAY;
                self.office.site.advance_clock(SignedDuration::from_hours(24));
            }
            if self.stored - logged_in_at >= TOKENS_LAST {
                logged_in_at = self.stored;
                self.log_in().await;
            }
            tokio::task::yield_now().await;
        }
    }

    /// The same while rows are damaged: what is refused for that is passed over.
    pub(super) async fn go_on_where_possible(&mut self, versions: u64) {
        self.is_lenient = true;
        self.go_on(versions).await;
        self.is_lenient = false;
    }

    async fn step(&mut self) {
        match self.dice.below(100) {
            0..12 => self.new_client().await,
            12..20 => self.new_case().await,
            20..32 => self.change_case().await,
            32..64 => self.change_clientship().await,
            64..68 => self.annul_clientship().await,
            68..71 => self.annul_case().await,
            71..73 => self.join_client().await,
            _ => self.write_document().await,
        }
    }

    fn today(&self) -> Date {
        let days = i64::try_from(self.stored / A_DAY).unwrap();
        BEGINS.saturating_add(days.days())
    }

    /// A day from `first` to today.
    fn past_day(&mut self, first: Date) -> Date {
        let days = (self.today() - first).get_days().max(0);
        let after = self.dice.below(u64::try_from(days).unwrap() + 1);
        first.saturating_add(i64::try_from(after).unwrap().days())
    }

    /// A day within two years from `first`.
    fn day_from(&mut self, first: Date) -> Date {
        first.saturating_add(i64::try_from(self.dice.below(730)).unwrap().days())
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.dice.place(list.len())]
    }

    fn organiser(&self, keeper: usize) -> ManifestOrganisation {
        self.office.site.organisation(KEEPERS[keeper].organiser).clone()
    }

    /// Notes what came of storing; says whether it was stored.
    fn note(&mut self, what: &str, result: Result<(), Error>) -> bool {
        match result {
            Ok(()) => {
                self.stored += 1;
                true
            }
            Err(error) if self.is_lenient => {
                assert!(!matches!(error, Error::Internal(_)), "{what}: {error:?}");
                self.refused += 1;
                false
            }
            Err(error) => panic!("{what}: {error:?}"),
        }
    }

    async fn keep(&mut self, keeper: usize, what: &str, draft: &Draft) -> bool {
        let result = self.callers[keeper].store(draft).await.map(drop);
        let is_stored = self.note(what, result);
        if is_stored && draft.metadata["version"] == 1 {
            self.control_documents += 1;
        }
        is_stored
    }

    async fn new_client(&mut self) {
        let keeper = self.dice.place(KEEPERS.len());
        let known: Vec<_> = self
            .clients
            .iter()
            .filter(|client| client.keeper != keeper)
            .map(|client| client.who.clone())
            .filter(|who| who.key()["id"].is_string() && !self.is_client_of(keeper, who))
            .take(20)
            .collect();
        let who = match self.dice.below(10) {
            0..2 => {
                let name = format!("1.2.246.10.99990001.22.2026.{}", self.clients.len() + 1);
                TestClient::temporary(&name, "1990-03-05")
            }
            2..6 if !known.is_empty() => known[self.dice.place(known.len())].clone(),
            _ => TestClient::of(&fresh_client()),
        };
        self.clients.push(Client {
            keeper,
            who,
            person: None,
            cases: Vec::new(),
            clientship: None,
        });
        let client = self.clients.len() - 1;
        self.open_case(vec![client]).await;
        self.open_clientship(client).await;
    }

    /// Any client, or none.
    fn any_client(&mut self) -> Option<usize> {
        (!self.clients.is_empty()).then(|| self.dice.place(self.clients.len()))
    }

    async fn new_case(&mut self) {
        let Some(client) = self.any_client() else { return };
        let mut members = vec![client];
        if self.dice.below(3) == 0 {
            members.extend(self.companion(&members));
        }
        self.open_case(members).await;
    }

    /// Another client of the same keeper, whom the case does not have yet.
    fn companion(&mut self, members: &[usize]) -> Option<usize> {
        let other = self.any_client()?;
        let keeper = self.clients[members[0]].keeper;
        let is_same =
            |member: &usize| self.clients[*member].who.id() == self.clients[other].who.id();
        (self.clients[other].keeper == keeper && !members.iter().any(is_same)).then_some(other)
    }

    async fn open_case(&mut self, members: Vec<usize>) {
        let keeper = self.clients[members[0]].keeper;
        let task = self.one_of(KEEPERS[keeper].tasks);
        let opened = self.past_day(Date::constant(2024, 3, 4));
        let who: Vec<_> = members.iter().map(|member| self.clients[*member].who.clone()).collect();
        let author = self.callers[keeper].person.clone();
        let draft = Draft::case(&author, &who[0], &fresh_case())
            .organised_by(&self.organiser(keeper))
            .service_task(task)
            .opened(&opened.to_string())
            .with_clients(who.clone());
        let newest = draft.draft();
        if !self.keep(keeper, "a case", &newest).await {
            return;
        }
        let (is_closed, is_annulled) = (false, false);
        let case =
            Case { keeper, task, draft, members: who, newest, opened, is_closed, is_annulled };
        self.cases.push(case);
        let place = self.cases.len() - 1;
        members.into_iter().for_each(|member| self.clients[member].cases.push(place));
    }

    async fn change_case(&mut self) {
        if self.cases.is_empty() {
            return;
        }
        let place = self.dice.place(self.cases.len());
        if self.cases[place].is_annulled {
            return;
        }
        let (keeper, opened) = (self.cases[place].keeper, self.cases[place].opened);
        let (mut draft, mut members) =
            (self.cases[place].draft.clone(), self.cases[place].members.clone());
        let mut is_closed = self.cases[place].is_closed;
        let today = self.today();
        match self.dice.below(4) {
            0 | 1 if is_closed => (draft, is_closed) = (draft.reopened(), false),
            0 | 1 => {
                let last = self.past_day(opened);
                (draft, is_closed) = (draft.closed(&last.to_string()), true);
            }
            2 => {
                let other = self.any_client().filter(|other| self.clients[*other].keeper == keeper);
                let Some(other) = other else { return };
                let who = self.clients[other].who.clone();
                if members.iter().any(|member| member.id() == who.id()) {
                    return;
                }
                members.push(who.joining(&format!("{today}T06:00:00Z")));
                self.clients[other].cases.push(place);
            }
            _ => {
                let member = self.dice.place(members.len());
                if members.len() < 2 {
                    return;
                }
                members[member] = members[member].clone().leaving(&format!("{today}T06:30:00Z"));
            }
        }
        draft = draft.with_clients(members.clone());
        let newer = draft.version_after(&self.cases[place].newest);
        let newer = newer.with("clients", draft.draft().metadata["clients"].clone());
        if self.keep(keeper, "a version of a case", &newer).await {
            let case = &mut self.cases[place];
            (case.draft, case.members, case.is_closed, case.newest) =
                (draft, members, is_closed, newer);
        }
    }

    fn unit(&mut self, keeper: usize) -> Unit {
        let of = &KEEPERS[keeper];
        let is_own = self.dice.below(3) == 0;
        let unit = self.one_of(if is_own { of.units } else { of.producers });
        let other = self.one_of(of.producers);
        let has_implementer = !is_own && other != unit && self.dice.below(4) == 0;
        let first = self.past_day(Date::constant(2024, 3, 4));
        let last = (self.dice.below(3) == 0).then(|| self.day_from(first));
        let implementer = has_implementer.then_some(other);
        Unit { task: self.one_of(of.tasks), is_own, unit, implementer, first, last }
    }

    /// A clientship with the one unit of the organiser that it cannot do without.
    fn bare(&self, client: usize) -> ClientshipDraft {
        let Client { keeper, who, person, .. } = &self.clients[client];
        let who = person.as_ref().unwrap_or(who);
        Draft::clientship(&self.callers[*keeper].person, who)
            .bare()
            .unit_of_no_task(UnitEntry::of(KEEPERS[*keeper].units[0]))
            .organised_by(&self.organiser(*keeper))
            .started("2024-03-04")
    }

    async fn open_clientship(&mut self, client: usize) {
        let keeper = self.clients[client].keeper;
        let bare = self.bare(client);
        let units = self.units(keeper);
        let newest = with_units(bare.clone(), &units).draft();
        if self.keep(keeper, "a clientship", &newest).await {
            let clientship = Clientship { bare, units, ended: None, newest };
            self.clients[client].clientship = Some(clientship);
        }
    }

    /// One to four units, each but once.
    fn units(&mut self, keeper: usize) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        for _ in 0..=self.dice.below(4) {
            let unit = self.unit(keeper);
            if !units.iter().any(|other| is_same_place(other, &unit)) {
                units.push(unit);
            }
        }
        units
    }

    async fn change_clientship(&mut self) {
        let Some(client) = self.any_client() else { return };
        let keeper = self.clients[client].keeper;
        let Some(before) = &self.clients[client].clientship else {
            return self.open_clientship(client).await;
        };
        let (mut units, mut bare) = (before.units.clone(), before.bare.clone());
        let (newest, mut ended) = (before.newest.clone(), before.ended);
        let unit = self.dice.place(units.len());
        match self.dice.below(8) {
            0 | 1 => {
                let new = self.unit(keeper);
                if units.iter().any(|other| is_same_place(other, &new)) {
                    return;
                }
                units.push(new);
            }
            2 | 3 if units.len() > 1 => drop(units.remove(unit)),
            4 => units[unit].last = Some(self.past_day(units[unit].first)),
            5 => units[unit].last = None,
            6 if ended.is_none() => ended = Some(self.day_from(self.today())),
            6 => {
                // Opened again: as a clientship without an end.
                ended = None;
                bare = self.bare(client);
            }
            _ => bare = bare.turvakielto(),
        }
        if self.clients[client].person.is_some() {
            // From now on under the person's own name.
            bare = self.bare(client);
        }
        if let Some(day) = ended {
            bare = bare.ended(&day.to_string());
        }
        let newer = with_units(bare.clone(), &units).version_after(&newest);
        let newer = newer.with("clients", vec![bare.client().reference()]);
        if self.keep(keeper, "a version of a clientship", &newer).await {
            self.clients[client].clientship =
                Some(Clientship { bare, units, ended, newest: newer });
        }
    }

    async fn annul(&mut self, keeper: usize, oid: &Oid) -> bool {
        match self.callers[keeper].annul(oid).await {
            Ok(_) => {
                self.annulled += 1;
                true
            }
            Err(Error::Refused { .. }) if KEEPERS[keeper].producer.is_none() || self.is_lenient => {
                self.refused += 1;
                false
            }
            Err(error) => panic!("an annulment: {error:?}"),
        }
    }

    async fn annul_clientship(&mut self) {
        let Some(client) = self.any_client() else { return };
        let keeper = self.clients[client].keeper;
        let Some(clientship) = &self.clients[client].clientship else { return };
        let oid = clientship.newest.oid();
        if self.annul(keeper, &oid).await {
            self.clients[client].clientship = None;
        }
    }

    async fn annul_case(&mut self) {
        if self.cases.is_empty() {
            return;
        }
        let place = self.dice.place(self.cases.len());
        if self.cases[place].is_annulled {
            return;
        }
        let oid = self.cases[place].newest.oid();
        if self.annul(self.cases[place].keeper, &oid).await {
            self.cases[place].is_annulled = true;
        }
    }

    /// A temporary identifier turns out to be somebody: somebody new, or known to another keeper.
    async fn join_client(&mut self) {
        let is_nameless = |client: &Client| {
            client.person.is_none() && client.who.key()["temporary_id"].is_string()
        };
        let Some(place) = self.clients.iter().position(is_nameless) else { return };
        let keeper = self.clients[place].keeper;
        let known = self
            .clients
            .iter()
            .find(|client| client.keeper != keeper && client.who.key()["id"].is_string());
        let known = known.map(|client| client.who.clone());
        let person = match known.filter(|_| self.dice.below(2) == 0) {
            Some(known) if !self.is_client_of(keeper, &known) => known,
            _ => TestClient::of(&fresh_client()),
        };
        let request = json!({
            "context": {"special_reason": "X-OTHER"},
            "temporary": self.clients[place].who.key(),
            "client": person.reference(),
        });
        // The shelter keeps what it writes in a register that is not its own.
        let caller = &self.callers[if KEEPERS[keeper].producer.is_some() { keeper } else { 0 }];
        let body = request.to_string();
        match caller.service.join_client(&caller.context(), body.as_bytes()).await {
            Ok(_) => {
                self.clients[place].person = Some(person);
                self.joined += 1;
            }
            Err(error) => {
                assert!(self.is_lenient && !matches!(error, Error::Internal(_)), "{error:?}");
                self.refused += 1;
            }
        }
    }

    fn is_client_of(&self, keeper: usize, who: &TestClient) -> bool {
        let is_same = |other: &TestClient| other.id() == who.id();
        self.clients
            .iter()
            .filter(|client| client.keeper == keeper)
            .any(|client| is_same(&client.who) || client.person.as_ref().is_some_and(is_same))
    }

    /// A document in an open case, by the keeper or by a producer who may be refused.
    async fn write_document(&mut self) {
        let Some(client) = self.any_client() else { return };
        let Client { keeper, who, person, cases, .. } = &self.clients[client];
        let (keeper, who) = (*keeper, person.as_ref().unwrap_or(who).clone());
        let open = cases.iter().map(|place| &self.cases[*place]);
        let open = open.filter(|case| !case.is_closed && !case.is_annulled).last();
        let Some((case, task)) = open.map(|case| (case.draft.oid().clone(), case.task)) else {
            return;
        };
        let by_producer = self.dice.below(3) == 0;
        let author = self.producers[keeper].as_ref().filter(|_| by_producer);
        let author = author.unwrap_or(&self.callers[keeper]).clone();
        let draft = Draft::assessment(&author.person, &who)
            .in_case(&case)
            .in_register_of(&self.organiser(keeper))
            .with("service_task", task)
            .with("written_at", "2024-05-06T10:15:00+03:00");
        match author.store(&draft).await {
            Ok(_) => self.stored += 1,
            Err(Error::Refused { .. }) => self.refused += 1,
            Err(error) => panic!("a document: {error:?}"),
        }
    }
}

/// Would one of the two have to end before the other begins?
fn is_same_place(one: &Unit, other: &Unit) -> bool {
    (one.task, one.unit) == (other.task, other.unit)
}

fn with_units(mut clientship: ClientshipDraft, units: &[Unit]) -> ClientshipDraft {
    let mut tasks: Vec<&str> = units.iter().map(|unit| unit.task).collect();
    tasks.sort_unstable();
    tasks.dedup();
    for task in tasks {
        clientship = clientship.task(task);
        for unit in units.iter().filter(|unit| unit.task == task) {
            let days = |entry: UnitEntry| {
                let entry = entry.from(&unit.first.to_string());
                match unit.last {
                    Some(last) => entry.until(&last.to_string()),
                    None => entry,
                }
            };
            let entry = days(UnitEntry::of(unit.unit));
            clientship = match (unit.is_own, unit.implementer) {
                (true, _) => clientship.unit(entry),
                (false, None) => clientship.producer(entry),
                (false, Some(other)) => {
                    clientship.producer(entry.implementer(days(UnitEntry::of(other))))
                }
            };
        }
    }
    clientship
}
