//! `varanto migrate --citus`: lays the tables that grow with the documents over many database servers. What it
//! needs, what goes where and what of it was not tried stands in `docs/operations/citus.md`.

use varanto_store::{Settings, distribute};

use super::super::{CommandError, say};

/// Distributes the tables, once; where something is missing, says what, and changes nothing.
pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    distribute(settings).await.map_err(|error| CommandError::other(&error))?;
    say("the tables of documents are distributed; grants.sql need not be run again");
    say("look at docs/operations/citus.md for what to check now");
    Ok(())
}
