//! The access rules of Varanto: facts in, decision out.
//!
//! [`decide`] looks at every rule that applies to an act and tells which held and which did not;
//! nothing here reads a store or a clock. What may be shown is wrapped in [`Disclosed`], which only
//! a [`Permission`] can make, and a permission only comes from a decision in which every rule held.
//! The [`Scope`] of a search is the same rules as a filter; a property test holds the two together.

mod access;
mod act;
mod citizen;
mod decide;
mod decision;
mod facts;
mod refusal;
mod restrictions;
mod role;
mod rule;
mod scope;
mod will;

pub use access::{AccessState, CLOSING_WORKING_DAYS, RegisterAccess, Spell};
pub use act::{Action, Basis, Purpose};
pub use citizen::{
    Acting, CitizenAction, CitizenDocument, CitizenFacts, Representing, decide_citizen,
};
pub use decide::decide;
pub use decision::{Applied, Decision, Disclosed, Mask, Masking, Permission};
pub use facts::{
    Authentication, CaseFacts, ClientFacts, ContextUnit, ControllerFacts, DocumentFacts, Facts,
    JoiningModel, Listing, Membership, Professional, Stay, System, WideAccess,
};
pub use refusal::Refusal;
pub use restrictions::{Restrictions, RestrictionsError};
pub use role::{Coverage, Role, RoleError, Roles};
pub use rule::Rule;
pub use scope::{Leaving, Registers, Scope};
pub use will::{Denial, WillFacts};
