//! Storing documents and versions.

use varanto_testkit::{Draft, Expect, TestServer, fresh_client};

/// REQ DOC-01
#[tokio::test]
async fn a_right_document_is_stored() {
    let server = TestServer::start().await;
    let maija = server.person("S-1001");
    let draft = Draft::assessment(&maija, &fresh_client());
    let receipt = maija.session().store(&draft.build()).await.unwrap().expect_status(201);
    assert_eq!(receipt["oid"], draft.oid().as_str());
}
