//! A random history: clients, cases, clientships and documents, with whatever may become of them.

mod cases;
mod clients;
mod clientships;

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use varanto_model::Oid;
use varanto_sandbox::ManifestOrganisation;
use varanto_service::Error;
use varanto_testkit::{CaseDraft, ClientshipDraft, Draft, TestClient};

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
    of: &'static str,
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

    /// Any client, or none.
    fn any_client(&mut self) -> Option<usize> {
        (!self.clients.is_empty()).then(|| self.dice.place(self.clients.len()))
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
}
