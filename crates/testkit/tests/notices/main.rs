//! How a controller is told at once of a suspected breach, by mail and by webhook, over real connections
//! (LOG-07).
//!
//! Every test has a server of its own, and a mail server or a system of its own that is told.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod given;
mod mail;
mod mail_server;
mod receiver;
mod refused_mail;
mod secrets;
mod webhook;
