//! The table of rules read once more, over plain worlds: nested loops, days counted one by one, and
//! no part of the code that is tested.

mod reading;
mod right;
mod storing;

use std::collections::BTreeSet;

use jiff::civil::Date;
use varanto_model::Group;
use varanto_rules::{Action, Authentication, Basis, Purpose, Refusal};

use crate::world::{Days, Document, Register, Request, Role, World};

/// What shows documents, or what is taken from them.
const SHOWS: [Action; 3] = [Action::Search, Action::Read, Action::Summarise];

impl Days {
    pub(crate) fn hold(&self, day: Date) -> bool {
        self.first <= day && self.last.is_none_or(|last| day <= last)
    }
}

/// The world as one request looks at it.
pub(crate) struct View<'a> {
    world: &'a World,
    request: &'a Request,
    document: Option<&'a Document>,
    /// The organisation whose register it is.
    organiser: usize,
    register: Option<&'a Register>,
    me: usize,
    unit: usize,
    /// The organisation whose register says whose client somebody is.
    home: usize,
    role: Role,
    clients: Vec<usize>,
}

impl<'a> View<'a> {
    pub(crate) fn new(world: &'a World, request: &'a Request) -> Self {
        let person = &world.people[request.person];
        let document = request.document.map(|index| &world.documents[index]);
        let is_of_others = SHOWS.contains(&request.action)
            && [Basis::Disclosure, Basis::Broad].contains(&request.basis);
        let organiser = match (document, request.case) {
            (Some(document), _) => document.register,
            (None, Some(case)) if !is_of_others => world.cases[case].register,
            (None, _) => request.named.unwrap_or(person.organisation),
        };
        let nothing = Role {
            purposes: vec![],
            tasks: None,
            processes: None,
            types: None,
            reads: vec![],
            writes: vec![],
            oversees: false,
            broad: false,
        };
        let mut view = Self {
            world,
            request,
            document,
            organiser,
            register: world.organisations[organiser].register.as_ref(),
            me: person.organisation,
            unit: person.unit,
            home: if is_of_others { person.organisation } else { organiser },
            role: person.role.clone().unwrap_or(nothing),
            clients: document.map_or_else(|| vec![request.client], |d| d.clients.clone()),
        };
        if view.changes_a_joint_will() {
            view.home = view.me;
        }
        view
    }

    fn is_will(document: &Document) -> bool {
        [Group::Informing, Group::Permit, Group::Denial, Group::Representation]
            .contains(&document.group)
    }

    /// All controllers answer for wills together: each makes new versions of another's.
    fn changes_a_joint_will(&self) -> bool {
        self.request.action == Action::StoreVersion
            && self.document.is_some_and(Self::is_will)
            && self.controls()
            && !self.is_own()
    }

    /// Does the organisation of the caller organise for a controller?
    fn controls(&self) -> bool {
        self.world.organisations[self.me].register.is_some()
    }

    fn today(&self) -> Date {
        self.request.now.day
    }

    fn is_own(&self) -> bool {
        self.register.is_some() && self.organiser == self.me
    }

    fn is_accepted(&self) -> bool {
        let joined = self.world.organisations[self.me].joined;
        let model = joined.filter(|(_, days)| days.hold(self.today())).map(|(model, _)| model);
        match (self.register, model) {
            (Some(register), Some(model)) => register.accepts.contains(&model),
            _ => true,
        }
    }

    fn wrote(&self) -> bool {
        self.document.is_some_and(|document| document.author == self.me)
    }

