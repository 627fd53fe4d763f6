//! The answer as a page that a person reads.

use serde_json::json;
use varanto_documents::pdfa;
use varanto_model::Pointer;
use varanto_testkit::Expect;

use crate::given::{Given, supervision};

const XHTML: &str = "application/xhtml+xml";
const PDF: &str = "application/pdf";

/// REQ LOG-05
#[tokio::test]
async fn a_page_tells_what_the_data_tell_in_the_language_that_is_wanted() {
    let given = Given::start().await;
    let letter = given.letter().await;
    let id = given.register(&given.request()).await;
    given.answer(&id, &json!({})).await;
    for (language, words) in [
        (
            "fi",
            [
                "Vastaus lokitietopyyntöön",
                "Asiakirja tallennettu",
                "Oma rekisteri",
                "10.9.2026 12.00",
            ],
        ),
        (
            "sv",
            [
                "Svar på begäran om logguppgifter",
                "Handling lagrad",
                "Det egna registret",
                "10.9.2026 12.00",
            ],
        ),
        (
            "en",
            [
                "Answer to a request for log data",
                "Document stored",
                "Own register",
                "10 September 2026, 12:00",
            ],
        ),
    ] {
        let form = (language, XHTML);
        let answer = given.officer.fetch_log_answer(&id, form, &supervision()).await.unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["content-type"], XHTML);
        let page = String::from_utf8(answer.body).unwrap();
        for word in words {
            assert!(page.contains(word), "{word}: {page}");
        }
        for shown in ["Esimerkki, Maija", given.client.as_str(), letter.oid().as_str()] {
            assert!(page.contains(shown), "{shown}");
        }
        assert!(!page.contains("S-1001"), "the name of a worker is told, and not the id");
    }
}

/// REQ LOG-05
#[tokio::test]
async fn a_pdf_to_take_along_is_the_same_each_time() {
    let given = Given::start().await;
    let id = given.register(&given.request()).await;
    let refusal = json!({"refusal": {"ground": "client-health", "words": "Lääkärin arvio"}});
    given.answer(&id, &refusal).await;
    let pdf = async || {
        let answer = given.officer.fetch_log_answer(&id, ("fi", PDF), &supervision()).await;
        let answer = answer.unwrap();
        assert_eq!((answer.status, &answer.headers["content-type"]), (200, &PDF.parse().unwrap()));
        answer.body
    };
    let first = pdf().await;
    assert!(pdfa::check(&first, &Pointer::root()).is_ok());
    given.server.set_clock("2027-01-01T12:00:00+02:00");
    assert!(first == pdf().await);
    let form = ("de", PDF);
    let refused = given.officer.fetch_log_answer(&id, form, &supervision()).await.unwrap();
    assert_eq!(refused.expect_problem("invalid-request").errors[0].pointer, "/language");
}
