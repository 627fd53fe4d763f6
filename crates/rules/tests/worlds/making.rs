//! Random worlds and requests over few values, so that things meet often.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use varanto_model::{Generation, Group};
use varanto_rules::{Action, Authentication, Basis, JoiningModel, Purpose};

use crate::dice::Dice;
use crate::world::{
    Case, Client, Days, Denied, Document, Entry, Member, Moment, Order, Organisation, Person,
    Register, Request, Role, TASKS, Unit, Wide, Will, World,
};

/// The organisation of each unit. The last organisation has no register.
const UNITS: [usize; 5] = [0, 0, 1, 2, 2];
const ORGANISATIONS: usize = 3;
const CLIENTS: usize = 3;
const CASES: usize = 3;
const DOCUMENTS: usize = 6;
const PEOPLE: usize = 3;

const ABOUT_A_DOCUMENT: [Action; 7] = [
    Action::Store,
    Action::StoreVersion,
    Action::Import,
    Action::ImportVersion,
    Action::Annul,
    Action::Read,
    Action::DiscloseOutside,
];

/// What names a register without anything that lies in it.
const NAMES_A_REGISTER: [Action; 5] = [
    Action::ReadLog,
    Action::Supervise,
    Action::AnswerLogRequest,
    Action::ReportBreach,
    Action::HandleBreach,
];

/// When no register had opened.
const BEFORE: Moment = Moment { day: date(2019, 12, 31), hour: 12 };

impl Dice {
    /// A day around the turn of a year, where working days and holidays lie close together.
    pub(crate) fn day(&mut self) -> Date {
        let after = self.pick(&[0, 3, 4, 7, 9, 14, 16, 17, 18, 23, 24, 28, 34, 36, 38, 41]);
        date(2026, 12, 1).checked_add(i64::from(after).days()).unwrap()
    }

    pub(crate) fn moment(&mut self) -> Moment {
        Moment { day: self.day(), hour: self.pick(&[0, 12, 23]) }
    }

    fn days(&mut self) -> Days {
        let first = self.day();
        // One in some hundred ends before it begins.
        let last = self.maybe(50, |d| if d.percent(95) { d.day().max(first) } else { d.day() });
        Days { first, last }
    }

    /// Days that nearly always hold.
    fn mostly(&mut self) -> Days {
        if self.percent(94) { Days { first: date(2020, 1, 1), last: None } } else { self.days() }
    }

    fn organisation(&mut self, index: usize) -> Organisation {
        let models = JoiningModel::ALL;
        Organisation {
            joined: self.maybe(97, |d| (d.pick(models), d.mostly())),
            register: (index + 1 < ORGANISATIONS).then(|| Register {
                accepts: self.some(92, models),
                opens: self.maybe(97, |d| d.mostly().first),
                signatures_from: self.maybe(40, Self::day),
                closing_working_days: self.pick(&[7, 7, 7, 0, 2]),
                wide: self.list(2, |d| Wide {
                    unit: d.below(UNITS.len()),
                    tasks: d.some(60, &[0, 1, 2]),
                    days: d.mostly(),
                }),
            }),
            public: self.percent(70),
        }
    }

    fn role(&mut self) -> Role {
        Role {
            purposes: if self.percent(75) {
                vec![Purpose::ClientWork]
            } else {
                self.some(70, Purpose::ALL)
            },
            tasks: self.maybe(30, |d| d.some(60, &[0, 1, 2])),
            processes: self.maybe(15, |d| d.some(75, &[0, 1, 2])),
            types: self.maybe(15, |d| d.some(75, &[0, 1, 2])),
            reads: self.some(93, Group::ALL),
            writes: self.some(90, Group::ALL),
            oversees: self.percent(40),
            broad: self.percent(60),
        }
    }

    fn person(&mut self) -> Person {
        let unit = self.below(UNITS.len());
        Person {
            organisation: if self.percent(97) { UNITS[unit] } else { self.below(ORGANISATIONS) },
            unit,
            listed: self.maybe(97, |d| (d.mostly(), d.percent(4))),
            role: self.maybe(97, Self::role),
            authentication: self.pick(Authentication::ALL),
            card: self.percent(70),
            may_practise: self.pick(&[None, Some(true), Some(true), Some(false)]),
        }
    }

    /// An entry that mostly fits one of the cases, and mostly of a producer.
    pub(crate) fn entry(&mut self, cases: &[Case]) -> Entry {
        let case = self.pick(cases);
        let fits = self.percent(80);
        let register = if fits { case.register } else { self.below(2) };
        let unit = self.below(UNITS.len());
        Entry {
            register,
            unit,
            task: if fits { case.task } else { self.below(TASKS) },
            produces: UNITS[unit] != register || self.percent(30),
            days: self.days(),
            withdrawn: self.maybe(15, Self::moment),
        }
    }

    pub(crate) fn order(&mut self) -> Order {
        Order {
            register: self.below(2),
            case: self.below(CASES),
            unit: self.below(UNITS.len()),
            suspended_since: self.maybe(60, Self::moment),
            reopened_until: self.maybe(60, Self::day),
        }
    }

    fn client(&mut self, cases: &[Case]) -> Client {
        Client {
            entries: self.list(8, |d| d.entry(cases)),
            orders: self.list(4, Self::order),
            turvakielto: self.some(25, &[0, 1]),
            will: self.will(),
            has_code: self.percent(88),
            born: if self.percent(60) { date(1980, 5, 5) } else { self.birthday() },
        }
    }

