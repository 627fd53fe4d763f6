//! What is kept back is answered like what is not there, in status, headers and body, and leaves the same
//! entries in the reader's log and none in anybody else's (DIS-03, DIS-04, LOG-02).
//!
//! That both also take as long is measured by the example `no_trace`, and not asserted.

use serde_json::{Value, json};
use varanto_client::{Answer, Session, UseContext};
use varanto_model::{MediaType, Oid};
use varanto_testkit::{Care, Draft, Expect, fresh_case, fresh_oid};

use crate::given::{
    MALLILA, Pair, body_of, broadly, by_disclosure, file, log_of, oid, with_reason,
};

/// Headers that are of one answer alone.
const OF_ONE_ANSWER: [&str; 2] = ["date", "x-request-id"];
/// Members that are of one answer alone.
const OF_ONE_BODY: [&str; 3] = ["instance", "now", "log_entry"];

/// An answer without what is of it alone, and without the identifier that was sent.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Trace {
    fn of(answer: &Answer, named: &Oid) -> Self {
        let all = answer.headers.iter();
        let all = all.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let mut headers: Vec<_> =
            all.filter(|(name, _)| !OF_ONE_ANSWER.contains(&name.as_str())).collect();
        headers.sort();
        let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if body["facts"]["now"].is_string() {
            // An instant is as long as its last digits make it.
            headers.retain(|(name, _)| name != "content-length");
        }
        forget(&mut body, &OF_ONE_BODY);
        Self {
            status: answer.status, headers, body: body.to_string().replace(named.as_str(), "…")
        }
    }
}

fn forget(value: &mut Value, members: &[&str]) {
    match value {
        Value::Object(all) => {
            all.retain(|name, _| !members.contains(&name.as_str()));
            all.values_mut().for_each(|value| forget(value, members));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| forget(value, members)),
        _ => {}
    }
}

/// An identifier as long as this one, of nothing.
fn absent(there: &Oid, fresh: fn() -> Oid) -> Oid {
    loop {
        let oid = fresh();
        if oid.as_str().len() == there.as_str().len() {
            return oid;
        }
    }
}

/// All that can be asked about a document without having it.
async fn ask(pair: &Pair, session: &Session, named: &Oid) -> Vec<(String, Trace)> {
    let mut answers = Vec::new();
    let mut note = |what: String, answer: Answer| answers.push((what, Trace::of(&answer, named)));
    for used in [by_disclosure(), with_reason(by_disclosure())] {
        let body = body_of(&used);
        note(format!("fetch {body}"), session.fetch(named, &used).await.unwrap());
        for version in [1, 2, 3] {
            let query = if used == by_disclosure() { "" } else { "special_reason=X-OTHER&" };
            let path = format!("/v1/documents/{named}?basis=disclosure&{query}version={version}");
            note(format!("version {version} {body}"), session.get(&path).await.unwrap());
        }
        note(format!("versions {body}"), session.versions(named, &used).await.unwrap());
        for form in [MediaType::Xhtml, MediaType::Pdf] {
            note(format!("form {body}"), session.fetch_form(named, form, &used).await.unwrap());
        }
        let several = json!({"context": body, "oids": [named.as_str()]});
        note(format!("several {body}"), session.fetch_several(&several).await.unwrap());
        for action in ["read", "annul"] {
            let asked = json!({"action": action, "oid": named.as_str(), "context": body});
            note(format!("explain {action} {body}"), session.explain(&asked).await.unwrap());
        }
        note(format!("annul {body}"), session.annul(named, "väärä", &used).await.unwrap());
    }
    note("own".to_owned(), session.fetch(named, &UseContext::default()).await.unwrap());
    let case = format!("/v1/cases/{named}?basis=disclosure");
    note("as a case".to_owned(), session.get(&case).await.unwrap());
    let anew =
        json!({"reason": "väärä rekisteri", "document": pair.elsewhere.draft(&pair.sanna).build()});
    let path = format!("/v1/documents/{named}/transfer");
    note("transfer".to_owned(), session.post_json(&path, &anew).await.unwrap());
    for controller in [pair.care.case_document.metadata["controller"].as_str().unwrap(), MALLILA] {
        for group in ["client_document", "denial"] {
            let metadata = json!({
                "controller": controller, "group": group, "service_task": "X-ELDERLY",
                "clients": [pair.client.key()]
            });
            let asked =
                json!({"action": "store-version", "oid": named.as_str(), "metadata": metadata});
            let answer = session.explain(&asked).await.unwrap();
            note(format!("explain store-version {controller} {group}"), answer);
        }
    }
    answers
}

