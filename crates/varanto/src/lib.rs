//! The program: an open client data repository for social welfare.
//!
//! Here everything is wired together, and only here: configuration, the real clock and randomness,
//! the commands. `main.rs` reads the command line and calls one of [`commands`].

pub mod commands;
pub mod config;
pub mod courier;
mod demo;
pub mod people;
pub mod sandbox;
pub mod server;
pub mod telemetry;
pub mod witness;
pub mod world;
