//! The drawing of the architecture as tables.
//!
//! Change them together with `docs/architecture.md`, or not at all.

/// Our crates and those of ours that each may name.
pub(super) const ARROWS: [(&str, &[&str]); 15] = [
    ("varanto-model", &[]),
    ("varanto-log", &[]),
    ("varanto-documents", &["varanto-model"]),
    ("varanto-rules", &["varanto-model"]),
    ("varanto-signatures", &["varanto-model"]),
    ("varanto-store", &["varanto-model"]),
    (
        "varanto-service",
        &[
            "varanto-documents",
            "varanto-log",
            "varanto-model",
            "varanto-rules",
            "varanto-signatures",
            "varanto-store",
        ],
    ),
    // Signatures only for the type of the peer that TLS has proven.
    ("varanto-web", &["varanto-model", "varanto-rules", "varanto-service", "varanto-signatures"]),
    ("varanto-client", &["varanto-model", "varanto-signatures"]),
    ("varanto-sandbox", &["varanto-model", "varanto-signatures"]),
    (
        "varanto",
        &[
            "varanto-client",
            "varanto-documents",
            "varanto-log",
            "varanto-model",
            "varanto-rules",
            "varanto-sandbox",
            "varanto-service",
            "varanto-signatures",
            "varanto-store",
            "varanto-web",
        ],
    ),
    // For tests: nobody may name it but in dev-dependencies, so it stands in no other row.
    (
        "varanto-testkit",
        &[
            "varanto",
            "varanto-client",
            "varanto-documents",
            "varanto-log",
            "varanto-model",
            "varanto-postgres",
            "varanto-sandbox",
            "varanto-service",
            "varanto-signatures",
            "varanto-store",
        ],
    ),
    // For tests too: the databases that they stand on.
    ("varanto-postgres", &[]),
    // For measuring: nobody may name it either.
    (
        "varanto-country",
        &[
            "varanto",
            "varanto-client",
            "varanto-documents",
            "varanto-model",
            "varanto-rules",
            "varanto-sandbox",
            "varanto-service",
            "varanto-signatures",
            "varanto-store",
        ],
    ),
    ("xtask", &["varanto-postgres"]),
];

/// Outside crates that have a home, and who may name them.
pub(super) const HOMES: [(&str, &[&str]); 28] = [
    ("aws-lc-rs", &["varanto-log", "varanto-signatures", "varanto-store"]),
    ("axum", &["varanto-web"]),
    ("clap", &["varanto", "xtask"]),
    ("config", &["varanto"]),
    ("deadpool-postgres", &["varanto-store"]),
    ("dejavu", &["varanto-documents"]),
    ("governor", &["varanto-web"]),
    ("http-body-util", &["varanto-web"]),
    ("hyper", &["varanto-web"]),
    ("hyper-util", &["varanto-web"]),
    ("krilla", &["varanto-documents"]),
    ("lettre", &["varanto"]),
    ("lopdf", &["varanto-documents"]),
    ("quick-xml", &["varanto-documents"]),
    ("rcgen", &["varanto-signatures"]),
    ("reqwest", &["varanto", "varanto-client"]),
    ("roxmltree", &["varanto-documents"]),
    ("rusqlite", &["varanto-store"]),
    ("rustls", &["varanto", "varanto-client", "varanto-store", "varanto-web"]),
    ("rustls-webpki", &["varanto-signatures"]),
    ("skrifa", &["varanto-documents"]),
    ("tokio-postgres", &["varanto-store"]),
    ("tokio-rustls", &["varanto", "varanto-store", "varanto-web"]),
    ("tower", &["varanto-web"]),
    ("tower-http", &["varanto-web"]),
    ("tracing-subscriber", &["varanto"]),
    ("x509-parser", &["varanto-signatures"]),
    ("zip", &["varanto-documents", "varanto-service"]),
];

/// Crates that do no input or output.
pub(super) const PURE: [&str; 4] =
    ["varanto-model", "varanto-documents", "varanto-log", "varanto-rules"];

/// What may not stand below a pure crate, however far down.
pub(super) const IMPURE: [&str; 12] = [
    "async-std",
    "axum",
    "hyper",
    "metrics",
    "mio",
    "reqwest",
    "rusqlite",
    "rustls",
    "socket2",
    "tokio",
    "tokio-postgres",
    "tracing-subscriber",
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn arrows_point_down_only() {
        // Each round takes away the crates whose arrows all end in crates already taken away.
        let mut left: BTreeMap<_, _> = ARROWS.into_iter().collect();
        while !left.is_empty() {
            let before = left.len();
            let names: BTreeSet<_> = left.keys().copied().collect();
            left.retain(|_, allowed| allowed.iter().any(|name| names.contains(name)));
            assert!(left.len() < before, "a circle among {:?}", left.keys());
        }
    }
}
