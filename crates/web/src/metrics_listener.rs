//! The metrics, on a listener of their own: plain HTTP, for an address that only operators reach.

use std::future::Future;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;

/// Serves `/metrics` in the text form of Prometheus until `stop` is done.
pub async fn serve_metrics(
    listener: TcpListener,
    metrics: PrometheusHandle,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = Router::new().route("/metrics", get(move || std::future::ready(metrics.render())));
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}
