//! What callers do wrongly, in many ways.

use serde_json::json;
use varanto_client::{Session, UseContext};
use varanto_model::{Code, Oid};
use varanto_testkit::{Draft, TestPerson, fresh_oid};

use crate::complete::caller::{Asked, Caller};

/// The organisation whose documents are disclosed.
const TESTILA: &str = "99990001";

impl Caller {
    /// What is refused, or needs no entry.
    pub(super) async fn try_in_vain(
        &mut self,
        session: &Session,
        person: &TestPerson,
        chance: u64,
    ) {
        let (own, unknown) = (UseContext::default(), fresh_oid());
        let care = self.some_care();
        let is_own = care.organiser.operating_unit == person.organisation.operating_unit;
        let draft = care.draft(person);
        let (oid, nothing) = (draft.oid(), Vec::<&Oid>::new());
        let store = |draft: Draft| async move { session.store(&draft.build()).await };
        let asked = match chance % 14 {
            0 => {
                // Another county's is told of like one that there is not.
                let is_theirs = person.organisation.business_id != TESTILA;
                let sought = if is_theirs { &self.disclosed[0] } else { &unknown };
                Asked::new("read", &[sought], session.fetch(sought, &own).await)
            }
            1 => Asked::new("store", &[&oid], store(draft.unsigned()).await),
            2 => Asked::new("store", &nothing, store(draft.without("title")).await),
            3 => Asked::new("store", &[&oid], store(draft.with("service_task", "X-NONE")).await),
            4 => {
                let structure = "1.2.246.537.6.1506.99999.2023.9.8";
                Asked::new("store", &[&oid], store(draft.with("structure", structure)).await)
            }
            5 => {
                let body = b"{\"metadata\": ".to_vec();
                Asked::new("store", &nothing, session.post("/v1/documents", body).await)
            }
            6 => Asked::new("search", &nothing, session.search(&json!({"client": 1})).await),
            7 => {
                let nonsense = UseContext { basis: Code::parse("nonsense").ok(), ..own };
                Asked::new("read", &nothing, session.fetch(&unknown, &nonsense).await)
            }
            8 => Asked::new("annul", &[&unknown], session.annul(&unknown, "Syy", &own).await),
            9 => {
                let path = format!("/v1/documents/{unknown}/annulment");
                Asked::new("annul", &nothing, session.post_json(&path, &json!([])).await)
            }
            10 => {
                let oids = json!({"oids": ["not an identifier"]});
                Asked::new("read", &nothing, session.fetch_several(&oids).await)
            }
            11 => Asked::new("read", &nothing, session.get("/v1/documents/not-an-oid").await),
            // No use of data: no entry.
            12 => return self.note_lines(session.get("/v1/nothing").await, vec![], None),
            _ => {
                let path = format!("/v1/documents/{unknown}");
                return self.note_lines(session.client().get(&path).await, vec![], None);
            }
        };
        let is_read = asked.action == "store" && !asked.documents.is_empty();
        self.note(person, asked, 0);
        if is_read && !is_own {
            // It stands in the log of the register that it was for as well.
            let lines = &mut self.ledger.requests.last_mut().unwrap().lines;
            lines.extend_from_within(..);
        }
    }
}
