//! Wills are hidden from those who keep the archive (DIS-09): rule A1.

use serde_json::{Value, json};
use varanto_client::UseContext;
use varanto_testkit::{Draft, Expect, TestRepresentative, fresh_client, fresh_oid};

use crate::given::{Pair, code, identifiers, oid};

fn archive() -> UseContext {
    UseContext { purpose: code("archive"), ..UseContext::default() }
}

/// REQ DIS-09
#[tokio::test]
async fn an_archivist_sees_no_will_by_any_name_in_any_list() {
    let pair = Pair::silent().await;
    let first = [
        pair.inform().await,
        pair.permit().await,
        pair.records(pair.denial().everything().draft()).await,
        pair.records(
            Draft::representation(&pair.maija, &pair.client)
                .represented_by(TestRepresentative::of(&fresh_client()).role("32"))
                .draft(),
        )
        .await,
    ];
    let mut second = Vec::new();
    for draft in &first {
        second.push(pair.records(draft.next_version()).await);
    }
    let notice = pair.records(Draft::disclosure_notice(&pair.maija, &pair.client).draft()).await;
    let document = pair.writes().await;
    let archivist = pair.server.person("T-1007").session();
    let context = json!({"purpose": "archive"});
    let absent = fresh_oid();
    for will in first.iter().chain(&second) {
        let (named, original) = (will.oid(), will.metadata["original_oid"].as_str().unwrap());
        for name in [&named, &oid(original)] {
            let fetched = archivist.fetch(name, &archive()).await.unwrap();
            fetched.expect_problem("document-not-found");
            let versions = archivist.versions(name, &archive()).await.unwrap();
            versions.expect_problem("document-not-found");
            let annulled = archivist.annul(name, "väärä", &archive()).await.unwrap();
            annulled.expect_problem("document-not-found");
            let by_number = format!("/v1/documents/{name}?purpose=archive&version=1");
            archivist.get(&by_number).await.unwrap().expect_problem("document-not-found");
        }
        let several = json!({"context": context, "oids": [named.as_str(), absent.as_str()]});
        let several = archivist.fetch_several(&several).await.unwrap().expect_status(200);
        let mut problems: Vec<Value> = several["documents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["problem"].clone())
            .collect();
        for problem in &mut problems {
            problem.as_object_mut().unwrap().remove("instance");
        }
        assert_eq!(problems[0], problems[1]);
        let asked = json!({"action": "read", "oid": named.as_str(), "context": context});
        let told = archivist.explain(&asked).await.unwrap().expect_status(200);
        assert_eq!(told["refusal"], "document-not-found", "{told}");
    }
    // Pages hold what is left, full, and nothing beside them counts.
    let (mut seen, mut page) = (Vec::new(), json!({"size": 1}));
    loop {
        let search = json!({"context": context, "client": pair.client.key(), "page": page});
        let found = archivist.search(&search).await.unwrap().expect_status(200);
        assert_eq!(identifiers(&found).len(), 1, "{found}");
        seen.extend(identifiers(&found));
        let Some(next) = found["next"].as_str() else { break };
        page = json!({"size": 1, "cursor": next});
    }
    seen.sort();
    let mut expected = vec![
        pair.care.case_document.oid().to_string(),
        pair.care.clientship_document.oid().to_string(),
        notice.oid().to_string(),
        document.oid().to_string(),
    ];
    expected.sort();
    assert_eq!(seen, expected);
    for filter in [
        json!({"groups": ["informing", "permit", "denial", "representation"]}),
        json!({"structures": [first[2].metadata["structure"]]}),
        json!({"type_codes": [first[1].metadata["type_code"]]}),
    ] {
        let search = json!({"context": context, "client": pair.client.key(), "filter": filter});
        let found = archivist.search(&search).await.unwrap().expect_status(200);
        assert_eq!((&found["documents"], &found["next"]), (&json!([]), &Value::Null), "{filter}");
    }
}
