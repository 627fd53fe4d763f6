//! The oracle's reading of what is read: R1, R2, R4, R5, R8, and what goes to those outside.

use std::collections::BTreeSet;

use varanto_model::{Generation, Group};
use varanto_rules::{Action, Basis, Purpose, Refusal};

use super::View;
use super::right::Standing;
use crate::world::{Client, Denied, Document};

fn denies(client: &Client, document: &Document) -> bool {
    client.will.denials.iter().any(|denied| match denied {
        Denied::Everything => true,
        Denied::Register(register) => document.register == *register,
        Denied::Task(task) => document.task == Some(*task),
        Denied::Original(original) => document.original == *original,
    })
}

impl View<'_> {
    pub(super) fn reading(&self, found: &mut BTreeSet<Refusal>) {
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
            (Basis::Disclosure | Basis::Broad, _) => self.of_others(found),
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

    /// What other controllers' registers give, by disclosure or under the broad right.
    fn of_others(&self, found: &mut BTreeSet<Refusal>) {
        let discloses = self.request.basis == Basis::Disclosure;
        match self.document {
            None => {
                if discloses && !self.has_context() {
                    found.insert(Refusal::SpecialReasonRequired);
                }
            }
            Some(document) => {
                let is_let_out = !discloses || (self.has_context() && self.is_let_out(document));
                if !is_let_out || !self.may_leave(document) {
                    found.insert(Refusal::NothingToDisclose);
                }
            }
        }
    }

    /// What both demand of a document and of the reader's role.
    fn may_leave(&self, document: &Document) -> bool {
        let is_written_of_a_client =
            document.group == Group::ClientDocument || document.group == Group::RecordEntry;
        let is_restricted =
            document.r#type.is_some_and(|found| self.world.restricted.contains(&found));
        is_written_of_a_client
            && document.newest
            && !document.annulled
            && !is_restricted
            && !self.is_own()
            && self.role.reads.contains(&document.group)
            && self.role_covers_codes(document)
    }

    /// Every client of the document must let it out.
    fn is_let_out(&self, document: &Document) -> bool {
        if document.generation != Generation::Phase2 {
            return false;
        }
        for index in &document.clients {
            let client = &self.world.clients[*index];
            let permits = client.will.informed && client.will.permit == Some(true);
            if !client.has_code || !permits || denies(client, document) {
                return false;
            }
        }
        !document.clients.is_empty()
    }

    /// What goes to somebody outside, or is asked for from there.
    pub(super) fn giving_outside(&self, found: &mut BTreeSet<Refusal>) {
        match self.document {
            None => {
                if !self.is_own() {
                    found.insert(Refusal::NotTheController);
                }
            }
            Some(document) => {
                if !self.is_own() {
                    found.insert(Refusal::NotOfOwnRegister);
                }
                if document.annulled || Self::is_will(document) {
                    found.insert(Refusal::NothingToDisclose);
                }
            }
        }
        if !self.has_context() {
            found.insert(Refusal::SpecialReasonRequired);
        }
    }

    pub(super) fn under_a_right(&self, document: &Document, found: &mut BTreeSet<Refusal>) {
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
