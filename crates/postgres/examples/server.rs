//! A server to try things out on: prints its address and runs until its input ends.
//!
//! `cargo run -p varanto-postgres --example server`

#![expect(clippy::print_stdout, reason = "a person reads it")]

use std::io::Read as _;

use varanto_postgres::{Options, Server, VARIABLE};

fn main() {
    let server = Server::start(Options::default());
    println!("{}", server.url("postgres"));
    println!("export {VARIABLE}={}", server.socket().display());
    // Whatever comes, and the end of it: then the server ends too.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
