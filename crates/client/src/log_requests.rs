//! The calls about clients' requests for log data.

use serde_json::Value;

use crate::answer::Answer;
use crate::client::Call;
use crate::error::ClientError;
use crate::session::Session;
use crate::use_context::UseContext;

const REQUESTS: &str = "/v1/log-requests";

impl Session {
    /// Registers what a client asks of the log: `{context, client, received_at, channel, identified_by,
    /// period, reason_for_older, units, language}`.
    pub async fn register_log_request(&self, request: &Value) -> Result<Answer, ClientError> {
        self.post_json(REQUESTS, request).await
    }

    /// Lists requests: `{context, state, due_before, page}`.
    pub async fn search_log_requests(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{REQUESTS}/search"), search).await
    }

    /// Looks at a request.
    pub async fn find_log_request(
        &self,
        id: &str,
        context: &UseContext,
    ) -> Result<Answer, ClientError> {
        self.get(&format!("{REQUESTS}/{id}{}", context.query())).await
    }

    /// Takes more time for a request: `{context, reason}`.
    pub async fn extend_log_request(
        &self,
        id: &str,
        extension: &Value,
    ) -> Result<Answer, ClientError> {
        self.post_json(&format!("{REQUESTS}/{id}/extension"), extension).await
    }

    /// Lists the entries that would be given: `{context, page}`.
    pub async fn preview_log_request(
        &self,
        id: &str,
        preview: &Value,
    ) -> Result<Answer, ClientError> {
        self.post_json(&format!("{REQUESTS}/{id}/preview"), preview).await
    }

    /// Answers a request, once: `{context, withheld, joint, with_proofs, in_parts, refusal}`.
    pub async fn answer_log_request(
        &self,
        id: &str,
        decision: &Value,
    ) -> Result<Answer, ClientError> {
        self.post_json(&format!("{REQUESTS}/{id}/answer"), decision).await
    }

    /// Fetches what was answered, in a language (`fi`, `sv`, `en`) and a form, such as `application/json` or
    /// `application/pdf`.
    pub async fn fetch_log_answer(
        &self,
        id: &str,
        (language, form): (&str, &'static str),
        context: &UseContext,
    ) -> Result<Answer, ClientError> {
        let query = context.query();
        let joint = if query.is_empty() { '?' } else { '&' };
        let path = format!("{REQUESTS}/{id}/answer{query}{joint}language={language}");
        self.send(Call { accept: form, ..Call::get(&path) }).await
    }
}
