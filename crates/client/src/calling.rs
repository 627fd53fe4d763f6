//! Calling with a token that is renewed before it ends, whoever it is for.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use uuid::Uuid;
use varanto_signatures::KeyError;

use crate::answer::{Answer, Problem};
use crate::client::{Call, Client};
use crate::error::ClientError;
use crate::token::Token;

/// How long before its end a token is renewed.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_secs(30);

type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// What a token is got against.
pub(crate) trait Vouched {
    /// The signed assertion for `audience`, made at `now` under the name `jti`.
    fn assertion(&self, audience: &str, now: Timestamp, jti: &str) -> Result<String, KeyError>;
}

/// Somebody behind a system. Cheap to clone; clones share their token.
pub(crate) struct Calling<C> {
    pub(crate) client: Client,
    pub(crate) credentials: Arc<C>,
    clock: Arc<Clock>,
    token: Arc<Mutex<Option<Token>>>,
}

impl<C> Clone for Calling<C> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            credentials: Arc::clone(&self.credentials),
            clock: Arc::clone(&self.clock),
            token: Arc::clone(&self.token),
        }
    }
}

impl<C: Vouched> Calling<C> {
    /// Somebody behind `client`. `clock` tells the time of assertions; no call is made yet.
    pub(crate) fn new(
        client: &Client,
        credentials: C,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self {
            client: client.clone(),
            credentials: Arc::new(credentials),
            clock: Arc::new(clock),
            token: Arc::default(),
        }
    }

    /// The token: the one at hand, or a new one where there is none or it ends soon.
    pub(crate) async fn token(&self) -> Result<Token, ClientError> {
        let mut place = self.token.lock().await;
        let now = (self.clock)();
        match &*place {
            Some(token) if is_good(token, now) => Ok(token.clone()),
            _ => {
                let jti = Uuid::now_v7().to_string();
                let audience = self.client.token_url();
                let assertion = self.credentials.assertion(&audience, now, &jti)?;
                let token = self.client.token_for_assertion(&assertion, now).await?;
                *place = Some(token.clone());
                Ok(token)
            }
        }
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
