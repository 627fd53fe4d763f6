//! The calls about recipients outside social and health care, and about patient data.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::{Body, Call, Client};
use crate::error::ClientError;
use crate::session::Session;
use crate::use_context::UseContext;

const RECIPIENTS: &str = "/v1/recipients";
const REQUESTS: &str = "/v1/disclosure-requests";
const PATIENT_DATA: &str = "/v1/patient-data";

impl Client {
    /// Lists the recipients of the own controller.
    pub async fn list_recipients(&self) -> Result<Answer, ClientError> {
        self.get(RECIPIENTS).await
    }
}

impl Session {
    /// Registers a recipient: `{name, kind, legal_ground, ground_code, business_id, contact, valid_from,
    /// valid_to}`.
    pub async fn register_recipient(&self, recipient: &Value) -> Result<Answer, ClientError> {
        self.post_json(RECIPIENTS, recipient).await
    }

    /// Ends a recipient.
    pub async fn end_recipient(&self, id: &str) -> Result<Answer, ClientError> {
        self.post_json(&format!("{RECIPIENTS}/{id}/end"), &json!({})).await
    }

    /// Records what a recipient asks for: `{context, recipient, ground, reference, received_on, purpose,
    /// client, documents}`.
    pub async fn record_disclosure_request(&self, request: &Value) -> Result<Answer, ClientError> {
        self.post_json(REQUESTS, request).await
    }

    /// Lists requests: `{context, client, state, page}`.
    pub async fn search_disclosure_requests(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{REQUESTS}/search"), search).await
    }

    /// Looks at a request.
    pub async fn find_disclosure_request(
        &self,
        id: &str,
        context: &UseContext,
    ) -> Result<Answer, ClientError> {
        self.get(&format!("{REQUESTS}/{id}{}", context.query())).await
    }

    /// Decides on a request: `{context, decision, documents, reason}`.
    pub async fn decide_disclosure_request(
        &self,
        id: &str,
        decision: &Value,
    ) -> Result<Answer, ClientError> {
        self.post_json(&format!("{REQUESTS}/{id}/decision"), decision).await
    }

    /// Fetches the package of an approved request, which is given once: `{context}`. Its bytes are the
    /// body of the answer.
    pub async fn deliver_disclosure_request(
        &self,
        id: &str,
        request: &Value,
    ) -> Result<Answer, ClientError> {
        let body = Body::json(request.to_string().into_bytes());
        let path = format!("{REQUESTS}/{id}/package");
        self.send(Call { accept: "application/zip", ..Call::post(&path, &body) }).await
    }

    /// Passes on patient data under a mandate: `{mandate, client, document}`.
    pub async fn pass_on_patient_data(&self, envelope: &Value) -> Result<Answer, ClientError> {
        self.post_json(PATIENT_DATA, envelope).await
    }

    /// How patient data that is passed on stands.
    pub async fn find_patient_data(&self, id: &str) -> Result<Answer, ClientError> {
        self.get(&format!("{PATIENT_DATA}/{id}")).await
    }
}
