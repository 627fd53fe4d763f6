//! What stands in the way of a disclosure outside, or of passing on, though the rules permit it.

/// Why it is not done now, or not by this user, or not on this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// Who recorded a request does not decide on it.
    FourEyes,
    /// The request was decided before.
    AlreadyDecided,
    /// The request has not been approved.
    NotApproved,
    /// The request was delivered before.
    AlreadyDelivered,
    /// The recipient has been ended, or it is not one of its days.
    RecipientEnded,
    /// The documents together are too large for one package.
    PackageTooLarge,
    /// The server has no key to sign packages with.
    SigningNotConfigured,
    /// The server knows no repository of patient data.
    PatientDataNotConfigured,
    /// So much of the organisation waits to be handed over that no more is taken.
    OutboxFull,
}

impl Obstacle {
    /// Every obstacle.
    pub const ALL: [Self; 9] = [
        Self::FourEyes,
        Self::AlreadyDecided,
        Self::NotApproved,
        Self::AlreadyDelivered,
        Self::RecipientEnded,
        Self::PackageTooLarge,
        Self::SigningNotConfigured,
        Self::PatientDataNotConfigured,
        Self::OutboxFull,
    ];

    /// The stable word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::FourEyes => "four-eyes",
            Self::AlreadyDecided => "already-decided",
            Self::NotApproved => "not-approved",
            Self::AlreadyDelivered => "already-delivered",
            Self::RecipientEnded => "recipient-ended",
            Self::PackageTooLarge => "package-too-large",
            Self::SigningNotConfigured => "signing-not-configured",
            Self::PatientDataNotConfigured => "patient-data-not-configured",
            Self::OutboxFull => "outbox-full",
        }
    }
}
