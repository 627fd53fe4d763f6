//! A right that was withdrawn at one server is withdrawn at every other with the answer.

use varanto_client::{Session, UseContext};
use varanto_testkit::{Care, ClientshipDraft, Draft, Expect, UnitEntry, fresh_case, fresh_client};

use crate::given::{KOIVULA, Servers, under};

const ENDED: &str = "register-access-ended";

/// Stores the next version of a clientship.
async fn change(session: &Session, clientship: &ClientshipDraft, newest: &mut Draft) {
    *newest = clientship.version_after(newest);
    session.store(&newest.build()).await.unwrap().expect_status(201);
}

/// REQ RA-04, CASE-05
#[tokio::test]
async fn a_right_that_was_withdrawn_at_one_server_is_withdrawn_at_the_other_with_the_answer() {
    let servers = Servers::start(2).await;
    let organisers = [0, 1].map(|place| servers.person(place, "S-1001").session());
    let producers = [0, 1].map(|place| servers.person(place, "S-2001").session());
    let (maija, tuula) = (servers.person(0, "S-1001"), servers.person(0, "S-2001"));
    let (client, case) = (fresh_client(), fresh_case());
    let bare = Draft::clientship(&maija, &client);
    let marked = bare.clone().producer(UnitEntry::of(KOIVULA));
    let opened = Draft::case(&maija, &client, &case);
    let care = Care::arrange(&organisers[0], &opened, &marked).await;
    let document = care.draft(&maija);
    organisers[0].store(&document.build()).await.unwrap().expect_status(201);
    let mut newest = care.clientship_document.clone();
    let right = under(&case);
    for turn in 0..10 {
        let (here, there) = (turn % 2, (turn + 1) % 2);
        // Each has the client's standing fresh in hand before it is changed at the other.
        for producer in &producers {
            producer.fetch(&document.oid(), &right).await.unwrap().expect_status(200);
        }
        change(&organisers[here], &bare, &mut newest).await;
        let fetched = producers[there].fetch(&document.oid(), &right).await.unwrap();
        fetched.expect_problem(ENDED);
        let stored = producers[there].store(&care.draft(&tuula).build()).await.unwrap();
        stored.expect_problem(ENDED);
        producers[here].fetch(&document.oid(), &right).await.unwrap().expect_problem(ENDED);
        change(&organisers[there], &marked, &mut newest).await;
        producers[here].fetch(&document.oid(), &right).await.unwrap().expect_status(200);
        let own = care.draft(&tuula);
        producers[here].store(&own.build()).await.unwrap().expect_status(201);
        let read = organisers[there].fetch(&own.oid(), &UseContext::default()).await.unwrap();
        read.expect_status(200);
    }
}
