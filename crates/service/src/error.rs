//! Why a use case did not do what it was asked to.
//!
//! Each variant is one cause with one stable slug; the web layer turns it into a problem document
//! in one place. Nothing here holds a value of the request.

use jiff::Timestamp;
use varanto_model::{Faults, Pointer};
use varanto_rules::Refusal;
use varanto_store::StoreError;

use crate::outside::Obstacle;

/// What is wrong with a request's own content. The order is the order of precedence: where several
/// are found, the first names the problem and all faults are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The request is not of the right form.
    InvalidRequest,
    /// The metadata names a structure that is not known here.
    UnknownStructure,
    /// A code is not in its code set, or not valid on the day.
    UnknownCode,
    /// The content does not follow its structure.
    StructureViolation,
    /// A structured document has no display form.
    DisplayFormMissing,
    /// A display form has what it must not have.
    DisplayFormUnsafe,
    /// A PDF is not PDF/A.
    NotPdfA,
    /// There is no signature.
    SignatureMissing,
    /// A signature does not fit the document or its certificate.
    SignatureInvalid,
    /// A signer's certificate is not of a trusted issuer, or not valid.
    CertificateUntrusted,
    /// A signer's certificate has been revoked.
    CertificateRevoked,
    /// The signer is not one of the document's authors, or has no such card.
    AuthorNotEntitled,
    /// A unit in a clientship is not in the registry, not valid, or of nobody who takes part (RA-02).
    UnknownUnit,
    /// Another document has opened the case.
    CaseExists,
    /// The client has another active clientship here (CASE-04).
    ClientshipExists,
    /// The mandate of a purchased service does not hold for the call (DIS-08).
    MandateInvalid,
    /// A document may not go outside any more (DIS-07).
    DocumentWithheld,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 17] = [
        Self::InvalidRequest,
        Self::UnknownStructure,
        Self::UnknownCode,
        Self::StructureViolation,
        Self::DisplayFormMissing,
        Self::DisplayFormUnsafe,
        Self::NotPdfA,
        Self::SignatureMissing,
        Self::SignatureInvalid,
        Self::CertificateUntrusted,
        Self::CertificateRevoked,
        Self::AuthorNotEntitled,
        Self::UnknownUnit,
        Self::CaseExists,
        Self::ClientshipExists,
        Self::MandateInvalid,
        Self::DocumentWithheld,
    ];

    /// The stable word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid-request",
            Self::UnknownStructure => "unknown-structure",
            Self::UnknownCode => "unknown-code",
            Self::StructureViolation => "structure-violation",
            Self::DisplayFormMissing => "display-form-missing",
            Self::DisplayFormUnsafe => "display-form-unsafe",
            Self::NotPdfA => "not-pdf-a",
            Self::SignatureMissing => "signature-missing",
            Self::SignatureInvalid => "signature-invalid",
            Self::CertificateUntrusted => "certificate-untrusted",
            Self::CertificateRevoked => "certificate-revoked",
            Self::AuthorNotEntitled => "author-not-entitled",
            Self::UnknownUnit => "unknown-unit",
            Self::CaseExists => "case-exists",
            Self::ClientshipExists => "clientship-exists",
            Self::MandateInvalid => "mandate-invalid",
            Self::DocumentWithheld => "document-withheld",
        }
    }
}

/// The faults of a request's content with their causes, being collected.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    cause: Option<Cause>,
    faults: Faults,
}

impl Findings {
    /// Notes one fault.
    pub(crate) fn add(
        &mut self,
        cause: Cause,
        pointer: Pointer,
        code: &'static str,
        detail: impl Into<String>,
    ) {
        self.caused_by(cause);
        self.faults.add(pointer, code, detail);
    }

    /// Takes over faults that were found elsewhere.
    pub(crate) fn extend(&mut self, cause: Cause, faults: Faults) {
        if !faults.is_empty() {
            self.caused_by(cause);
            self.faults.extend(faults);
        }
    }

    fn caused_by(&mut self, cause: Cause) {
        self.cause = Some(self.cause.map_or(cause, |earlier| earlier.min(cause)));
    }

    /// Nothing, or the refusal that tells them all.
    pub(crate) fn outcome(self) -> Result<(), Error> {
        match self.cause {
            Some(cause) => Err(Error::Rejected { cause, faults: self.faults }),
            None => Ok(()),
        }
    }
}

/// Why a caller is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unauthenticated {
    /// No client certificate.
    CertificateMissing,
    /// The certificate is bound to no organisation.
    CertificateNotBound,
    /// The certificate has been revoked or has expired since the connection was made.
    CertificateEnded,
    /// No token.
    TokenMissing,
    /// The token is not one of ours, has expired, or came over another certificate.
    TokenInvalid,
    /// The assertion is not of the right form or does not hold.
    AssertionInvalid(&'static str),
}

impl Unauthenticated {
    /// The stable word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::CertificateMissing => "client-certificate-required",
            Self::CertificateNotBound => "certificate-not-bound",
            Self::CertificateEnded => "certificate-revoked",
            Self::TokenMissing => "token-missing",
            Self::TokenInvalid => "token-invalid",
            Self::AssertionInvalid(_) => "assertion-invalid",
        }
    }
}

