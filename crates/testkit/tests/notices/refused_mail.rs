//! Notices by mail that do not come through, and what the mail server learns of them.

use crate::given::{comes_through, report, waits_after};
use crate::mail::{PASSWORD, Told, with_password};
use crate::mail_server::{Manner, Offer};

const TRUSTED: &str = "ca = \"ca.pem\"";

/// REQ LOG-07
#[tokio::test]
async fn a_mail_with_the_wrong_password_waits_until_it_is_right() {
    let told = Told::with(Offer::StartTls, TRUSTED, with_password("another")).await;
    report(&told.server).await;
    let parcel = waits_after(&told.server, 2).await;
    let heard = told.mail.heard();
    assert!(heard.taken.is_empty() && heard.refused.is_empty());
    told.mail.behave(with_password(PASSWORD));
    comes_through(&told.server, parcel.id).await;
    assert_eq!(told.mail.heard().taken.len(), 1);
}

/// REQ LOG-07: neither the password nor the mail goes to who cannot prove to be the mail server.
#[tokio::test]
async fn a_mail_server_with_a_certificate_of_others_learns_nothing() {
    for (offer, rest) in [
        (Offer::StartTls, "ca = \"authority/cards.pem\""),
        (Offer::Tls, "tls = \"tls\"\nca = \"authority/cards.pem\""),
    ] {
        let told = Told::with(offer, rest, with_password(PASSWORD)).await;
        report(&told.server).await;
        waits_after(&told.server, 2).await;
        for (command, encrypted) in told.mail.heard().commands {
            let harmless = command.starts_with("EHLO") || command == "STARTTLS";
            assert!(harmless && !encrypted, "{command}");
        }
    }
}

/// REQ LOG-07: who strips STARTTLS off gets nothing.
#[tokio::test]
async fn a_mail_server_that_does_not_offer_starttls_learns_nothing() {
    let told = Told::with(Offer::None, TRUSTED, with_password(PASSWORD)).await;
    report(&told.server).await;
    waits_after(&told.server, 2).await;
    for (command, _) in told.mail.heard().commands {
        assert!(command.starts_with("EHLO") || command == "QUIT", "{command}");
    }
}

/// REQ LOG-07
#[tokio::test]
async fn a_mail_server_that_never_ends_a_line_is_left_and_tried_again() {
    let endless = Manner { endless: true, ..Manner::default() };
    let told = Told::with(Offer::None, "tls = \"none\"", endless).await;
    report(&told.server).await;
    let parcel = waits_after(&told.server, 2).await;
    told.mail.behave(Manner::default());
    comes_through(&told.server, parcel.id).await;
}
