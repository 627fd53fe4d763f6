//! The calls about documents and the logs, for a professional.

use serde_json::{Value, json};
use varanto_model::{MediaType, Oid};

use crate::answer::Answer;
use crate::client::Call;
use crate::error::ClientError;
use crate::session::Session;
use crate::use_context::UseContext;

const DOCUMENTS: &str = "/v1/documents";

impl Session {
    /// Stores a document: an envelope, such as [`crate::EnvelopeBuilder::build`] gives.
    pub async fn store(&self, envelope: &Value) -> Result<Answer, ClientError> {
        self.post_json(DOCUMENTS, envelope).await
    }

    /// Searches for a client's documents: `{context, client, filter, page}`.
    pub async fn search(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{DOCUMENTS}/search"), search).await
    }

    /// Fetches a document whole, by the identifier of a version or the original one.
    pub async fn fetch(&self, oid: &Oid, context: &UseContext) -> Result<Answer, ClientError> {
        self.get(&format!("{DOCUMENTS}/{oid}{}", context.query())).await
    }

    /// Fetches the bytes of one form of a document. JSON is what [`Session::fetch`] gives.
    pub async fn fetch_form(
        &self,
        oid: &Oid,
        form: MediaType,
        context: &UseContext,
    ) -> Result<Answer, ClientError> {
        let path = format!("{DOCUMENTS}/{oid}{}", context.query());
        self.send(Call { accept: form.as_str(), ..Call::get(&path) }).await
    }

    /// Fetches several documents: `{context, oids}`, each with its own outcome.
    pub async fn fetch_several(&self, request: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{DOCUMENTS}/fetch"), request).await
    }

    /// Lists the versions of a document.
    pub async fn versions(&self, oid: &Oid, context: &UseContext) -> Result<Answer, ClientError> {
        self.get(&format!("{DOCUMENTS}/{oid}/versions{}", context.query())).await
    }

    /// Annuls a document, with the reason.
    pub async fn annul(
        &self,
        oid: &Oid,
        reason: &str,
        context: &UseContext,
    ) -> Result<Answer, ClientError> {
        let path = format!("{DOCUMENTS}/{oid}/annulment{}", context.query());
        self.post_json(&path, &json!({"reason": reason})).await
    }

    /// Moves a document that went into the wrong register: `envelope` is the corrected one, for the
    /// register where it belongs.
    pub async fn transfer(
        &self,
        oid: &Oid,
        reason: &str,
        envelope: &Value,
        context: &UseContext,
    ) -> Result<Answer, ClientError> {
        let path = format!("{DOCUMENTS}/{oid}/transfer{}", context.query());
        self.post_json(&path, &json!({"reason": reason, "document": envelope})).await
    }

    /// Joins a temporary identifier to a person: `{context, temporary, client}`.
    pub async fn join_client(&self, request: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/clients/joining", request).await
    }

    /// Looks at the use log of the own register: `{context, filter, page}`.
    pub async fn search_use_log(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/logs/use/search", search).await
    }

    /// Looks at the disclosure log of the own register: `{context, filter, page}`.
    pub async fn search_disclosure_log(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/logs/disclosure/search", search).await
    }
}
