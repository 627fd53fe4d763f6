//! What is taken as old data and what is not, and what the logs say of it.

use varanto_model::Oid;
use varanto_service::{Error, Importer};
use varanto_store::use_log::Outcome;
use varanto_testkit::{Draft, Expect, fresh_case, fresh_client};

use crate::in_process::InProcess;
use crate::old_data::{
    afterwards, archivist, body, entry, faults, letter, store, tampered, unsafe_form, whole_file,
    word,
};

/// REQ DOC-10, REQ DOC-08
#[tokio::test(flavor = "multi_thread")]
async fn good_documents_of_a_batch_are_stored_and_bad_ones_refused_each_with_all_its_faults() {
    let varanto = InProcess::start().await;
    let (maija, other) = (varanto.site.person("S-1001"), varanto.site.person("S-2001"));
    let archivist_person = varanto.site.person("T-1007");
    let client = fresh_client;
    let two_faults = unsafe_form(&letter(&maija, &client())).with("service_task", "X-NOTHING");
    let system = letter(&maija, &client()).signers;
    let mut professional = letter(&maija, &client()).unsigned();
    let signer = maija.card_signer();
    professional =
        professional.signed_by(varanto_model::SignatureRole::Professional, signer.clone());
    let mut both = professional.clone().with("oid", "1.2.246.10.99990001.11.2023.900");
    both = both.with("original_oid", "1.2.246.10.99990001.11.2023.900");
    both.signers.extend(system);
    let batch = vec![
        body(&letter(&maija, &client())),
        b"{\"metadata\":".to_vec(),
        tampered(&letter(&maija, &client())),
        body(&letter(&maija, &client()).with("written_at", afterwards())),
        body(&letter(&maija, &client()).with("written_at", "2024-01-01T00:00:00+02:00")),
        body(&letter(&maija, &client()).with("written_at", "2023-12-31T23:59:59+02:00")),
        body(&letter(&maija, &client()).with("written_at", "1998-03-04T12:00:00+02:00")),
        body(&two_faults),
        body(&letter(&maija, &client()).unsigned()),
        body(&professional),
        body(&both),
        body(&letter(&other, &client())),
        body(&entry(&maija, &client(), &fresh_case())),
        body(&Draft::informing(&maija, client().as_str()).draft()),
        b"[]".to_vec(),
        Vec::new(),
    ];
    let after = varanto.last_number().await;
    let run = varanto.import(false).await;
    let checked = run.check(batch).await.unwrap();
    let settled = run.store(checked, true).await.unwrap();
    let words: Vec<_> = settled.iter().map(word).collect();
    let expected = [
        "stored",
        "invalid-request",
        "signature-invalid",
        "not-old-data",
        "not-old-data",
        "stored",
        "stored",
        "unknown-code",
        "signature-missing",
        "signature-missing",
        "stored",
        "not-the-controller",
        "case-missing",
        "hidden-from-archivist",
        "invalid-request",
        "invalid-request",
    ];
    assert_eq!(words, expected);
    let told = faults(&settled[7]);
    assert!(told.contains(&("/metadata/service_task".to_owned(), "unknown-code")), "{told:?}");
    assert!(told.iter().any(|(at, _)| at == "/content/0"), "{told:?}");

    // Every document has its entry in the log, whatever became of it.
    let entries = varanto.committed(after).await;
    assert_eq!(entries.len(), expected.len());
    let id = run.id().to_string();
    for (_, entry) in &entries {
        assert_eq!(entry.action, "import");
        assert_eq!(entry.user_id, archivist_person.person.id);
        assert_eq!(entry.request_id.as_deref(), Some(id.as_str()));
        assert_eq!((entry.certificate, entry.authentication.as_str()), (None, "system"));
    }
    let mut logged: Vec<_> = entries
        .iter()
        .map(|(_, entry)| match &entry.outcome {
            Outcome::Permitted => "stored",
            Outcome::Refused(why) => why.as_str(),
        })
        .collect();
    let mut told = expected;
    logged.sort_unstable();
    told.sort_unstable();
    assert_eq!(logged, told);
    let purposes: Vec<_> = entries.iter().filter_map(|(_, e)| e.purpose.as_deref()).collect();
    assert!(purposes.iter().all(|purpose| *purpose == "archive"), "{purposes:?}");
}