/// What a store that names the document is answered: a new version of it, in either register.
async fn store_over(pair: &Pair, named: &Oid) -> Vec<Trace> {
    let own = pair.elsewhere.draft(&pair.sanna);
    let mut claimed = own.clone().in_register_of(&pair.maija.organisation);
    claimed.metadata["case"] = json!(pair.care.case.as_str());
    let mut will = Draft::denial(&pair.sanna, &pair.client).everything().draft();
    let in_own = will.clone();
    will = will.in_register_of(&pair.maija.organisation);
    let mut traces = Vec::new();
    for draft in [own, claimed, will, in_own] {
        let fresh = oid("1.2.246.10.99990003.11.2026.424242");
        let over = draft
            .with("version", 2)
            .with("oid", fresh.as_str())
            .with("original_oid", named.as_str());
        let answer = pair.mallila.store(&over.build()).await.unwrap();
        assert!(answer.status >= 400);
        traces.push(Trace::of(&answer, named));
    }
    traces
}

fn past_the_short_ones() {
    for _ in 0..120 {
        fresh_oid();
        fresh_case();
    }
}

/// What the reader's own log keeps of a name, without what is of one entry alone.
async fn own_log(pair: &Pair, named: &Oid) -> String {
    let entries = log_of(&pair.server, "T-3003", "use").await;
    let mut of_named: Vec<Value> = entries
        .into_iter()
        .filter(|entry| entry["action"] != "store" && entry.to_string().contains(named.as_str()))
        .collect();
    for entry in &mut of_named {
        forget(entry, &["id", "at", "request_id", "case", "stored_anew"]);
    }
    serde_json::to_string(&of_named).unwrap().replace(named.as_str(), "…")
}

/// REQ DIS-03, DIS-04, LOG-02
#[tokio::test]
async fn whatever_keeps_a_document_back_it_is_answered_like_none() {
    past_the_short_ones();
    let pair = Pair::silent().await;
    let document = pair.writes().await;
    let before = log_of(&pair.server, "T-1008", "use").await.len();
    let nothing = absent(&document.oid(), fresh_oid);
    // What is declared may change what is told of nothing: both are asked about anew each time.
    let is_alike = async |what: &str, named: &Oid| {
        let there = ask(&pair, &pair.mallila, named).await;
        let expected = ask(&pair, &pair.mallila, &nothing).await;
        assert!(expected.iter().any(|(_, trace)| trace.status == 404));
        for ((asked, told), (_, expected)) in there.iter().zip(&expected) {
            assert_eq!(told, expected, "{what}: {asked}");
        }
        assert_eq!(store_over(&pair, named).await, store_over(&pair, &nothing).await, "{what}");
    };
    is_alike("nothing declared", &document.oid()).await;
    assert_eq!(own_log(&pair, &document.oid()).await, own_log(&pair, &nothing).await);
    let ours = log_of(&pair.server, "T-1008", "use").await;
    // An attempt to store in Testilä's register stands there, as it does for what is not there.
    for entry in ours[before..].iter().filter(|entry| entry["action"] != "read-log") {
        assert!(entry["action"].as_str().unwrap().starts_with("store"), "{entry}");
    }
    assert_eq!(log_of(&pair.server, "T-1008", "disclosure").await, Vec::<Value>::new());

    pair.inform().await;
    is_alike("no permit", &document.oid()).await;
    let mut permit = pair.permit().await;
    let mut denial = pair.records(pair.denial().draft()).await;
    pair.expect(&document, true).await;
    let controller = oid(document.metadata["controller"].as_str().unwrap());
    for (what, denied) in [
        ("denied by itself", pair.denial().document(&document.oid())),
        ("its controller denied", pair.denial().controller(&controller)),
        ("its service task denied", pair.denial().service_task("X-ELDERLY")),
        ("everything denied", pair.denial().everything()),
    ] {
        denial = pair.records(denied.version_after(&denial)).await;
        is_alike(what, &document.oid()).await;
    }
    pair.records(pair.denial().version_after(&denial)).await;
    pair.expect(&document, true).await;
    permit = Draft::permit(&pair.maija, &pair.client).refused().version_after(&permit);
    pair.records(permit.clone()).await;
    is_alike("the permit refused", &document.oid()).await;
    pair.records(Draft::permit(&pair.maija, &pair.client).version_after(&permit)).await;
    pair.expect(&document, true).await;

    let Care { case_document, clientship_document, .. } = &pair.care;
    is_alike("a case", &case_document.oid()).await;
    is_alike("a clientship", &clientship_document.oid()).await;
    let old = pair.care.letter(&pair.maija, file()).with("generation", "phase1");
    is_alike("an old one", &pair.records(old).await.oid()).await;
    let own = UseContext::default();
    pair.testila.annul(&document.oid(), "väärä", &own).await.unwrap().expect_status(200);
    is_alike("an annulled one", &document.oid()).await;
}

