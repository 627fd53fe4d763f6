//! What follows from the control documents: contexts and register access rights (CASE-05, RA-01).
//!
//! [`CaseDocument`] and [`ClientshipDocument`] read the content of the structures 1505.2 and 1505.1;
//! [`Standing`] is everything that the documents of one client at one controller say together,
//! folded in the order in which they were stored. From it, and from nothing else, follow the units
//! whose workers stand in a context to the client ([`Standing::context_units`]) and the rights of
//! producers ([`Standing::rights`]). Which unit belongs to whom, when a right closes after its
//! service, and what anybody may do under it is decided elsewhere.
//!
//! Declarations of will are read beside them, and folded person by person ([`Will`]); and
//! [`DisclosureNotice`] reads what a notice tells of a disclosure that was made by other means.

mod case;
mod clientship;
mod entry;
mod form;
mod notice;
mod read;
mod right;
mod standing;
mod will;

pub use self::case::{CaseClient, CaseDocument, CasePlaces};
pub use self::clientship::{ClientshipDocument, ClientshipPlaces, Part, UnitEntry};
pub use self::entry::{CaseStanding, ClientshipStanding, UnitStanding};
pub use self::notice::{DisclosureNotice, Means, NoticeClient};
pub use self::right::{ContextUnit, DerivedRight, Spell};
pub use self::standing::Standing;
pub use self::will::{
    DenialDocument, DenialEntry, DenialEntryStanding, DenialScope, DenialStanding, DeniedScope,
    GuardianIdentifier, InformingDocument, InformingPlaces, InformingStanding, PermitDocument,
    PermitStanding, RepresentationDocument, RepresentationEntry, RepresentationStanding,
    Representative, RepresentativeIdentifier, RepresentativeStanding, Will, WillPlaces,
};

#[cfg(test)]
mod tests;
