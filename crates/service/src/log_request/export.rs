//! The entries that were given on a request, with all that proves them, for whoever runs the repository to hand
//! out: the same as in the answer, without a call of a privacy officer.

use serde_json::json;
use uuid::Uuid;
use varanto_rules::{Action, Purpose};
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::use_log::{Outcome, UseEntry};
use varanto_store::{Plan, log_request};

use crate::Error;
use crate::log_proof::Export;
use crate::service::Service;
use crate::world::fresh_key;

/// Whoever runs the repository, as it stands in the use log: nobody of the user registers.
const OPERATOR: &str = "operator";

impl Service {
    /// What was given on an answered request, taken out by somebody of this name. It is a use of the client's
    /// data: it stands in the log of the register, and in the administration log, before it is given.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a request that is not there; [`Error::LogRequestState`] for one on which nothing
    /// was given.
    pub async fn export_log_answer(&self, request: Uuid, by: &str) -> Result<Export, Error> {
        let found = self.database.fetch_one(log_request::find(request)).await?;
        let found = found.ok_or(Error::NotFound)?;
        let kept = self.kept_answer(&found).await?;
        let export = kept.and_then(|kept| kept.export);
        let export = export.ok_or(Error::LogRequestState(found.state.as_str()))?;
        let client = self.log_request_details(&found)?.client.identifier()?;
        let file = self.file_of_person(&client, &found.controller).await?;
        let snapshot = self.fresh_snapshot().await?;
        let organiser = snapshot.directory.of_controller(&found.controller);
        let organiser = organiser.ok_or(Error::Internal("a log request has no controller"))?;
        let at = self.now();
        let mut plan = Plan::administrative(AdministrativeEntry {
            action: "export_log_answer".to_owned(),
            organisation: Some(organiser.operating_unit.clone()),
            actor: Some(by.to_owned()),
            detail: Some(request.to_string()),
            ..self.entry(at)
        });
        plan.also_recorded(UseEntry {
            id: fresh_key(at, &*self.randomness),
            at,
            controller: found.controller,
            client: file.map(|file| file.key),
            action: Action::AnswerLogRequest.as_str().to_owned(),
            outcome: Outcome::Permitted,
            basis: None,
            purpose: Some(Purpose::Supervision.as_str().to_owned()),
            user_id: OPERATOR.to_owned(),
            user_name: by.to_owned(),
            unit: None,
            organisation: organiser.operating_unit.clone(),
            role: None,
            authentication: OPERATOR.to_owned(),
            documents: Vec::new(),
            case: None,
            special_reason: None,
            ground: None,
            rules: Vec::new(),
            parameters: Some(json!({"request": request, "act": "export"}).to_string()),
            request_id: None,
            certificate: None,
        });
        self.database.commit(plan).await?;
        Ok(export)
    }
}
