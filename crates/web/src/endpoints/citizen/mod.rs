//! `/v1/citizen/…`: the citizen's side, for services through which citizens see their own data.

pub(crate) mod control;
pub(crate) mod disclosures;
pub(crate) mod documents;
pub(crate) mod store;
pub(crate) mod uses;
pub(crate) mod will;
