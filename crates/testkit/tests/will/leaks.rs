//! Nothing of what is kept back leaks from lists: not by a count, a page, a gap, a cursor, a search parameter
//! or a link (DIS-03, DIS-04).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use varanto_client::{Session, UseContext};
use varanto_model::MediaType;
use varanto_testkit::{Care, Draft, Expect, TestClient, fresh_case, fresh_client, fresh_oid};

use crate::given::{
    MALLILA, Pair, body_of, broadly, by_disclosure, file, identifiers, names, oid, search_of,
    store, with_reason,
};

/// A cursor of this place.
fn cursor(micros: i64, original: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{micros}/{original}"))
}

/// The document that a cursor stands at.
fn cursor_at(cursor: &Value) -> String {
    let text = URL_SAFE_NO_PAD.decode(cursor.as_str().unwrap()).unwrap();
    String::from_utf8(text).unwrap().split_once('/').unwrap().1.to_owned()
}

async fn page(pair: &Pair, page: Value) -> Value {
    let mut search = search_of(&pair.client, &by_disclosure());
    search["page"] = page;
    pair.mallila.search(&search).await.unwrap().expect_status(200)
}

/// A document written on each of so many days, oldest first.
async fn of_days(pair: &Pair, days: usize) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for day in 1..=days {
        drafts.push(pair.writes_at(&format!("2026-06-{day:02}T10:00:00Z")).await);
    }
    drafts
}

/// REQ DIS-03
#[tokio::test]
async fn pages_are_full_and_end_as_if_there_were_nothing_between() {
    let pair = Pair::open().await;
    let drafts = of_days(&pair, 13).await;
    // Of all from the oldest on every other one is denied: the oldest and the newest are.
    let denied: Vec<_> = drafts.iter().step_by(2).collect();
    let denial = denied.iter().fold(pair.denial(), |denial, draft| denial.document(&draft.oid()));
    pair.records(denial.draft()).await;
    let left: Vec<&Draft> = drafts.iter().skip(1).step_by(2).rev().collect();
    let left = names(&left);
    for size in 1..=7 {
        let (mut seen, mut asked) = (Vec::new(), json!({"size": size}));
        loop {
            let page = page(&pair, asked).await;
            let found = identifiers(&page);
            let expected: Vec<_> = left[seen.len()..].iter().take(size).cloned().collect();
            assert_eq!(found, expected, "a page of {size} is full");
            seen.extend(found);
            assert_eq!(page.as_object().unwrap().len(), 3, "no totals: {page}");
            if page["next"].is_null() {
                break;
            }
            assert!(left.contains(&cursor_at(&page["next"])), "a cursor tells of what is denied");
            assert_ne!(cursor_at(&page["next"]), *left.last().unwrap(), "nothing follows that");
            asked = json!({"size": size, "cursor": page["next"]});
        }
        assert_eq!(seen, left);
    }
}

/// REQ DIS-03
#[tokio::test]
async fn more_denied_documents_than_a_page_has_leave_no_gap() {
    let pair = Pair::open().await;
    let oldest = pair.writes_at("2025-01-01T10:00:00Z").await;
    let kept = of_days(&pair, 28).await;
    let newest = pair.writes_at("2026-08-01T10:00:00Z").await;
    // One by one, so that none of them is left to the store by its controller or service task.
    let denial = kept.iter().fold(pair.denial(), |denial, draft| denial.document(&draft.oid()));
    pair.records(denial.draft()).await;
    let one = page(&pair, json!({"size": 1})).await;
    assert_eq!(identifiers(&one), names(&[&newest]));
    assert_eq!(cursor_at(&one["next"]), newest.oid().as_str());
    let two = page(&pair, json!({"size": 1, "cursor": one["next"]})).await;
    assert_eq!((identifiers(&two), &two["next"]), (names(&[&oldest]), &Value::Null));
}

