//! What is kept sealed of a breach and of its steps.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varanto_model::{Digest, Oid};
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
    /// The organisation of that user, where the log has it and not only somebody's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) suspected_organisation: Option<Oid>,
    /// The identifiers of those who were named but are no clients in the register, as far as it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) named_clients: Vec<String>,
    /// The digest of what somebody reported, by which it is known when it comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) report: Option<Digest>,
}

impl BreachDetails {
    /// Is it by the log that a user is suspected? Whoever reports may name anybody, and keeps nobody from judging
    /// the breach by it.
    pub(super) fn suspects(&self, organisation: &Oid, user_id: &str) -> bool {
        self.suspected_organisation.as_ref() == Some(organisation)
            && self.suspected_user.as_deref() == Some(user_id)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ LOG-07
    #[test]
    fn a_user_is_suspected_by_the_log_and_not_by_what_somebody_says() {
        let of = |text| Oid::parse(text).unwrap();
        let (own, other) = (of("1.2.246.10.99990001.10.0"), of("1.2.246.10.99990002.10.0"));
        let details = |organisation: Option<&Oid>| BreachDetails {
            what: "x".to_owned(),
            when_noticed: None,
            suspected_user: Some("T-1008".to_owned()),
            suspected_organisation: organisation.cloned(),
            named_clients: Vec::new(),
            report: None,
        };
        assert!(details(Some(&own)).suspects(&own, "T-1008"));
        assert!(!details(Some(&own)).suspects(&own, "T-1009"));
        assert!(!details(Some(&other)).suspects(&own, "T-1008"), "a namesake elsewhere");
        assert!(!details(None).suspects(&own, "T-1008"), "somebody has said so");
    }
}
