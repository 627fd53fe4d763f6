//! The facts that a decision is made on: plain data, gathered by somebody else.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use varanto_model::{Code, Generation, Group, Oid, Period};

use crate::{Action, Basis, Purpose, RegisterAccess, Restrictions, Role, Spell, WillFacts};

/// How a professional has been authenticated (SIG-04, AC-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authentication {
    /// With a professional card.
    ProfessionalCard,
    /// With a personnel card.
    PersonnelCard,
    /// With an actor card.
    ActorCard,
    /// By other strong means, vouched for by the organisation's system.
    OtherStrong,
    /// By the organisation's own means, vouched for by its system.
    System,
}

impl Authentication {
    /// Is it by a card or by equal means (rule R3)?
    pub const fn is_strong(self) -> bool {
        !matches!(self, Self::System)
    }
}

impl Authentication {
    /// Every way.
    pub const ALL: &[Self] = &[
        Self::ProfessionalCard,
        Self::PersonnelCard,
        Self::ActorCard,
        Self::OtherStrong,
        Self::System,
    ];

    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProfessionalCard => "professional_card",
            Self::PersonnelCard => "personnel_card",
            Self::ActorCard => "actor_card",
            Self::OtherStrong => "other_strong",
            Self::System => "system",
        }
    }
}

/// How an organisation takes part (DIR-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JoiningModel {
    /// By itself.
    Direct,
    /// Together with another.
    Joint,
    /// Beside another.
    Parallel,
}

impl JoiningModel {
    /// Every model.
    pub const ALL: &[Self] = &[Self::Direct, Self::Joint, Self::Parallel];

    /// The word of the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Joint => "joint",
            Self::Parallel => "parallel",
        }
    }
}

/// That an organisation has joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Under which model.
    pub model: JoiningModel,
    /// When.
    pub period: Period,
}

/// The system that speaks: known by its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// The organisation's operating unit.
    pub organisation: Oid,
    /// Its joining, if any.
    pub membership: Option<Membership>,
    /// The controller whose organiser it is, if it is one's.
    pub controller: Option<Oid>,
    /// Is it a public authority (DIS-05)?
    pub is_public: bool,
}

/// How the organisation's user register lists the professional with the unit and role of the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// When the listing is valid.
    pub period: Period,
    /// Is the person an outsider (AC-03)?
    pub outsider: bool,
}

/// The professional behind the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Professional {
    /// Service unit in which the professional works now.
    pub unit: Oid,
    /// The unit's validity, where it is a unit of the system's organisation.
    pub unit_of_organisation: Option<Period>,
    /// The user register's listing, where there is one.
    pub listing: Option<Listing>,
    /// What the role may do; `None` where no such role is known.
    pub role: Option<Role>,
    /// How authenticated, as the organisation's system says.
    pub authentication: Authentication,
    /// Has the card itself proven it, by signing?
    pub card_shown: bool,
    /// Is the professional's right to practise valid today? `None` where no register of rights is
    /// known here (AC-05).
    pub right_to_practise: Option<bool>,
}

/// The controller in whose register the act happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerFacts {
    /// The controller.
    pub oid: Oid,
    /// The operating unit of its organiser.
    pub organiser: Oid,
    /// The joining models that it accepts.
    pub accepts: Vec<JoiningModel>,
    /// The first day on which its register takes documents (REG-04).
    pub opens: Option<Date>,
    /// The first day on which a professional's signature is demanded where a structure asks for one.
    pub professional_signatures_from: Option<Date>,
    /// The working days after which a register access right closes (RA-06).
    pub closing_working_days: u32,
    /// The units that open cases and clientships in the register themselves (RA-08).
    pub wide_access: Vec<WideAccess>,
}

/// The wide register access right of a unit, such as a shelter: what its clients' documents say of
/// the unit is written by the unit itself (RA-08).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WideAccess {
    /// The unit.
    pub unit: Oid,
    /// The service tasks of which it may open cases and clientships.
    pub service_tasks: BTreeSet<Code>,
    /// When.
    pub period: Period,
}

