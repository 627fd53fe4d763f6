//! The calls about register access rights and clients' choices, for a professional.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::ClientError;
use crate::session::Session;
use crate::use_context::UseContext;

const RIGHTS: &str = "/v1/register-access";

impl Session {
    /// Lists rights: `{view, client, units, organisation, states, page}`.
    pub async fn search_register_access(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{RIGHTS}/search"), search).await
    }

    /// Gives a right by its name, with its history.
    pub async fn find_register_access(
        &self,
        right: &str,
        context: &UseContext,
    ) -> Result<Answer, ClientError> {
        self.get(&format!("{RIGHTS}/{right}{}", context.query())).await
    }

    /// Gives an order about a right: `suspension` and `resumption` with `{reason}`, `reopening` with
    /// `{reason, until}`, `destruction` with `{note}`.
    pub async fn order_register_access(
        &self,
        right: &str,
        order: &str,
        body: &Value,
    ) -> Result<Answer, ClientError> {
        self.post_json(&format!("{RIGHTS}/{right}/{order}"), body).await
    }

    /// Compares documents, by original identifiers, with what is stored under a right.
    pub async fn reconcile_register_access(
        &self,
        right: &str,
        oids: &[String],
    ) -> Result<Answer, ClientError> {
        let body = json!({"oids": oids});
        self.post_json(&format!("{RIGHTS}/{right}/reconciliation"), &body).await
    }

    /// Reports a client's choice: `{client, controller, unit, service_task, from}`.
    pub async fn report_choice(&self, report: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{RIGHTS}/choices"), report).await
    }

    /// Lists reports of choices: `{view, page}`.
    pub async fn search_choices(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{RIGHTS}/choices/search"), search).await
    }

    /// Refuses a report of a choice, with the reason.
    pub async fn refuse_choice(&self, choice: &str, reason: &str) -> Result<Answer, ClientError> {
        let path = format!("{RIGHTS}/choices/{choice}/refusal");
        self.post_json(&path, &json!({"reason": reason})).await
    }
}
