//! A document in the wrong register opens a breach by itself.

use serde_json::json;
use varanto_client::UseContext;
use varanto_testkit::{
    Care, Draft, Expect, TestClient, TestServer, UnitEntry, fresh_case, fresh_client,
};

use crate::given::{BEGINNING, Officer, ids};

/// The producer's unit in the built-in world.
const KOIVULA: &str = "1.2.246.10.99990002.10.3";

/// REQ REG-07, LOG-07
#[tokio::test]
async fn moving_a_document_opens_a_breach_at_the_controller_of_the_wrong_register() {
    let server = TestServer::start().await;
    server.set_clock(BEGINNING);
    let tuula = server.person("S-2001");
    let client = TestClient::of(&fresh_client());
    let mut cares = Vec::new();
    for worker in [server.person("S-1001"), server.person("S-3001")] {
        let case = Draft::case(&worker, &client, &fresh_case());
        let clientship = Draft::clientship(&worker, &client).producer(UnitEntry::of(KOIVULA));
        cares.push(Care::arrange(&worker.session(), &case, &clientship).await);
    }
    let (draft, corrected) = (cares[0].draft(&tuula), cares[1].draft(&tuula));
    let session = tuula.session();
    session.store(&draft.build()).await.unwrap().expect_status(201);
    let own = UseContext::default();
    let moved = session.transfer(&draft.oid(), "Väärä rekisteri", &corrected.build(), &own).await;
    let moved = moved.unwrap().expect_status(200);

    let officer = Officer::of(&server, "T-1008");
    let id = moved["breach_event"].as_str().unwrap();
    assert_eq!(ids(&officer.listed(Some("suspected")).await), [id]);
    let found = officer.found(id).await;
    assert_eq!(
        (&found["source"], &found["aware_at"]),
        (&"wrong-register".into(), &found["opened_at"])
    );
    assert_eq!(found["documents"], json!([draft.oid().as_str()]));
    assert_eq!(found["clients"][0]["id"], cares[0].client.as_str());
    assert_eq!(found["reported_by"]["id"], "S-2001");
    assert!(Officer::of(&server, "T-3003").listed(None).await.is_empty(), "it is not about theirs");
    let assessed = json!({"kind": "assessment", "risk": "none"});
    assert_eq!(officer.stepped(id, &assessed).await["clock"]["met"], true);
}
