//! The table of rules read once more, over plain worlds: nested loops, days counted one by one, and
//! no part of the code that is tested.

mod right;

use std::collections::BTreeSet;

use jiff::civil::Date;
use varanto_model::{Generation, Group};
use varanto_rules::{Action, Authentication, Basis, Purpose, Refusal};

use self::right::Standing;
use crate::world::{Days, Document, Register, Request, Role, World};

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
    role: Role,
    clients: Vec<usize>,
}

impl<'a> View<'a> {
    pub(crate) fn new(world: &'a World, request: &'a Request) -> Self {
        let person = &world.people[request.person];
        let document = request.document.map(|index| &world.documents[index]);
        let organiser = match (document, request.case) {
            (Some(document), _) => document.register,
            (None, Some(case)) => world.cases[case].register,
            (None, None) => person.organisation,
        };
        let nothing = Role {
            purposes: vec![],
            tasks: None,
            processes: None,
            types: None,
            reads: vec![],
            writes: vec![],
            oversees: false,
        };
        Self {
            world,
            request,
            document,
            organiser,
            register: world.organisations[organiser].register.as_ref(),
            me: person.organisation,
            unit: person.unit,
            role: person.role.clone().unwrap_or(nothing),
            clients: document.map_or_else(|| vec![request.client], |d| d.clients.clone()),
        }
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
            Action::Annul => self.annulling(&mut found),
            Action::Read | Action::Search => self.reading(&mut found),
            Action::ReadLog if !self.is_own() => {
                found.insert(Refusal::NotOfOwnRegister);
            }
            Action::ManageAccess | Action::JoinClient if !self.is_own() => {
                found.insert(Refusal::NotTheController);
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
        if self.request.action == Action::JoinClient && !self.has_context() {
            found.insert(Refusal::SpecialReasonRequired);
        }
        let is_will = self.document.is_some_and(|d| {
            [Group::Informing, Group::Permit, Group::Denial, Group::Representation]
                .contains(&d.group)
        });
        if self.request.purpose == Purpose::Archive && is_will {
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
        // Of what lies in another's register nothing is told to one whose model is not accepted.
        let looks_there = [Action::Read, Action::Search, Action::Annul]
            .contains(&self.request.action)
            && !self.is_own();
        if !is_member || (!looks_there && !self.is_accepted()) {
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
        let fetches = [Action::Search, Action::Read, Action::ReadAccess];
        if fetches.contains(&self.request.action)
            && self.request.basis == Basis::RegisterAccess
            && person.authentication == Authentication::System
        {
            found.insert(Refusal::StrongAuthenticationRequired);
        }
    }

    /// The purposes that an act can have.
    fn purposes(&self) -> &'static [Purpose] {
        match (self.request.action, self.request.basis) {
            (Action::Annul, _) | (Action::Search | Action::Read, Basis::Own) => {
                &[Purpose::ClientWork, Purpose::Archive]
            }
            (Action::ReadAccess, Basis::Own) => &[Purpose::ClientWork, Purpose::Supervision],
            (Action::ReadLog, _) => &[Purpose::Supervision],
            (Action::ReadUsers, _) if self.role.oversees => Purpose::ALL,
            (Action::ReadUsers, _) => &[],
            _ => &[Purpose::ClientWork],
        }
    }

    fn role_covers(&self) -> bool {
        let role = &self.role;
        match self.request.action {
            Action::ReadLog | Action::ReadUsers => return true,
            Action::ManageAccess | Action::JoinClient => {
                return role.writes.contains(&Group::Clientship);
            }
            Action::ReportAccess => return !role.writes.is_empty(),
            _ => {}
        }
        let writes = [Action::Store, Action::StoreVersion, Action::Annul];
        let groups = if writes.contains(&self.request.action) { &role.writes } else { &role.reads };
        let Some(document) = self.document else {
            let oversees = self.request.action == Action::ReadAccess && role.oversees;
            return oversees || !groups.is_empty();
        };
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
        task && process && r#type && groups.contains(&document.group)
    }

    fn has_context(&self) -> bool {
        for client in &self.clients {
            for entry in &self.world.clients[*client].entries {
                let is_withdrawn = entry.withdrawn.is_some_and(|at| at <= self.request.now);
                if entry.register == self.organiser
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

    fn storing(&self, found: &mut BTreeSet<Refusal>) {
        let opens = self.register.and_then(|register| register.opens);
        if opens.is_none_or(|day| self.today() < day) {
            found.insert(Refusal::RegisterNotOpen);
        }
        if self.request.action == Action::StoreVersion && !self.is_own() && !self.wrote() {
            found.insert(Refusal::NotTheAuthor);
        }
        let Some(document) = self.document else {
            if !self.is_own() {
                found.insert(Refusal::NotTheController);
            }
            return;
        };
        self.signing(document, found);
        let is_control = [Group::Case, Group::Clientship].contains(&document.group);
        if !is_control {
            self.case_of(document, found);
        }
        if self.is_own() {
            return;
        }
        if self.register.is_none() || (document.case.is_none() && !is_control) {
            found.insert(Refusal::NotTheController);
        } else if is_control {
            if !self.has_wide_access(document) {
                found.insert(Refusal::NotTheOrganiser);
            }
        } else {
            match self.standing() {
                Standing::None => found.insert(Refusal::RegisterAccessMissing),
                Standing::Suspended => found.insert(Refusal::RegisterAccessSuspended),
                Standing::Ended => found.insert(Refusal::RegisterAccessEnded),
                Standing::Reopened if self.request.action == Action::Store => {
                    found.insert(Refusal::RegisterAccessEnded)
                }
                Standing::Reopened | Standing::InForce => false,
            };
        }
    }

    fn signing(&self, document: &Document, found: &mut BTreeSet<Refusal>) {
        let person = &self.world.people[self.request.person];
        let from = self.register.and_then(|register| register.signatures_from);
        let demanded = from.is_some_and(|day| day <= self.today()) && document.asks_signature;
        if demanded && !(document.signed && person.card) {
            found.insert(Refusal::SignatureMissing);
        }
        if document.signed && person.may_practise == Some(false) {
            found.insert(Refusal::AuthorNotEntitled);
        }
    }

    fn case_of(&self, document: &Document, found: &mut BTreeSet<Refusal>) {
        let belongs_to_one = [Group::ClientDocument, Group::RecordEntry].contains(&document.group)
            && document.generation != Generation::Old;
        let case = document.case.map(|case| &self.world.cases[case]);
        match case.filter(|case| case.register == self.organiser) {
            None => {
                if belongs_to_one || document.case.is_some() {
                    found.insert(Refusal::CaseMissing);
                }
            }
            Some(case) => {
                for client in &document.clients {
                    let was_in_it = case.members.iter().any(|member| {
                        member.client == *client
                            && member.joined.is_none_or(|joined| joined <= document.written)
                            && member.left.is_none_or(|left| document.written < left)
                    });
                    if !was_in_it {
                        found.insert(Refusal::CaseOfAnotherClient);
                    }
                }
                let is_closed = case.days.last.is_some_and(|last| last < document.written.day);
                if is_closed && self.request.action == Action::Store {
                    found.insert(Refusal::CaseClosed);
                }
            }
        }
    }

    fn annulling(&self, found: &mut BTreeSet<Refusal>) {
        if !self.is_own() && !self.wrote() {
            found.insert(Refusal::NotTheAuthor);
        }
        if self.is_own() {
            return;
        }
        match self.document {
            None => {
                found.insert(Refusal::NotOfOwnRegister);
            }
            Some(document) if [Group::Case, Group::Clientship].contains(&document.group) => {
                if !self.has_wide_access(document) || !self.is_accepted() || !self.wrote() {
                    found.insert(Refusal::NotUnderRegisterAccess);
                }
            }
            Some(document) => self.under_a_right(document, found),
        }
    }

    fn reading(&self, found: &mut BTreeSet<Refusal>) {
        if self.request.action == Action::Read && self.document.is_none() {
            return; // there is no such document
        }
        match (self.request.basis, self.document) {
            (Basis::Own, _) => {
                if !self.is_own() {
                    found.insert(Refusal::NotOfOwnRegister);
                }
                if self.request.purpose == Purpose::ClientWork && !self.has_context() {
                    found.insert(Refusal::SpecialReasonRequired);
                }
            }
            (Basis::RegisterAccess, Some(document)) => self.under_a_right(document, found),
            (Basis::RegisterAccess, None) => {
                if self.is_own() || !self.is_accepted() {
                    found.insert(Refusal::RegisterAccessMissing);
                }
                match self.standing() {
                    Standing::None => found.insert(Refusal::RegisterAccessMissing),
                    Standing::Suspended => found.insert(Refusal::RegisterAccessSuspended),
                    Standing::Ended | Standing::Reopened => {
                        found.insert(Refusal::RegisterAccessEnded)
                    }
                    Standing::InForce => false,
                };
            }
        }
    }

    fn under_a_right(&self, document: &Document, found: &mut BTreeSet<Refusal>) {
        let is_sought = self.request.case.is_none() || document.case == self.request.case;
        let is_control = [Group::Case, Group::Clientship].contains(&document.group);
        let is_kept = is_control && self.wrote() && self.has_wide_access(document);
        if is_kept && is_sought && !self.is_own() && self.is_accepted() {
            return;
        }
        if self.is_own() || !self.is_accepted() || !is_sought || !self.was_within(document.stored) {
            found.insert(Refusal::NotUnderRegisterAccess);
        }
        match self.standing() {
            Standing::Suspended => {
                found.insert(Refusal::RegisterAccessSuspended);
            }
            Standing::Ended => {
                found.insert(Refusal::RegisterAccessEnded);
            }
            Standing::Reopened if !self.wrote() => {
                found.insert(Refusal::RegisterAccessEnded);
            }
            Standing::Reopened | Standing::InForce | Standing::None => {}
        }
    }
}
