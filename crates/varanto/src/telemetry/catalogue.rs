//! Every metric that a server has: name, kind, and what it says. What is not here does not exist: a test holds
//! this list to the code, and the dashboard, the alarms and `docs/operations/monitoring.md` to this list.
//!
//! Nothing personal is in a metric. Labels have few values, all of them known beforehand.

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, from 0 at the start.
    Counter,
    /// Goes up and down.
    Gauge,
    /// How long something took, in seconds: `_bucket`, `_sum` and `_count`.
    Histogram,
}

/// From when on a metric is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// From the start.
    Start,
    /// From when there is something to tell.
    Event,
    /// The same, and only on PostgreSQL.
    Postgres,
    /// The same, and only where a witness is named.
    Witness,
}

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// From when on it is there.
    pub since: Since,
    /// What it says, in a sentence without its full stop.
    pub says: &'static str,
}

const fn counter(name: &'static str, since: Since, says: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, since, says }
}

const fn gauge(name: &'static str, since: Since, says: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, since, says }
}

const fn histogram(name: &'static str, since: Since, says: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram, since, says }
}

/// The upper ends of the buckets of histograms, in seconds.
pub const BUCKETS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// All of them, in the order of the page.
pub const METRICS: &[Metric] = &[
    counter(
        "varanto_requests_total",
        Since::Event,
        "requests that were answered, by `route`, `status` and `problem` (the slug of a refusal, or nothing)",
    ),
    histogram(
        "varanto_request_seconds",
        Since::Event,
        "how long requests took, by `route`: from the whole head to the answer",
    ),
    counter(
        "varanto_attempts_repeated_total",
        Since::Start,
        "use cases that started over because somebody else changed what they had looked at",
    ),
    counter(
        "varanto_tls_handshakes_refused_total",
        Since::Start,
        "connections that did not come about: no certificate, a revoked one, too slow",
    ),
    counter("varanto_panics_total", Since::Start, "requests that met a defect of the program"),
    gauge(
        "varanto_log_sealing_lag_seconds",
        Since::Event,
        "how old the oldest entry of the logs may be that is not in the tree",
    ),
    gauge(
        "varanto_log_unsealed_entries",
        Since::Event,
        "entries of the logs that are not in the tree",
    ),
    gauge("varanto_log_tree_size", Since::Event, "leaves of the tree"),
    counter(
        "varanto_log_sealed_entries_total",
        Since::Start,
        "entries that this server has taken into the tree",
    ),
    gauge(
        "varanto_log_signed_ahead_seconds",
        Since::Event,
        "by how much the signed time is ahead of the clock, because a clock once was",
    ),
    gauge(
        "varanto_log_witnessed_size",
        Since::Witness,
        "leaves of the newest tree that a `witness` (`file` or `url`) has",
    ),
    counter(
        "varanto_log_witness_failures_total",
        Since::Witness,
        "attempts to tell a `witness` that failed",
    ),
    gauge(
        "varanto_log_distrusted",
        Since::Witness,
        "1 where the file of a witness has another log than the store, so that nothing is sealed",
    ),
    counter(
        "varanto_store_schema_changes_total",
        Since::Start,
        "how often the schema was found changed while the server ran",
    ),
    gauge(
        "varanto_store_connections",
        Since::Postgres,
        "connections to the database, by `state`: `open`, and of these `in_use`",
    ),
    gauge("varanto_store_waiting", Since::Postgres, "callers that wait for a connection"),
    counter(
        "varanto_store_busy_total",
        Since::Postgres,
        "callers that gave up waiting and were answered 503",
    ),
    histogram(
        "varanto_store_commit_seconds",
        Since::Postgres,
        "how long plans took, from the taken connection to the answer of COMMIT",
    ),
    histogram("varanto_store_fetch_seconds", Since::Postgres, "how long queries took"),
    counter(
        "varanto_store_plans_repeated_total",
        Since::Postgres,
        "plans that were carried out again, by `reason`: `serialisation`, `deadlock`, `lost`",
    ),
    counter(
        "varanto_store_connections_lost_total",
        Since::Postgres,
        "connections to the database that broke while they were used",
    ),
    gauge(
        "varanto_store_in_doubt",
        Since::Postgres,
        "plans whose COMMIT was cut off and of which it is being found out whether it was carried out",
    ),
    counter(
        "varanto_store_unsettled_total",
        Since::Postgres,
        "plans of which that could not be found out: their callers were told to repeat",
    ),
    counter(
        "varanto_outbox_delivered_total",
        Since::Start,
        "parcels of the outbox that were handed over",
    ),
    counter(
        "varanto_outbox_failed_attempts_total",
        Since::Start,
        "attempts that did not come through and will be repeated",
    ),
    counter(
        "varanto_outbox_given_up_total",
        Since::Start,
        "parcels that were given up after a week",
    ),
    counter(
        "varanto_notices_without_address_total",
        Since::Start,
        "breaches of which nobody was told, because their controller has no address",
    ),
    gauge(
        "varanto_server_certificate_ends_timestamp_seconds",
        Since::Start,
        "when the server's certificate ends, in seconds since 1970",
    ),
    gauge(
        "varanto_revocation_lists_end_timestamp_seconds",
        Since::Start,
        "when the first of the revocation lists ends, in seconds since 1970",
    ),
    gauge(
        "varanto_process_resident_bytes",
        Since::Start,
        "memory that the process holds, looked at every five seconds",
    ),
    gauge("varanto_build", Since::Start, "always 1; `version` says which program runs"),
];
