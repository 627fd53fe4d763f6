//! Problem documents (RFC 9457): the one place in which causes become answers.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use varanto_model::{Faults, Pointer};
use varanto_rules::Refusal;
use varanto_service::{Cause, Error, Obstacle, Unauthenticated};

/// The media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A fault, told to the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The stable word of the cause; the type is `urn:varanto:problem:<slug>`.
    pub slug: &'static str,
    /// The HTTP status.
    pub status: StatusCode,
    /// The same for every problem of the cause.
    pub title: &'static str,
    /// More on this one.
    pub detail: Option<String>,
    /// Faults with pointers.
    pub errors: Faults,
    /// Ids of the access rules that refused.
    pub rules: Box<[&'static str]>,
    /// Seconds after which it may be tried again.
    pub retry_after: Option<u32>,
}

impl Problem {
    /// The problem of a cause.
    pub fn new(slug: &'static str, status: StatusCode, title: &'static str) -> Self {
        let errors = Faults::none();
        Self { slug, status, title, detail: None, errors, rules: Box::default(), retry_after: None }
    }

    /// The same with a sentence on this one.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same of what stands in a member of the request.
    #[must_use]
    pub fn below(mut self, member: &str) -> Self {
        self.errors = self.errors.below(&Pointer::root().member(member));
        self
    }

    /// The problem document, without the number of its occurrence.
    pub fn document(&self) -> Map<String, Value> {
        let mut document = Map::new();
        document.insert("type".into(), json!(format!("urn:varanto:problem:{}", self.slug)));
        document.insert("title".into(), json!(self.title));
        document.insert("status".into(), json!(self.status.as_u16()));
        if let Some(detail) = &self.detail {
            document.insert("detail".into(), json!(detail));
        }
        if !self.errors.is_empty() {
            document.insert("errors".into(), json!(self.errors.as_slice()));
        }
        if self.errors.left_out() > 0 {
            document.insert("errors_left_out".into(), json!(self.errors.left_out()));
        }
        if !self.rules.is_empty() {
            document.insert("rules".into(), json!(self.rules));
        }
        document
    }
}

/// A problem on its way out, for what surrounds every request: the request line takes its slug, and
/// its number is put in.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// The stable word of the cause.
    pub(crate) slug: &'static str,
    document: Map<String, Value>,
}

