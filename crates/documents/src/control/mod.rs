//! The rules of the control documents that their structures state only in words.
//!
//! The published structures of the clientship, case, permit and denial document say much in
//! implementation notes: what is mandatory under which condition, what may not stand together. Here
//! these notes are code, one file for each document; each file begins with the list of its notes,
//! those that became rules with their fault codes, and those that cannot be checked on the document
//! alone. [`Structure::validate`](crate::Structure::validate) comes first: what it finds is not
//! found again here, and what it lets through never makes a rule fail to run. For informing,
//! representation and disclosure notices nothing is published: their structures and rules are ours.

mod case;
mod clientship;
mod denial;
mod informing;
mod notice;
mod permit;
mod person;
mod representation;

use jiff::civil::Date;
use serde_json::Value;
use varanto_model::{Faults, Pointer};

use crate::codes::CodeSets;
use crate::node::Node;
use crate::structure::{Family, Structure};

/// The documents that steer the repository and have rules of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Control {
    /// 1505.1, asiakkuusasiakirja.
    Clientship,
    /// 1505.2, asia-asiakirja.
    Case,
    /// 1505.8, luovutuslupa-asiakirja.
    Permit,
    /// 1505.9, kieltoasiakirja.
    Denial,
    /// A structure of our own: that the client has been informed.
    Informing,
    /// A structure of our own: who may act for the client.
    Representation,
    /// A structure of our own: a disclosure that was made by other means.
    DisclosureNotice,
}

/// What the rules need to know beside the document.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The day in Finland on which the document is judged.
    pub today: Date,
    /// The loaded code sets: they say which state of a case means that it is closed.
    pub codes: &'a CodeSets,
    /// Is it drawn up by a professional in a client data system, not by a citizen?
    pub by_professional: bool,
}

impl Structure {
    /// Which control document it is, if it is one.
    pub fn control(&self) -> Option<Control> {
        match (self.family(), self.code()) {
            (Family::Control, "1") => Some(Control::Clientship),
            (Family::Control, "2") => Some(Control::Case),
            (Family::Control, "8") => Some(Control::Permit),
            (Family::Control, "9") => Some(Control::Denial),
            (Family::Own, "1") => Some(Control::Informing),
            (Family::Own, "2") => Some(Control::Representation),
            (Family::Own, "3") => Some(Control::DisclosureNotice),
            _ => None,
        }
    }
}

impl Control {
    /// The member of the content under which everything else stands.
    pub const fn root(self) -> &'static str {
        match self {
            Self::Clientship => "asiakkuusasiakirja",
            Self::Case => "asia_asiakirja",
            Self::Permit => "luovutuslupa_asiakirja",
            Self::Denial => "kieltoasiakirja",
            Self::Informing => "informointiasiakirja",
            Self::Representation => "edustusasiakirja",
            Self::DisclosureNotice => "luovutusilmoitus",
        }
    }

    /// Checks the JSON content `document`, which stands at `at` in the request, against the rules
    /// in words (DOC-05).
    pub fn check(self, document: &Value, at: &Pointer, circumstances: Circumstances<'_>) -> Faults {
        let mut faults = Faults::none();
        if let Some(root) = Node::new(document, at.clone()).get(self.root()) {
            match self {
                Self::Clientship => clientship::check(&root, &mut faults),
                Self::Case => case::check(&root, circumstances, &mut faults),
                Self::Permit => permit::check(&root, circumstances, &mut faults),
                Self::Denial => denial::check(&root, circumstances, &mut faults),
                Self::Informing => informing::check(&root, circumstances, &mut faults),
                Self::Representation => representation::check(&root, circumstances, &mut faults),
                Self::DisclosureNotice => notice::check(&root, circumstances, &mut faults),
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests;
