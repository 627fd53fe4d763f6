//! A client system that does all kinds of things, rightly and wrongly, and remembers each.

use varanto_client::{Answer, ClientError, Session};
use varanto_model::Oid;
use varanto_store::log_tree::LogKind;
use varanto_testkit::{Care, Draft, TestPerson};

use crate::complete::ledger::{Ledger, Line, Request};
use crate::dice::Dice;

/// What a caller is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Works for its own clients.
    Worker,
    /// Reads what another county discloses of its clients, and tries what it may not.
    Neighbour,
    /// Is refused whatever it does.
    Stranger,
    /// Looks at the log.
    Officer,
}

/// Somebody who calls, with a ledger.
pub(crate) struct Caller {
    /// Its place among the callers.
    place: usize,
    part: Part,
    pub(super) ledger: Ledger,
    cares: Vec<Care>,
    /// The newest versions of what it has stored, all of which are there for certain.
    pub(super) documents: Vec<Draft>,
    /// Documents of another county that are disclosed.
    pub(super) disclosed: Vec<Oid>,
    pub(super) dice: Dice,
}

/// One request on its way.
pub(super) struct Asked {
    pub(super) action: &'static str,
    pub(super) documents: Vec<String>,
    pub(super) answer: Result<Answer, ClientError>,
}

impl Asked {
    pub(super) fn new(
        action: &'static str,
        documents: &[&Oid],
        answer: Result<Answer, ClientError>,
    ) -> Self {
        Self { action, documents: documents.iter().map(ToString::to_string).collect(), answer }
    }
}

impl Caller {
    pub(crate) fn new(
        (place, part): (usize, Part),
        cares: Vec<Care>,
        disclosed: Vec<Oid>,
        dice: Dice,
    ) -> Self {
        let (ledger, documents) = (Ledger::default(), Vec::new());
        Self { place, part, ledger, cares, documents, disclosed, dice }
    }

    pub(crate) const fn place(&self) -> usize {
        self.place
    }

    pub(crate) fn into_ledger(self) -> Ledger {
        self.ledger
    }

    /// Calls until an answer does not come, or there is nothing more to do: `goes_on` is told how many requests
    /// were made since the last time.
    pub(crate) async fn work(
        mut self,
        person: TestPerson,
        goes_on: impl Fn(usize) -> bool,
    ) -> Self {
        let session = person.session();
        let (came, in_vain) = &mut self.ledger.tokens;
        if session.token().await.is_err() {
            *in_vain += 1;
            return self;
        }
        *came += 1;
        let mut made = 0;
        while goes_on(made) {
            let before = self.ledger.requests.len();
            self.once(&session, &person).await;
            let done = self.ledger.requests.get(before..).unwrap_or_default();
            if done.iter().any(|request| request.id.is_none()) {
                break;
            }
            made = done.len();
        }
        self
    }

    /// Makes a request, unless there is nothing to make it about.
    async fn once(&mut self, session: &Session, person: &TestPerson) {
        match (self.part, self.dice.below(100)) {
            (Part::Officer, 0..50) => self.look_at(session, person, "use").await,
            (Part::Officer, _) => self.look_at(session, person, "disclosure").await,
            (Part::Stranger, n) => self.try_in_vain(session, person, n).await,
            (Part::Neighbour, 0..40) => self.read_disclosed(session, person).await,
            (_, 0..25) => self.store(session, person).await,
            (_, 25..40) => self.store_version(session, person).await,
            (_, 40..43) => self.store_again(session, person).await,
            (_, 43..46) => self.annul(session, person).await,
            (_, 46..60) => self.fetch(session, person).await,
            (_, 60..64) => self.versions(session, person).await,
            (_, 64..74) => self.search(session, person).await,
            (_, 74..80) => self.fetch_several(session, person).await,
            (_, n) => self.try_in_vain(session, person, n).await,
        }
    }

    pub(super) fn some_care(&mut self) -> Care {
        let place = self.dice.place(self.cares.len());
        self.cares[place].clone()
    }

    pub(super) fn some_document(&mut self) -> Option<usize> {
        (!self.documents.is_empty()).then(|| self.dice.place(self.documents.len()))
    }

    /// Notes a request that leaves one entry. Whether it was answered with `status`, as it must be where that
    /// is not 0; then it is a refusal.
    pub(super) fn note(&mut self, person: &TestPerson, asked: Asked, status: u16) -> bool {
        let Asked { action, documents, answer } = asked;
        let refusal = answer.as_ref().ok().and_then(slug);
        let lines = vec![Line { refusal, documents, ..line(person, LogKind::Use, action) }];
        let is_answered = answer.is_ok();
        self.note_lines(answer, lines, Some(status).filter(|status| *status != 0));
        is_answered
    }

    pub(super) fn note_lines(
        &mut self,
        answer: Result<Answer, ClientError>,
        lines: Vec<Line>,
        status: Option<u16>,
    ) {
        let (mut id, mut outcome) = (None, "no answer".to_owned());
        if let Ok(answer) = answer {
            let refusal = slug(&answer);
            if let Some(status) = status {
                let why = refusal.as_deref().unwrap_or("no problem");
                assert_eq!(answer.status, status, "{why}: {lines:?}");
            } else {
                assert!(
                    answer.status >= 400 && answer.status < 500,
                    "{}: {lines:?}",
                    answer.status
                );
            }
            id = Some(answer.headers["x-request-id"].to_str().unwrap().to_owned());
            outcome = refusal.unwrap_or_else(|| "answered".to_owned());
        }
        self.ledger.requests.push(Request { id, outcome, lines, shows: false });
    }
}

pub(super) fn line(person: &TestPerson, log: LogKind, action: &str) -> Line {
    Line {
        log,
        action: action.to_owned(),
        refusal: None,
        user: person.credentials.user_id.clone(),
        unit: person.unit().to_string(),
        organisation: person.organisation.operating_unit.to_string(),
        documents: Vec::new(),
    }
}

fn slug(answer: &Answer) -> Option<String> {
    answer.problem().map(|problem| problem.slug().to_owned())
}
