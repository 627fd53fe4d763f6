//! `[sealing]`: who signs the log, who keeps its checkpoints elsewhere, and when an alarm is due.

use std::path::PathBuf;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::notices::is_this_machine;

/// `[sealing]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SealingSection {
    /// The name of the log, which never changes: a name of one's own such as `repository.example/log`.
    pub origin: String,
    /// The keys of verifiers with which earlier checkpoints were signed, as `varanto log key` tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_keys: Vec<String>,
    /// The file that every checkpoint is added to; best on a device that others look after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_file: Option<PathBuf>,
    /// The `https` URL of a witness (C2SP tlog-witness), without a slash at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_url: Option<String>,
    /// PEM: the certificates that the witness's certificate must come from; no others are trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_ca: Option<PathBuf>,
    /// The witness's key, with which it signs what it has seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_key: Option<String>,
    /// How many seconds the tree may lag behind before the server is not ready.
    #[serde(default = "alarm")]
    pub alarm_seconds: u32,
}

impl SealingSection {
    /// The log of a name, without witnesses.
    pub fn of(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            earlier_keys: Vec::new(),
            witness_file: None,
            witness_url: None,
            witness_ca: None,
            witness_key: None,
            alarm_seconds: alarm(),
        }
    }
}

impl SealingSection {
    /// What is wrong with the section.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let Some(url) = &self.witness_url else {
            let alone = self.witness_ca.is_some() || self.witness_key.is_some();
            return alone.then_some("has `witness_ca` and `witness_key` only with a `witness_url`");
        };
        let Some(parsed) = Url::parse(url).ok().filter(|_| !url.ends_with('/')) else {
            return Some("has a `witness_url` that is a URL and does not end with a slash");
        };
        match (parsed.scheme(), &self.witness_ca) {
            ("https", None) => Some("has a `witness_ca` that the witness's certificate comes from"),
            ("http", _) if !parsed.host_str().is_some_and(is_this_machine) => {
                Some("goes without TLS only to the machine itself")
            }
            ("https", Some(_)) | ("http", None) => None,
            ("http", Some(_)) => Some("has no `witness_ca` without TLS"),
            _ => Some("has a `witness_url` that begins with `https://`"),
        }
    }
}

const fn alarm() -> u32 {
    30
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(rest: &str) -> Option<&'static str> {
        let text = format!("origin = \"example/log\"\n{rest}");
        toml::from_str::<SealingSection>(&text).unwrap().fault()
    }

    /// REQ LOG-03
    #[test]
    fn a_witness_is_reached_over_tls_or_on_the_machine_itself() {
        for good in [
            "",
            "witness_file = \"w\"",
            "witness_url = \"https://witness.example/x\"\nwitness_ca = \"ca.pem\"",
            "witness_url = \"http://127.0.0.1:7\"",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for wrong in [
            "witness_url = \"https://witness.example\"",
            "witness_url = \"https://witness.example/\"\nwitness_ca = \"ca.pem\"",
            "witness_url = \"http://witness.example\"",
            "witness_url = \"http://localhost\"\nwitness_ca = \"ca.pem\"",
            "witness_url = \"witness\"",
            "witness_ca = \"ca.pem\"",
            "witness_key = \"x\"",
        ] {
            assert!(fault(wrong).is_some(), "{wrong}");
        }
    }
}
