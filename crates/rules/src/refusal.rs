//! Why an act is refused.

/// Why an act is refused. Each has one stable slug, which is also the problem's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// S1.
    NotJoined,
    /// S2.
    UnitUnknown,
    /// S3: not in the user register, or not with this unit and role.
    UserUnknown,
    /// S3.
    Outsider,
    /// S4.
    ServiceTaskNotPermitted,
    /// The role does not have this purpose.
    PurposeNotPermitted,
    /// W1.
    NotTheController,
    /// W2: the unit has no right to this case of this client.
    RegisterAccessMissing,
    /// W2, R2: the controller has suspended the right.
    RegisterAccessSuspended,
    /// R8.
    RegisterAccessEnded,
    /// W3.
    RegisterNotOpen,
    /// W4: the document names no case, or none that is in this register.
    CaseMissing,
    /// W4: the case was closed before the document was written.
    CaseClosed,
    /// W4: not every client of the document was in the case when it was written.
    CaseOfAnotherClient,
    /// W5.
    NotTheOrganiser,
    /// W6.
    NotTheAuthor,
    /// W8: the structure asks for a professional's signature and there is none.
    SignatureMissing,
    /// W8: the professional's right to practise is not valid.
    AuthorNotEntitled,
    /// R1: there is no context, and no special reason was given.
    SpecialReasonRequired,
    /// R1: to the reader as if there were no such document.
    NotOfOwnRegister,
    /// R2: to the reader as if there were no such document.
    NotUnderRegisterAccess,
    /// R3.
    StrongAuthenticationRequired,
    /// A1: a declaration of will, hidden from archivists.
    HiddenFromArchivist,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 23] = [
        Self::NotJoined,
        Self::UnitUnknown,
        Self::UserUnknown,
        Self::Outsider,
        Self::ServiceTaskNotPermitted,
        Self::PurposeNotPermitted,
        Self::NotTheController,
        Self::RegisterAccessMissing,
        Self::RegisterAccessSuspended,
        Self::RegisterAccessEnded,
        Self::RegisterNotOpen,
        Self::CaseMissing,
        Self::CaseClosed,
        Self::CaseOfAnotherClient,
        Self::NotTheOrganiser,
        Self::NotTheAuthor,
        Self::SignatureMissing,
        Self::AuthorNotEntitled,
        Self::SpecialReasonRequired,
        Self::NotOfOwnRegister,
        Self::NotUnderRegisterAccess,
        Self::StrongAuthenticationRequired,
        Self::HiddenFromArchivist,
    ];

    /// The stable word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::NotJoined => "not-joined",
            Self::UnitUnknown => "unit-unknown",
            Self::UserUnknown => "user-unknown",
            Self::Outsider => "outsider",
            Self::ServiceTaskNotPermitted => "service-task-not-permitted",
            Self::PurposeNotPermitted => "purpose-not-permitted",
            Self::NotTheController => "not-the-controller",
            Self::RegisterAccessMissing => "register-access-missing",
            Self::RegisterAccessSuspended => "register-access-suspended",
            Self::RegisterAccessEnded => "register-access-ended",
            Self::RegisterNotOpen => "register-not-open",
            Self::CaseMissing => "case-missing",
            Self::CaseClosed => "case-closed",
            Self::CaseOfAnotherClient => "case-of-another-client",
            Self::NotTheOrganiser => "not-the-organiser",
            Self::NotTheAuthor => "not-the-author",
            Self::SignatureMissing => "signature-missing",
            Self::AuthorNotEntitled => "author-not-entitled",
            Self::SpecialReasonRequired => "special-reason-required",
            Self::NotOfOwnRegister => "not-of-own-register",
            Self::NotUnderRegisterAccess => "not-under-register-access",
            Self::StrongAuthenticationRequired => "strong-authentication-required",
            Self::HiddenFromArchivist => "hidden-from-archivist",
        }
    }

    /// Must the refusal look as if there were nothing there?
    pub const fn hides_existence(self) -> bool {
        matches!(
            self,
            Self::NotOfOwnRegister | Self::NotUnderRegisterAccess | Self::HiddenFromArchivist
        )
    }
}
