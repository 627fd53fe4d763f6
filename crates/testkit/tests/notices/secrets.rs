//! What the program's own log says of notices: that they went or did not, and no secret.

use std::net::TcpListener;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use varanto_sandbox::World;
use varanto_testkit::ServerProcess;

use crate::given::{TESTILA, once, report};
use crate::mail::{PASSWORD, sections, with_password};
use crate::mail_server::{MailServer, Offer, tls};
use crate::receiver::{Answering, Receiver};
use crate::webhook::secret_text;

/// REQ LOG-07: also where the log tells everything.
#[tokio::test]
async fn neither_a_secret_nor_what_was_reported_stands_in_the_programs_log() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, secret_text()).unwrap();
    let [mail_listener, hook_listener] =
        [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
    let by_mail = sections(port(&mail_listener), &folder, "ca = \"ca.pem\"", true);
    let by_webhook = format!(
        "\n[[notices]]\nname = \"duty\"\ncontroller = \"{TESTILA}\"\n\
         webhook = \"http://127.0.0.1:{}/hook\"\nsecret_file = \"{}\"\n",
        port(&hook_listener),
        secret.display()
    );
    let change = |text: String| {
        text.replace("level = \"info\"", "level = \"trace\"") + &by_mail + &by_webhook
    };
    let server = ServerProcess::with(&World::builtin(), change).await;
    let manner = with_password("another");
    let mail = MailServer::over(mail_listener, (Offer::StartTls, tls(&server)), manner);
    let hook = Receiver::over(hook_listener, None, Answering::Fault);
    let breach = report(&server).await;
    let auths = || mail.heard().commands.into_iter().filter(|(said, _)| said.starts_with("AUTH"));
    once(async || (auths().count() >= 2 && hook.received().len() >= 2).then_some(())).await;
    let log = once(async || {
        let log = server.log();
        let both = ["did not take a mail", "was not taken"].iter().all(|told| log.contains(told));
        both.then_some(log)
    })
    .await;
    assert!(log.contains("TRACE"), "the log does not tell everything");
    let said = auths().next().unwrap().0;
    let shared = secret_text();
    let digits = shared.trim().trim_start_matches("whsec_");
    let encoded = STANDARD.encode(PASSWORD);
    for word in [PASSWORD, &encoded, said.rsplit(' ').next().unwrap(), digits] {
        assert!(!log.contains(word), "{word}");
    }
    // Who called stands in the log of uses, which is another.
    let [client, what, ..] = &breach.personal[..] else { panic!("it is told of somebody") };
    assert!(!log.contains(client) && !log.contains(what));
}
