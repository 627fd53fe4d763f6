//! What clients have declared is nothing but their documents (CASE-05, DIS-09): after a random history, what is
//! derived anew is byte for byte what is stored, and whatever is damaged comes back.
//!
//! `VARANTO_HISTORY_SEED` repeats a history.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use serde_json::json;
use uuid::Uuid;
use varanto_model::{Oid, SignatureRole};
use varanto_service::{Derivation, Difference, Rebuilt};
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::use_log::Outcome;
use varanto_store::{Database, MAX_PAGE, Plan, Statement, will};
use varanto_testkit::{
    Draft, TestClient, TestRepresentative, fresh_case, fresh_client, fresh_oid, identity_code, run,
};

use crate::dice::Dice;
use crate::given::{MALLILA, TESTILA, oid};
use crate::in_process::{Caller, InProcess};

/// How many declarations a history has.
const DECLARATIONS: usize = 400;
/// Of how many clients.
const CLIENTS: usize = 24;

/// What a client declares a document of.
#[derive(Clone, Copy)]
enum Kind {
    Informing,
    Permit,
    Denial,
    Representation,
}

const KINDS: [Kind; 4] = [Kind::Informing, Kind::Permit, Kind::Denial, Kind::Representation];

/// A document of a will in its newest version.
struct Declared {
    kind: Kind,
    /// By whom it was recorded first.
    by: usize,
    newest: Draft,
    is_annulled: bool,
}

struct Client {
    who: TestClient,
    /// A document of the client's in the first register.
    document: Oid,
    declared: Vec<Declared>,
}

struct History {
    office: InProcess,
    dice: Dice,
    callers: Vec<Caller>,
    clients: Vec<Client>,
    stored: usize,
    annulled: usize,
}

impl History {
    async fn begin(seed: u64) -> Self {
        let office = InProcess::start().await;
        let callers = vec![office.caller("S-1001").await, office.caller("S-3001").await];
        let dice = Dice::new(seed).fork();
        let mut history =
            Self { office, dice, callers, clients: Vec::new(), stored: 0, annulled: 0 };
        for place in 0..CLIENTS {
            history.new_client(place).await;
        }
        history
    }

    /// A client of both controllers; every eighth is a minor, and every sixth was nameless first.
    async fn new_client(&mut self, place: usize) {
        let number = u16::try_from(900 + place).unwrap();
        let is_minor = place.is_multiple_of(8);
        let code = if is_minor { identity_code(date(2014, 2, 3), number) } else { fresh_client() };
        let who = TestClient::of(&code);
        let nameless = (place % 6 == 1).then(|| {
            let name = fresh_oid().as_str().replace(".11.2026.", ".22.2026.");
            TestClient::temporary(&name, "1990-03-05")
        });
        let first = nameless.as_ref().unwrap_or(&who);
        let mut document = None;
        for (caller, who) in self.callers.iter().zip([first, &who]) {
            let case = Draft::case(&caller.person, who, &fresh_case());
            let draft = Draft::assessment(&caller.person, who).in_case(case.oid());
            caller.store(&case.draft()).await.unwrap();
            caller.store(&Draft::clientship(&caller.person, who).draft()).await.unwrap();
            caller.store(&draft).await.unwrap();
            document.get_or_insert(draft.oid());
        }
        let mut client = Client { who, document: document.unwrap(), declared: Vec::new() };
        if let Some(nameless) = nameless {
            // The person has declared something elsewhere before it is known who that was.
            let informing = Draft::informing(&self.callers[1].person, &client.who).draft();
            self.callers[1].store(&informing).await.unwrap();
            client.declared.push(Declared {
                kind: Kind::Informing,
                by: 1,
                newest: informing,
                is_annulled: false,
            });
            let body = json!({"temporary": nameless.key(), "client": client.who.reference()});
            let (service, context) = (&self.callers[0].service, self.callers[0].context());
            service.join_client(&context, body.to_string().as_bytes()).await.unwrap();
        }
        self.clients.push(client);
    }

    async fn go_on(&mut self, declarations: usize) {
        for _ in 0..declarations {
            self.step().await;
        }
    }

    /// A new declaration, or a version or the annulment of an earlier one.
    async fn step(&mut self) {
        let place = self.dice.place(self.clients.len());
        let known = self.clients[place].declared.len();
        if known > 0 && self.dice.below(10) < 5 {
            let chosen = self.dice.place(known);
            if self.clients[place].declared[chosen].is_annulled {
                return;
            }
            if self.dice.below(4) == 0 {
                self.annul(place, chosen).await;
            } else {
                self.declare_anew(place, chosen).await;
            }
            return;
        }
        let may_be = if self.is_informed(place) { &KINDS[..] } else { &KINDS[..1] };
        let kind = may_be[self.dice.place(may_be.len())];
        let by = self.dice.place(self.callers.len());
        let newest = self.draft(place, kind, by, None);
        self.callers[by].store(&newest).await.unwrap();
        self.stored += 1;
        let declared = Declared { kind, by, newest, is_annulled: false };
        self.clients[place].declared.push(declared);
    }

