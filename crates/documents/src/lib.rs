//! Document structures, validation, display forms and PDF/A acceptance: pure functions.
