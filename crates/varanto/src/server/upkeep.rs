//! What a server does by itself: it trusts anew, looks for changes of the directories, and hands over what
//! waits in the outbox. All of it ends with the server.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::watch;
use varanto_service::{Sealed, Sealer, Service};
use varanto_web::ServerIdentity;

use super::trust::TrustFiles;

/// How often the directories are looked at for changes made by other programs.
const REFRESH: Duration = Duration::from_secs(1);
/// How often the outbox is looked at.
const DELIVER: Duration = Duration::from_secs(1);
/// How often the logs are looked at for entries that are not in their tree.
const SEAL: Duration = Duration::from_millis(500);
/// After a batch of so many entries it is looked again at once.
const SEAL_AGAIN: usize = 250;
/// How often entries of the logs are looked for that have been kept for long enough.
const RETAIN: Duration = Duration::from_hours(24);
/// How often used assertions that have expired are forgotten.
const FORGET: Duration = Duration::from_mins(10);

/// Reads the revocation lists again when they change, and trusts accordingly.
pub(super) async fn watch_trust(
    files: TrustFiles,
    identity: ServerIdentity,
    tls: Arc<ArcSwap<rustls::ServerConfig>>,
    service: Service,
    every: Duration,
    stopped: watch::Receiver<bool>,
) {
    let mut seen = files.stamp();
    while sleep(every, &stopped).await {
        let stamp = files.stamp();
        if stamp == seen {
            continue;
        }
        let renewed = files.read().and_then(|trust| Ok((identity.config(&trust)?, trust)));
        match renewed {
            Ok((config, trust)) => {
                tls.store(config);
                service.trust_anew(trust);
                seen = stamp;
                tracing::info!("the trusted certificates and revocation lists have been read anew");
            }
            // The old ones stay in force; it is tried again next time.
            Err(error) => tracing::error!(%error, "the trusted certificates cannot be read anew"),
        }
    }
}

/// Looks for changes of the directories, and forgets what has expired.
pub(super) async fn keep_fresh(service: Service, stopped: watch::Receiver<bool>) {
    let mut since_forgetting = Duration::ZERO;
    while sleep(REFRESH, &stopped).await {
        if let Err(error) = service.refresh().await {
            tracing::warn!(?error, "the directories cannot be read anew");
        }
        since_forgetting += REFRESH;
        if since_forgetting >= FORGET {
            since_forgetting = Duration::ZERO;
            if let Err(error) = service.forget_old_assertions().await {
                tracing::warn!(?error, "expired assertions cannot be forgotten");
            }
        }
    }
}

/// Hands over what waits in the outbox, of one kind. An attempt under way ends before the server does.
pub(super) async fn keep_delivering(
    service: Service,
    kind: &'static str,
    stopped: watch::Receiver<bool>,
) {
    while !*stopped.borrow() {
        match service.deliver_due(kind).await {
            // There may be more.
            Ok(attempted) if attempted > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(?error, "the outbox cannot be worked on"),
        }
        if !sleep(DELIVER, &stopped).await {
            return;
        }
    }
}

/// Takes what is committed to the logs into their tree. What is committed while the server stops is sealed at
/// its next start.
pub(super) async fn keep_sealing(service: Service, stopped: watch::Receiver<bool>) {
    let mut sealer = Sealer::new(service);
    while !*stopped.borrow() {
        match sealer.seal().await {
            // There may be more.
            Ok(Sealed::Entries(entries)) if entries >= SEAL_AGAIN => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the log cannot be sealed"),
        }
        if !sleep(SEAL, &stopped).await {
            return;
        }
    }
}

/// Lets content of the logs go that has been kept for its years, and what was handled about it, at the start and
/// daily.
pub(super) async fn keep_retaining(service: Service, stopped: watch::Receiver<bool>) {
    loop {
        match service.retain_log().await {
            Ok(0) => {}
            Ok(entries) => {
                tracing::info!(entries, "entries of the logs have left after their years");
            }
            Err(error) => tracing::error!(?error, "entries cannot leave the logs"),
        }
        match service.forget_handled().await {
            Ok(0) => {}
            Ok(handled) => tracing::info!(handled, "what was handled has left with its log"),
            Err(error) => tracing::error!(?error, "what was handled cannot leave"),
        }
        if !sleep(RETAIN, &stopped).await {
            return;
        }
    }
}

/// Sleeps; `false` when the server stops meanwhile.
pub(super) async fn sleep(time: Duration, stopped: &watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => true,
        () = until(stopped.clone()) => false,
    }
}

/// Ends when the server stops.
pub(super) async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