    fn is_informed(&self, place: usize) -> bool {
        let mut declared = self.clients[place].declared.iter();
        declared.any(|d| matches!(d.kind, Kind::Informing) && !d.is_annulled)
    }

    /// A new version, by either controller.
    async fn declare_anew(&mut self, place: usize, chosen: usize) {
        let Declared { kind, newest, .. } = &self.clients[place].declared[chosen];
        let (kind, earlier) = (*kind, newest.clone());
        if matches!(kind, Kind::Permit | Kind::Denial) && !self.is_informed(place) {
            return;
        }
        let by = self.dice.place(self.callers.len());
        let person = &self.callers[by].person;
        let (provider, unit) = (person.organisation.operating_unit.clone(), person.unit().clone());
        let signers = vec![(SignatureRole::System, person.system_signer())];
        let mut next = self.draft(place, kind, by, Some(&earlier));
        next = next.with("provider", provider.as_str()).with("unit", unit.as_str());
        next.signers = signers;
        self.callers[by].store(&next).await.unwrap();
        self.stored += 1;
        self.clients[place].declared[chosen].newest = next;
    }

    async fn annul(&mut self, place: usize, chosen: usize) {
        let declared = &mut self.clients[place].declared[chosen];
        let original = oid(declared.newest.metadata["original_oid"].as_str().unwrap());
        self.callers[declared.by].annul(&original).await.unwrap();
        declared.is_annulled = true;
        self.annulled += 1;
    }

    fn draft(&mut self, place: usize, kind: Kind, by: usize, earlier: Option<&Draft>) -> Draft {
        let day = format!("2026-0{}-1{}", 1 + self.dice.below(8), self.dice.below(9));
        let (turn, more) = (self.dice.below(6), self.dice.below(3));
        let (author, client) = (&self.callers[by].person, &self.clients[place]);
        let helper = || TestRepresentative::of(&fresh_client()).role("32");
        let made = |first: Draft, next: &dyn Fn(&Draft) -> Draft| earlier.map_or(first, next);
        match kind {
            Kind::Informing => {
                let informing = Draft::informing(author, &client.who).on(&day);
                let language = ["fi", "sv", "en"][usize::try_from(more).unwrap()];
                let informing = informing.language(language);
                made(informing.draft(), &|earlier| informing.version_after(earlier))
            }
            Kind::Permit => {
                let permit = Draft::permit(author, &client.who).on(&day);
                let permit = if turn < 2 { permit.refused() } else { permit };
                let permit = if more == 0 { permit.represented_by(helper()) } else { permit };
                made(permit.draft(), &|earlier| permit.version_after(earlier))
            }
            Kind::Denial => {
                let mut denial = Draft::denial(author, &client.who).on(&day);
                for step in 0..=more {
                    denial = match (turn + step) % 6 {
                        0 => denial.everything(),
                        1 => denial.controller(&oid(TESTILA)),
                        2 => denial.controller(&oid(MALLILA)),
                        3 => denial.service_task("X-ELDERLY"),
                        4 => denial.document(&client.document),
                        // It is not there.
                        _ => denial.document(&fresh_oid()),
                    };
                }
                let denial = if turn == 5 { denial.nothing() } else { denial };
                made(denial.draft(), &|earlier| denial.version_after(earlier))
            }
            Kind::Representation => {
                let mut drawn = Draft::representation(author, &client.who);
                for _ in 0..more {
                    let person = helper().from(&day);
                    let person = if turn < 2 { person.until("2026-12-24") } else { person };
                    drawn = drawn.represented_by(person);
                }
                made(drawn.draft(), &|earlier| drawn.version_after(earlier))
            }
        }
    }
}

/// The wills as they are stored.
async fn wills(database: &Database) -> BTreeMap<Uuid, String> {
    let (mut rows, mut after) = (BTreeMap::new(), None);
    loop {
        let page = database.fetch(will::every(after, MAX_PAGE)).await.unwrap();
        let Some(last) = page.last() else { return rows };
        after = Some(last.client);
        rows.extend(page.into_iter().map(|row| (row.client, row.derived)));
    }
}

