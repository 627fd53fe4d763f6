//! What is kept sealed of a breach and of its steps.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::Digest;
use varanto_store::Purpose;
use varanto_store::breach::{Breach, BreachStep, step_place};

use super::course::Step;
use crate::Error;
use crate::service::Service;

/// What was told of a breach when it was opened. Has no `Debug`: it can name persons.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct BreachDetails {
    /// What has happened.
    pub(crate) what: String,
    /// When it was noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) when_noticed: Option<Timestamp>,
    /// The user who is suspected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) suspected_user: Option<String>,
    /// The identifiers of those who were named but are no clients in the register, as far as it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) named_clients: Vec<String>,
    /// The digest of what somebody reported, by which it is known when it comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) report: Option<Digest>,
}

impl Service {
    /// Seals what is told of a breach.
    pub(super) fn seal_breach(&self, id: Uuid, details: &BreachDetails) -> Result<Vec<u8>, Error> {
        let plain = serde_json::to_vec(details)
            .map_err(|_| Error::Internal("a breach could not be written"))?;
        self.seal(Purpose::Breach, id.as_bytes(), &plain)
    }

    /// What was told of a breach, if anything was.
    pub(super) fn breach_details(&self, breach: &Breach) -> Result<Option<BreachDetails>, Error> {
        let Some(sealed) = &breach.details else { return Ok(None) };
        let plain = self.unseal(Purpose::Breach, breach.id.as_bytes(), sealed)?;
        let read = serde_json::from_slice(&plain);
        read.map(Some).map_err(|_| Error::Internal("a stored breach cannot be read"))
    }

    /// Seals a step.
    pub(super) fn seal_step(
        &self,
        breach: Uuid,
        number: u32,
        step: &Step,
    ) -> Result<Vec<u8>, Error> {
        let plain =
            serde_json::to_vec(step).map_err(|_| Error::Internal("a step could not be written"))?;
        self.seal(Purpose::BreachStep, &step_place(breach, number), &plain)
    }

    /// A step opened.
    pub(super) fn unseal_step(&self, taken: &BreachStep) -> Result<Step, Error> {
        let place = step_place(taken.breach, taken.number);
        let plain = self.unseal(Purpose::BreachStep, &place, &taken.details)?;
        serde_json::from_slice(&plain).map_err(|_| Error::Internal("a stored step cannot be read"))
    }
}
