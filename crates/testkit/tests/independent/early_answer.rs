//! Answers that are given before a large body has been read, as Python's own HTTP client hears them.

use serde_json::{Value, json};
use varanto_testkit::TestServer;

use crate::python::Python;

const MEBIBYTE: usize = 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_a_large_body_hears_why_it_is_refused_and_goes_on() {
    let Some(python) = Python::find() else { return };
    let server = TestServer::start().await;
    let ask = |path: &str, media_type: &str, sizes: &[usize]| {
        let system = &server.organisation("99990001").system;
        let question = json!({
            "base_url": server.base_url(), "ca": server.paths().ca(),
            "certificate": server.paths().join(&system.certificate),
            "key": server.paths().join(&system.key),
            "path": path, "media_type": media_type, "sizes": sizes,
        });
        python.ask("early_answer.py", &question)
    };
    let statuses = |status: u16, times: usize| Value::from(vec![json!([status, 200]); times]);
    // No token: the body is not looked at.
    let sizes = [1, MEBIBYTE, 20 * MEBIBYTE, 40 * MEBIBYTE];
    assert_eq!(ask("/v1/documents", "application/json", &sizes), statuses(401, 4));
    let form = "application/x-www-form-urlencoded";
    assert_eq!(ask("/oauth2/token", form, &sizes[1..]), statuses(413, 3));
    assert_eq!(ask("/oauth2/token", "text/plain", &sizes), statuses(415, 4));
}
