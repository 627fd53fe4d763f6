//! Worlds of test organisations, persons and certificates.
