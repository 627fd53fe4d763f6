//! The register of breaches (LOG-07, REG-07): somebody suspects that clients' data have been breached, the
//! controller is told at once, assesses it, tells the authority within 72 hours and the persons where the
//! risk is high, and closes it; all of it is kept.
//!
//! Anybody who works in a register may report; only the controller's privacy officers see what became of it.
//! Whether a step may follow is decided by [`course`], purely; who may take it, by the rules.

mod clock;
mod course;
mod details;
mod find;
mod met;
mod notify;
mod open;
mod report;
mod search;
mod shown;
mod step;

pub(crate) use details::BreachDetails;
pub use find::FoundBreach;
pub(crate) use open::OpenBreach;
pub use report::ReportReceipt;
pub use search::BreachPage;
pub use shown::ShownBreach;
