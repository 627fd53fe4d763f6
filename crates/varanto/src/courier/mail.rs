//! Notices by mail (SMTP, RFC 5321), to the mail server of the configuration.
//!
//! The connection is encrypted, from its start or by STARTTLS, and the server proves itself by a certificate of
//! the authorities in the configuration; without encryption mail goes only to the machine itself, which the
//! configuration sees to. Of what the server says only the number of its reply is told.

use std::fmt;
use std::sync::Arc;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, AsyncTokioStream, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use uuid::Uuid;
use varanto_client::{ClientError, tls_config};
use varanto_service::{SentNotice, Undelivered};

use super::bounded::Bounded;
use super::message::message;
use super::{CONNECT_TIME, TIME};

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security<'a> {
    /// After STARTTLS, which the server must offer (RFC 3207); `ca_pem` are the authorities that are trusted.
    StartTls {
        /// Certificates in PEM.
        ca_pem: &'a str,
    },
    /// From the start (RFC 8314); `ca_pem` are the authorities that are trusted.
    Tls {
        /// Certificates in PEM.
        ca_pem: &'a str,
    },
    /// Not at all: only to the machine itself.
    None,
}

/// Where mail goes and how.
pub struct MailerSettings<'a> {
    /// The name of the mail server, or its address.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security<'a>,
    /// The name and the password that the server wants, if it does.
    pub credentials: Option<(&'a str, &'a str)>,
    /// Of whom the mail is.
    pub from: Address,
}

/// Shows nothing: there is a password in it.
impl fmt::Debug for MailerSettings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailerSettings").finish_non_exhaustive()
    }
}

/// Why mail cannot be carried as the settings say.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// TLS cannot be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The certificates cannot be used.
    #[error("the trusted certificates cannot be used: {0}")]
    Certificates(SmtpError),
    /// The host is no name that a certificate could be of.
    #[error("the host is neither a name nor an address")]
    Host,
}

enum Encryption {
    StartTls(TlsParameters),
    Tls(TlsConnector, ServerName<'static>),
    None,
}

/// Carries mail to one mail server.
pub struct Mailer {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    from: Address,
    hello: ClientId,
}

/// Only where it is shows.
impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// Why one mail did not come through.
#[derive(Debug)]
enum Failure {
    /// No connection, or it broke off.
    Connection,
    /// What we have to say cannot be said.
    Message,
    /// The server refused, or its certificate was refused.
    Smtp(SmtpError),
    /// It took too long.
    Time,
}

impl From<SmtpError> for Failure {
    fn from(error: SmtpError) -> Self {
        Self::Smtp(error)
    }
}

impl Mailer {
    /// A way to the mail server of the settings; nothing is sent yet.
    pub fn new(settings: &MailerSettings<'_>) -> Result<Self, MailerError> {
        let host = settings.host;
        let encryption = match settings.security {
            Security::StartTls { ca_pem } => {
                // Its own reading tells what is wrong with the certificates.
                tls_config(ca_pem, None)?;
                Encryption::StartTls(trusting(host, ca_pem).map_err(MailerError::Certificates)?)
            }
            Security::Tls { ca_pem } => {
                let mut config = tls_config(ca_pem, None)?;
                config.alpn_protocols.clear();
                let name = ServerName::try_from(host.to_owned()).map_err(|_| MailerError::Host)?;
                Encryption::Tls(TlsConnector::from(Arc::new(config)), name)
            }
            Security::None => Encryption::None,
        };
        let credentials = settings.credentials;
        Ok(Self {
            host: host.to_owned(),
            port: settings.port,
            encryption,
            credentials: credentials
                .map(|(user, password)| Credentials::new(user.to_owned(), password.to_owned())),
            from: settings.from.clone(),
            hello: ClientId::Domain(settings.from.domain().to_owned()),
        })
    }

    /// Sends the mail of a parcel.
    pub(super) async fn send(
        &self,
        id: Uuid,
        to: &Address,
        notice: &SentNotice,
    ) -> Result<(), Undelivered> {
        let sent = timeout(TIME, self.attempt(id, to, notice)).await;
        let Err(failure) = sent.unwrap_or(Err(Failure::Time)) else { return Ok(()) };
        match failure {
            Failure::Connection => {
                tracing::warn!(parcel = %id, "the mail server is not reached");
            }
            Failure::Message => tracing::warn!(parcel = %id, "a mail cannot be written"),
            Failure::Smtp(error) => {
                let reply = error.status().map(|code| code.to_string());
                let tls = error.is_tls();
                tracing::warn!(parcel = %id, reply, tls, "the mail server did not take a mail");
            }
            Failure::Time => tracing::warn!(parcel = %id, "the mail server took too long"),
        }
        Err(Undelivered)
    }

    async fn attempt(&self, id: Uuid, to: &Address, notice: &SentNotice) -> Result<(), Failure> {
        let message = message(id, (&self.from, to), notice).map_err(|_| Failure::Message)?;
        let mut connection = self.connect().await?;
        let sent = self.deliver(&mut connection, &message).await;
        // Taken is taken, however the server parts.
        connection.abort().await;
        Ok(sent?)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let connecting = TcpStream::connect((self.host.as_str(), self.port));
        let stream = timeout(CONNECT_TIME, connecting).await.map_err(|_| Failure::Time)?;
        let stream = stream.map_err(|_| Failure::Connection)?;
        let peer = stream.peer_addr().map_err(|_| Failure::Connection)?;
        if matches!(self.encryption, Encryption::None) && !peer.ip().is_loopback() {
            return Err(Failure::Connection);
        }
        let stream = Bounded::new(stream, peer);
        let stream: Box<dyn AsyncTokioStream> = match &self.encryption {
            Encryption::Tls(connector, name) => {
                let stream = connector.connect(name.clone(), stream).await;
                Box::new(Bounded::new(stream.map_err(|_| Failure::Connection)?, peer))
            }
            Encryption::StartTls(_) | Encryption::None => Box::new(stream),
        };
        let mut connection =
            AsyncSmtpConnection::connect_with_transport(stream, &self.hello).await?;
        // Where the handshake fails there is no connection left to part from.
        if let Encryption::StartTls(parameters) = &self.encryption {
            connection.starttls(parameters.clone(), &self.hello).await?;
        }
        Ok(connection)
    }

    async fn deliver(
        &self,
        connection: &mut AsyncSmtpConnection,
        message: &lettre::Message,
    ) -> Result<(), SmtpError> {
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        connection.send(message.envelope(), &message.formatted()).await?;
        Ok(())
    }
}

/// The set-up of TLS after STARTTLS, which trusts these certificates and no others.
fn trusting(host: &str, ca_pem: &str) -> Result<TlsParameters, SmtpError> {
    TlsParameters::builder(host.to_owned())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(Certificate::from_pem(ca_pem.as_bytes())?)
        .build_rustls()
}
