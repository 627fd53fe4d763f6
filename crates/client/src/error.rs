//! Why a call was not answered, or not as it had to be.

use varanto_signatures::{KeyError, PemError};

use crate::answer::Problem;

/// Why a call gave nothing. It shows nothing of what was sent or received, but for the problem
/// documents of the repository, which repeat no value of a request.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The base URL is no `https` URL.
    #[error("the base URL is not an https URL without query")]
    BaseUrl,
    /// Certificates or a key for the connection cannot be read from PEM.
    #[error("the {what} cannot be read: {error}")]
    Pem {
        /// Which text it was.
        what: &'static str,
        /// Why.
        error: rustls::pki_types::pem::Error,
    },
    /// TLS refuses the certificates or the key.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The signer's certificates cannot be read.
    #[error("the signer's certificates cannot be used: {0}")]
    SignerChain(#[from] PemError),
    /// The signer's key cannot be read, or does not sign.
    #[error("the signer's key cannot be used: {0}")]
    SignerKey(#[from] KeyError),
    /// The request could not be sent, or its answer not be received.
    #[error("the repository cannot be reached: {}", chain(.0))]
    Transport(reqwest::Error),
    /// The answer is larger than a client takes.
    #[error("the answer is larger than is taken")]
    AnswerTooLarge,
    /// The answer is not of the form that the interface gives it.
    #[error("the answer with status {status} is not of the right form")]
    UnexpectedAnswer {
        /// The HTTP status.
        status: u16,
    },
    /// The repository refuses.
    #[error("{0}")]
    Refused(Box<Problem>),
}

impl From<reqwest::Error> for ClientError {
    fn from(error: reqwest::Error) -> Self {
        Self::Transport(error.without_url())
    }
}

/// The error and its sources on one line: the reason stands in the last.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
