//! What a client has declared, as the rules need it (DIS-01…03).

use varanto_model::{Code, Oid};

use crate::DocumentFacts;

/// What a client has declared, as it stands. The default is a client who has declared nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WillFacts {
    /// Has the client been informed (DIS-01)?
    pub informed: bool,
    /// The permit in force: given, or refused; `None` where the client has taken no stand (DIS-02).
    pub permit: Option<bool>,
    /// The denials in force (DIS-03).
    pub denials: Vec<Denial>,
}

/// What a denial keeps from other controllers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Denial {
    /// Everything.
    Everything,
    /// What is in the register of this controller.
    Controller(Oid),
    /// What is of this service task, in any register.
    ServiceTask(Code),
    /// This document in all its versions, by its original identifier.
    Document(Oid),
}

impl Denial {
    /// Does it keep the document back?
    pub fn covers(&self, document: &DocumentFacts) -> bool {
        match self {
            Self::Everything => true,
            Self::Controller(controller) => document.controller == *controller,
            Self::ServiceTask(task) => document.service_task.as_ref() == Some(task),
            Self::Document(original) => document.original_oid == *original,
        }
    }
}

impl WillFacts {
    /// Does the client let anything out at all?
    pub fn opens(&self) -> bool {
        self.informed && self.permit == Some(true) && !self.denials.contains(&Denial::Everything)
    }

    /// Does the client let this document out?
    pub fn lets_out(&self, document: &DocumentFacts) -> bool {
        self.opens() && !self.denials.iter().any(|denial| denial.covers(document))
    }
}
