//! The tree over the log.
