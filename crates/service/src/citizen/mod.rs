//! The citizen's side: what clients see of their own data, and what they declare (CIT-02, CIT-03, CIT-05).
//!
//! A service for citizens calls, an organisation that has joined and is marked as one in the directory. It
//! has authenticated whoever is logged in, who acts in their own matter or for a client whom they
//! represent. The data are the client's own wherever they were recorded, so nothing is disclosed here; the
//! use is noted in the log of the service's register and in those of the controllers whose documents are used, with
//! the client's key.
//!
//! What is shown is decided document by document (rules C1, C2). Nothing tells of the rest: a page is as
//! long as it would be if the rest were not there.

mod context;
mod control;
mod declare;
mod disclosures;
mod documents;
mod entries;
mod fetch;
mod list;
mod log_in;
mod record;
mod subject;
mod uses;
mod will;

pub use context::CitizenContext;
pub use control::{CitizenCase, CitizenClientship};
pub use disclosures::CitizenDisclosure;
pub use documents::CitizenPage;
pub use list::CitizenList;
pub use uses::CitizenUsed;

pub(crate) use context::Citizen;
pub(crate) use declare::Declaring;
pub(crate) use record::{CITIZEN_STRONG, CitizenUse, OWN_MATTER, REPRESENTATION};
