//! The oracle's reading of what is stored and annulled: W1 to W9.

use std::collections::BTreeSet;

use jiff::civil::Date;
use varanto_model::{Generation, Group};
use varanto_rules::{Action, Refusal};

use super::View;
use super::right::Standing;
use crate::world::Document;

/// Years are counted, and the last one is full on the birthday.
fn is_minor(born: Date, today: Date) -> bool {
    let mut years = today.year() - born.year();
    if (today.month(), today.day()) < (born.month(), born.day()) {
        years -= 1;
    }
    years < 18
}

impl View<'_> {
    pub(super) fn storing(&self, found: &mut BTreeSet<Refusal>) {
        let opens = self.register.and_then(|register| register.opens);
        if opens.is_none_or(|day| self.today() < day) {
            found.insert(Refusal::RegisterNotOpen);
        }
        let is_joint = self.changes_a_joint_will();
        let changes = self.request.action == Action::StoreVersion;
        if changes && !self.is_own() && !self.wrote() && !is_joint {
            found.insert(Refusal::NotTheAuthor);
        }
        let Some(document) = self.document else {
            if !self.is_own() {
                found.insert(Refusal::NotTheController);
            }
            return;
        };
        self.signing(document, found);
        self.declaring(document, found);
        let is_control = [Group::Case, Group::Clientship].contains(&document.group);
        if is_joint && document.case.is_some() {
            found.insert(Refusal::CaseMissing);
        } else if !is_control {
            self.case_of(document, found);
        }
        if self.is_own() {
            if document.group == Group::Representation && !self.has_context() {
                found.insert(Refusal::SpecialReasonRequired);
            }
            return;
        }
        if is_joint {
            if !self.has_context() {
                found.insert(Refusal::SpecialReasonRequired);
            }
        } else if self.register.is_none() || (document.case.is_none() && !is_control) {
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

    /// Old data in bulk: nobody but the own organiser, and nothing that is written day by day.
    pub(super) fn importing(&self, found: &mut BTreeSet<Refusal>) {
        let opens = self.register.and_then(|register| register.opens);
        if opens.is_none_or(|day| self.today() < day) {
            found.insert(Refusal::RegisterNotOpen);
        }
        if !self.is_own() {
            found.insert(Refusal::NotTheController);
            if self.request.action == Action::ImportVersion && !self.wrote() {
                found.insert(Refusal::NotTheAuthor);
            }
        }
        let Some(document) = self.document else { return };
        self.declaring(document, found);
        let steers = [Group::Case, Group::Clientship].contains(&document.group);
        if !steers {
            self.case_of(document, found);
        }
        let written = [Group::ClientDocument, Group::RecordEntry].contains(&document.group);
        let before = opens.is_some_and(|day| document.written.day < day);
        if !(steers || (written && before)) {
            found.insert(Refusal::NotOldData);
        }
    }

    /// What a client declares.
    fn declaring(&self, document: &Document, found: &mut BTreeSet<Refusal>) {
        if !Self::is_will(document) {
            return;
        }
        if document.clients.len() != 1 {
            found.insert(Refusal::HetuRequired);
            return;
        }
        let client = &self.world.clients[document.clients[0]];
        if !client.has_code {
            found.insert(Refusal::HetuRequired);
        }
        let denies = document.group == Group::Denial;
        if (denies || document.group == Group::Permit) && !client.will.informed {
            found.insert(Refusal::NotInformed);
        }
        if denies && document.by_representative && is_minor(client.born, self.today()) {
            found.insert(Refusal::DenialByGuardian);
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
                let is_new = [Action::Store, Action::Import].contains(&self.request.action);
                if is_closed && is_new {
                    found.insert(Refusal::CaseClosed);
                }
            }
        }
    }

    pub(super) fn annulling(&self, found: &mut BTreeSet<Refusal>) {
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
}
