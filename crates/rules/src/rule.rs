//! The rules by id, with their text and ground.

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
    /// Storing into another's register.
    W2,
    /// The register has opened.
    W3,
    /// The case of a document.
    W4,
    /// Who stores cases and clientships.
    W5,
    /// New versions and annulment.
    W6,
    /// What a client declares.
    W7,
    /// A professional's signature where the controller asks for it.
    W8,
    /// Old data, stored in bulk.
    W9,
    /// Reading the own register.
    R1,
    /// Reading under a register access right.
    R2,
    /// Strong authentication.
    R3,
    /// Disclosure.
    R4,
    /// The broad right of access.
    R5,
    /// What a denial does not cut.
    R6,
    /// Contact data under turvakielto.
    R7,
    /// After a right has ended.
    R8,
    /// The archivist.
    A1,
    /// The privacy officer.
    A2,
    /// The citizen.
    C1,
    /// On behalf of a citizen.
    C2,
    /// No log, no data.
    L1,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 26] = [
        Self::S1,
        Self::S2,
        Self::S3,
        Self::S4,
        Self::W1,
        Self::W2,
        Self::W3,
        Self::W4,
        Self::W5,
        Self::W6,
        Self::W7,
        Self::W8,
        Self::W9,
        Self::R1,
        Self::R2,
        Self::R3,
        Self::R4,
        Self::R5,
        Self::R6,
        Self::R7,
        Self::R8,
        Self::A1,
        Self::A2,
        Self::C1,
        Self::C2,
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
            Self::W2 => "W2",
            Self::W3 => "W3",
            Self::W4 => "W4",
            Self::W5 => "W5",
            Self::W6 => "W6",
            Self::W7 => "W7",
            Self::W8 => "W8",
            Self::W9 => "W9",
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::R5 => "R5",
            Self::R6 => "R6",
            Self::R7 => "R7",
            Self::R8 => "R8",
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::C1 => "C1",
            Self::C2 => "C2",
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

    #[expect(clippy::too_many_lines, reason = "a table with an entry for each rule")]
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
            Self::W2 => [
                "Toisen rekisteriin tallennetaan vain voimassa olevalla rekisterinkäyttöoikeudella: asiakkaan asiaan, jonka asiakirja nimeää ja johon työntekijän yksiköllä on oikeus.",
                "I en annans register lagras bara med gällande rätt att använda registret: i det ärende för klienten som handlingen nämner och som arbetstagarens enhet har rätt till.",
                "A document is stored into another's register only under a register access right in force: in the client's case that it names and that the worker's unit has a right to.",
            ],
            Self::W3 => [
                "Rekisterinpitäjän rekisteri on avattu.",
                "Den personuppgiftsansvariges register har öppnats.",
                "The controller's register has opened.",
            ],
            Self::W4 => [
                "Asiakasasiakirja liitetään rekisterissä olevaan avoimeen asiaan, jossa kaikki asiakirjan asiakkaat ovat; suljettuun asiaan vain ennen sulkemista laadittu.",
                "En klienthandling hör till ett öppet ärende i registret där alla handlingens klienter ingår; till ett avslutat ärende bara om den upprättats före avslutandet.",
                "A client document belongs to an open case of the register that all its clients are in; to a closed one only if it was written before the closing.",
            ],
            Self::W5 => [
                "Asian ja asiakkuuden tallentaa palvelunjärjestäjä; palveluntuottaja vain laajalla rekisterinkäyttöoikeudella.",
                "Ärenden och klientrelationer lagras av serviceanordnaren; av en serviceproducent bara med omfattande rätt att använda registret.",
                "Cases and clientships are stored by the organiser; by a producer only under a wide register access right.",
            ],
            Self::W6 => [
                "Uuden version tallentaa ja asiakirjan mitätöi sen laatinut organisaatio tai rekisterinpitäjä; tahdonilmaisun version myös muu, jonka asiakas henkilö on.",
                "En ny version lagras och handlingen ogiltigförklaras av organisationen som upprättat den eller av den personuppgiftsansvarige; en ny version av en viljeyttring också av en annan hos vilken personen är klient.",
                "A new version is stored, and a document annulled, by the organisation that wrote it or by the controller; a new version of a will also by another whose client the person is.",
            ],
            Self::W7 => [
                "Luvan tai kiellon antaa informoitu asiakas, jolla on henkilötunnus; edustaja ei aseta alaikäisen kieltoja, ja alaikäisen oman tahdon kirjaa ammattihenkilö.",
                "Ett tillstånd eller förbud ges av en informerad klient med personbeteckning; en företrädare ställer inga förbud för en minderårig, och den minderårigas egen vilja antecknas av en yrkesutbildad person.",
                "A permit or denial is an informed client's who has a personal identity code; a representative sets no denials of a minor, and what a minor declares is recorded by a professional.",
            ],
            Self::W8 => [
                "Kun rekisterinpitäjä sitä vaatii, rakenteen edellyttämä ammattihenkilön allekirjoitus on mukana.",
                "När den personuppgiftsansvarige kräver det finns den underskrift av en yrkesutbildad person som strukturen förutsätter.",
                "Where the controller demands it, a document whose structure asks for it has the professional's signature.",
            ],
            Self::W9 => [
                "Vanhat tiedot tallentaa massana rekisterinpitäjän oman organisaation arkistonhoitaja: ennen rekisterin avaamista laaditut asiakasasiakirjat ja asiakaskertomusmerkinnät sekä niiden asiat ja asiakkuudet.",
                "Gamla uppgifter lagras i bulk av arkivarien i den personuppgiftsansvariges egen organisation: klienthandlingar och anteckningar i klientberättelsen som upprättats innan registret öppnades, samt deras ärenden och klientrelationer.",
                "Old data are stored in bulk by the archivist of the controller's own organisation: client documents and record entries written before the register opened, with their cases and clientships.",
            ],
            Self::R1 => [
                "Oman rekisterin tietoja käyttää se, jonka palveluyksikön asiakas henkilö tänään on; muu vain erityisestä syystä.",
                "Uppgifter i det egna registret används av den vars serviceenhet personen i dag är klient hos; av andra bara av särskild orsak.",
                "Data of the own register are used by one whose service unit the person is a client of today; by others only for a special reason.",
            ],
            Self::R2 => [
                "Rekisterinkäyttöoikeudella luetaan sen asian asiakirjoja, johon työntekijän yksiköllä on asiakkaan asiakkuusasiakirjan antama oikeus.",
                "Med rätt att använda register läses handlingar i det ärende som arbetstagarens enhet har rätt till enligt klientrelationshandlingen.",
                "Under a register access right one reads the documents of the case that the worker's unit has a right to by the client's clientship document.",
            ],
            Self::R3 => [
                "Rekisterinkäyttöoikeudella ja luovutettuna tietoja hakee vain vahvasti tunnistautunut.",
                "Med rätt att använda register och genom utlämnande hämtas uppgifter bara av den som är starkt autentiserad.",
                "Data are fetched under a register access right or by disclosure only by one who is strongly authenticated.",
            ],
            Self::R4 => [
                "Toisen rekisterinpitäjän II-vaiheen asiakirja luovutetaan asiayhteydessä tai erityisestä syystä, kun jokainen sen asiakas on informoitu, on antanut luvan eikä mikään kielto kata sitä.",
                "En fas II-handling hos en annan personuppgiftsansvarig lämnas ut i ett sakligt samband eller av särskild orsak, när varje klient i den är informerad, har gett tillstånd och inget förbud omfattar den.",
                "Another controller's phase-2 document is disclosed within a context or for a special reason, where each of its clients is informed, has given a permit, and no denial covers it.",
            ],
            Self::R5 => [
                "Laajalla tiedonsaantioikeudella viranomainen saa perusteen ilmoittamalla myös ilman lupaa ja kiellosta riippumatta; haku merkitään lokeihin.",
                "Med omfattande rätt till information får en myndighet med angiven grund uppgifter också utan tillstånd och trots förbud; sökningen märks i loggarna.",
                "Under its broad right an authority that states the ground gets documents also without a permit and in spite of denials; the use is marked in the logs.",
            ],
            Self::R6 => [
                "Kielto ei rajaa rekisterinpitäjää itseään eikä palveluntuottajaa, jolla on rekisterinkäyttöoikeus.",
                "Ett förbud begränsar inte den personuppgiftsansvariga själv och inte en serviceproducent som har rätt att använda registret.",
                "A denial cuts neither the controller itself nor a producer that has a register access right.",
            ],
            Self::R7 => [
                "Turvakiellon alaisen asiakkaan kotikunta ja osoitteet peitetään; puhelinnumero ja yhteysosoite jäävät.",
                "Hemkommun och adresser för en klient med spärrmarkering döljs; telefonnummer och kontaktadress blir kvar.",
                "Municipality and addresses of a client under turvakielto are masked; telephone number and contact address stay.",
            ],
            Self::R8 => [
                "Päättyneellä rekisterinkäyttöoikeudella ei lueta eikä tallenneta; uudelleen avattuna vain korjataan ja mitätöidään itse laadittua.",
                "Med en rätt som har upphört läses och lagras ingenting; när den öppnats på nytt korrigeras och ogiltigförklaras bara det egna.",
                "Under a right that has ended nothing is read or stored; reopened, only one's own documents are corrected and annulled.",
            ],
            Self::A1 => [
                "Arkistonhoitaja käsittelee vain oman rekisterinpitäjänsä asiakirjoja, ei tahdonilmaisuja.",
                "Arkivarien behandlar bara den egna personuppgiftsansvariges handlingar, inte viljeyttringar.",
                "The archivist handles only the own controller's documents, and never declarations of will.",
            ],
            Self::A2 => [
                "Tietosuojavastaava valvoo oman rekisterinpitäjänsä lokeja ja oman henkilöstönsä käyttöä, vastaa lokipyyntöihin ja käsittelee loukkaukset eikä näe asiakirjoja.",
                "Dataskyddsombudet granskar den egna personuppgiftsansvariges loggar och den egna personalens användning, besvarar loggbegäranden, handlägger incidenter och ser inga handlingar.",
                "The privacy officer reviews the own controller's logs and what the own staff did, answers log requests, handles breaches, and sees no documents.",
            ],
            Self::C1 => [
                "Kansalainen näkee omat II-vaiheen asiakirjansa, jotka ovat voimassa ja näytettävissä; rajattuja asiakirjatyyppejä ei koskaan näytetä.",
                "En medborgare ser sina egna fas II-handlingar som gäller och får visas; begränsade handlingstyper visas aldrig.",
                "A citizen sees the own phase-2 documents that stand and may be shown; restricted types are never shown.",
            ],
            Self::C2 => [
                "Toisen puolesta asioi alaikäisen huoltaja, edunvalvoja tai valtuutettu niin kauan kuin oikeus on voimassa; huoltajalle näytetään vain se, minkä ammattihenkilö on sallinut.",
                "För en annans räkning handlar en minderårigs vårdnadshavare, en intressebevakare eller en befullmäktigad så länge rätten gäller; för vårdnadshavaren visas bara det som en yrkesutbildad person har tillåtit.",
                "A minor's guardian, a trustee or a mandate holder acts for another while the right is valid; a guardian is shown only what a professional has allowed.",
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
            Self::W2 => "703/2023 § 14; ArSa05; REG-02, RA-04",
            Self::W3 => "REG-04",
            Self::W4 => "CASE-02, CASE-03",
            Self::W5 => "RA-08; register access by clientship document",
            Self::W6 => "DOC-03, DOC-04",
            Self::W7 => "DIS-01, DIS-03; 1505.8 and 1505.9",
            Self::W8 => "SIG-02, SIG-04",
            Self::W9 => "703/2023 § 67; DOC-08, DOC-10",
            Self::R1 => "703/2023 § 9; AC-01",
            Self::R2 => "703/2023 § 14; RA-04, RA-05",
            Self::R3 => "AC-07",
            Self::R4 => "703/2023 § 56; DIS-02, DIS-03, DIS-04",
            Self::R5 => "812/2000 § 20; 703/2023 § 64; DIS-05",
            Self::R6 => "RA-10; 1505.9",
            Self::R7 => "CASE-07; 1505.1 on turvakielto",
            Self::R8 => "RA-06, RA-07",
            Self::A1 => "ARC-01, DIS-09",
            Self::A2 => "703/2023 § 10; AC-08, LOG-05, LOG-06, LOG-07",
            Self::C1 => "CIT-02",
            Self::C2 => "CIT-05",
            Self::L1 => "703/2023 § 10; LOG-01",
        }
    }
}
