//! `[mail]` and `[[notices]]`: who is told of a suspected breach of a controller's data, and how (LOG-07).
//!
//! What leaves the machine is encrypted and goes to a server that the configuration trusts by name: plain
//! connections are for the machine itself.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use lettre::Address;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use varanto_model::Oid;

/// `[mail]`: the mail server that notices go through.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MailSection {
    /// The name of the mail server, or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    #[serde(default)]
    pub tls: MailTls,
    /// PEM: the certificates that the mail server's certificate must come from; no others are trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// The name that the mail server knows us by, if it wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The file of the password that goes with the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// The address that mail comes from.
    pub from: String,
}

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// By STARTTLS, which the server must offer.
    #[default]
    StartTls,
    /// From the start.
    Tls,
    /// Not at all: only to the machine itself.
    None,
}

/// `[[notices]]`: one address of a controller.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeSection {
    /// The name of the address, one of a kind; it stands in what is sent.
    pub name: String,
    /// The controller that is told.
    pub controller: Oid,
    /// A mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// The URL of a system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    /// PEM: the certificates that the system's certificate must come from; no others are trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// The file of the secret that the system knows our signature by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
}

/// Where a notice goes.
pub(crate) enum NoticeWay<'a> {
    /// To a mail address.
    Mail(Address),
    /// To a system.
    Webhook {
        /// Its URL.
        url: &'a str,
        /// The file of the secret that it knows our signature by.
        secret: &'a Path,
    },
}

impl MailSection {
    /// What is wrong with the section.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if self.tls == MailTls::None {
            if !is_this_machine(&self.host) {
                return Some("goes without TLS only to the machine itself");
            }
            if self.ca.is_some() {
                return Some("has no `ca` without TLS");
            }
        } else if self.ca.is_none() {
            return Some("has a `ca` that the mail server's certificate comes from");
        }
        if self.user.is_some() != self.password_file.is_some() {
            return Some("has both `user` and `password_file`, or neither");
        }
        self.sender().is_none().then_some("has a `from` that is a mail address")
    }

    /// The address that mail comes from.
    pub(crate) fn sender(&self) -> Option<Address> {
        self.from.parse().ok()
    }
}

impl NoticeSection {
    /// Where it goes; `None` where it is not said, or not so that it can be used.
    pub(crate) fn way(&self) -> Option<NoticeWay<'_>> {
        match (&self.mail, &self.webhook) {
            (Some(mail), None) => mail.parse().ok().map(NoticeWay::Mail),
            (None, Some(url)) => {
                let secret = self.secret_file.as_deref()?;
                Some(NoticeWay::Webhook { url, secret })
            }
            (Some(_), Some(_)) | (None, None) => None,
        }
    }

    fn fault(&self, mail: Option<&MailSection>) -> Option<&'static str> {
        if self.name.is_empty() || self.name.len() > 100 {
            return Some("has a `name` of 1 to 100 bytes");
        }
        match (&self.mail, &self.webhook) {
            (Some(_), Some(_)) | (None, None) => Some("has either `mail` or `webhook`"),
            (None, Some(url)) => self.fault_of_webhook(url),
            (Some(_), None) if mail.is_none() => {
                Some("goes by mail, for which there is no section `mail`")
            }
            (Some(_), None) if self.ca.is_some() || self.secret_file.is_some() => {
                Some("has `ca` and `secret_file` for a webhook only")
            }
            (Some(_), None) => {
                self.way().is_none().then_some("has a `mail` that is a mail address")
            }
        }
    }

    fn fault_of_webhook(&self, url: &str) -> Option<&'static str> {
        let Some(url) = Url::parse(url).ok().filter(Url::has_host) else {
            return Some("has a `webhook` that is a URL");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Some("has no user and no password in its `webhook`");
        }
        match url.scheme() {
            "https" if self.ca.is_none() => {
                return Some("has a `ca` that the system's certificate comes from");
            }
            "http" if !url.host_str().is_some_and(is_this_machine) => {
                return Some("goes without TLS only to the machine itself");
            }
            "http" if self.ca.is_some() => return Some("has no `ca` without TLS"),
            "https" | "http" => {}
            _ => return Some("has a `webhook` that begins with `https://`"),
        }
        self.secret_file.is_none().then_some("has a `secret_file`")
    }
}