    /// Every refusal of the act.
    pub(crate) fn refusals(&self) -> BTreeSet<Refusal> {
        let mut found = BTreeSet::new();
        self.caller(&mut found);
        match self.request.action {
            Action::Store | Action::StoreVersion => self.storing(&mut found),
            Action::Import | Action::ImportVersion => self.importing(&mut found),
            Action::Annul => self.annulling(&mut found),
            Action::Read | Action::Search | Action::Summarise => self.reading(&mut found),
            Action::DiscloseOutside => self.giving_outside(&mut found),
            Action::ReadLog | Action::Supervise => {
                // Who has no register, and names none, looks at what the own staff did.
                let is_of_staff = !self.controls() && self.register.is_none();
                if !self.is_own() && !is_of_staff {
                    found.insert(Refusal::NotOfOwnRegister);
                }
            }
            Action::AnswerLogRequest | Action::HandleBreach if !self.is_own() => {
                found.insert(Refusal::NotOfOwnRegister);
            }
            Action::ManageAccess | Action::ManageRecipients if !self.is_own() => {
                found.insert(Refusal::NotTheController);
            }
            Action::JoinClient | Action::ReadWills => {
                if !self.is_own() {
                    found.insert(Refusal::NotTheController);
                }
                if !self.has_context() {
                    found.insert(Refusal::SpecialReasonRequired);
                }
            }
            Action::ReadAccess if self.request.basis == Basis::Own => {
                if !self.is_own() {
                    found.insert(Refusal::NotTheController);
                }
                if !self.role.oversees && !self.has_context() {
                    found.insert(Refusal::SpecialReasonRequired);
                }
            }
            _ => {}
        }
        if self.request.purpose == Purpose::Archive && self.document.is_some_and(Self::is_will) {
            found.insert(Refusal::HiddenFromArchivist);
        }
        if !self.role_covers() {
            found.insert(Refusal::ServiceTaskNotPermitted);
        }
        found
    }

    fn caller(&self, found: &mut BTreeSet<Refusal>) {
        let person = &self.world.people[self.request.person];
        let is_member = self.world.organisations[self.me]
            .joined
            .is_some_and(|(_, days)| days.hold(self.today()));
        // Of what lies in another's register nothing is told to one whose model is not accepted, and
        // neither what is disclosed nor wills nor reports of breaches depend on models.
        let shows = SHOWS.contains(&self.request.action);
        let of_others = [Basis::Disclosure, Basis::Broad].contains(&self.request.basis);
        let looks_there = (shows || self.request.action == Action::Annul) && !self.is_own();
        let is_silent = looks_there
            || (shows && of_others)
            || self.changes_a_joint_will()
            || self.request.action == Action::ReportBreach;
        if !is_member || (!is_silent && !self.is_accepted()) {
            found.insert(Refusal::NotJoined);
        }
        let unit = &self.world.units[self.unit];
        if unit.organisation != self.me || !unit.days.hold(self.today()) {
            found.insert(Refusal::UnitUnknown);
        }
        match person.listed {
            Some((days, is_outsider)) if days.hold(self.today()) => {
                if is_outsider {
                    found.insert(Refusal::Outsider);
                }
            }
            _ => {
                found.insert(Refusal::UserUnknown);
            }
        }
        if !self.purposes().contains(&self.request.purpose)
            || !self.role.purposes.contains(&self.request.purpose)
        {
            found.insert(Refusal::PurposeNotPermitted);
        }
        let looks_at_rights = self.request.action == Action::ReadAccess
            && self.request.basis == Basis::RegisterAccess;
        if ((shows && self.request.basis != Basis::Own) || looks_at_rights)
            && person.authentication == Authentication::System
        {
            found.insert(Refusal::StrongAuthenticationRequired);
        }
        if shows && self.request.basis == Basis::Disclosure && !self.controls() {
            found.insert(Refusal::NotTheController);
        }
        if shows && self.request.basis == Basis::Broad {
            if !self.world.organisations[self.me].public {
                found.insert(Refusal::NotAnAuthority);
            }
            if !self.role.broad {
                found.insert(Refusal::BroadNotPermitted);
            }
            if !self.request.ground {
                found.insert(Refusal::GroundRequired);
            }
        }
    }

