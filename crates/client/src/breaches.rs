//! The calls about the register of breaches.

use serde_json::Value;

use crate::answer::Answer;
use crate::error::ClientError;
use crate::session::Session;
use crate::use_context::UseContext;

const BREACHES: &str = "/v1/breaches";

impl Session {
    /// Reports a suspected breach: `{context, controller, what, when_noticed, documents, clients,
    /// suspected_user}`.
    pub async fn report_breach(&self, report: &Value) -> Result<Answer, ClientError> {
        self.post_json(BREACHES, report).await
    }

    /// Lists the breaches of the own register: `{context, state, page}`.
    pub async fn search_breaches(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{BREACHES}/search"), search).await
    }

    /// Looks at a breach.
    pub async fn find_breach(&self, id: &str, context: &UseContext) -> Result<Answer, ClientError> {
        self.get(&format!("{BREACHES}/{id}{}", context.query())).await
    }

    /// Takes a step about a breach: `{context, kind, words}` and what belongs to the kind.
    pub async fn step_breach(&self, id: &str, step: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{BREACHES}/{id}/steps"), step).await
    }
}
