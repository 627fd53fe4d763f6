//! The calls about cases, clientships, the continuous record, summaries, and why something is decided so.

use serde_json::Value;
use varanto_model::{MediaType, Oid};

use crate::answer::Answer;
use crate::client::{Body, Call};
use crate::error::ClientError;
use crate::session::Session;
use crate::use_context::UseContext;

const RECORD_ENTRIES: &str = "/v1/record-entries/search";

impl Session {
    /// Lists a client's cases: `{context, client, page}`.
    pub async fn search_cases(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/cases/search", search).await
    }

    /// Looks up a case with its clients.
    pub async fn find_case(&self, case: &Oid, context: &UseContext) -> Result<Answer, ClientError> {
        self.get(&format!("/v1/cases/{case}{}", context.query())).await
    }

    /// Lists a client's clientships in the own register: `{context, client, page}`.
    pub async fn search_clientships(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/clientships/search", search).await
    }

    /// Gets a client's summary: `{context, client}`.
    pub async fn summarise(&self, request: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/summaries", request).await
    }

    /// Reads a client's record entries, oldest first: `{context, client, filter, page}`.
    pub async fn search_record_entries(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json(RECORD_ENTRIES, search).await
    }

    /// The same as one text for reading, in XHTML.
    pub async fn read_record_entries(&self, search: &Value) -> Result<Answer, ClientError> {
        let body = Body::json(search.to_string().into_bytes());
        let call = Call::post(RECORD_ENTRIES, &body);
        self.send(Call { accept: MediaType::Xhtml.as_str(), ..call }).await
    }

    /// Asks how an act would be decided: `{context, action, oid | client | metadata}`.
    pub async fn explain(&self, request: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/decisions/explain", request).await
    }
}
