//! The rules by id, with their text and ground, and the refusals that they give.

use varanto_model::Language;

/// A rule of access. The ids are those of the published table of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The system's organisation is joined.
    S1,
    /// The professional's unit is the organisation's, and valid.
    S2,
    /// The professional is in the user register and no outsider.
    S3,
    /// The role covers the document's service task.
    S4,
    /// Storing into the own register.
    W1,
    /// The register has opened.
    W3,
    /// New versions and annulment.
    W6,
    /// A professional's signature where the controller asks for it.
    W8,
    /// Reading the own register.
    R1,
    /// The archivist.
    A1,
    /// The privacy officer.
    A2,
    /// No log, no data.
    L1,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 12] = [
        Self::S1,
        Self::S2,
        Self::S3,
        Self::S4,
        Self::W1,
        Self::W3,
        Self::W6,
        Self::W8,
        Self::R1,
        Self::A1,
        Self::A2,
        Self::L1,
    ];

    /// The id, as it stands in problems and in the log.
    pub const fn id(self) -> &'static str {
        match self {
            Self::S1 => "S1",
            Self::S2 => "S2",
            Self::S3 => "S3",
            Self::S4 => "S4",
            Self::W1 => "W1",
            Self::W3 => "W3",
            Self::W6 => "W6",
            Self::W8 => "W8",
            Self::R1 => "R1",
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::L1 => "L1",
        }
    }

    /// What the rule demands, for people.
    pub const fn text(self, language: Language) -> &'static str {
        let [fi, sv, en] = self.texts();
        match language {
            Language::Fi => fi,
            Language::Sv => sv,
            Language::En => en,
        }
    }

    const fn texts(self) -> [&'static str; 3] {
        match self {
            Self::S1 => [
                "Varmenteen organisaatio on liittynyt ja rekisterinpitäjä hyväksyy liittymismallin.",
                "Certifikatets organisation har anslutit sig och den personuppgiftsansvarige godkänner modellen.",
                "The certificate's organisation has joined, under a model that the controller accepts.",
            ],
            Self::S2 => [
                "Ammattihenkilön palveluyksikkö on voimassa ja kuuluu organisaatioon.",
                "Den yrkesutbildade personens serviceenhet är giltig och hör till organisationen.",
                "The professional's service unit is valid today and belongs to the organisation.",
            ],
            Self::S3 => [
                "Ammattihenkilö on käyttäjärekisterissä yksikössään ja tehtävässään eikä ole sivullinen.",
                "Den yrkesutbildade personen finns i användarregistret med sin enhet och uppgift och är inte utomstående.",
                "The professional is in the user register with this unit and work task, and is no outsider.",
            ],
            Self::S4 => [
                "Työtehtävä oikeuttaa asiakirjan palvelutehtävään ja asiakirjaryhmään.",
                "Arbetsuppgiften ger rätt till handlingens serviceuppgift och kategori.",
                "The work task covers the document's service task and group.",
            ],
            Self::W1 => [
                "Omaan rekisteriin tallentaa vain rekisterinpitäjän oma palvelunjärjestäjä.",
                "I det egna registret lagrar bara den personuppgiftsansvariges egen serviceanordnare.",
                "Only the controller's own organiser stores into the controller's register.",
            ],
            Self::W3 => [
                "Rekisterinpitäjän rekisteri on avattu.",
                "Den personuppgiftsansvariges register har öppnats.",
                "The controller's register has opened.",
            ],
            Self::W6 => [
                "Uuden version tallentaa ja asiakirjan mitätöi sen laatinut organisaatio tai rekisterinpitäjä.",
                "En ny version lagras och handlingen ogiltigförklaras av organisationen som upprättat den eller av den personuppgiftsansvarige.",
                "A new version is stored, and a document annulled, by the organisation that wrote it or by the controller.",
            ],
            Self::W8 => [
                "Kun rekisterinpitäjä sitä vaatii, rakenteen edellyttämä ammattihenkilön allekirjoitus on mukana.",
                "När den personuppgiftsansvarige kräver det finns den underskrift av en yrkesutbildad person som strukturen förutsätter.",
                "Where the controller demands it, a document whose structure asks for it has the professional's signature.",
            ],
            Self::R1 => [
                "Oman rekisterin asiakirjan lukee rekisterinpitäjän yksikössä työskentelevä.",
                "Handlingar i det egna registret läses av den som arbetar i en enhet hos den personuppgiftsansvarige.",
                "A document of the own register is read by one who works in a unit of the controller.",
            ],
            Self::A1 => [
                "Arkistonhoitaja käsittelee vain oman rekisterinpitäjänsä asiakirjoja, ei tahdonilmaisuja.",
                "Arkivarien behandlar bara den egna personuppgiftsansvariges handlingar, inte viljeyttringar.",
                "The archivist handles only the own controller's documents, and never declarations of will.",
            ],
            Self::A2 => [
                "Tietosuojavastaava näkee oman rekisterinpitäjänsä lokit, ei asiakirjoja.",
                "Dataskyddsombudet ser den egna personuppgiftsansvariges loggar, inte handlingar.",
                "The privacy officer sees the own controller's logs, and no documents.",
            ],
            Self::L1 => [
                "Jokaisesta käytöstä jää lokimerkintä; ilman sitä tietoja ei anneta.",
                "Varje användning lämnar en logganteckning; utan den lämnas inga uppgifter.",
                "Every use leaves a log entry; without it no data is given.",
            ],
        }
    }

    /// Where the rule comes from.
    pub const fn ground(self) -> &'static str {
        match self {
            Self::S1 => "703/2023 § 67",
            Self::S2 => "703/2023 § 67; organisation registry",
            Self::S3 => "703/2023 § 4, 9, 14",
            Self::S4 => "457/2024",
            Self::W1 => "ArSa05; REG-01",
            Self::W3 => "REG-04",
            Self::W6 => "DOC-03, DOC-04",
            Self::W8 => "SIG-02, SIG-04",
            Self::R1 => "703/2023 § 9; AC-01",
            Self::A1 => "ARC-01, DIS-09",
            Self::A2 => "703/2023 § 10; LOG-05",
            Self::L1 => "703/2023 § 10; LOG-01",
        }
    }
}

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
    /// W3.
    RegisterNotOpen,
    /// W6.
    NotTheAuthor,
    /// W8: the structure asks for a professional's signature and there is none.
    SignatureMissing,
    /// R1: to the reader as if there were no such document.
    NotOfOwnRegister,
    /// A1: a declaration of will, hidden from archivists.
    HiddenFromArchivist,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 12] = [
        Self::NotJoined,
        Self::UnitUnknown,
        Self::UserUnknown,
        Self::Outsider,
        Self::ServiceTaskNotPermitted,
        Self::PurposeNotPermitted,
        Self::NotTheController,
        Self::RegisterNotOpen,
        Self::NotTheAuthor,
        Self::SignatureMissing,
        Self::NotOfOwnRegister,
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
            Self::RegisterNotOpen => "register-not-open",
            Self::NotTheAuthor => "not-the-author",
            Self::SignatureMissing => "signature-missing",
            Self::NotOfOwnRegister => "not-of-own-register",
            Self::HiddenFromArchivist => "hidden-from-archivist",
        }
    }

    /// Must the refusal look as if there were nothing there?
    pub const fn hides_existence(self) -> bool {
        matches!(self, Self::NotOfOwnRegister | Self::HiddenFromArchivist)
    }
}