/// REQ DOC-10
#[tokio::test(flavor = "multi_thread")]
async fn each_run_stands_in_the_administration_log_with_its_counts() {
    let varanto = InProcess::start().await;
    let maija = varanto.site.person("S-1001");
    let run = varanto.import(false).await;
    let good = letter(&maija, &fresh_client());
    let checked = run.check(vec![body(&good), b"x".to_vec()]).await.unwrap();
    let mut summary = varanto_service::ImportSummary::default();
    for settled in run.store(checked, true).await.unwrap() {
        summary.count(&settled.verdict);
    }
    let id = run.id().to_string();
    run.end(&summary).await.unwrap();
    let entries = varanto.import_entries().await;
    let told: Vec<_> = entries.iter().map(|e| e.detail.as_deref().unwrap()).collect();
    assert_eq!(told, ["ended: 1 stored, 1 refused", "begun"]);
    for entry in &entries {
        assert_eq!(entry.request_id.as_deref(), Some(id.as_str()));
        assert_eq!(entry.actor.as_deref(), Some("T-1007"));
        assert_eq!(entry.organisation.as_ref(), Some(&archivist().organisation));
    }
}

/// REQ DOC-10, REQ ARC-01
#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_an_archivist_of_a_registers_organiser_begins() {
    let varanto = InProcess::start().await;
    let oid = |text: &str| Oid::parse(text).unwrap();
    let who = |user: &str, unit: Option<&str>| Importer {
        user: user.to_owned(),
        unit: unit.map(oid),
        ..archivist()
    };
    let begin = async |importer: &Importer| {
        varanto.service.import_documents(importer, false).await.map(|_| ()).unwrap_err()
    };
    let worker = begin(&who("S-1002", None)).await;
    assert!(matches!(&worker, Error::Refused { rules, .. } if *rules == ["A1"]), "{worker:?}");
    let refused = varanto.import_entries().await;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].outcome, Outcome::Refused("purpose-not-permitted".to_owned()));
    // Who does not exist, or has several units, is told so.
    for (importer, code) in [
        (who("T-9999", None), "user-unknown"),
        (Importer { organisation: oid("1.2.3"), ..archivist() }, "user-unknown"),
        (who("S-1001", None), "missing"),
    ] {
        let Error::Rejected { faults, .. } = begin(&importer).await else { panic!("{code}") };
        assert_eq!(faults.as_slice()[0].code, code);
    }
    let elsewhere = begin(&who("T-1007", Some("1.2.246.10.99990001.10.1"))).await;
    assert_eq!(elsewhere.slug(), "user-unknown");
}

/// REQ DOC-10, REQ DOC-07, REQ CASE-05
#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_in_bulk_is_read_and_found_like_anything_else() {
    let varanto = InProcess::start().await;
    let maija = varanto.site.person("S-1001");
    let drafts = whole_file(&maija, &fresh_case());
    let run = varanto.import(false).await;
    let stored = store(&run, drafts.iter().map(body).collect(), true).await;
    assert_eq!(stored, ["stored"; 6]);
    assert_eq!(varanto.differences().await, 0);

    let server = varanto_testkit::TestServer::over(varanto.site).await;
    let session = server.person("S-1001").session();
    for draft in &drafts {
        let path = format!("/v1/documents/{}", draft.metadata["original_oid"].as_str().unwrap());
        let query = format!("{path}?version={}", draft.metadata["version"]);
        let fetched = session.get(&query).await.unwrap().expect_status(200);
        assert_eq!(fetched["metadata"], draft.metadata);
    }
    let client = &drafts[0].metadata["clients"][0]["id"];
    let search = serde_json::json!({"client": {"id": client}});
    let found = session.search(&search).await.unwrap();
    assert_eq!(found.expect_status(200)["documents"].as_array().unwrap().len(), 4);
}