pub(crate) async fn commit(database: &Database, statements: Vec<Statement>) {
    let entry = AdministrativeEntry {
        id: Uuid::now_v7(),
        at: Timestamp::now(),
        action: "damage".to_owned(),
        outcome: Outcome::Permitted,
        organisation: None,
        actor: None,
        detail: None,
        request_id: None,
        certificate: None,
    };
    let mut plan = Plan::administrative(entry);
    plan.extend(statements);
    database.commit(plan).await.unwrap();
}

/// Damages about half of the rows, each in one of the ways that there are.
async fn damage(database: &Database, rows: &BTreeMap<Uuid, String>, seed: u64) {
    let mut dice = Dice::new(seed);
    let all: Vec<_> = rows.values().collect();
    let mut statements = Vec::new();
    for (place, client) in rows.keys().enumerate() {
        match if place < 3 { place as u64 } else { dice.below(6) } {
            0 => statements.push(will::remove(*client)),
            1 => statements.push(will::upsert(*client, "{}".to_owned())),
            2 => {
                let others = all[(place + 1) % all.len()].clone();
                statements.push(will::upsert(*client, others));
            }
            _ => {}
        }
    }
    commit(database, statements).await;
}

async fn rebuild(history: &History) -> Rebuilt {
    history.office.service.rebuild(&mut |_| ()).await.unwrap()
}

fn repaired(rebuilt: &Rebuilt, difference: Difference) -> u64 {
    rebuilt.repaired.get(&(Derivation::Will, difference)).copied().unwrap_or_default()
}

fn seed() -> u64 {
    let told = std::env::var("VARANTO_HISTORY_SEED").ok();
    told.map_or_else(
        || u64::from(Timestamp::now().subsec_nanosecond().unsigned_abs()),
        |text| text.parse().unwrap(),
    )
}

/// REQ CASE-05, DIS-09
#[tokio::test]
async fn wills_derived_anew_are_those_that_are_stored_and_damage_is_repaired() {
    let seed = seed();
    let mut history = History::begin(seed).await;
    history.go_on(DECLARATIONS).await;
    println!(
        "VARANTO_HISTORY_SEED={seed}: {} versions stored, {} annulled",
        history.stored, history.annulled
    );
    let database = &history.office.database;
    let before = wills(database).await;
    let found = rebuild(&history).await;
    assert!(found.is_clean(), "{found:?}");
    assert_eq!(usize::try_from(found.wills).unwrap(), before.len());
    assert_eq!(wills(database).await, before);

    damage(database, &before, seed).await;
    assert_ne!(wills(database).await, before);
    let found = rebuild(&history).await;
    println!("damaged here and there: {found:?}");
    assert_eq!((found.left, found.unreadable), (0, 0));
    assert!(repaired(&found, Difference::Missing) > 0, "{found:?}");
    assert!(repaired(&found, Difference::Changed) > 0, "{found:?}");
    assert_eq!(wills(database).await, before);
    assert!(rebuild(&history).await.is_clean());

    let none = before.keys().map(|client| will::remove(*client)).collect();
    commit(database, none).await;
    let found = rebuild(&history).await;
    assert_eq!(repaired(&found, Difference::Missing), before.len() as u64, "{found:?}");
    assert_eq!(wills(database).await, before);

    // Somebody who has declared nothing.
    let silent = TestClient::of(&fresh_client());
    let caller = &history.callers[0];
    let case = Draft::case(&caller.person, &silent, &fresh_case()).draft();
    caller.store(&case).await.unwrap();
    let log = history.office.committed(0).await;
    let of_case = log.iter().rfind(|(_, entry)| entry.documents.contains(&case.oid())).unwrap();
    let key = of_case.1.client.unwrap();
    let others = before.values().next().unwrap().clone();
    commit(database, vec![will::upsert(key, others)]).await;
    let found = rebuild(&history).await;
    assert_eq!(repaired(&found, Difference::Superfluous), 1, "{found:?}");
    assert_eq!(wills(database).await, before);
    assert!(rebuild(&history).await.is_clean());
}

/// REQ CASE-05, DIS-09
#[tokio::test]
async fn the_command_tells_of_a_damaged_will_and_repairs_it() {
    let mut history = History::begin(3).await;
    history.go_on(40).await;
    let configuration = history.office.site.paths().configuration();
    let configuration = configuration.to_str().unwrap();
    let check = || {
        let done = run(["check", "--rebuild", "--config", configuration]);
        let told = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (done.status.success(), told.concat())
    };
    let (is_good, told) = check();
    assert!(is_good, "{told}");
    let database = &history.office.database;
    let before = wills(database).await;
    damage(database, &before, 3).await;
    let (is_good, told) = check();
    assert!(!is_good && told.contains("– repaired"), "{told}");
    assert_eq!(wills(database).await, before);
    let (is_good, told) = check();
    assert!(is_good && !told.contains("repaired"), "{told}");
}
