//! Listeners, TLS, tokens, endpoints and problem documents.