/// REQ DIS-03
#[tokio::test]
async fn a_version_of_a_denied_document_is_answered_like_none_by_its_own_name() {
    past_the_short_ones();
    let pair = Pair::open().await;
    let first = pair.writes().await;
    let second = pair.records(first.next_version()).await;
    pair.records(pair.denial().document(&first.oid()).draft()).await;
    let nothing = absent(&second.oid(), fresh_oid);
    let expected = ask(&pair, &pair.mallila, &nothing).await;
    for ((asked, told), (_, expected)) in
        ask(&pair, &pair.mallila, &second.oid()).await.iter().zip(&expected)
    {
        assert_eq!(told, expected, "{asked}");
    }
    // A version that is not the newest is not there either, whether its document is denied or not.
    let shown = pair.writes().await;
    let middle = pair.records(shown.next_version()).await;
    pair.records(middle.next_version()).await;
    for ((asked, told), (_, expected)) in
        ask(&pair, &pair.mallila, &middle.oid()).await.iter().zip(&expected)
    {
        // By its number the newest one is shown.
        assert_eq!(told == expected, !asked.starts_with("version 3"), "{asked}");
    }
}

/// REQ DIS-03, DIS-04
#[tokio::test]
async fn of_several_documents_each_that_is_kept_back_is_answered_like_none() {
    past_the_short_ones();
    let pair = Pair::open().await;
    let (denied, shown) = (pair.writes().await, pair.writes().await);
    pair.records(pair.denial().document(&denied.oid()).draft()).await;
    let (there, nothing) = (denied.oid(), absent(&denied.oid(), fresh_oid));
    let asked = [&there, &shown.oid(), &nothing, &there].map(ToString::to_string);
    let asked = json!({"context": body_of(&by_disclosure()), "oids": asked});
    let several = pair.mallila.fetch_several(&asked).await.unwrap().expect_status(200);
    let mut each = several["documents"].as_array().unwrap().clone();
    let statuses: Vec<_> = each.iter().map(|one| one["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [404, 200, 404, 404]);
    each.remove(1);
    let texts = each.iter_mut().zip([&there, &nothing, &there]).map(|(one, named)| {
        forget(one, &OF_ONE_BODY);
        one.to_string().replace(named.as_str(), "…")
    });
    let texts: Vec<_> = texts.collect();
    assert_eq!((&texts[0], &texts[0]), (&texts[1], &texts[2]));
}

/// REQ DIS-04, DIS-05, LOG-04: refused for themselves, readers are told nothing either, nor is their log.
#[tokio::test]
async fn whoever_is_refused_for_themselves_leaves_the_same_entries_of_a_document_as_of_none() {
    past_the_short_ones();
    let pair = Pair::open().await;
    let first = pair.writes().await;
    let newer = pair.records(first.next_version()).await;
    let nothing = absent(&first.oid(), fresh_oid);
    let groundless = UseContext { ground: None, ..broadly() };
    let (weak, officer) = (pair.sanna.clone().vouched(), pair.server.person("T-3003"));
    for (reader, used, slug) in [
        (&weak, &by_disclosure(), "strong-authentication-required"),
        (&weak, &broadly(), "strong-authentication-required"),
        (&officer, &by_disclosure(), "purpose-not-permitted"),
        (&pair.sanna, &groundless, "ground-required"),
    ] {
        let session = reader.session();
        let mut traces = Vec::new();
        for named in [&first.oid(), &nothing] {
            let fetched = session.fetch(named, used).await.unwrap();
            let versions = session.versions(named, used).await.unwrap();
            let asked = json!({"action": "read", "oid": named, "context": body_of(used)});
            let explained = session.explain(&asked).await.unwrap();
            traces.push([&fetched, &versions, &explained].map(|answer| Trace::of(answer, named)));
            fetched.expect_problem(slug);
        }
        assert_eq!(traces[0], traces[1], "{slug}");
    }
    let (of_first, of_none) = (own_log(&pair, &first.oid()).await, own_log(&pair, &nothing).await);
    assert_eq!(of_first, of_none);
    assert_ne!(of_first, "[]");
    let theirs = log_of(&pair.server, "T-3003", "use").await;
    let is_told = theirs.iter().any(|entry| entry.to_string().contains(newer.oid().as_str()));
    assert!(!is_told, "only as the document was named");
    assert_eq!(log_of(&pair.server, "T-1008", "disclosure").await, Vec::<Value>::new());
}

/// REQ DIS-03
#[tokio::test]
async fn a_link_to_a_denied_document_is_stored_like_one_to_nothing() {
    let pair = Pair::open().await;
    let denied = pair.writes().await;
    pair.records(pair.denial().document(&denied.oid()).draft()).await;
    for named in [&denied.oid(), &fresh_oid()] {
        let links = json!([{"oid": named.as_str(), "relation": "based_on"}]);
        let draft = pair.elsewhere.draft(&pair.sanna).with("links", links);
        let stored = pair.mallila.store(&draft.build()).await.unwrap().expect_status(201);
        assert_eq!(stored.as_object().unwrap().len(), 6, "{stored}");
        let own = json!({"client": pair.client.key(), "filter": {"linked_to": [named.as_str()]}});
        let found = pair.mallila.search(&own).await.unwrap().expect_status(200);
        assert_eq!(found["documents"].as_array().unwrap().len(), 1);
    }
}

/// REQ DIS-04: what is in another's case is stored nowhere else.
#[tokio::test]
async fn a_case_of_another_controller_is_like_none() {
    past_the_short_ones();
    let pair = Pair::open().await;
    let mut traces = Vec::new();
    let nothing = absent(&pair.care.case, fresh_case);
    for case in [&pair.care.case, &nothing] {
        let draft = pair.elsewhere.draft(&pair.sanna).in_case(case);
        let answer = pair.mallila.store(&draft.build()).await.unwrap();
        traces.push(Trace::of(&answer, case));
        assert_eq!(answer.expect_problem("case-missing").status, 422);
    }
    assert_eq!(traces[0], traces[1]);
    for used in ["basis=disclosure", "basis=disclosure&special_reason=X-OTHER", "basis=own"] {
        let mut traces = Vec::new();
        for case in [&pair.care.case, &nothing] {
            let answer = pair.mallila.get(&format!("/v1/cases/{case}?{used}")).await.unwrap();
            traces.push(Trace::of(&answer, case));
            answer.expect_problem("document-not-found");
        }
        assert_eq!(traces[0], traces[1], "{used}");
    }
}