impl Told {
    /// The document of this one occurrence: `instance` is the number of the request.
    pub(crate) fn numbered(mut self, request: Uuid) -> String {
        self.document.insert("instance".into(), json!(request.urn().to_string()));
        Value::Object(self.document).to_string()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = self.document();
        let mut response = (self.status, Json(&document)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        let no_store = HeaderValue::from_static("no-store");
        headers.insert(header::CACHE_CONTROL, no_store);
        if self.status == StatusCode::UNAUTHORIZED {
            let name = HeaderName::from_static("www-authenticate");
            headers.insert(name, HeaderValue::from_static("Bearer realm=\"varanto\""));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Told { slug: self.slug, document });
        response
    }
}

impl From<Error> for Problem {
    #[expect(clippy::too_many_lines, reason = "a table with an entry for each error")]
    fn from(error: Error) -> Self {
        let slug = error.slug();
        match error {
            Error::Rejected { cause, faults } => {
                let (status, title) = of_cause(cause);
                Self { errors: faults, ..Self::new(slug, status, title) }
            }
            Error::Refused { refusal, .. } if refusal.hides_existence() => not_found(),
            Error::Refused { refusal, rules } => {
                let Refused { status, title, needed } = of_refusal(refusal);
                let problem = Self::new(slug, status, title).with_detail(needed);
                Self { rules: rules.into(), errors: place_of(refusal), ..problem }
            }
            Error::DocumentNotFound => not_found(),
            Error::NotFound => {
                Self::new(slug, StatusCode::NOT_FOUND, "There is no such thing here")
            }
            Error::ClientNotFound => Self::new(
                slug,
                StatusCode::NOT_FOUND,
                "There is no client of this temporary identifier in your register",
            ),
            Error::AlreadyJoined => Self::new(
                slug,
                StatusCode::CONFLICT,
                "The temporary identifier was joined to another person",
            ),
            Error::TooManyDocuments => Self::new(
                slug,
                StatusCode::CONFLICT,
                "The temporary identifier has more documents than are moved at once",
            ),
            Error::RegisterAccessState(state) => Self::new(
                slug,
                StatusCode::CONFLICT,
                "The register access right or the report is in another state",
            )
            .with_detail(format!("its state is {state}")),
            Error::VersionConflict => Self::new(
                slug,
                StatusCode::CONFLICT,
                "The version does not follow the newest version of the document",
            ),
            Error::DocumentExists => Self::new(
                slug,
                StatusCode::CONFLICT,
                "Another document is stored under this identifier",
            ),
            Error::DocumentAnnulled => {
                Self::new(slug, StatusCode::CONFLICT, "The document has been annulled")
            }
            Error::FormNotAvailable => {
                Self::new(slug, StatusCode::NOT_ACCEPTABLE, "The document has no such form")
            }
            Error::BreachClosed => {
                Self::new(slug, StatusCode::CONFLICT, "The breach has been closed")
            }
            Error::TooManyReports { next_at, seconds } => Self {
                retry_after: Some(seconds),
                ..Self::new(
                    slug,
                    StatusCode::TOO_MANY_REQUESTS,
                    "Too many breaches have been reported to the controller by this user",
                )
                .with_detail(format!("the next report is taken at {next_at}"))
            },
            Error::OwnUse => Self::new(
                slug,
                StatusCode::FORBIDDEN,
                "Nobody judges what they have done themselves",
            ),
            Error::Outside(obstacle) => {
                let (status, title) = of_obstacle(obstacle);
                let retry_after = (obstacle == Obstacle::OutboxFull).then_some(600);
                Self { retry_after, ..Self::new(slug, status, title) }
            }
            Error::LogRequestState(state) => {
                Self::new(slug, StatusCode::CONFLICT, "The log request is in another state")
                    .with_detail(format!("it is {state}"))
            }
            Error::LogRequestTooLarge => Self::new(
                slug,
                StatusCode::CONFLICT,
                "The log request asks for more entries than one answer holds",
            ),
            Error::LogEntryNotSealed => Self::new(
                slug,
                StatusCode::NOT_FOUND,
                "There is no such entry in the tree of the log",
            ),
            Error::Unauthenticated(cause) => of_caller(cause),
            Error::Contended => Self {
                retry_after: Some(1),
                ..Self::new(slug, StatusCode::CONFLICT, "The facts changed while this was decided")
            },
            Error::LogUnavailable(error) => {
                tracing::error!(%error, "the store did not take or give what it had to");
                Self {
                    retry_after: Some(5),
                    ..Self::new(
                        slug,
                        StatusCode::SERVICE_UNAVAILABLE,
                        "The use cannot be logged now, so nothing was done",
                    )
                }
            }
            Error::OutcomeUnknown => {
                tracing::error!("the store was lost while a plan was being committed");
                Self {
                    retry_after: Some(5),
                    ..Self::new(
                        slug,
                        StatusCode::SERVICE_UNAVAILABLE,
                        "It is not known whether this was stored",
                    )
                    .with_detail(
                        "it was carried out whole, or not at all: send the same request again, or look first \
                         where the manual says so",
                    )
                }
            }
            Error::Internal(reason) => {
                tracing::error!(reason, "a defect or a broken store");
                Self::new(
                    slug,
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something failed in the repository",
                )
            }
        }
    }
}

fn not_found() -> Problem {
    Problem::new("document-not-found", StatusCode::NOT_FOUND, "There is no such document for you")
}

const fn of_cause(cause: Cause) -> (StatusCode, &'static str) {
    const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    match cause {
        Cause::InvalidRequest => (StatusCode::BAD_REQUEST, "The request is not of the right form"),
        Cause::UnknownStructure => (WRONG, "The document structure is not known"),
        Cause::UnknownCode => (WRONG, "A code is not known or not valid"),
        Cause::StructureViolation => (WRONG, "The content does not follow its structure"),
        Cause::DisplayFormMissing => (WRONG, "A structured document needs its display form"),
        Cause::DisplayFormUnsafe => (WRONG, "The display form has what it must not have"),
        Cause::NotPdfA => (WRONG, "The file is not PDF/A"),
        Cause::SignatureMissing => (WRONG, "The document is not signed"),
        Cause::SignatureInvalid => (WRONG, "A signature does not hold"),
        Cause::CertificateUntrusted => (WRONG, "A signer's certificate is not trusted"),
        Cause::CertificateRevoked => (WRONG, "A signer's certificate has been revoked"),
        Cause::AuthorNotEntitled => {
            (StatusCode::FORBIDDEN, "The signer may not sign this document")
        }
        Cause::UnknownUnit => (WRONG, "A service unit cannot stand in the clientship"),
        Cause::CaseExists => (StatusCode::CONFLICT, "The case has been opened before"),
        Cause::ClientshipExists => {
            (StatusCode::CONFLICT, "The client has an active clientship here")
        }
        Cause::MandateInvalid => (WRONG, "The mandate does not hold for this call"),
        Cause::DocumentWithheld => {
            (StatusCode::CONFLICT, "A document of the request may not go outside any more")
        }
    }
}

const fn of_obstacle(obstacle: Obstacle) -> (StatusCode, &'static str) {
    const STATE: StatusCode = StatusCode::CONFLICT;
    const ABSENT: StatusCode = StatusCode::NOT_IMPLEMENTED;
    match obstacle {
        Obstacle::FourEyes => {
            (StatusCode::FORBIDDEN, "Another professional than the one who recorded it decides")
        }
        Obstacle::AlreadyDecided => (STATE, "The request has been decided before"),
        Obstacle::NotApproved => (STATE, "The request has not been approved"),
        Obstacle::AlreadyDelivered => (STATE, "The package has been given before"),
        Obstacle::RecipientEnded => (STATE, "Nothing is disclosed to the recipient today"),
        Obstacle::PackageTooLarge => (STATE, "The documents are too large for one package"),
        Obstacle::SigningNotConfigured => {
            (ABSENT, "The repository has no key to sign packages with")
        }
        Obstacle::PatientDataNotConfigured => {
            (ABSENT, "The repository knows no repository of patient data")
        }
        Obstacle::OutboxFull => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Too much of the organisation waits to be handed over",
        ),
    }
}

