//! A professional who works behind a system.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;
use varanto_signatures::KeyError;

use crate::answer::Answer;
use crate::calling::{Calling, Vouched};
use crate::client::{Body, Call, Client};
use crate::credentials::Credentials;
use crate::error::ClientError;
use crate::token::Token;

/// A professional behind a system. Cheap to clone; clones share their token, which is renewed before it
/// ends.
#[derive(Clone)]
pub struct Session(Calling<Credentials>);

impl Vouched for Credentials {
    fn assertion(&self, audience: &str, now: Timestamp, jti: &str) -> Result<String, KeyError> {
        Self::assertion(self, audience, now, jti)
    }
}

impl Client {
    /// A session of a professional. `clock` tells the time of assertions; no call is made yet.
    pub fn session(
        &self,
        credentials: Credentials,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Session {
        Session(Calling::new(self, credentials, clock))
    }
}

impl Session {
    /// The system behind which the professional works.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Who it is.
    pub fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    /// The token: the one at hand, or a new one where there is none or it ends soon.
    pub async fn token(&self) -> Result<Token, ClientError> {
        self.0.token().await
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
        self.0.send(call).await
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("credentials", self.credentials()).finish_non_exhaustive()
    }
}
