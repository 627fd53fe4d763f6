//! A system that calls the repository: connections with its certificate, and plain calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use serde_json::Value;

use crate::answer::Answer;
use crate::credentials::Credentials;
use crate::error::ClientError;
use crate::tls::{self, Identity};
use crate::token::Token;

const CONNECT_TIME: Duration = Duration::from_secs(10);
const CALL_TIME: Duration = Duration::from_mins(2);
const TOKEN_PATH: &str = "/oauth2/token";

/// What a system connects with. `Debug` shows the base URL alone.
#[derive(Clone)]
pub struct ClientSettings {
    /// Where the repository is, such as `https://localhost:8443`.
    pub base_url: String,
    /// The certificates that the server's certificate must come from, as PEM; no others are trusted.
    pub ca_pem: String,
    /// The system's certificate and its issuers, leaf first, as PEM.
    pub certificate_pem: String,
    /// The system's private key, as PEM.
    pub key_pem: String,
}

impl fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSettings").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// A system, connected. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base_url: Arc<str>,
}

/// A body with its media type.
pub(crate) struct Body {
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl Body {
    pub(crate) fn json(bytes: Vec<u8>) -> Self {
        Self { media_type: "application/json", bytes }
    }
}

/// One call, ready to be sent; it may be sent again.
#[derive(Clone)]
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) accept: &'static str,
    pub(crate) body: Option<&'a Body>,
    pub(crate) token: Option<&'a Token>,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: &'a str) -> Self {
        Self { method: Method::GET, path, accept: "application/json", body: None, token: None }
    }

    pub(crate) fn post(path: &'a str, body: &'a Body) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(path) }
    }
}

impl Client {
    /// A client that shows the system's certificate. Connections are made when they are needed.
    pub fn connect(settings: &ClientSettings) -> Result<Self, ClientError> {
        let identity =
            Identity { certificate_pem: &settings.certificate_pem, key_pem: &settings.key_pem };
        Self::build(&settings.base_url, &settings.ca_pem, Some(&identity))
    }

    /// A client without certificate, for what needs none: health and the interface's description.
    pub fn without_certificate(base_url: &str, ca_pem: &str) -> Result<Self, ClientError> {
        Self::build(base_url, ca_pem, None)
    }

    fn build(
        base_url: &str,
        ca_pem: &str,
        identity: Option<&Identity<'_>>,
    ) -> Result<Self, ClientError> {
        let url = Url::parse(base_url).map_err(|_| ClientError::BaseUrl)?;
        if url.scheme() != "https" || url.query().is_some() || url.fragment().is_some() {
            return Err(ClientError::BaseUrl);
        }
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(ca_pem, identity)?)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIME)
            .timeout(CALL_TIME)
            .user_agent(concat!("varanto-client/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, base_url: base_url.trim_end_matches('/').into() })
    }

    /// Where the repository is, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The address at which tokens are given: the audience of assertions.
    pub fn token_url(&self) -> String {
        format!("{}{TOKEN_PATH}", self.base_url)
    }

    /// Calls `GET` on a path that begins with `/`, without token.
    pub async fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.send(&Call::get(path)).await
    }

    /// Calls `POST` with JSON on a path that begins with `/`, without token.
    pub async fn post_json(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        self.send(&Call::post(path, &Body::json(body.to_string().into_bytes()))).await
    }

    /// Gets a token for a professional (RFC 7523). `jti` must be one that was never used before, and
    /// `now` what the repository's clock shows, within its tolerance.
    pub async fn token(
        &self,
        credentials: &Credentials,
        now: Timestamp,
        jti: &str,
    ) -> Result<Token, ClientError> {
        let assertion = credentials.assertion(&self.token_url(), now, jti)?;
        self.token_for_assertion(&assertion, now).await
    }

    /// Gets a token for an assertion that was made elsewhere, such as by a card reader.
    pub async fn token_for_assertion(
        &self,
        assertion: &str,
        now: Timestamp,
    ) -> Result<Token, ClientError> {
        let answer = self.request_token(assertion).await?.success()?;
        let unexpected = ClientError::UnexpectedAnswer { status: answer.status };
        Token::parse(&answer.body, now).ok_or(unexpected)
    }

    /// Asks for a token and gives the answer as it comes.
    pub async fn request_token(&self, assertion: &str) -> Result<Answer, ClientError> {
        let grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
        let bytes = format!("grant_type={grant}&assertion={}", form_value(assertion)).into_bytes();
        let body = Body { media_type: "application/x-www-form-urlencoded", bytes };
        self.send(&Call::post(TOKEN_PATH, &body)).await
    }

    /// Sends a call and takes in its answer.
    pub(crate) async fn send(&self, call: &Call<'_>) -> Result<Answer, ClientError> {
        let url = format!("{}{}", self.base_url, call.path);
        let mut request = self.http.request(call.method.clone(), url).header(ACCEPT, call.accept);
        if let Some(body) = call.body {
            request = request.header(CONTENT_TYPE, body.media_type).body(body.bytes.clone());
        }
        if let Some(token) = call.token {
            request = request.header(AUTHORIZATION, bearer(token)?);
        }
        Answer::read(request.send().await?).await
    }
}

/// The header value with a token; it is kept out of debugging output.
fn bearer(token: &Token) -> Result<HeaderValue, ClientError> {
    let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
    let mut value = value.map_err(|_| ClientError::UnexpectedAnswer { status: 200 })?;
    value.set_sensitive(true);
    Ok(value)
}

/// A value of a form: all but letters, digits, `-`, `.` and `_` in percent encoding.
fn form_value(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let byte = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_https_address_is_taken() {
        for bad in [
            "http://localhost",
            "localhost:8443",
            "https://localhost/?a=b",
            "https://localhost#x",
            "",
        ] {
            let refused = Client::without_certificate(bad, "");
            assert!(matches!(refused, Err(ClientError::BaseUrl)), "{bad}");
        }
    }

    #[test]
    fn a_value_of_a_form_is_encoded() {
        assert_eq!(form_value("eyJ.x-y_z"), "eyJ.x-y_z");
        assert_eq!(form_value("a b&c=ä"), "a%20b%26c%3D%C3%A4");
    }

    #[test]
    fn settings_do_not_show_the_key() {
        let secret = || "secret".to_owned();
        let settings = ClientSettings {
            base_url: "https://localhost".into(),
            ca_pem: secret(),
            certificate_pem: secret(),
            key_pem: secret(),
        };
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