/// How a refusal is told.
struct Refused {
    status: StatusCode,
    title: &'static str,
    /// What would be needed.
    needed: &'static str,
}

/// The place in a stored document's envelope that a refusal is about.
fn place_of(refusal: Refusal) -> Faults {
    let mut faults = Faults::none();
    let member = match refusal {
        Refusal::CaseMissing | Refusal::CaseClosed => "case",
        Refusal::CaseOfAnotherClient | Refusal::HetuRequired => "clients",
        _ => return faults,
    };
    let at = Pointer::root().member("metadata").member(member);
    faults.add(at, refusal.slug(), of_refusal(refusal).needed);
    faults
}

#[expect(clippy::too_many_lines, reason = "a table with an entry for each refusal")]
const fn of_refusal(refusal: Refusal) -> Refused {
    let status = match refusal {
        Refusal::CaseMissing | Refusal::CaseOfAnotherClient => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::CaseClosed => StatusCode::CONFLICT,
        _ => StatusCode::FORBIDDEN,
    };
    let (title, needed) = match refusal {
        Refusal::NotJoined => (
            "The organisation has not joined",
            "the organisation has to be joined today, under a model that the controller accepts",
        ),
        Refusal::UnitUnknown => (
            "The unit is not a valid unit of the organisation",
            "the unit of the token has to be in the organisation registry today",
        ),
        Refusal::UserUnknown => (
            "The user is not in the user register with this unit and role",
            "the organisation has to list the user with the token's unit and role",
        ),
        Refusal::Outsider => (
            "The user is an outsider",
            "only those who take part in client work may use client data",
        ),
        Refusal::ServiceTaskNotPermitted => (
            "The role does not cover the document",
            "a role that covers the service task and the group is needed",
        ),
        Refusal::PurposeNotPermitted => (
            "The role does not have this purpose",
            "a purpose of the role is needed, and an act that belongs to it",
        ),
        Refusal::NotTheController => (
            "The register is another controller's",
            "into another's register a document is stored under a register access right, in the case that it names",
        ),
        Refusal::RegisterAccessMissing => (
            "There is no register access right",
            "the controller has to mark the unit on the client's clientship document, for the service task of the case",
        ),
        Refusal::RegisterAccessSuspended => {
            ("The register access right is suspended", "the controller has to resume the right")
        }
        Refusal::RegisterAccessEnded => (
            "The register access right has ended",
            "the controller can reopen the right for corrections of what was stored under it",
        ),
        Refusal::RegisterNotOpen => (
            "The register has not opened",
            "documents are taken from the day on that the controller has set",
        ),
        Refusal::CaseMissing => (
            "The document belongs to no case of the register",
            "a case that is in this register has to be named",
        ),
        Refusal::CaseClosed => (
            "The case has been closed",
            "only what was written before the closing is taken into a closed case",
        ),
        Refusal::CaseOfAnotherClient => (
            "The case is not one of all the document's clients",
            "every client of the document has to be in the case when it is written",
        ),
        Refusal::NotTheOrganiser => (
            "Cases and clientships are the organiser's to store",
            "a producer needs a wide register access right for the service task",
        ),
        Refusal::NotTheAuthor => (
            "The document is another organisation's to change",
            "the organisation that wrote the document, or the controller, changes it",
        ),
        Refusal::SignatureMissing => (
            "The document needs a professional's signature",
            "the signature of a professional who has shown the card is needed",
        ),
        Refusal::AuthorNotEntitled => (
            "The professional may not practise",
            "a right to practise that is valid today is needed",
        ),
        Refusal::NotOldData => (
            "The document is no old data",
            "in bulk is stored what was written before the register opened, with its cases and clientships",
        ),
        Refusal::SpecialReasonRequired => (
            "There is no context to the client",
            "the client is not one of the unit's today: a special reason has to be given",
        ),
        Refusal::StrongAuthenticationRequired => (
            "Strong authentication is needed",
            "data of another's register are given to one authenticated with a card or by equal means",
        ),
        Refusal::NotInformed => (
            "The client has not been informed",
            "an informing document of the client has to be stored first",
        ),
        Refusal::HetuRequired => (
            "A will is of one client with a personal identity code",
            "exactly one client has to be named, by a personal identity code",
        ),
        Refusal::DenialByGuardian => (
            "Nobody sets a minor's denials in the minor's place",
            "a minor's denial is the minor's own, recorded by a professional",
        ),
        Refusal::CapacityNotAssessed => (
            "A minor's own will is recorded by a professional",
            "a professional has to assess whether the minor can decide on it",
        ),
        Refusal::GroundRequired => (
            "The ground is missing",
            "the broad right of access is used with a ground of the code set 1.2.246.537.6.1299",
        ),
        Refusal::NotAnAuthority => (
            "The organisation is no public authority",
            "only public authorities have a broad right of access",
        ),
        Refusal::BroadNotPermitted => (
            "The role does not have the broad right of access",
            "a role with the broad right is needed",
        ),
        Refusal::NotARepresentative => (
            "There is no right to act for the client",
            "a representation that is valid today has to be recorded",
        ),
        Refusal::NotOfOwnRegister
        | Refusal::NotUnderRegisterAccess
        | Refusal::HiddenFromArchivist
        | Refusal::NothingToDisclose
        | Refusal::NotShown => ("There is no such document for you", ""),
    };
    Refused { status, title, needed }
}

