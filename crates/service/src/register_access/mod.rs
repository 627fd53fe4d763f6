//! Register access rights over the interface (RA-03, RA-06, RA-07, RA-09, RA-12, ARC-05).
//!
//! Rights are derived from the organiser's documents and stand in nobody's power here. What can be
//! done about them: a producer's unit sees its own, a controller all in its register; the controller
//! suspends, resumes and reopens; the producer compares what it has stored, confirms that its local
//! copies are destroyed, and reports which client has chosen it.

mod asked;
mod choice;
mod filling;
mod find;
mod noted;
mod order;
mod reconcile;
mod refuse_choice;
mod report_choice;
mod right;
mod search;
mod search_choices;
mod search_request;

pub use find::FoundAccess;
pub use order::AccessOrderKind;
pub use reconcile::Reconciled;
pub use report_choice::ChoiceReceipt;
pub use right::ShownAccess;
pub use search::AccessPage;
pub use search_choices::ChoicePage;
