//! The calls that a system makes without a professional: directories, and the server itself.

use varanto_model::Oid;

use crate::answer::Answer;
use crate::client::Client;
use crate::error::ClientError;

impl Client {
    /// Lists the document structures.
    pub async fn structures(&self) -> Result<Answer, ClientError> {
        self.get("/v1/structures").await
    }

    /// One document structure.
    pub async fn structure(&self, oid: &Oid) -> Result<Answer, ClientError> {
        self.get(&format!("/v1/structures/{oid}")).await
    }

    /// The JSON Schema of a structure, byte for byte.
    pub async fn structure_schema(&self, oid: &Oid) -> Result<Answer, ClientError> {
        self.get(&format!("/v1/structures/{oid}/schema")).await
    }

    /// Lists the code sets, without their codes.
    pub async fn code_sets(&self) -> Result<Answer, ClientError> {
        self.get("/v1/code-sets").await
    }

    /// One code set with its codes.
    pub async fn code_set(&self, oid: &Oid) -> Result<Answer, ClientError> {
        self.get(&format!("/v1/code-sets/{oid}")).await
    }

    /// Lists the organisations with their units.
    pub async fn organisations(&self) -> Result<Answer, ClientError> {
        self.get("/v1/organisations").await
    }

    /// The organisation with this operating unit, controller or service unit.
    pub async fn organisation(&self, oid: &Oid) -> Result<Answer, ClientError> {
        self.get(&format!("/v1/organisations/{oid}")).await
    }

    /// Whether the server can serve: 200 or 503.
    pub async fn readiness(&self) -> Result<Answer, ClientError> {
        self.get("/readyz").await
    }

    /// The OpenAPI document.
    pub async fn openapi(&self) -> Result<Answer, ClientError> {
        self.get("/openapi.json").await
    }
}