/// REQ DIS-03
#[tokio::test]
async fn a_thousand_denied_documents_are_all_kept_back_and_no_more_are_taken() {
    let pair = Pair::open().await;
    let drafts = of_days(&pair, 4).await;
    let many = (0..998).fold(pair.denial(), |denial, _| denial.document(&fresh_oid()));
    let many = many.document(&drafts[0].oid()).document(&drafts[2].oid());
    let refused = pair.testila.store(&many.clone().document(&fresh_oid()).draft().build()).await;
    let problem = refused.unwrap().expect_problem("invalid-request");
    assert_eq!(problem.errors[0].code, "too-many");
    assert_eq!(pair.shown().await.len(), 4);
    pair.records(many.draft()).await;
    let one = page(&pair, json!({"size": 1})).await;
    assert_eq!(identifiers(&one), names(&[&drafts[3]]));
    let two = page(&pair, json!({"size": 1, "cursor": one["next"]})).await;
    assert_eq!((identifiers(&two), &two["next"]), (names(&[&drafts[1]]), &Value::Null));
    pair.expect(&drafts[0], false).await;
    pair.expect(&drafts[1], true).await;
}

/// REQ DIS-03
#[tokio::test]
async fn a_cursor_of_a_denied_document_is_worth_as_much_as_any() {
    let pair = Pair::open().await;
    let drafts = of_days(&pair, 5).await;
    pair.records(pair.denial().document(&drafts[2].oid()).draft()).await;
    let micros = |day: u8| {
        let at: jiff::Timestamp = format!("2026-06-{day:02}T10:00:00Z").parse().unwrap();
        at.as_microsecond()
    };
    let denied = cursor(micros(3), drafts[2].oid().as_str());
    let absent = cursor(micros(3), fresh_oid().as_str());
    let expected = names(&[&drafts[1], &drafts[0]]);
    for cursor in [denied, absent] {
        let found = page(&pair, json!({"size": 9, "cursor": cursor})).await;
        assert_eq!((identifiers(&found), &found["next"]), (expected.clone(), &Value::Null));
    }
}

/// REQ DIS-03, DIS-09
#[tokio::test]
async fn the_next_page_goes_on_where_a_denial_has_come_between() {
    let pair = Pair::open().await;
    let drafts = of_days(&pair, 6).await;
    let first = page(&pair, json!({"size": 2})).await;
    assert_eq!(identifiers(&first), names(&[&drafts[5], &drafts[4]]));
    // Where the cursor stands, and what would have come next.
    let denial = pair.denial().document(&drafts[4].oid()).document(&drafts[3].oid()).draft();
    pair.records(denial.clone()).await;
    let asked = json!({"size": 2, "cursor": first["next"]});
    let second = page(&pair, asked.clone()).await;
    assert_eq!(identifiers(&second), names(&[&drafts[2], &drafts[1]]));
    pair.records(pair.denial().everything().version_after(&denial)).await;
    for cursor in [&first["next"], &second["next"]] {
        let found = page(&pair, json!({"size": 2, "cursor": cursor})).await;
        assert_eq!((&found["documents"], &found["next"]), (&json!([]), &Value::Null));
    }
}

