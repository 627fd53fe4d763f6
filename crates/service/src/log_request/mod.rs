//! Clients' requests for log data: who has used and received my data, when, for what, on which basis
//! (LOG-05, CIT-06).
//!
//! A privacy officer registers what came, looks at the entries, and answers once: with the entries, less
//! those that the law lets withhold, or with a refusal. What was given is kept sealed as it was, so that it
//! is told again in the same words whatever has become of the log, and can be had in three languages and as
//! a page, a PDF or data. It does not outlive the entries that it tells of.

mod answer;
mod decision;
mod due;
mod entries;
mod export;
mod extend;
mod find;
mod given;
mod ground;
mod kept;
mod met;
mod page;
mod preview;
mod register;
mod retain;
mod search;
mod shown;
mod texts;
mod told;
mod wanted;

pub use given::GivenAnswer;
pub use preview::PreviewPage;
pub use search::LogRequestPage;
pub use shown::ShownLogRequest;
