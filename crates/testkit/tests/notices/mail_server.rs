//! A mail server as the tests need it: it takes mail one after another, with or without TLS, and remembers
//! what was said to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use varanto_testkit::Site;

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// From the start.
    Tls,
    /// When the client asks for it.
    StartTls,
    /// Not at all.
    None,
}

/// What a mail server does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    /// It takes mail only after this password.
    pub(crate) password: Option<String>,
    /// It refuses mail so many times before it takes some.
    pub(crate) refusals: usize,
    /// Its greeting never ends.
    pub(crate) endless: bool,
}

/// What was said to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    /// The mail that was taken.
    pub(crate) taken: Vec<String>,
    /// The mail that was refused.
    pub(crate) refused: Vec<String>,
    /// The commands, each with whether it was encrypted.
    pub(crate) commands: Vec<(String, bool)>,
}

/// The mail server. It ends with the process of the test.
pub(crate) struct MailServer {
    heard: Arc<Mutex<Heard>>,
    manner: Arc<Mutex<Manner>>,
}

impl MailServer {
    /// A mail server behind a listener.
    pub(crate) fn over(
        listener: TcpListener,
        (offer, tls): (Offer, Arc<ServerConfig>),
        manner: Manner,
    ) -> Self {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let manner = Arc::new(Mutex::new(manner));
        let (memory, how) = (Arc::clone(&heard), Arc::clone(&manner));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let session = Session { offer, manner: &how, heard: &memory };
                let encrypted = |stream| {
                    let connection = ServerConnection::new(Arc::clone(&tls)).unwrap();
                    StreamOwned::new(connection, stream)
                };
                // A connection that breaks off is the client's affair.
                let _ = match offer {
                    Offer::Tls => session.hold(&mut encrypted(stream), true, true),
                    Offer::StartTls | Offer::None => {
                        let mut plain = stream.try_clone().unwrap();
                        match session.hold(&mut plain, false, true) {
                            Some(End::StartTls) => {
                                session.hold(&mut encrypted(stream), true, false)
                            }
                            end => end,
                        }
                    }
                };
            }
        });
        Self { heard, manner }
    }

    /// What was said to it until now.
    pub(crate) fn heard(&self) -> Heard {
        self.heard.lock().unwrap().clone()
    }

    /// It behaves otherwise from now on.
    pub(crate) fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }
}

/// The set-up of TLS with the certificate of a server under test, which is of `localhost`.
pub(crate) fn tls(site: &Site) -> Arc<ServerConfig> {
    let pem = std::fs::read(site.paths().server_certificate()).unwrap();
    let chain = CertificateDer::pem_slice_iter(&pem).map(Result::unwrap).collect();
    let key = std::fs::read(site.paths().server_key()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(&key).unwrap());
    Arc::new(config.unwrap())
}

/// How a conversation ends.
enum End {
    StartTls,
    Quit,
}

/// One conversation (RFC 5321, RFC 3207, RFC 4954).
struct Session<'a> {
    offer: Offer,
    manner: &'a Mutex<Manner>,
    heard: &'a Mutex<Heard>,
}

impl Session<'_> {
    fn hold<S: Read + Write>(&self, stream: S, encrypted: bool, greets: bool) -> Option<End> {
        let manner = self.manner.lock().unwrap().clone();
        let mut stream = BufReader::new(stream);
        if manner.endless {
            loop {
                // Until nobody listens any more.
                say(&mut stream, "220-and on")?;
            }
        }
        if greets {
            say(&mut stream, "220 localhost\r\n")?;
        }
        let mut known = manner.password.is_none();
        loop {
            let line = read_line(&mut stream)?;
            self.heard.lock().unwrap().commands.push((line.clone(), encrypted));
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let reply = match verb {
                "EHLO" => self.offers(&manner, encrypted),
                "STARTTLS" if self.offer == Offer::StartTls && !encrypted => {
                    say(&mut stream, "220 go on\r\n")?;
                    return Some(End::StartTls);
                }
                "AUTH" => {
                    known = is_password(rest, manner.password.as_deref());
                    if known { "235 welcome\r\n" } else { "535 not known\r\n" }.to_owned()
                }
                "MAIL" if !known => "530 who are you\r\n".to_owned(),
                "MAIL" | "RCPT" => "250 well\r\n".to_owned(),
                "DATA" => {
                    say(&mut stream, "354 go on\r\n")?;
                    let mail = read_mail(&mut stream)?;
                    self.take(mail).to_owned()
                }
                "QUIT" => {
                    say(&mut stream, "221 farewell\r\n")?;
                    return Some(End::Quit);
                }
                _ => "502 not known\r\n".to_owned(),
            };
            say(&mut stream, &reply)?;
        }
    }

    fn offers(&self, manner: &Manner, encrypted: bool) -> String {
        let mut offers = "250-localhost\r\n".to_owned();
        if self.offer == Offer::StartTls && !encrypted {
            offers += "250-STARTTLS\r\n";
        }
        // Also where nothing is encrypted yet: a client that cares does not take it up.
        if manner.password.is_some() {
            offers += "250-AUTH PLAIN LOGIN\r\n";
        }
        offers + "250 8BITMIME\r\n"
    }

    fn take(&self, mail: String) -> &'static str {
        let (mut heard, mut manner) = (self.heard.lock().unwrap(), self.manner.lock().unwrap());
        if manner.refusals > 0 {
            manner.refusals -= 1;
            heard.refused.push(mail);
            return "451 not now\r\n";
        }
        heard.taken.push(mail);
        "250 taken\r\n"
    }
}

/// Is it the user `varanto` with the password? (RFC 4616)
fn is_password(rest: &str, password: Option<&str>) -> bool {
    let told = rest.strip_prefix("PLAIN ").and_then(|told| STANDARD.decode(told).ok());
    let wanted = password.map(|password| format!("\0varanto\0{password}").into_bytes());
    told.is_some() && told == wanted
}

fn say<S: Read + Write>(stream: &mut BufReader<S>, reply: &str) -> Option<()> {
    let stream = stream.get_mut();
    stream.write_all(reply.as_bytes()).ok()?;
    stream.flush().ok()
}

fn read_line<S: Read>(stream: &mut BufReader<S>) -> Option<String> {
    let mut line = String::new();
    let length = stream.read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim_end().to_owned())
}

fn read_mail<S: Read>(stream: &mut BufReader<S>) -> Option<String> {
    let mut mail = String::new();
    loop {
        let line = read_line(stream)?;
        if line == "." {
            return Some(mail);
        }
        mail += &line;
        mail.push('\n');
    }
}
