//! A request as it is told in the controller's own register.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;
use varanto_rules::Mask;
use varanto_store::Purpose;
use varanto_store::log_request::{LogRequest, LogRequestState};

use super::kept::{Kept, Outcome};
use super::wanted::Details;
use crate::Error;
use crate::service::Service;

/// A request with what became of it. Has no `Debug`: it names a person.
#[derive(Serialize)]
pub struct ShownLogRequest {
    id: Uuid,
    state: &'static str,
    registered_at: Timestamp,
    registered_by: String,
    received_on: Date,
    /// The last day on which it is answered in time.
    due: Date,
    /// Is it open though that day is over?
    overdue: bool,
    #[serde(flatten)]
    details: Details,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<ShownExtension>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<ShownAnswer>,
}

/// Requests hold no contact data.
impl Mask for ShownLogRequest {
    fn masked(self) -> Self {
        self
    }
}

impl ShownLogRequest {
    /// The same with what was answered.
    pub(super) fn with_outcome(mut self, outcome: Option<Outcome>) -> Self {
        if let Some(answer) = &mut self.answer {
            answer.outcome = outcome;
        }
        self
    }
}

#[derive(Serialize)]
struct ShownExtension {
    at: Timestamp,
    by: String,
    reason: String,
}

#[derive(Serialize)]
struct ShownAnswer {
    at: Timestamp,
    by: String,
    #[serde(flatten)]
    outcome: Option<Outcome>,
}

impl Service {
    /// A request opened, as it stands today.
    pub(super) fn shown_log_request(
        &self,
        request: &LogRequest,
        details: Details,
        today: Date,
    ) -> Result<ShownLogRequest, Error> {
        let extension = request.extension.as_ref().map(|extension| {
            let sealed = &extension.reason;
            Ok::<_, Error>(ShownExtension {
                at: extension.at,
                by: extension.user_id.clone(),
                reason: self.unseal_text(Purpose::LogRequestExtension, request.id, sealed)?,
            })
        });
        let answer = request.answered.as_ref().map(|answered| ShownAnswer {
            at: answered.at,
            by: answered.user_id.clone(),
            outcome: None,
        });
        Ok(ShownLogRequest {
            id: request.id,
            state: request.state.as_str(),
            registered_at: request.at,
            registered_by: request.user_id.clone(),
            received_on: request.received_on,
            due: request.due_on,
            overdue: request.state == LogRequestState::Open && request.due_on < today,
            details,
            extension: extension.transpose()?,
            answer,
        })
    }

    /// What was answered on a request, if it was.
    pub(super) async fn kept_answer(&self, request: &LogRequest) -> Result<Option<Kept>, Error> {
        let query = varanto_store::log_request::kept_answer(request.id);
        let Some(sealed) = self.database.fetch_one(query).await? else { return Ok(None) };
        let plain = self.unseal(Purpose::LogRequestAnswer, request.id.as_bytes(), &sealed)?;
        let kept = serde_json::from_slice(&plain)
            .map_err(|_| Error::Internal("a stored answer cannot be read"))?;
        Ok(Some(kept))
    }
}
