//! Supervision (LOG-06, AC-08, DIS-05): what a privacy officer reviews, in lists that are computed from the
//! log on demand, and the decisions on it.
//!
//! Nothing here runs in the background and nothing is marked: a list says what stands out, a person says
//! whether it was justified. An item shows who used data, when and where, and never whose data they are.

mod address;
mod decide;
mod item;
mod list;
mod lists;
mod request;
mod scan;
mod search;

pub(crate) use address::HomeAddress;
pub use decide::ReviewReceipt;
pub use list::{List, Thresholds};
pub use search::ReviewPage;
