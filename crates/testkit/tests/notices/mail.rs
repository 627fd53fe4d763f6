//! Notices by mail that come through.

use std::net::TcpListener;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;
use varanto_testkit::TestServer;

use crate::given::{Reported, TESTILA, comes_through, once, report};
use crate::mail_server::{MailServer, Manner, Offer, tls};

/// The password of the tests; it stands nowhere else.
pub(crate) const PASSWORD: &str = "kissa-istuu-aidalla-9";

/// A server that tells by mail, the mail server, and the folder of the password.
pub(crate) struct Told {
    pub(crate) server: TestServer,
    pub(crate) mail: MailServer,
    _folder: tempfile::TempDir,
}

impl Told {
    /// `rest` are the lines of `[mail]` about encryption and trust.
    pub(crate) async fn with(offer: Offer, rest: &str, manner: Manner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let sections = sections(port, &folder, rest, manner.password.is_some());
        let server = TestServer::with_config(|text| text + &sections).await;
        let mail = MailServer::over(listener, (offer, tls(&server)), manner);
        Self { server, mail, _folder: folder }
    }

    /// The mail that was taken first.
    async fn taken(&self) -> String {
        once(async || self.mail.heard().taken.into_iter().next()).await
    }
}

/// The sections of a configuration that has the privacy officer of Testilä told.
pub(crate) fn sections(
    port: u16,
    folder: &tempfile::TempDir,
    rest: &str,
    has_password: bool,
) -> String {
    let file = folder.path().join("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let user = format!("user = \"varanto\"\npassword_file = \"{}\"\n", file.display());
    format!(
        "\n[mail]\nhost = \"localhost\"\nport = {port}\nfrom = \"varanto@repository.example\"\n{rest}\n{}\
         \n[[notices]]\nname = \"officer\"\ncontroller = \"{TESTILA}\"\nmail = \"officer@testila.example\"\n",
        if has_password { &user } else { "" }
    )
}

pub(crate) fn with_password(password: &str) -> Manner {
    Manner { password: Some(password.to_owned()), ..Manner::default() }
}

/// The value of a header, which stands on one line.
fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let lines = mail.lines().take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_once(": ")).find(|(found, _)| *found == name).unwrap().1
}

/// The parcel that a mail carries, by its Message-ID.
fn parcel_of(mail: &str) -> Uuid {
    let id = header(mail, "Message-ID").trim_start_matches('<');
    Uuid::parse_str(id.strip_suffix("@repository.example>").unwrap()).unwrap()
}

/// The text of a mail, decoded.
fn text(mail: &str) -> String {
    let (_, body) = mail.split_once("\n\n").unwrap();
    match header(mail, "Content-Transfer-Encoding") {
        "base64" => String::from_utf8(STANDARD.decode(body.replace('\n', "")).unwrap()).unwrap(),
        "quoted-printable" => unquoted(body),
        other => panic!("{other} is not expected"),
    }
}

/// RFC 2045, section 6.7.
fn unquoted(body: &str) -> String {
    let body = body.replace("=\n", "");
    let mut parts = body.split('=');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}

fn tells_of(told: &Told, mail: &str, breach: &Reported) {
    let text = text(mail);
    let link = format!("{}/v1/breaches/{}", told.server.base_url(), breach.id);
    assert_eq!(text.matches(&link).count(), 3, "{text}");
    for name in
        ["Testilän hyvinvointialue", "Testby välfärdsområde", "Testilä wellbeing services county"]
    {
        assert!(text.contains(name), "{name}: {text}");
    }
    breach.is_not_told_in(mail);
    breach.is_not_told_in(&text);
    assert_eq!(header(mail, "To"), "officer@testila.example");
    assert!(header(mail, "From").contains("varanto@repository.example"));
}

/// REQ LOG-07
#[tokio::test]
async fn the_privacy_officer_gets_one_mail_over_starttls_and_the_same_again_after_a_refusal() {
    let manner = Manner { refusals: 2, ..with_password(PASSWORD) };
    let told = Told::with(Offer::StartTls, "ca = \"ca.pem\"", manner).await;
    let breach = report(&told.server).await;
    let mail = told.taken().await;
    let parcel = comes_through(&told.server, parcel_of(&mail)).await;
    assert_eq!(parcel.attempts, 3);
    tells_of(&told, &mail, &breach);
    let heard = told.mail.heard();
    assert_eq!((heard.taken.len(), heard.refused.len()), (1, 2));
    for refused in &heard.refused {
        assert_eq!(parcel_of(refused), parcel.id);
        assert_eq!(text(refused), text(&mail));
    }
    for (command, encrypted) in &heard.commands {
        let may_be_plain = command.starts_with("EHLO") || command == "STARTTLS";
        assert!(*encrypted || may_be_plain, "{command}");
    }
}

/// REQ LOG-07
#[tokio::test]
async fn mail_goes_over_tls_from_the_start_where_it_is_said_so() {
    let rest = "tls = \"tls\"\nca = \"ca.pem\"";
    let told = Told::with(Offer::Tls, rest, with_password(PASSWORD)).await;
    let breach = report(&told.server).await;
    let mail = told.taken().await;
    comes_through(&told.server, parcel_of(&mail)).await;
    tells_of(&told, &mail, &breach);
    assert!(told.mail.heard().commands.iter().all(|(_, encrypted)| *encrypted));
}

/// REQ LOG-07
#[tokio::test]
async fn mail_goes_without_tls_to_the_machine_itself() {
    let told = Told::with(Offer::None, "tls = \"none\"", Manner::default()).await;
    let breach = report(&told.server).await;
    let mail = told.taken().await;
    comes_through(&told.server, parcel_of(&mail)).await;
    tells_of(&told, &mail, &breach);
}