/// The first address that cannot be used, by name, with what is wrong with it.
pub(super) fn fault<'a>(
    notices: &'a [NoticeSection],
    mail: Option<&MailSection>,
) -> Option<(&'a str, &'static str)> {
    let mut names = BTreeSet::new();
    notices.iter().find_map(|notice| {
        let why = notice.fault(mail);
        let twice = (!names.insert(&notice.name)).then_some("has the `name` of another");
        Some((notice.name.as_str(), why.or(twice)?))
    })
}

/// Is it the machine itself that a host names? An IPv6 address may stand in brackets.
pub(super) fn is_this_machine(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(text: &str) -> Option<&'static str> {
        toml::from_str::<MailSection>(text).unwrap().fault()
    }

    fn notice(rest: &str) -> Option<&'static str> {
        let text = format!("name = \"officer\"\ncontroller = \"1.2.246.10.99990001.19.1\"\n{rest}");
        let server = "host = \"localhost\"\nport = 25\ntls = \"none\"\nfrom = \"a@example.org\"";
        let server: MailSection = toml::from_str(server).unwrap();
        toml::from_str::<NoticeSection>(&text).unwrap().fault(Some(&server))
    }

    /// REQ LOG-07
    #[test]
    fn mail_leaves_the_machine_encrypted_and_to_a_server_that_is_trusted() {
        let with = |host: &str, rest: &str| {
            mail(&format!("host = \"{host}\"\nport = 25\nfrom = \"a@example.org\"\n{rest}"))
        };
        assert_eq!(with("mail.example.org", "ca = \"ca.pem\""), None);
        assert_eq!(with("mail.example.org", "tls = \"tls\"\nca = \"ca.pem\""), None);
        for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1"] {
            assert_eq!(with(host, "tls = \"none\""), None, "{host}");
        }
        for host in ["mail.example.org", "10.0.0.1", "0.0.0.0", "localhost.example.org"] {
            assert!(with(host, "tls = \"none\"").is_some(), "{host}");
        }
        for wrong in [
            "",
            "tls = \"tls\"",
            "tls = \"none\"\nca = \"ca.pem\"",
            "ca = \"ca.pem\"\nuser = \"varanto\"",
            "ca = \"ca.pem\"\npassword_file = \"password\"",
        ] {
            assert!(with("localhost", wrong).is_some(), "{wrong}");
        }
        assert!(mail("host = \"localhost\"\nport = 25\ntls = \"none\"\nfrom = \"a\"").is_some());
    }

    /// REQ LOG-07
    #[test]
    fn an_address_is_a_mailbox_or_a_system_that_is_reached_over_tls() {
        let webhook = |url: &str, rest: &str| {
            notice(&format!("webhook = \"{url}\"\nsecret_file = \"secret\"\n{rest}"))
        };
        assert_eq!(notice("mail = \"officer@example.org\""), None);
        assert_eq!(webhook("https://example.org/hook", "ca = \"ca.pem\""), None);
        for url in ["http://localhost:8080/", "http://127.0.0.1/", "http://[::1]/"] {
            assert_eq!(webhook(url, ""), None, "{url}");
        }
        for (url, rest) in [
            ("https://example.org/hook", ""),
            ("http://example.org/hook", ""),
            ("http://127.0.0.1.example.org/", ""),
            ("http://localhost/", "ca = \"ca.pem\""),
            ("https://user:word@example.org/", "ca = \"ca.pem\""),
            ("ftp://localhost/", "ca = \"ca.pem\""),
            ("/hook", "ca = \"ca.pem\""),
        ] {
            assert!(webhook(url, rest).is_some(), "{url} {rest}");
        }
        for wrong in [
            "",
            "mail = \"officer\"",
            "mail = \"officer@example.org\"\nca = \"ca.pem\"",
            "mail = \"officer@example.org\"\nwebhook = \"http://localhost/\"",
            "webhook = \"http://localhost/\"",
        ] {
            assert!(notice(wrong).is_some(), "{wrong}");
        }
    }

    /// REQ LOG-07
    #[test]
    fn names_are_of_one_address_each() {
        let section = |name: &str| NoticeSection {
            name: name.to_owned(),
            controller: Oid::parse("1.2.246.10.99990001.19.1").unwrap(),
            mail: None,
            webhook: Some("http://localhost/".to_owned()),
            ca: None,
            secret_file: Some("secret".into()),
        };
        assert_eq!(fault(&[section("a"), section("b")], None), None);
        let twice = [section("a"), section("b"), section("a")];
        assert_eq!(fault(&twice, None).unwrap().0, "a");
        assert!(fault(&[section("")], None).is_some());
    }
}