/// Why a use case did not do what it was asked to.
#[derive(Debug)]
pub enum Error {
    /// The content of the request is at fault; every fault is named.
    Rejected {
        /// The first of the causes.
        cause: Cause,
        /// All faults.
        faults: Faults,
    },
    /// The rules of access refuse it.
    Refused {
        /// What is told.
        refusal: Refusal,
        /// The ids of the rules that refused.
        rules: Vec<&'static str>,
    },
    /// There is no such document, or the caller may not know of it.
    DocumentNotFound,
    /// There is no such structure, code set or organisation.
    NotFound,
    /// The register has no client of this temporary identifier.
    ClientNotFound,
    /// The temporary identifier was joined to another person.
    AlreadyJoined,
    /// A temporary identifier has more documents than are moved at once.
    TooManyDocuments,
    /// A register access right, or the report of a choice, is in another state than the order is for.
    RegisterAccessState(&'static str),
    /// The document has another newest version than the one that this builds on.
    VersionConflict,
    /// Other bytes are stored under this identifier.
    DocumentExists,
    /// The document has been annulled.
    DocumentAnnulled,
    /// None of the forms of the document is one that was asked for.
    FormNotAvailable,
    /// The breach has been closed.
    BreachClosed,
    /// The reporter has reported as many breaches to the controller as are taken in a day.
    TooManyReports {
        /// When the next one is taken.
        next_at: Timestamp,
        /// The seconds until then.
        seconds: u32,
    },
    /// The caller's own use, or a breach in which the caller is suspected: somebody else judges it.
    OwnUse,
    /// Something stands in the way of a disclosure outside, or of passing on.
    Outside(Obstacle),
    /// A client's request for log data is in another state than the act is for.
    LogRequestState(&'static str),
    /// A client's request for log data asks for more entries than one answer holds.
    LogRequestTooLarge,
    /// The log has no such entry, or it is not in the log's tree yet.
    LogEntryNotSealed,
    /// The caller is not known.
    Unauthenticated(Unauthenticated),
    /// The facts kept changing while it was decided; it may be tried again.
    Contended,
    /// The log entry could not be written, and so nothing was done (rule L1).
    LogUnavailable(StoreError),
    /// The store was lost while the plan was being committed: it may have been carried out whole, or not at all.
    OutcomeUnknown,
    /// A defect or a failing disk; told to the operator only.
    Internal(&'static str),
}

impl Error {
    /// A request that is not of the right form.
    pub fn invalid(faults: Faults) -> Self {
        Self::Rejected { cause: Cause::InvalidRequest, faults }
    }

    /// A request with one fault of form.
    pub fn fault(pointer: Pointer, code: &'static str, detail: impl Into<String>) -> Self {
        let mut faults = Faults::none();
        faults.add(pointer, code, detail);
        Self::invalid(faults)
    }

    /// The stable word for the cause, as in the log and in problem documents.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Rejected { cause, .. } => cause.slug(),
            Self::Refused { refusal, .. } if refusal.hides_existence() => "document-not-found",
            Self::Refused { refusal, .. } => refusal.slug(),
            Self::DocumentNotFound => "document-not-found",
            Self::NotFound => "not-found",
            Self::ClientNotFound => "client-not-found",
            Self::AlreadyJoined => "already-joined",
            Self::TooManyDocuments => "too-many-documents",
            Self::RegisterAccessState(_) => "register-access-state",
            Self::VersionConflict => "version-conflict",
            Self::DocumentExists => "document-exists",
            Self::DocumentAnnulled => "document-annulled",
            Self::FormNotAvailable => "form-not-available",
            Self::BreachClosed => "breach-closed",
            Self::TooManyReports { .. } => "too-many-reports",
            Self::OwnUse => "own-use",
            Self::Outside(obstacle) => obstacle.slug(),
            Self::LogRequestState(_) => "log-request-state",
            Self::LogRequestTooLarge => "log-request-too-large",
            Self::LogEntryNotSealed => "log-entry-not-sealed",
            Self::Unauthenticated(cause) => cause.slug(),
            Self::Contended => "try-again",
            Self::LogUnavailable(_) => "log-unavailable",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::Internal(_) => "internal-error",
        }
    }

    /// The word under which the log keeps it: the true cause, also where the answer hides it.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Refused { refusal, .. } => refusal.slug(),
            other => other.slug(),
        }
    }
}

impl From<Unauthenticated> for Error {
    fn from(cause: Unauthenticated) -> Self {
        Self::Unauthenticated(cause)
    }
}

/// A failure of the store that no use case can act on.
impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::Contended,
            StoreError::Unsettled => Self::OutcomeUnknown,
            other => Self::LogUnavailable(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ DOC-05
    #[test]
    fn of_several_causes_the_first_names_the_problem_and_all_faults_stay() {
        let mut findings = Findings::default();
        findings.add(Cause::SignatureMissing, Pointer::root(), "missing", "x");
        findings.add(Cause::StructureViolation, Pointer::root(), "missing", "y");
        match findings.outcome() {
            Err(Error::Rejected { cause, faults }) => {
                assert_eq!(cause, Cause::StructureViolation);
                assert_eq!(faults.as_slice().len(), 2);
            }
            other => panic!("{other:?}"),
        }
        assert!(Findings::default().outcome().is_ok());
    }

    /// REQ LOG-01: that nothing was done is said only where it is known.
    #[test]
    fn what_may_have_been_stored_is_not_said_to_have_failed() {
        for (failure, told) in [
            (StoreError::Unsettled, "outcome-unknown"),
            (StoreError::Busy, "log-unavailable"),
            (StoreError::Closed, "log-unavailable"),
        ] {
            assert_eq!(Error::from(failure).slug(), told);
        }
    }
}
