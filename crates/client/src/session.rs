//! A professional who works: calls with a token that is renewed before it ends.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::answer::{Answer, Problem};
use crate::client::{Body, Call, Client};
use crate::credentials::Credentials;
use crate::error::ClientError;
use crate::token::Token;

/// How long before its end a token is renewed.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_secs(30);

type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// A professional behind a system. Cheap to clone; clones share their token.
#[derive(Clone)]
pub struct Session {
    client: Client,
    credentials: Arc<Credentials>,
    clock: Arc<Clock>,
    token: Arc<Mutex<Option<Token>>>,
}

impl Client {
    /// A session of a professional. `clock` tells the time of assertions; no call is made yet.
    pub fn session(
        &self,
        credentials: Credentials,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Session {
        Session {
            client: self.clone(),
            credentials: Arc::new(credentials),
            clock: Arc::new(clock),
            token: Arc::default(),
        }
    }
}

impl Session {
    /// The system behind which the professional works.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Who it is.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The token: the one at hand, or a new one where there is none or it ends soon.
    pub async fn token(&self) -> Result<Token, ClientError> {
        let mut place = self.token.lock().await;
        let now = (self.clock)();
        match &*place {
            Some(token) if is_good(token, now) => Ok(token.clone()),
            _ => {
                let jti = Uuid::now_v7().to_string();
                let token = self.client.token(&self.credentials, now, &jti).await?;
                *place = Some(token.clone());
                Ok(token)
            }
        }
    }

    /// Calls `GET` on a path that begins with `/`.
    pub async fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.send(Call::get(path)).await
    }

    /// Calls `POST` with JSON on a path that begins with `/`.
    pub async fn post_json(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        self.post(path, body.to_string().into_bytes()).await
    }

    /// Calls `POST` with JSON that is written already.
    pub async fn post(&self, path: &str, json: Vec<u8>) -> Result<Answer, ClientError> {
        self.send(Call::post(path, &Body::json(json))).await
    }

    /// Sends a call with the token. Where the repository does not take the token, it is sent once
    /// more with a new one: nothing was done the first time.
    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Answer, ClientError> {
        let token = self.token().await?;
        let answer = self.client.send(&Call { token: Some(&token), ..call.clone() }).await?;
        if answer.problem().as_ref().map(Problem::slug) != Some("token-invalid") {
            return Ok(answer);
        }
        self.forget(&token).await;
        let token = self.token().await?;
        self.client.send(&Call { token: Some(&token), ..call }).await
    }

    /// Drops a token that was refused, unless another has come in its place.
    async fn forget(&self, token: &Token) {
        let mut place = self.token.lock().await;
        if place.as_ref() == Some(token) {
            *place = None;
        }
    }
}

fn is_good(token: &Token, now: Timestamp) -> bool {
    token.ends_at().duration_since(now) > RENEW_BEFORE
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_before_it_ends() {
        let given: Timestamp = "2026-09-02T10:00:00Z".parse().unwrap();
        let body = br#"{"access_token": "x", "token_type": "Bearer", "expires_in": 900}"#;
        let token = Token::parse(body, given).unwrap();
        let good_after = |seconds| is_good(&token, given + SignedDuration::from_secs(seconds));
        assert!(good_after(0) && good_after(869));
        assert!(!good_after(870) && !good_after(900) && !good_after(10_000));
    }
}
