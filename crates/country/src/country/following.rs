//! What follows from the number of a person: home, cases, wills, and the documents in their order.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use varanto_model::{Oid, calendar};

use super::{Case, Country, Document, Kind, Producer, Worker};
use crate::dice::Dice;
use crate::layout::{self, JOINT_FROM};
use crate::organisations::{
    CHILD_PROTECTION, DISABILITY, ELDERLY, FAMILIES, FAMILY_LAW, SUBSTANCES, TASKS, WORKING_AGE,
};
use crate::person::Person;

/// The first and the last day on which documents are written and stored, but for old ones.
const BEGINS: Date = date(2026, 1, 2);
pub(super) const ENDS: Date = date(2026, 11, 1);
/// How long after writing a document is stored.
const DELAY: SignedDuration = SignedDuration::from_mins(5);
/// From which of a person's documents on there is a second and a third case.
const LATER_CASES: [u64; 2] = [20, 60];

/// A client of the country with everything that documents say of the person.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) person: Person,
    /// The place of the home county.
    pub(crate) home: usize,
    /// The person's own cases, in the order in which they are opened.
    pub(crate) cases: Vec<Case>,
    /// The joint case in which the person is, where it is another's.
    pub(crate) of_family: Option<Case>,
    /// The kinds of wills, in the order in which they are declared.
    pub(crate) wills: Vec<Kind>,
    begins: Timestamp,
    span: SignedDuration,
    pub(super) documents: (u64, u64),
}

impl Country {
    /// The social worker who comes first in a unit.
    pub(super) fn worker_of(&self, organisation: usize, unit: usize) -> Worker {
        let units = &self.organisation(organisation).units;
        let first = units.get(unit).and_then(|unit| unit.workers.first());
        Worker { organisation, staff: first.copied().unwrap_or_default() }
    }

    /// The place of the county in which somebody lives: a village lies in one.
    pub(super) fn home(&self, person: u64) -> usize {
        let village = person / layout::PEOPLE;
        let counties = self.0.counties;
        match usize::try_from(village) {
            Ok(village) if village < counties => village,
            _ => {
                // Counties are of very different size.
                let weights: Vec<u64> = (0..counties).map(|c| 4 + (c as u64 * 7) % 18).collect();
                self.dice(0xC0, village).weighted(&weights)
            }
        }
    }

    /// The key under which a client's data are stored.
    pub(crate) fn key(&self, person: u64, opened_at: Timestamp) -> Uuid {
        self.uuid(0xCE, person, opened_at)
    }

    /// A key that follows from a number, ordered by time.
    pub(crate) fn uuid(&self, label: u64, number: u64, at: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.dice(label, number).fill(&mut random);
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
    }

    /// A client with all that follows from the person's number.
    pub(crate) fn client(&self, number: u64) -> Client {
        let mut client = self.own(number);
        client.of_family = layout::family_of(number).and_then(|owner| {
            self.own(owner).cases.into_iter().find(|case| case.members.len() > 1)
        });
        client
    }

    fn own(&self, number: u64) -> Client {
        let person = Person::new(self.0.seed, number);
        let mut dice = self.dice(0xC1, number);
        let home = self.home(number);
        let (first, last) = (start(BEGINS), start(ENDS));
        let begins = first + SignedDuration::from_secs(dice.below(200 * 86_400).cast_signed());
        let documents = layout::documents_of(number);
        let mut client = Client {
            person,
            home,
            cases: Vec::new(),
            of_family: None,
            wills: Vec::new(),
            begins,
            span: last.duration_since(begins),
            documents,
        };
        if documents.1 > JOINT_FROM && dice.chance(600) {
            client.wills.push(Kind::Informing);
            if dice.chance(750) {
                client.wills.push(Kind::Permit);
            }
            if dice.chance(170) {
                client.wills.push(Kind::Denial);
            }
        }
        let joint = layout::others_of(number).next().map(|_| JOINT_FROM);
        let later = LATER_CASES.into_iter().filter(|from| from + 3 < documents.1);
        let opening: Vec<u64> = [Some(1), joint].into_iter().flatten().chain(later).collect();
        for ordinal in opening {
            let members = std::iter::once(number);
            let members = if Some(ordinal) == joint {
                members.chain(layout::others_of(number)).collect()
            } else {
                members.collect()
            };
            let opened = calendar::day_of(self.written_at(&client, ordinal));
            let case = self.case(&client, ordinal, members, opened, &mut dice);
            client.cases.push(case);
        }
        client
    }

    fn case(
        &self,
        client: &Client,
        ordinal: u64,
        members: Vec<u64>,
        opened: Date,
        dice: &mut Dice,
    ) -> Case {
        let taken: Vec<usize> = client.cases.iter().map(|case| case.task).collect();
        let mut task = if members.len() > 1 {
            dice.pick(&[CHILD_PROTECTION, FAMILIES]).copied().unwrap_or(FAMILIES)
        } else {
            task_by_age(client.person.born(), dice)
        };
        while taken.contains(&task) {
            task = (task + 1) % TASKS.len();
        }
        let home = self.organisation(client.home);
        let units = home.by_task.get(task).map_or([].as_slice(), Vec::as_slice);
        let unit = dice.pick(units).copied().unwrap_or_default();
        let producers = self.0.organisations.len() - self.0.counties;
        let share = if task == ELDERLY { 350 } else { 120 };
        let producer = (producers > 0 && dice.chance(share)).then(|| {
            let organisation = self.0.counties + dice.place(producers);
            let until = [None, None, Some(date(2026, 12, 31)), Some(date(2026, 9, 30))];
            let until = dice.pick(&until).copied().flatten().filter(|until| *until > opened);
            Producer {
                organisation,
                unit: dice.place(self.organisation(organisation).units.len()),
                until,
            }
        });
        let number = client.person.number() * 4 + taken.len() as u64 + 1;
        Case {
            oid: self.oid(client.home, "14.2026", number),
            task,
            unit,
            producer,
            opened,
            members,
            ordinal,
        }
    }

