//! The accept loop: TCP, TLS, HTTP, and the peer's certificate on its way to the routes.
//!
//! Every step is bounded: connections, the time of a handshake, of headers and of idling. A stop
//! lets requests under way end, within a grace time.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;
use varanto_signatures::Certificate;

/// Bounds of the listener.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Connections at a time; further ones wait to be accepted.
    pub connections: usize,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For the headers of a request, from its start or from the end of the one before it.
    pub headers: Duration,
    /// For requests under way when the server stops.
    pub grace: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 2_048,
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(30),
            grace: Duration::from_secs(15),
        }
    }
}

/// What is known of the other end of a connection: set once, when it is accepted.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    /// The client certificate, whose chain the handshake has checked.
    pub certificate: Option<Certificate>,
}

/// Serves until `stop` is done, then lets requests under way end.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<ArcSwap<ServerConfig>>,
    router: Router,
    limits: ConnectionLimits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let place = tokio::select! {
            () = &mut stop => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match (accepted, place) {
            (Ok((socket, _)), Ok(place)) => {
                let acceptor = TlsAcceptor::from(tls.load_full());
                let connection =
                    Connection { router: router.clone(), limits, watcher: graceful.watcher() };
                tokio::spawn(connection.run(socket, acceptor, place));
            }
            (Err(error), _) => {
                // Out of file descriptors, most likely: let some connections end first.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            (Ok(_), Err(_)) => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(limits.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way when the grace time ended");
    }
}

struct Connection {
    router: Router,
    limits: ConnectionLimits,
    watcher: Watcher,
}

impl Connection {
    async fn run(self, socket: TcpStream, acceptor: TlsAcceptor, place: OwnedSemaphorePermit) {
        // Without it the first answer waits some 40 ms for a delayed acknowledgement.
        let _ = socket.set_nodelay(true);
        let stream =
            match tokio::time::timeout(self.limits.handshake, acceptor.accept(socket)).await {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => {
                    metrics::counter!("varanto_tls_handshakes_refused_total").increment(1);
                    tracing::info!(%error, "a TLS handshake was refused");
                    return;
                }
                Err(_) => {
                    metrics::counter!("varanto_tls_handshakes_refused_total").increment(1);
                    tracing::info!("a TLS handshake took too long");
                    return;
                }
            };
        let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
        let certificate = shown.map(|leaf| Certificate::parse(leaf.as_ref()));
        let peer = match certificate {
            None => Peer::default(),
            Some(Ok(certificate)) => Peer { certificate: Some(certificate) },
            Some(Err(error)) => {
                tracing::info!(%error, "a client certificate cannot be read");
                return;
            }
        };
        let router = self.router;
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(peer.clone());
            let router = router.clone();
            async move { Ok::<_, Infallible>(answer(router, request.map(Body::new)).await) }
        });
        let mut http = auto::Builder::new(TokioExecutor::new());
        http.http1().timer(TokioTimer::new()).header_read_timeout(self.limits.headers);
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(64)
            .keep_alive_interval(self.limits.headers)
            .max_header_list_size(32 * 1024);
        let connection =
            http.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(place);
    }
}

async fn answer(router: Router, request: hyper::Request<Body>) -> axum::response::Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