    /// The purposes that an act can have.
    fn purposes(&self) -> &'static [Purpose] {
        match (self.request.action, self.request.basis) {
            (Action::Annul, _) | (Action::Search | Action::Read, Basis::Own) => {
                &[Purpose::ClientWork, Purpose::Archive]
            }
            (Action::Import | Action::ImportVersion, _) => &[Purpose::Archive],
            (Action::ReadAccess, Basis::Own) => &[Purpose::ClientWork, Purpose::Supervision],
            (Action::ReadWills, _) => &[Purpose::ClientWork, Purpose::Will],
            (
                Action::ReadLog
                | Action::Supervise
                | Action::AnswerLogRequest
                | Action::HandleBreach,
                _,
            ) => &[Purpose::Supervision],
            (Action::ReportBreach, _) => Purpose::ALL,
            (Action::ReadUsers, _) if self.role.oversees => Purpose::ALL,
            (Action::ReadUsers, _) | (Action::ReadAccess, Basis::Disclosure | Basis::Broad) => &[],
            _ => &[Purpose::ClientWork],
        }
    }

    fn role_covers(&self) -> bool {
        let role = &self.role;
        match self.request.action {
            Action::ReadLog
            | Action::ReadUsers
            | Action::Supervise
            | Action::AnswerLogRequest
            | Action::ReportBreach
            | Action::HandleBreach => return true,
            Action::ManageAccess | Action::JoinClient => {
                return role.writes.contains(&Group::Clientship);
            }
            Action::ReportAccess => return !role.writes.is_empty(),
            Action::ReadWills => return role.reads.contains(&Group::Permit),
            Action::ManageRecipients => return role.oversees,
            Action::PassOn => return role.writes.contains(&Group::ClientDocument),
            Action::DiscloseOutside => {
                let reads = |d: &Document| role.reads.contains(&d.group);
                return role.writes.contains(&Group::DisclosureNotice)
                    && self.document.is_none_or(|d| reads(d) && self.role_covers_codes(d));
            }
            _ => {}
        }
        // Of what is disclosed the role is looked at with all the rest, so that nothing is told of it.
        let is_of_others = [Basis::Disclosure, Basis::Broad].contains(&self.request.basis);
        if self.request.action == Action::Read && is_of_others {
            return true;
        }
        let writes = [
            Action::Store,
            Action::StoreVersion,
            Action::Import,
            Action::ImportVersion,
            Action::Annul,
        ];
        let groups = if writes.contains(&self.request.action) { &role.writes } else { &role.reads };
        let Some(document) = self.document else {
            let oversees = self.request.action == Action::ReadAccess && role.oversees;
            return oversees || !groups.is_empty();
        };
        groups.contains(&document.group) && self.role_covers_codes(document)
    }

    fn role_covers_codes(&self, document: &Document) -> bool {
        let role = &self.role;
        let task = match (&role.tasks, document.task) {
            (Some(tasks), Some(task)) => tasks.contains(&task),
            _ => true,
        };
        let process = match (&role.processes, document.process) {
            (Some(processes), Some(process)) => processes.contains(&process),
            _ => true,
        };
        let r#type = match (&role.types, document.r#type) {
            (Some(types), Some(found)) => types.contains(&found),
            _ => true,
        };
        task && process && r#type
    }

    fn has_context(&self) -> bool {
        for client in &self.clients {
            for entry in &self.world.clients[*client].entries {
                let is_withdrawn = entry.withdrawn.is_some_and(|at| at <= self.request.now);
                if entry.register == self.home
                    && entry.unit == self.unit
                    && entry.days.hold(self.today())
                    && !is_withdrawn
                {
                    return true;
                }
            }
        }
        self.request.special_reason
    }

    fn has_wide_access(&self, document: &Document) -> bool {
        let Some(register) = self.register else { return false };
        register.wide.iter().any(|wide| {
            wide.unit == self.unit
                && wide.days.hold(self.today())
                && document.task.is_none_or(|task| wide.tasks.contains(&task))
        })
    }
}
