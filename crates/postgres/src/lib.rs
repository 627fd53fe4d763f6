//! PostgreSQL for tests: a real server, Debian's, that starts with a test program and ends with it, however
//! that ends. Only for tests.
//!
//! A [`Server`] listens on a Unix socket in a folder of its own and nowhere else. [`Server::shared`] is the one
//! that the tests of a program share; each takes a [`TestDatabase`] of its own there, empty or a copy of a
//! template. [`Server::start`] gives one that a test may kill, cut off or fill up. What goes wrong in here
//! panics with a reason: where PostgreSQL is missing, no test passes and none is skipped.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "whoever calls is a test, and a test fails by panicking"
)]

mod cluster;
mod database;
mod machine;
mod process;
mod server;
mod tls;

pub use database::TestDatabase;
pub use server::{Options, Server, VARIABLE};
pub use tls::Tls;
