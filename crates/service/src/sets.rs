//! The code sets that the use cases know by their identifiers: national ones, and our own (under
//! 1.2.246.10.99990000.98).

/// Service tasks (palvelutehtävä).
pub(crate) const SERVICE_TASKS: &str = "1.2.246.537.6.1221";
/// Social services.
pub(crate) const SERVICES: &str = "1.2.246.537.6.1222";
/// Registers.
pub(crate) const REGISTERS: &str = "1.2.246.537.6.1264";
/// Service processes.
pub(crate) const SERVICE_PROCESSES: &str = "1.2.246.537.6.1277";
/// Grounds of a broad right of access (DIS-05).
pub(crate) const GROUNDS: &str = "1.2.246.537.6.1299";
/// Document types.
pub(crate) const DOCUMENT_TYPES: &str = "1.2.246.537.6.1506";
/// Purposes of use.
pub(crate) const PURPOSES: &str = "1.2.246.10.99990000.98.3";
/// Special reasons (AC-01).
pub(crate) const SPECIAL_REASONS: &str = "1.2.246.10.99990000.98.4";
/// Kinds of recipients outside social and health care (DIS-07).
pub(crate) const RECIPIENTS: &str = "1.2.246.10.99990000.98.8";
