//! Clients of the history: those who come, and those whose temporary identifier turns out to be somebody.

use serde_json::json;
use varanto_service::Error;
use varanto_testkit::{TestClient, fresh_client};

use super::{Client, History, KEEPERS};

impl History {
    pub(super) async fn new_client(&mut self) {
        let keeper = self.dice.place(KEEPERS.len());
        let known: Vec<_> = self
            .clients
            .iter()
            .filter(|client| client.keeper != keeper)
            .map(|client| client.who.clone())
            .filter(|who| who.key()["id"].is_string() && !self.is_client_of(keeper, who))
            .take(20)
            .collect();
        let who = match self.dice.below(10) {
            0..2 => {
                let name = format!("1.2.246.10.99990001.22.2026.{}", self.clients.len() + 1);
                TestClient::temporary(&name, "1990-03-05")
            }
            2..6 if !known.is_empty() => known[self.dice.place(known.len())].clone(),
            _ => TestClient::of(&fresh_client()),
        };
        self.clients.push(Client {
            keeper,
            who,
            person: None,
            cases: Vec::new(),
            clientship: None,
        });
        let client = self.clients.len() - 1;
        self.open_case(vec![client]).await;
        self.open_clientship(client).await;
    }

    /// A temporary identifier turns out to be somebody: somebody new, or known to another keeper.
    pub(super) async fn join_client(&mut self) {
        let is_nameless = |client: &Client| {
            client.person.is_none() && client.who.key()["temporary_id"].is_string()
        };
        let Some(place) = self.clients.iter().position(is_nameless) else { return };
        let keeper = self.clients[place].keeper;
        let known = self
            .clients
            .iter()
            .find(|client| client.keeper != keeper && client.who.key()["id"].is_string());
        let known = known.map(|client| client.who.clone());
        let person = match known.filter(|_| self.dice.below(2) == 0) {
            Some(known) if !self.is_client_of(keeper, &known) => known,
            _ => TestClient::of(&fresh_client()),
        };
        let request = json!({
            "context": {"special_reason": "X-OTHER"},
            "temporary": self.clients[place].who.key(),
            "client": person.reference(),
        });
        // The shelter keeps what it writes in a register that is not its own.
        let caller = &self.callers[if KEEPERS[keeper].producer.is_some() { keeper } else { 0 }];
        let body = request.to_string();
        match caller.service.join_client(&caller.context(), body.as_bytes()).await {
            Ok(_) => {
                self.clients[place].person = Some(person);
                self.joined += 1;
            }
            Err(error) => {
                assert!(self.is_lenient && !matches!(error, Error::Internal(_)), "{error:?}");
                self.refused += 1;
            }
        }
    }

    pub(super) fn is_client_of(&self, keeper: usize, who: &TestClient) -> bool {
        let is_same = |other: &TestClient| other.id() == who.id();
        self.clients
            .iter()
            .filter(|client| client.keeper == keeper)
            .any(|client| is_same(&client.who) || client.person.as_ref().is_some_and(is_same))
    }
}
