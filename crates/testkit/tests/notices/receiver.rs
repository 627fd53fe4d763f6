//! A system that is told by webhook: it takes requests one after another, and remembers them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The path.
    pub(crate) path: String,
    /// The headers, their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// The content.
    pub(crate) body: Vec<u8>,
}

/// What it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answering {
    /// That it is well.
    Well,
    /// That something is wrong with it.
    Fault,
    /// That it is to be found elsewhere, on the same server.
    Elsewhere,
    /// Endlessly: a body without end.
    Endlessly,
}

/// The system. It ends with the process of the test.
pub(crate) struct Receiver {
    received: Arc<Mutex<Vec<Request>>>,
    answering: Arc<Mutex<Answering>>,
}

impl Receiver {
    /// A system behind a listener; without TLS where `tls` is none.
    pub(crate) fn over(
        listener: TcpListener,
        tls: Option<Arc<ServerConfig>>,
        first: Answering,
    ) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let answering = Arc::new(Mutex::new(first));
        let (memory, how) = (Arc::clone(&received), Arc::clone(&answering));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let take = |request| memory.lock().unwrap().push(request);
                let how = *how.lock().unwrap();
                let _ = match &tls {
                    None => answer(stream, how, take),
                    Some(tls) => {
                        let connection = ServerConnection::new(Arc::clone(tls)).unwrap();
                        answer(StreamOwned::new(connection, stream), how, take)
                    }
                };
            }
        });
        Self { received, answering }
    }

    /// What was received until now.
    pub(crate) fn received(&self) -> Vec<Request> {
        self.received.lock().unwrap().clone()
    }

    /// It answers otherwise from now on.
    pub(crate) fn answer(&self, how: Answering) {
        *self.answering.lock().unwrap() = how;
    }
}

/// Says that nothing more comes.
trait Close {
    fn close(&mut self);
}

impl Close for TcpStream {
    fn close(&mut self) {}
}

impl Close for StreamOwned<ServerConnection, TcpStream> {
    fn close(&mut self) {
        self.conn.send_close_notify();
    }
}

/// Reads one request of HTTP/1.1 and answers it; `None` where none came or nobody listens.
fn answer<S: Read + Write + Close>(
    stream: S,
    how: Answering,
    take: impl FnOnce(Request),
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    take(Request { path, headers, body });
    let status = match how {
        Answering::Well => "204 No Content\r\ncontent-length: 0",
        Answering::Fault => "500 Internal Server Error\r\ncontent-length: 0",
        Answering::Elsewhere => {
            "307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0"
        }
        Answering::Endlessly => "200 OK\r\ntransfer-encoding: chunked",
    };
    let stream = stream.get_mut();
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    if how == Answering::Endlessly {
        loop {
            // Until nobody listens any more.
            stream.write_all(b"400\r\n").ok()?;
            stream.write_all(&[b' '; 1_024]).ok()?;
            stream.write_all(b"\r\n").ok()?;
        }
    }
    stream.close();
    stream.flush().ok()
}