fn of_caller(cause: Unauthenticated) -> Problem {
    let problem = |status, title| Problem::new(cause.slug(), status, title);
    match cause {
        Unauthenticated::CertificateMissing => {
            problem(StatusCode::UNAUTHORIZED, "A client certificate is needed here")
        }
        Unauthenticated::CertificateNotBound => problem(
            StatusCode::FORBIDDEN,
            "The client certificate belongs to no organisation known here",
        ),
        Unauthenticated::CertificateEnded => problem(
            StatusCode::UNAUTHORIZED,
            "The client certificate has been revoked or has expired",
        ),
        Unauthenticated::TokenMissing => {
            problem(StatusCode::UNAUTHORIZED, "A token is needed here")
        }
        Unauthenticated::TokenInvalid => {
            problem(StatusCode::UNAUTHORIZED, "The token is not valid with this certificate")
        }
        Unauthenticated::AssertionInvalid(why) => {
            problem(StatusCode::BAD_REQUEST, "The assertion does not hold").with_detail(why)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ENTRIES;

    /// REQ LOG-01
    #[test]
    fn what_may_have_been_stored_is_told_so_with_what_to_do() {
        let problem = Problem::from(Error::OutcomeUnknown);
        assert_eq!((problem.status.as_u16(), problem.retry_after), (503, Some(5)));
        assert!(
            problem.detail.is_some_and(|detail| detail.contains("send the same request again"))
        );
        let entry = ENTRIES.iter().find(|entry| entry.slug == problem.slug).unwrap();
        assert_eq!(entry.status, 503);
        assert!(entry.meaning.contains("with its log entry, or not at all"));
    }
}
