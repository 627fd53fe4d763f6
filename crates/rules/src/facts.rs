//! The facts that a decision is made on: plain data, gathered by somebody else.

use jiff::civil::Date;
use varanto_model::{Code, Group, Oid, Period};

use crate::Role;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Store a document for the first time.
    Store,
    /// Store a new version of a document.
    StoreVersion,
    /// Annul a document.
    Annul,
    /// Search by metadata.
    Search,
    /// Fetch a document or the list of its versions.
    Read,
    /// Look at the use log of the own register.
    ReadLog,
}

impl Action {
    /// Every action.
    pub const ALL: &[Self] =
        &[Self::Store, Self::StoreVersion, Self::Annul, Self::Search, Self::Read, Self::ReadLog];

    /// The word for it in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::StoreVersion => "store-version",
            Self::Annul => "annul",
            Self::Search => "search",
            Self::Read => "read",
            Self::ReadLog => "read-log",
        }
    }

    /// Does it change what the register holds?
    pub const fn writes(self) -> bool {
        matches!(self, Self::Store | Self::StoreVersion | Self::Annul)
    }
}

/// For what the data is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Work with the client.
    #[default]
    ClientWork,
    /// The archivist's task.
    Archive,
    /// Supervision of use.
    Supervision,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &[Self] = &[Self::ClientWork, Self::Archive, Self::Supervision];

    /// The code of the purpose.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientWork => "client_work",
            Self::Archive => "archive",
            Self::Supervision => "supervision",
        }
    }
}

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
}

/// The document in question: stored, or about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFacts {
    /// Its controller.
    pub controller: Oid,
    /// Its group.
    pub group: Group,
    /// Its service task, if it has one.
    pub service_task: Option<Code>,
    /// The operating unit of the organisation that wrote it.
    pub author_organisation: Oid,
    /// Does its structure ask for a professional's signature?
    pub asks_professional_signature: bool,
    /// Does it carry one?
    pub has_professional_signature: bool,
}

/// All facts of one act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What is wanted.
    pub action: Action,
    /// For what.
    pub purpose: Purpose,
    /// The day, in Europe/Helsinki.
    pub today: Date,
    /// Who speaks.
    pub system: System,
    /// Who is behind it.
    pub professional: Professional,
    /// The controller of the document, or of the system's organisation where there is no document;
    /// `None` where no such controller is known.
    pub controller: Option<ControllerFacts>,
    /// The document, where the act is about one.
    pub document: Option<DocumentFacts>,
}
