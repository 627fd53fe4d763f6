//! A citizen who has logged in to a service for citizens, and what such a service calls.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use varanto_model::{MediaType, Oid, PersonName, PersonalIdentityCode};
use varanto_signatures::KeyError;

use crate::answer::Answer;
use crate::calling::{Calling, Vouched};
use crate::client::{Body, Call, Client};
use crate::credentials::ASSERTION_LIFETIME;
use crate::error::ClientError;
use crate::signer::Signer;
use crate::token::Token;

const DOCUMENTS: &str = "/v1/citizen/documents";

/// A citizen whom the service has authenticated strongly. `Debug` shows no person.
#[derive(Clone)]
pub struct CitizenCredentials {
    /// The organisation that runs the service: its operating unit or its controller.
    pub organisation: Oid,
    /// Who is logged in.
    pub person: PersonalIdentityCode,
    /// The name.
    pub name: PersonName,
    /// The client for whom they act; `None` in their own matter.
    pub acting_for: Option<PersonalIdentityCode>,
    /// The system of the service, which vouches for the citizen.
    pub signer: Arc<Signer>,
}

impl CitizenCredentials {
    /// The claims of an assertion for `audience`, made at `now` under the name `jti`.
    pub fn claims(&self, audience: &str, now: Timestamp, jti: &str) -> Value {
        let PersonName { family_name, given_names } = &self.name;
        let issued_at = now.as_second();
        let mut claims = json!({
            "iss": self.organisation,
            "sub": self.person.expose(),
            "aud": audience,
            "iat": issued_at,
            "exp": issued_at.saturating_add(ASSERTION_LIFETIME.as_secs()),
            "jti": jti,
            "name": format!("{family_name}, {given_names}"),
            "authentication": "citizen_strong",
        });
        if let (Some(client), Some(members)) = (&self.acting_for, claims.as_object_mut()) {
            members.insert("acting_for".to_owned(), client.expose().into());
        }
        claims
    }

    /// The signed assertion.
    pub fn assertion(&self, audience: &str, now: Timestamp, jti: &str) -> Result<String, KeyError> {
        self.signer.sign_compact(self.claims(audience, now, jti).to_string().as_bytes())
    }
}

impl Vouched for CitizenCredentials {
    fn assertion(&self, audience: &str, now: Timestamp, jti: &str) -> Result<String, KeyError> {
        Self::assertion(self, audience, now, jti)
    }
}

impl fmt::Debug for CitizenCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CitizenCredentials")
            .field("organisation", &self.organisation)
            .finish_non_exhaustive()
    }
}

/// A citizen behind a service for citizens. Cheap to clone; clones share their token, which is renewed
/// before it ends.
#[derive(Clone)]
pub struct CitizenSession(Calling<CitizenCredentials>);

impl Client {
    /// A session of a citizen. `clock` tells the time of assertions; no call is made yet.
    pub fn citizen_session(
        &self,
        credentials: CitizenCredentials,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> CitizenSession {
        CitizenSession(Calling::new(self, credentials, clock))
    }
}

impl CitizenSession {
    /// The token: the one at hand, or a new one where there is none or it ends soon.
    pub async fn token(&self) -> Result<Token, ClientError> {
        self.0.token().await
    }

    /// Calls `GET` on a path that begins with `/`.
    pub async fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.0.send(Call::get(path)).await
    }

    /// Calls `POST` with JSON on a path that begins with `/`.
    pub async fn post_json(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        let body = Body::json(body.to_string().into_bytes());
        self.0.send(Call::post(path, &body)).await
    }

    /// Searches one's own documents: `{filter, page}`.
    pub async fn search(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json(&format!("{DOCUMENTS}/search"), search).await
    }

    /// Fetches one of one's own documents whole.
    pub async fn fetch(&self, oid: &Oid) -> Result<Answer, ClientError> {
        self.get(&format!("{DOCUMENTS}/{oid}")).await
    }

    /// Fetches the bytes of one form of a document.
    pub async fn fetch_form(&self, oid: &Oid, form: MediaType) -> Result<Answer, ClientError> {
        let path = format!("{DOCUMENTS}/{oid}");
        self.0.send(Call { accept: form.as_str(), ..Call::get(&path) }).await
    }

    /// Stores what is declared: an envelope that the service has signed.
    pub async fn store(&self, envelope: &Value) -> Result<Answer, ClientError> {
        self.post_json(DOCUMENTS, envelope).await
    }

    /// Lists one's own cases: `{page}`.
    pub async fn search_cases(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/citizen/cases/search", search).await
    }

    /// Lists one's own clientships: `{page}`.
    pub async fn search_clientships(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/citizen/clientships/search", search).await
    }

    /// Tells what one has declared.
    pub async fn will(&self) -> Result<Answer, ClientError> {
        self.get("/v1/citizen/will").await
    }

    /// Lists who has used one's data: `{filter, page}`.
    pub async fn search_uses(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/citizen/uses/search", search).await
    }

    /// Lists who has received one's data: `{filter, page}`.
    pub async fn search_disclosures(&self, search: &Value) -> Result<Answer, ClientError> {
        self.post_json("/v1/citizen/disclosures/search", search).await
    }
}

impl fmt::Debug for CitizenSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CitizenSession").finish_non_exhaustive()
    }
}
