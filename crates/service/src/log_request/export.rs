//! The entries that were given on a request, with all that proves them, for whoever runs the repository to hand
//! out: the same as in the answer, without a call of a privacy officer.

use uuid::Uuid;
use varanto_store::administration_log::AdministrativeEntry;
use varanto_store::{Plan, log_request};

use crate::Error;
use crate::log_proof::Export;
use crate::service::Service;

impl Service {
    /// What was given on an answered request. That it was taken out is noted in the administration log before
    /// it is given.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a request that is not there; [`Error::LogRequestState`] for one on which nothing
    /// was given.
    pub async fn export_log_answer(&self, request: Uuid) -> Result<Export, Error> {
        let found = self.database.fetch_one(log_request::find(request)).await?;
        let found = found.ok_or(Error::NotFound)?;
        let kept = self.kept_answer(&found).await?;
        let export = kept.and_then(|kept| kept.export);
        let export = export.ok_or(Error::LogRequestState(found.state.as_str()))?;
        let entry = AdministrativeEntry {
            action: "export_log_answer".to_owned(),
            detail: Some(request.to_string()),
            ..self.entry(self.now())
        };
        self.database.commit(Plan::administrative(entry)).await?;
        Ok(export)
    }
}
