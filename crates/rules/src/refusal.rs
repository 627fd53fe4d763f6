//! Why an act is refused.

use crate::Rule;

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
    /// W9: it was written when the register was open, or is of a group that is not stored in bulk.
    NotOldData,
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
    /// W7: the client has not been informed.
    NotInformed,
    /// W7: a will is one person's, known by a personal identity code.
    HetuRequired,
    /// W7: a representative does not set a minor's denials.
    DenialByGuardian,
    /// W7: of what a minor declares a professional has assessed the minor's capacity.
    CapacityNotAssessed,
    /// R4, R5: to the reader as if there were no such document.
    NothingToDisclose,
    /// R5: no ground was given.
    GroundRequired,
    /// R5: the organisation is no public authority.
    NotAnAuthority,
    /// R5: the role has no broad right.
    BroadNotPermitted,
    /// C1, C2: to the citizen as if there were no such document.
    NotShown,
    /// C2: whoever acts on behalf of the client has no right to it today.
    NotARepresentative,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 34] = [
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
        Self::NotOldData,
        Self::SpecialReasonRequired,
        Self::NotOfOwnRegister,
        Self::NotUnderRegisterAccess,
        Self::StrongAuthenticationRequired,
        Self::HiddenFromArchivist,
        Self::NotInformed,
        Self::HetuRequired,
        Self::DenialByGuardian,
        Self::CapacityNotAssessed,
        Self::NothingToDisclose,
        Self::GroundRequired,
        Self::NotAnAuthority,
        Self::BroadNotPermitted,
        Self::NotShown,
        Self::NotARepresentative,
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
            Self::NotOldData => "not-old-data",
            Self::SpecialReasonRequired => "special-reason-required",
            Self::NotOfOwnRegister => "not-of-own-register",
            Self::NotUnderRegisterAccess => "not-under-register-access",
            Self::StrongAuthenticationRequired => "strong-authentication-required",
            Self::HiddenFromArchivist => "hidden-from-archivist",
            Self::NotInformed => "not-informed",
            Self::HetuRequired => "hetu-required",
            Self::DenialByGuardian => "denial-by-guardian",
            Self::CapacityNotAssessed => "capacity-not-assessed",
            Self::NothingToDisclose => "nothing-to-disclose",
            Self::GroundRequired => "ground-required",
            Self::NotAnAuthority => "not-an-authority",
            Self::BroadNotPermitted => "broad-right-not-permitted",
            Self::NotShown => "not-shown",
            Self::NotARepresentative => "not-a-representative",
        }
    }

    /// The rules that refuse with it.
    pub const fn rules(self) -> &'static [Rule] {
        match self {
            Self::NotJoined => &[Rule::S1],
            Self::UnitUnknown => &[Rule::S2],
            Self::UserUnknown | Self::Outsider => &[Rule::S3],
            Self::ServiceTaskNotPermitted => &[Rule::S4],
            Self::PurposeNotPermitted => &[Rule::S4, Rule::A1, Rule::A2],
            Self::NotTheController => &[Rule::W1, Rule::R4],
            Self::RegisterAccessMissing | Self::RegisterAccessSuspended => &[Rule::W2, Rule::R2],
            Self::RegisterAccessEnded => &[Rule::R8],
            Self::RegisterNotOpen => &[Rule::W3],
            Self::CaseMissing | Self::CaseClosed | Self::CaseOfAnotherClient => &[Rule::W4],
            Self::NotTheOrganiser => &[Rule::W5],
            Self::NotTheAuthor => &[Rule::W6],
            Self::SignatureMissing | Self::AuthorNotEntitled => &[Rule::W8],
            Self::NotOldData => &[Rule::W9],
            Self::SpecialReasonRequired => &[Rule::R1],
            Self::NotOfOwnRegister => &[Rule::W1, Rule::R1, Rule::A2],
            Self::NotUnderRegisterAccess => &[Rule::W5, Rule::R2],
            Self::StrongAuthenticationRequired => &[Rule::R3],
            Self::HiddenFromArchivist => &[Rule::A1],
            Self::NotInformed
            | Self::HetuRequired
            | Self::DenialByGuardian
            | Self::CapacityNotAssessed => &[Rule::W7],
            Self::NothingToDisclose => &[Rule::R4, Rule::R5],
            Self::GroundRequired | Self::NotAnAuthority | Self::BroadNotPermitted => &[Rule::R5],
            Self::NotShown => &[Rule::C1, Rule::C2],
            Self::NotARepresentative => &[Rule::C2],
        }
    }

    /// Must the refusal look as if there were nothing there?
    pub const fn hides_existence(self) -> bool {
        matches!(
            self,
            Self::NotOfOwnRegister
                | Self::NotUnderRegisterAccess
                | Self::HiddenFromArchivist
                | Self::NothingToDisclose
                | Self::NotShown
        )
    }
}