/// REQ DIS-03
#[tokio::test]
async fn no_member_of_a_filter_finds_what_is_denied() {
    let pair = Pair::open().await;
    let shown = pair.writes().await;
    let families = Draft::case(&pair.maija, &pair.client, &fresh_case()).service_task("10");
    pair.records(families.draft()).await;
    let denied = pair.care.draft(&pair.maija).in_case(families.oid());
    let denied = denied
        .with("service_task", "10")
        .with("unit", "1.2.246.10.99990001.10.2")
        .with("written_at", "2025-01-02T10:00:00Z");
    let denied = pair.records(denied).await;
    let letter = pair.care.letter(&pair.maija, file()).with("written_at", "2025-01-03T10:00:00Z");
    let letter = pair.records(letter).await;
    let denial = pair.denial().document(&denied.oid()).document(&letter.oid()).draft();
    pair.records(denial).await;
    let (day, no_day) = ("2025-01-02T00:00:00Z", "2024-01-02T00:00:00Z");
    let nothing = "1.2.246.10.99990001.14.2026.98765";
    let of = |draft: &Draft, member: &str| draft.metadata[member].clone();
    for (filter, of_nothing) in [
        (json!({"cases": [families.oid().as_str()]}), json!({"cases": [nothing]})),
        (json!({"service_tasks": ["10"]}), json!({"service_tasks": ["15"]})),
        (json!({"units": [of(&denied, "unit")]}), json!({"units": [nothing]})),
        (
            json!({"type_codes": [of(&letter, "type_code")], "written_to": "2025-06-01T00:00:00Z"}),
            json!({"type_codes": ["9999"]}),
        ),
        (
            json!({"structures": [of(&denied, "structure")], "service_tasks": ["10"]}),
            json!({"structures": [nothing]}),
        ),
        (
            json!({"written_from": day, "written_to": "2025-01-05T00:00:00Z"}),
            json!({"written_from": no_day, "written_to": day}),
        ),
        (
            json!({"services": of(&denied, "services"), "service_tasks": ["10"]}),
            json!({"services": ["99"]}),
        ),
        (
            json!({"service_processes": [of(&denied, "service_process")], "service_tasks": ["10"]}),
            json!({"service_processes": ["X-NONE"]}),
        ),
        (
            json!({"providers": [of(&denied, "provider")], "service_tasks": ["10"]}),
            json!({"providers": [nothing]}),
        ),
        (
            json!({"controllers": [of(&denied, "controller")], "service_tasks": ["10"]}),
            json!({"controllers": [nothing]}),
        ),
        (json!({"controllers": [MALLILA]}), json!({"controllers": [nothing]})),
        (
            json!({"groups": ["case", "clientship", "denial", "permit"]}),
            json!({"groups": ["record_entry"]}),
        ),
        (json!({"generations": ["old", "phase1"]}), json!({"generations": ["old"]})),
        (
            json!({"stored_from": "2020-01-01T00:00:00Z", "service_tasks": ["10"]}),
            json!({"stored_to": "2020-01-01T00:00:00Z"}),
        ),
        (
            json!({"include_annulled": true, "service_tasks": ["10"]}),
            json!({"include_annulled": true, "cases": [nothing]}),
        ),
    ] {
        let mut bodies = Vec::new();
        for filter in [&filter, &of_nothing] {
            let mut search = search_of(&pair.client, &by_disclosure());
            search["filter"] = filter.clone();
            let answer = pair.mallila.search(&search).await.unwrap();
            assert_eq!(answer.expect_status(200)["documents"], json!([]), "{filter}");
            bodies.push(answer.body);
        }
        assert_eq!(bodies[0], bodies[1], "{filter}");
    }
    assert_eq!(pair.shown().await, names(&[&shown]));
}

/// REQ DIS-03
#[tokio::test]
async fn links_are_withheld_and_what_they_could_be_found_out_by() {
    let pair = Pair::open().await;
    let denied = pair.writes_at("2026-06-01T10:00:00Z").await;
    let links = json!([{"oid": denied.oid().as_str(), "relation": "based_on"}]);
    let linked = pair.care.draft(&pair.maija).with("links", links);
    let linked = pair.records(linked.with("written_at", "2026-06-02T10:00:00Z")).await;
    let plain = pair.writes_at("2026-06-03T10:00:00Z").await;
    pair.records(pair.denial().document(&denied.oid()).draft()).await;
    for used in [by_disclosure(), broadly()] {
        let found = pair.mallila.search(&search_of(&pair.client, &used)).await.unwrap();
        let found = found.expect_status(200);
        let each = found["documents"].as_array().unwrap();
        assert!(each.iter().all(|document| document.get("links").is_none()), "{found}");
        let fetched = pair.mallila.fetch(&linked.oid(), &used).await.unwrap();
        let text = String::from_utf8(fetched.body.clone()).unwrap();
        assert!(!text.contains(denied.oid().as_str()), "{text}");
        let fetched = fetched.expect_status(200);
        assert!(fetched["metadata"].get("links").is_none());
        assert_eq!(fetched["withheld"], json!(["/metadata/links"]));
        assert_eq!((fetched.get("digest"), &fetched["signatures"]), (None, &json!([])));
        let whole = pair.mallila.fetch(&plain.oid(), &used).await.unwrap().expect_status(200);
        assert!(whole["digest"].is_string() && whole.get("withheld").is_none(), "{whole}");
        assert_eq!(whole["signatures"].as_array().unwrap().len(), 1);
        for document in [&linked, &plain] {
            let versions = pair.mallila.versions(&document.oid(), &used).await.unwrap();
            let versions = versions.expect_status(200);
            assert!(versions["versions"][0].get("digest").is_none(), "{versions}");
        }
        let mut by_link = search_of(&pair.client, &used);
        for named in [&denied, &linked] {
            by_link["filter"] = json!({"linked_to": [named.oid().as_str()]});
            let problem =
                pair.mallila.search(&by_link).await.unwrap().expect_problem("invalid-request");
            assert_eq!(problem.errors[0].pointer, "/filter/linked_to");
            assert_eq!(problem.errors[0].code, "not-offered");
        }
    }
    let (named, used) = (linked.oid(), by_disclosure());
    let form = pair.mallila.fetch_form(&named, MediaType::Xhtml, &used).await.unwrap();
    assert!(!String::from_utf8(form.body).unwrap().contains(denied.oid().as_str()));
}

