//! A client of the system interface (PRO-04): mutual TLS, tokens, and signed documents.
//!
//! A [`Client`] is a system: it connects with the system's certificate. A [`Session`] is a
//! professional behind the system: it gets a token against an assertion and renews it in time; a
//! [`CitizenSession`] is a citizen behind a service for citizens. An
//! [`EnvelopeBuilder`] signs documents. Every call gives an [`Answer`], also where the repository
//! refuses: what a refusal means is for the caller to say.
//!
//! Nothing here reads files or the environment, and no error and no `Debug` shows what was sent or
//! received.

mod answer;
mod breaches;
mod calling;
mod cases;
mod citizen;
mod client;
mod credentials;
mod directories;
mod documents;
mod envelope;
mod error;
mod log_requests;
mod outside;
mod register_access;
mod session;
mod signer;
mod tls;
mod token;
mod use_context;

pub use answer::{Answer, MAX_ANSWER_BYTES, Problem, ProblemFault};
pub use citizen::{CitizenCredentials, CitizenSession};
pub use client::{Client, ClientSettings};
pub use credentials::{ASSERTION_LIFETIME, Credentials};
pub use envelope::EnvelopeBuilder;
pub use error::ClientError;
pub use session::Session;
pub use signer::Signer;
pub use tls::{Identity as TlsIdentity, config as tls_config};
pub use token::Token;
pub use use_context::UseContext;
