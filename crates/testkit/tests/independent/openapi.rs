//! The description of the interface, held against openapi-spec-validator of PyPI.

use serde_json::json;
use varanto_testkit::{Expect, TestServer};

use crate::python::Python;

#[tokio::test]
async fn the_served_openapi_document_is_valid_openapi_3_1() {
    let Some(python) = Python::find() else { return };
    let server = TestServer::start().await;
    let document = server.stranger().get("/openapi.json").await.unwrap().expect_status(200);
    assert_eq!(document["servers"][0]["url"], server.base_url());
    let found = python.ask("openapi_valid.py", &document);
    assert_eq!(found, json!({"version": "3.1.0", "faults": []}));
}
