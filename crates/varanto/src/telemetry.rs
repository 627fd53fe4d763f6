//! The program's own log and metrics.

pub mod catalogue;

use std::sync::OnceLock;
use std::time::Duration;

use jiff::Timestamp;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use self::catalogue::{BUCKETS, Kind, METRICS, Since};
use crate::config::{LogFormat, LogSection};

/// How often the process is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// Lets the log be written to the standard error, as the configuration says. The first call holds.
pub fn log(section: &LogSection) {
    let filter = EnvFilter::try_new(&section.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let base = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    let _ = match section.format {
        LogFormat::Text => base.try_init(),
        LogFormat::Json => base.json().try_init(),
    };
}

/// The metrics of this process. The recorder is installed at the first call: what is counted before is lost.
pub fn metrics() -> PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS
        .get_or_init(|| {
            let builder = with_buckets().unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            let _ = metrics::set_global_recorder(recorder);
            describe();
            look_at_process();
            handle
        })
        .clone()
}

/// Buckets and not quantiles: those of several servers can be added up.
fn with_buckets() -> Result<PrometheusBuilder, BuildError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    PrometheusBuilder::new().set_buckets_for_metric(seconds, BUCKETS)
}

/// Says what each metric is, and starts counters at 0: an increase from nothing is none to those who watch.
fn describe() {
    for metric in METRICS {
        match metric.kind {
            Kind::Counter => metrics::describe_counter!(metric.name, metric.says),
            Kind::Gauge => metrics::describe_gauge!(metric.name, metric.says),
            Kind::Histogram => metrics::describe_histogram!(metric.name, metric.says),
        }
        if metric.kind == Kind::Counter && metric.since == Since::Start {
            metrics::counter!(metric.name).increment(0);
        }
    }
    metrics::gauge!("varanto_build", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Notes when certificates and revocation lists end.
#[expect(clippy::cast_precision_loss, reason = "a metric")]
pub(crate) fn note_end(what: End, at: Timestamp) {
    let gauge = match what {
        End::ServerCertificate => {
            metrics::gauge!("varanto_server_certificate_ends_timestamp_seconds")
        }
        End::RevocationLists => metrics::gauge!("varanto_revocation_lists_end_timestamp_seconds"),
    };
    gauge.set(at.as_second() as f64);
}

/// What ends if nobody renews it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// What the server shows to callers.
    ServerCertificate,
    /// The first of the lists by which certificates are believed.
    RevocationLists,
}

/// Looks at the process now and then, and lets go of what was measured and never asked for.
pub(crate) async fn keep(metrics: PrometheusHandle, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
        metrics.run_upkeep();
        look_at_process();
    }
}

#[expect(clippy::cast_precision_loss, reason = "a metric")]
fn look_at_process() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(kilobytes) = resident(&status) {
        metrics::gauge!("varanto_process_resident_bytes").set(kilobytes as f64 * 1024.0);
    }
}

/// The resident memory in what the kernel tells of a process, in units of 1024 bytes.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests;
