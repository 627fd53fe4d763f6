//! A token, as the repository gave it.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// The token of a professional. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    text: String,
    ends_at: Timestamp,
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    token_type: String,
    expires_in: u32,
}

impl Token {
    /// Reads the answer of the token endpoint, which was given at `now`.
    pub(crate) fn parse(body: &[u8], now: Timestamp) -> Option<Self> {
        let given: Given = serde_json::from_slice(body).ok()?;
        let plain = given.access_token.bytes().all(|b| b.is_ascii_graphic());
        let fits = plain && given.token_type.eq_ignore_ascii_case("bearer");
        let ends_at = now.checked_add(SignedDuration::from_secs(given.expires_in.into())).ok()?;
        (fits && !given.access_token.is_empty())
            .then_some(Self { text: given.access_token, ends_at })
    }

    /// The text, for the header `Authorization: Bearer`. To be kept from others.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The instant from which on it is refused.
    pub fn ends_at(&self) -> Timestamp {
        self.ends_at
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(hidden, until {})", self.ends_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_when_its_seconds_are_over_and_does_not_show() {
        let now: Timestamp = "2026-09-02T10:00:00Z".parse().unwrap();
        let body = br#"{"access_token": "secret", "token_type": "Bearer", "expires_in": 900}"#;
        let token = Token::parse(body, now).unwrap();
        assert_eq!(token.ends_at().to_string(), "2026-09-02T10:15:00Z");
        assert_eq!(token.expose(), "secret");
        assert!(!format!("{token:?}").contains("secret"));
    }

    #[test]
    fn an_answer_of_another_form_is_no_token() {
        for body in [
            r#"{"access_token": "x", "token_type": "mac", "expires_in": 900}"#,
            r#"{"access_token": "x\ny", "token_type": "Bearer", "expires_in": 900}"#,
            r#"{"access_token": "", "token_type": "Bearer", "expires_in": 900}"#,
            r#"{"access_token": "x", "token_type": "Bearer"}"#,
            "",
        ] {
            assert_eq!(Token::parse(body.as_bytes(), Timestamp::UNIX_EPOCH), None, "{body}");
        }
    }
}