    /// An identifier in the branch of an organisation.
    #[expect(clippy::expect_used, reason = "the arcs are numbers that are made here")]
    pub(crate) fn oid(&self, organisation: usize, below: &str, number: u64) -> Oid {
        let branch = &self.organisation(organisation).business_id;
        Oid::parse(&format!("1.2.246.10.{branch}.{below}.{number}")).expect("arcs are numbers")
    }

    /// When a person's document of this ordinal is written: in their order, over the person's time.
    fn written_at(&self, client: &Client, ordinal: u64) -> Timestamp {
        let frac = self.dice(0xC2, client.documents.0 + ordinal).below(800);
        let steps = (ordinal * 1000 + frac).cast_signed();
        let all = ((client.documents.1 + 1) * 1000).cast_signed();
        let seconds = i128::from(client.span.as_secs()) * i128::from(steps) / i128::from(all);
        let after = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or_default());
        client.begins + after
    }

    /// The document of a client's ordinal.
    pub(crate) fn document_of(&self, client: &Client, ordinal: u64) -> Document {
        let number = client.documents.0 + ordinal;
        let mut dice = self.dice(0xD0, number);
        let opens = client.cases.iter().find(|case| case.ordinal == ordinal);
        let will = ordinal.checked_sub(2).and_then(|at| usize::try_from(at).ok());
        let will = will.and_then(|at| client.wills.get(at)).copied();
        let current = client.case_at(ordinal, &mut dice);
        let (kind, case) = match (ordinal, opens, will) {
            (0, ..) => (Kind::Clientship, None),
            (_, Some(case), _) => (Kind::Case, Some(case)),
            (_, _, Some(will)) => (will, None),
            _ if ordinal >= JOINT_FROM && dice.chance(40) => (Kind::Old, None),
            _ => {
                let task = current.map_or(0, |case| case.task);
                (Kind::Ordinary { shape: self.0.shapes.pick(task, &mut dice) }, current)
            }
        };
        let now = self.written_at(client, ordinal);
        let author = self.author(client, kind, case.or(current), now, &mut dice);
        let members =
            case.map_or_else(|| vec![client.person.number()], |case| case.members.clone());
        let clients = members.into_iter().map(|member| {
            if member == client.person.number() {
                client.person.clone()
            } else {
                Person::new(self.0.seed, member)
            }
        });
        let is_old = kind == Kind::Old;
        let link = (matches!(kind, Kind::Ordinary { .. }) && ordinal > 6 && dice.chance(150))
            .then(|| self.document_oid(client, ordinal - 1));
        Document {
            number,
            kind,
            clients: clients.collect(),
            case: case.cloned(),
            controller: client.home,
            author,
            oid: self.document_oid(client, ordinal),
            written_at: if is_old { old(now, &mut dice) } else { now },
            stored_at: now + DELAY,
            link,
        }
    }

    fn document_oid(&self, client: &Client, ordinal: u64) -> Oid {
        self.oid(client.home, "11.2026", client.documents.0 + ordinal + 1)
    }

    fn author(
        &self,
        client: &Client,
        kind: Kind,
        case: Option<&Case>,
        now: Timestamp,
        dice: &mut Dice,
    ) -> Worker {
        let is_ordinary = matches!(kind, Kind::Ordinary { .. });
        let (mut organisation, mut unit) = (client.home, case.map_or(0, |case| case.unit));
        if let Some(producer) = case.and_then(|case| case.producer) {
            let goes_on = producer.until.is_none_or(|until| calendar::day_of(now) <= until);
            if is_ordinary && goes_on && dice.chance(400) {
                (organisation, unit) = (producer.organisation, producer.unit);
            }
        }
        if !is_ordinary {
            return self.worker_of(organisation, unit);
        }
        let units = &self.organisation(organisation).units;
        let workers = units.get(unit).map_or([].as_slice(), |unit| unit.workers.as_slice());
        Worker { organisation, staff: dice.pick(workers).copied().unwrap_or_default() }
    }
}

impl Client {
    /// The case to which a document of this ordinal belongs.
    fn case_at(&self, ordinal: u64, dice: &mut Dice) -> Option<&Case> {
        let open: Vec<&Case> = self.cases.iter().filter(|case| case.ordinal < ordinal).collect();
        // Most of what is written is about what began last.
        if dice.chance(700) { open.last().copied() } else { dice.pick(&open).copied() }
            .or_else(|| self.cases.first())
    }

    /// How many documents are the person's own.
    pub(crate) fn documents(&self) -> (u64, u64) {
        self.documents
    }
}

fn task_by_age(born: Date, dice: &mut Dice) -> usize {
    let tasks: &[usize] = match 2026 - born.year() {
        ..18 => &[CHILD_PROTECTION, FAMILIES, FAMILIES, DISABILITY, FAMILY_LAW],
        18..65 => &[WORKING_AGE, WORKING_AGE, FAMILIES, DISABILITY, SUBSTANCES, FAMILY_LAW],
        _ => &[ELDERLY, ELDERLY, ELDERLY, ELDERLY, DISABILITY],
    };
    dice.pick(tasks).copied().unwrap_or(ELDERLY)
}

/// A day many years before, at the same time of the day.
fn old(now: Timestamp, dice: &mut Dice) -> Timestamp {
    let days = 3650 + dice.below(3650).cast_signed();
    now - SignedDuration::from_hours(24 * days)
}

pub(super) fn start(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}
