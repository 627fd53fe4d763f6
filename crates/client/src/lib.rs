//! A client of the system interface: mutual TLS, tokens, signed envelopes.