/// The document in question: stored, or about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, in any combination")]
pub struct DocumentFacts {
    /// The identifier that it keeps through all its versions.
    pub original_oid: Oid,
    /// Its controller.
    pub controller: Oid,
    /// Its group.
    pub group: Group,
    /// Its generation.
    pub generation: Generation,
    /// Its service task, if it has one.
    pub service_task: Option<Code>,
    /// Its service process, if it has one.
    pub service_process: Option<Code>,
    /// Its document type, if it has one.
    pub type_code: Option<Code>,
    /// The case that it belongs to; of a case document, the case that it opens.
    pub case: Option<Oid>,
    /// The operating unit of the organisation that wrote it.
    pub author_organisation: Oid,
    /// Has another organisation stored a version of it, such as the controller, which corrects it?
    pub others_wrote: bool,
    /// When it was written.
    pub written_at: Timestamp,
    /// When its newest version was stored; `None` where it is not stored yet.
    pub stored_at: Option<Timestamp>,
    /// Is it annulled?
    pub annulled: bool,
    /// Is its newest version meant?
    pub is_newest: bool,
    /// Does it declare what somebody else wants for the client, as the client's representative?
    pub by_representative: bool,
    /// Does its structure ask for a professional's signature?
    pub asks_professional_signature: bool,
    /// Does it carry one?
    pub has_professional_signature: bool,
}

/// The case that a document names, as the register of the document's controller has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFacts {
    /// The last day of the case, where it is closed.
    pub closed: Option<Date>,
}

/// What documents say of one client of the document, or of the client sought: the controller's, or, where
/// another's documents are to be disclosed, those of the reader's own controller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientFacts {
    /// The units whose client this is, with the time of it: the context (AC-01).
    pub context: Vec<ContextUnit>,
    /// The register access rights to this client's cases.
    pub rights: Vec<RegisterAccess>,
    /// The client's stay in the case that the document names; `None` where the client is not in it.
    pub stay: Option<Stay>,
    /// Is the client under turvakielto (CASE-07)? Where data are disclosed: in anybody's register.
    pub turvakielto: bool,
    /// What the client has declared.
    pub will: WillFacts,
    /// Is the client known by a personal identity code?
    pub has_identity_code: bool,
    /// Is the client under 18 years today?
    pub is_minor: bool,
}

/// A unit whose client somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextUnit {
    /// The unit.
    pub unit: Oid,
    /// When.
    pub spell: Spell,
}

/// How long a client is in a case; only in a joint case anybody comes or leaves (CASE-03).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stay {
    /// When the client joined; `None`: from the beginning.
    pub joined_at: Option<Timestamp>,
    /// When the client left, if so.
    pub left_at: Option<Timestamp>,
}

impl Stay {
    /// Is this instant within it?
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.joined_at.is_none_or(|joined| joined <= instant)
            && self.left_at.is_none_or(|left| instant < left)
    }
}

/// All facts of one act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What is wanted.
    pub action: Action,
    /// On which basis, where the act is one of reading.
    pub basis: Basis,
    /// For what.
    pub purpose: Purpose,
    /// The instant.
    pub now: Timestamp,
    /// Its day, in Europe/Helsinki.
    pub today: Date,
    /// Who speaks.
    pub system: System,
    /// Who is behind it.
    pub professional: Professional,
    /// The controller of the document or case, the one that is told of a breach, or that of the system's
    /// organisation where none of them is named; `None` where no such controller is known.
    pub controller: Option<ControllerFacts>,
    /// The case that the caller names for the use, if any.
    pub sought_case: Option<Oid>,
    /// The special reason given where there is no context, good on the day (AC-01).
    pub special_reason: Option<Code>,
    /// The ground of a broad right, good on the day (DIS-05).
    pub ground: Option<Code>,
    /// The types of documents that are kept back.
    pub restrictions: Arc<Restrictions>,
    /// The document, where the act is about one.
    pub document: Option<DocumentFacts>,
    /// The case of the document, where the controller's register has it.
    pub case: Option<CaseFacts>,
    /// The document's clients, or the client sought.
    pub clients: Vec<ClientFacts>,
}