    /// A day eighteen years before some request.
    fn birthday(&mut self) -> Date {
        self.day().checked_sub(18.years()).unwrap()
    }

    pub(crate) fn will(&mut self) -> Will {
        Will {
            informed: self.percent(85),
            permit: self.pick(&[None, Some(false), Some(true), Some(true), Some(true), Some(true)]),
            denials: if self.percent(60) { Vec::new() } else { self.list(3, Self::denied) },
        }
    }

    pub(crate) fn denied(&mut self) -> Denied {
        match self.below(10) {
            0 => Denied::Everything,
            1..4 => Denied::Register(self.below(ORGANISATIONS)),
            4..7 => Denied::Task(self.below(TASKS)),
            _ => Denied::Original(self.below(DOCUMENTS)),
        }
    }

    fn case(&mut self) -> Case {
        let members = self.some(70, &[0, 1, 2]);
        Case {
            register: self.below(2),
            task: self.below(TASKS),
            days: Days { first: self.day().min(self.day()), last: self.maybe(30, Self::day) },
            members: members
                .into_iter()
                .map(|client| Member {
                    client,
                    joined: self.maybe(15, Self::moment),
                    left: self.maybe(15, Self::moment),
                })
                .collect(),
        }
    }

    fn document(&mut self, cases: &[Case]) -> Document {
        let group = if self.percent(60) { Group::ClientDocument } else { self.pick(Group::ALL) };
        let case = self.maybe(if group.is_will() { 30 } else { 85 }, |d| d.below(CASES));
        let fitting = case.filter(|_| self.percent(90)).map(|case| &cases[case]);
        let clients = match fitting {
            Some(case) if !case.members.is_empty() => {
                let members: Vec<usize> = case.members.iter().map(|m| m.client).collect();
                let first = self.pick(&members);
                members.into_iter().filter(|c| *c == first || self.percent(30)).collect()
            }
            _ if group.is_will() && self.percent(70) => vec![self.below(CLIENTS)],
            _ => self.some(60, &[0, 1, 2]),
        };
        Document {
            original: self.below(DOCUMENTS),
            register: fitting.map_or_else(|| self.below(ORGANISATIONS), |case| case.register),
            group,
            generation: if self.percent(50) {
                Generation::Phase2
            } else {
                self.pick(Generation::ALL)
            },
            task: self.maybe(85, |d| fitting.map_or_else(|| d.below(TASKS), |case| case.task)),
            process: self.maybe(60, |d| d.below(3)),
            r#type: self.maybe(60, |d| d.below(3)),
            case,
            clients,
            author: self.below(ORGANISATIONS),
            written: if self.percent(90) { self.moment() } else { BEFORE },
            stored: self.moment(),
            annulled: self.percent(8),
            newest: self.percent(90),
            by_representative: self.percent(40),
            asks_signature: self.percent(30),
            signed: self.percent(50),
        }
    }

    pub(crate) fn world(&mut self) -> World {
        let cases: Vec<Case> = (0..CASES).map(|_| self.case()).collect();
        World {
            organisations: (0..ORGANISATIONS).map(|index| self.organisation(index)).collect(),
            units: UNITS
                .iter()
                .map(|organisation| Unit { organisation: *organisation, days: self.mostly() })
                .collect(),
            people: (0..PEOPLE).map(|_| self.person()).collect(),
            clients: (0..CLIENTS).map(|_| self.client(&cases)).collect(),
            documents: (0..DOCUMENTS).map(|_| self.document(&cases)).collect(),
            cases,
            restricted: self.some(15, &[0, 1, 2]),
        }
    }

    pub(crate) fn request(&mut self) -> Request {
        let action = if self.percent(70) {
            self.pick(&[
                Action::Store,
                Action::StoreVersion,
                Action::Annul,
                Action::Search,
                Action::Read,
                Action::Read,
            ])
        } else {
            self.pick(Action::ALL)
        };
        self.request_to(action)
    }

    pub(crate) fn request_to(&mut self, action: Action) -> Request {
        let named = if action == Action::DiscloseOutside { 70 } else { 97 };
        let has_document = ABOUT_A_DOCUMENT.contains(&action) && self.percent(named);
        let names = NAMES_A_REGISTER.contains(&action);
        let cases = match (names, has_document) {
            (true, _) => 0,
            (false, true) => 30,
            (false, false) => 80,
        };
        Request {
            person: self.below(PEOPLE),
            action,
            basis: self.pick(Basis::ALL),
            purpose: match action {
                Action::ReportBreach => self.pick(Purpose::ALL),
                _ if names && self.percent(90) => Purpose::Supervision,
                _ if action.imports() && self.percent(80) => Purpose::Archive,
                _ if self.percent(80) => Purpose::ClientWork,
                _ => self.pick(Purpose::ALL),
            },
            document: has_document.then(|| self.below(DOCUMENTS)),
            client: self.below(CLIENTS),
            case: self.maybe(cases, |d| d.below(CASES)),
            named: self.maybe(if names { 60 } else { 0 }, |d| d.below(ORGANISATIONS)),
            special_reason: self.percent(30),
            ground: self.percent(60),
            now: self.moment(),
        }
    }
}
