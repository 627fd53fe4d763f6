//! A search shows what a fetch gives, and both what a naive reckoning says: random documents, looked at by
//! the client, by a guardian and by a trustee.

use jiff::civil::date;
use serde_json::{Value, json};
use varanto_client::{CitizenSession, UseContext};
use varanto_testkit::{Draft, Expect, TestRepresentative, fresh_client};

use crate::dice::Dice;
use crate::given::{Given, found, is_fetched};

const DOCUMENTS: usize = 40;

/// A document as the dice made it, and what decides on it.
struct Thrown {
    draft: Draft,
    visibility: &'static str,
    guardian_view: &'static str,
    is_restricted: bool,
    is_phase2: bool,
    is_annulled: bool,
}

impl Thrown {
    fn by(dice: &mut Dice, given: &Given, n: usize) -> Self {
        let visibility = ["shown", "shown", "hidden", "today", "tomorrow"][dice.place(5)];
        let guardian_view = ["allowed", "denied", "unknown"][dice.place(3)];
        let [is_restricted, is_old, is_annulled] = [6, 6, 6].map(|sides| dice.below(sides) == 0);
        let view = match visibility {
            "hidden" => json!({"visibility": "hidden", "reason": "Syy"}),
            "today" => json!({"visibility": "delayed", "release_on": "2026-09-10"}),
            "tomorrow" => json!({"visibility": "delayed", "release_on": "2026-09-11"}),
            _ => json!({"visibility": "shown"}),
        };
        let draft = given
            .letter()
            .with("written_at", format!("2026-09-02T10:{n:02}:00+03:00"))
            .with("citizen_view", view)
            .with("guardian_view", guardian_view)
            .with("type_code", if is_restricted { "1016" } else { "1000" })
            .with("generation", if is_old { "phase1" } else { "phase2" });
        Self { draft, visibility, guardian_view, is_restricted, is_phase2: !is_old, is_annulled }
    }

    /// Rule C1, as simply as it can be said.
    fn is_shown(&self) -> bool {
        let is_visible = self.visibility == "shown" || self.visibility == "today";
        is_visible && self.is_phase2 && !self.is_restricted && !self.is_annulled
    }
}

async fn agrees(citizen: &CitizenSession, thrown: &[Thrown], shown: impl Fn(&Thrown) -> bool) {
    let mut expected = Vec::new();
    for document in thrown {
        let oid = document.draft.oid();
        assert_eq!(is_fetched(citizen, &oid).await, shown(document), "{oid}");
        if shown(document) {
            expected.insert(0, oid.to_string());
        }
    }
    let groups = json!({"groups": ["client_document"]});
    for size in [1, 7, 200] {
        assert_eq!(found(citizen, &groups, size).await, expected, "{size} on a page");
    }
}

async fn throw(given: &Given, seed: u64) -> Vec<Thrown> {
    println!("seed {seed}");
    let mut dice = Dice::new(seed);
    let mut thrown = Vec::new();
    for n in 0..DOCUMENTS {
        let one = Thrown::by(&mut dice.fork(), given, n);
        given.store(&one.draft).await;
        if one.is_annulled {
            let context = UseContext::default();
            let done = given.testila.annul(&one.draft.oid(), "Väärin", &context).await;
            done.unwrap().expect_status(200);
        }
        thrown.push(one);
    }
    thrown
}

/// Somebody with a role who acts for the client.
async fn acting(given: &Given, role: &str) -> CitizenSession {
    let person = fresh_client();
    let representative = TestRepresentative::of(&person).role(role);
    let draft = Draft::representation(&given.maija, &given.client);
    given.store(&draft.represented_by(representative).draft()).await;
    given.server.citizen(&person).acting_for(&given.client).session()
}

/// REQ CIT-02, CIT-05
#[tokio::test]
async fn a_search_shows_what_a_fetch_gives_to_the_client_and_to_whoever_acts() {
    let given = Given::start().await;
    let thrown = throw(&given, 20_260_910).await;
    agrees(&given.citizen(), &thrown, Thrown::is_shown).await;
    let trustee = acting(&given, "32").await;
    agrees(&trustee, &thrown, |one| one.is_shown() && one.guardian_view != "denied").await;
    let minor = Given::born(date(2016, 5, 1)).await;
    let thrown = throw(&minor, 20_160_501).await;
    agrees(&minor.citizen(), &thrown, Thrown::is_shown).await;
    for role in ["31", "34"] {
        let acting = acting(&minor, role).await;
        agrees(&acting, &thrown, |one| one.is_shown() && one.guardian_view == "allowed").await;
    }
    let stranger = given.server.citizen(&fresh_client()).session();
    let none = stranger.search(&Value::Object(serde_json::Map::new())).await.unwrap();
    assert_eq!(none.expect_status(200), json!({"documents": [], "next": null}));
}