/// REQ DIS-03, DIS-04
#[tokio::test]
async fn only_documents_are_disclosed_and_no_lists_of_cases_clientships_or_entries() {
    let pair = Pair::open().await;
    for used in [by_disclosure(), broadly()] {
        for path in ["/v1/cases/search", "/v1/clientships/search", "/v1/record-entries/search"] {
            let asked = json!({"context": body_of(&used), "client": pair.client.key()});
            let answer = pair.mallila.post_json(path, &asked).await.unwrap();
            let problem = answer.expect_problem("invalid-request");
            assert_eq!(problem.errors[0].code, "not-offered", "{path}");
            assert_eq!(problem.errors[0].pointer, "/context/basis", "{path}");
        }
        let annulled =
            pair.mallila.annul(&pair.writes().await.oid(), "väärä", &used).await.unwrap();
        assert_eq!(annulled.expect_problem("invalid-request").errors[0].code, "not-offered");
    }
}

/// Somebody without context, who asks for a special reason.
async fn asked_by_reason(pair: &Pair, session: &Session, client: &TestClient) -> [Value; 2] {
    let used = with_reason(by_disclosure());
    let search = session.search(&search_of(client, &used)).await.unwrap().expect_status(200);
    let explain = json!({"action": "search", "context": body_of(&used), "client": client.key()});
    let mut told = session.explain(&explain).await.unwrap().expect_status(200);
    told["facts"].as_object_mut().unwrap().remove("now");
    assert_eq!(pair.server.person("S-3001").person.id, "S-3001");
    [search, told]
}

/// REQ DIS-04, CASE-07
#[tokio::test]
async fn a_search_that_shows_nothing_does_not_tell_that_somebody_is_a_client_elsewhere() {
    let pair = Pair::silent().await;
    let protected = TestClient::of(&fresh_client());
    let case = Draft::case(&pair.maija, &protected, &fresh_case());
    let clientship = Draft::clientship(&pair.maija, &protected).turvakielto();
    let care = Care::arrange(&pair.testila, &case, &clientship).await;
    store(&pair.testila, &care.draft(&pair.maija)).await;
    let known = pair.server.care_of(&pair.maija).await.person;
    let nobody = TestClient::of(&fresh_client());
    let of_nobody = asked_by_reason(&pair, &pair.mallila, &nobody).await;
    for client in [&known, &protected] {
        assert_eq!(asked_by_reason(&pair, &pair.mallila, client).await, of_nobody);
    }
    let refused = Draft::informing(&pair.maija, &protected).draft();
    store(&pair.testila, &refused).await;
    let refused = Draft::permit(&pair.maija, &protected).refused().draft();
    store(&pair.testila, &refused).await;
    assert_eq!(asked_by_reason(&pair, &pair.mallila, &protected).await, of_nobody);
}

/// REQ DIS-04
#[tokio::test]
async fn a_search_shows_exactly_what_a_fetch_gives() {
    let pair = Pair::open().await;
    let drafts = of_days(&pair, 9).await;
    let newer = pair.records(drafts[8].next_version()).await;
    let own = UseContext::default();
    pair.testila.annul(&drafts[7].oid(), "väärä", &own).await.unwrap().expect_status(200);
    let denial = pair.denial().document(&drafts[0].oid()).document(&newer.oid());
    pair.records(denial.draft()).await;
    let found = pair.shown().await;
    let mut given = Vec::new();
    for draft in drafts.iter().rev() {
        if pair.fetched(&draft.oid()).await.status == 200 {
            given.push(draft.oid().to_string());
        }
    }
    assert_eq!(found, given);
    assert_eq!(found.len(), 6);
    assert_eq!(pair.fetched(&oid(newer.oid().as_str())).await.status, 404);
}
