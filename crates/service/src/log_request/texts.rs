//! The words in which an answer tells its codes, in the three languages of the service: the one place of
//! them. What has an enum has a word for each of its values.

use varanto_model::Language;
use varanto_rules::{Action, Basis, Purpose};

use super::ground::WithholdingGround;
use super::told::OfLog;
use crate::citizen::{OWN_MATTER, REPRESENTATION};

/// A text in the three languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    fi: &'static str,
    sv: &'static str,
    en: &'static str,
}

impl Words {
    /// The text in a language.
    pub(super) const fn get(self, language: Language) -> &'static str {
        match language {
            Language::Fi => self.fi,
            Language::Sv => self.sv,
            Language::En => self.en,
        }
    }
}

const fn words(fi: &'static str, sv: &'static str, en: &'static str) -> Words {
    Words { fi, sv, en }
}

/// What was done, by the word in the log.
pub(super) fn action(log: OfLog, word: &str) -> Option<Words> {
    let known = Action::ALL.iter().copied().find(|action| action.as_str() == word);
    match log {
        OfLog::Use => known.map(used),
        OfLog::Disclosure => Some(disclosed(known)),
    }
}

const fn used(action: Action) -> Words {
    match action {
        Action::Store => words("Asiakirja tallennettu", "Handling lagrad", "Document stored"),
        Action::StoreVersion => words(
            "Asiakirjan uusi versio tallennettu",
            "Ny version av handling lagrad",
            "New version of a document stored",
        ),
        Action::Import => words(
            "Vanha asiakirja tallennettu massana",
            "Gammal handling lagrad i bulk",
            "Old document stored in bulk",
        ),
        Action::ImportVersion => words(
            "Vanhan asiakirjan uusi versio tallennettu massana",
            "Ny version av gammal handling lagrad i bulk",
            "New version of an old document stored in bulk",
        ),
        Action::Annul => words("Asiakirja mitätöity", "Handling annullerad", "Document annulled"),
        Action::Search => words("Tietoja haettu", "Uppgifter sökta", "Data searched for"),
        Action::Read => words("Asiakirja avattu", "Handling öppnad", "Document opened"),
        Action::ReadLog => {
            words("Lokitietoja katsottu", "Logguppgifter granskade", "Log data looked at")
        }
        Action::ReadAccess => words(
            "Rekisterinkäyttöoikeuksia katsottu",
            "Rättigheter att använda registret granskade",
            "Register access rights looked at",
        ),
        Action::ManageAccess => words(
            "Rekisterinkäyttöoikeutta muutettu",
            "Rättighet att använda registret ändrad",
            "Register access right changed",
        ),
        Action::ReportAccess => words(
            "Rekisterinkäyttöoikeudesta tai asiakkaan valinnasta ilmoitettu",
            "Rättighet att använda registret eller klientens val meddelat",
            "Register access right or client's choice reported",
        ),
        Action::JoinClient => words(
            "Tilapäinen tunniste yhdistetty henkilöön",
            "Temporär identifikator kopplad till personen",
            "Temporary identifier joined to the person",
        ),
        Action::ReadUsers => words(
            "Käyttäjärekisteriä katsottu",
            "Användarregistret granskat",
            "User register looked at",
        ),
        Action::ReadWills => words(
            "Tahdonilmaisuja katsottu",
            "Viljeyttringar granskade",
            "Declarations of will looked at",
        ),
        Action::Summarise => words(
            "Yhteenveto tiedoista haettu",
            "Sammandrag av uppgifterna hämtat",
            "Summary of the data fetched",
        ),
        Action::ManageRecipients => words(
            "Tiedonsaajien luetteloa hoidettu",
            "Förteckningen över mottagare skött",
            "List of recipients kept",
        ),
        Action::DiscloseOutside => words(
            "Ulkopuolisen tiedonsaajan pyyntöä käsitelty",
            "Begäran från utomstående mottagare behandlad",
            "Request of an outside recipient handled",
        ),
        Action::PassOn => words(
            "Potilastietoja välitetty eteenpäin",
            "Patientuppgifter förmedlade vidare",
            "Patient data passed on",
        ),
        Action::Supervise => words(
            "Tietojen käyttöä valvottu",
            "Användningen av uppgifter övervakad",
            "Use of data supervised",
        ),
        Action::AnswerLogRequest => words(
            "Lokitietopyyntöä käsitelty",
            "Begäran om logguppgifter behandlad",
            "Request for log data handled",
        ),
        Action::ReportBreach => words(
            "Epäillystä tietoturvaloukkauksesta ilmoitettu",
            "Misstänkt dataintrång anmält",
            "Suspected breach reported",
        ),
        Action::HandleBreach => {
            words("Tietoturvaloukkausta käsitelty", "Dataintrång behandlat", "Breach handled")
        }
    }
}

/// What was disclosed; a document that was stored is the notice of what was given in another way.
const fn disclosed(action: Option<Action>) -> Words {
    match action {
        Some(Action::Search) => words(
            "Tietoja luovutettu hakuun",
            "Uppgifter utlämnade vid sökning",
            "Data disclosed to a search",
        ),
        Some(Action::Read) => {
            words("Asiakirja luovutettu", "Handling utlämnad", "Document disclosed")
        }
        Some(Action::Summarise) => {
            words("Yhteenveto luovutettu", "Sammandrag utlämnat", "Summary disclosed")
        }
        Some(Action::Store) => {
            words("Luovutettu muulla tavalla", "Utlämnat på annat sätt", "Disclosed in another way")
        }
        _ => words("Tietoja luovutettu", "Uppgifter utlämnade", "Data disclosed"),
    }
}

/// For what, by the code in the log.
pub(super) fn purpose(code: &str) -> Option<Words> {
    match code {
        OWN_MATTER => return Some(words("Oma asiointi", "Egna ärenden", "One's own matters")),
        REPRESENTATION => {
            return Some(words(
                "Puolesta asiointi",
                "Att agera för klienten",
                "Acting for the client",
            ));
        }
        _ => {}
    }
    let known = Purpose::ALL.iter().copied().find(|purpose| purpose.as_str() == code)?;
    Some(match known {
        Purpose::ClientWork => words("Asiakastyö", "Klientarbete", "Work with the client"),
        Purpose::Archive => words("Arkistonhoito", "Arkivskötsel", "Care of the archive"),
        Purpose::Supervision => words("Valvonta", "Tillsyn", "Supervision"),
        Purpose::Will => words(
            "Tahdonilmaisun kirjaaminen",
            "Registrering av viljeyttring",
            "Recording a declaration of will",
        ),
    })
}

/// On which basis, by the word in the log: of a use, or of a disclosure that was no use.
pub(super) fn basis(word: &str) -> Option<Words> {
    if let Some(known) = Basis::ALL.iter().copied().find(|basis| basis.as_str() == word) {
        return Some(match known {
            Basis::Own => words("Oma rekisteri", "Det egna registret", "Own register"),
            Basis::RegisterAccess => words(
                "Rekisterinkäyttöoikeus",
                "Rättighet att använda registret",
                "Register access right",
            ),
            Basis::Disclosure => {
                words("Luovutuslupa", "Tillstånd till utlämnande", "Permit to disclose")
            }
            Basis::Broad => words(
                "Viranomaisen laaja tiedonsaantioikeus",
                "Myndighetens omfattande rätt att få uppgifter",
                "An authority's broad right of access",
            ),
        });
    }
    match word {
        "notice" => Some(words(
            "Kirjattu luovutusilmoitus",
            "Antecknat meddelande om utlämnande",
            "Recorded notice of disclosure",
        )),
        "request" => {
            Some(words("Tiedonsaajan pyyntö", "Mottagarens begäran", "Recipient's request"))
        }
        _ => None,
    }
}

/// Why entries are withheld, or a request refused.
pub(super) const fn ground(ground: WithholdingGround) -> Words {
    match ground {
        WithholdingGround::ClientHealth => words(
            "Tiedon antaminen vaarantaisi asiakkaan terveyden",
            "Utlämnandet skulle äventyra klientens hälsa",
            "Giving it would endanger the client's health",
        ),
        WithholdingGround::ClientCare => words(
            "Tiedon antaminen vaarantaisi asiakkaan hoidon",
            "Utlämnandet skulle äventyra klientens vård",
            "Giving it would endanger the client's care",
        ),
        WithholdingGround::OthersRights => words(
            "Tiedon antaminen vaarantaisi muun henkilön oikeudet",
            "Utlämnandet skulle äventyra någon annans rättigheter",
            "Giving it would endanger somebody else's rights",
        ),
        WithholdingGround::PeriodReasonMissing => words(
            "Kahta vuotta vanhempien tietojen saamiseen ei ole erityistä syytä",
            "Det finns ingen särskild orsak att få uppgifter som är äldre än två år",
            "There is no special reason for data older than two years",
        ),
        WithholdingGround::NotAClientHere => words(
            "Pyytäjä ei ole ollut rekisterinpitäjän asiakas",
            "Den som begär uppgifterna har inte varit klient hos den personuppgiftsansvariga",
            "Whoever asks has not been a client of the controller",
        ),
    }
}

/// The fixed words of the page.
pub(super) struct Labels;

impl Labels {
    pub(super) const TITLE: Words = words(
        "Vastaus lokitietopyyntöön",
        "Svar på begäran om logguppgifter",
        "Answer to a request for log data",
    );
    pub(super) const CONTROLLER: Words =
        words("Rekisterinpitäjä", "Personuppgiftsansvarig", "Controller");
    pub(super) const CLIENT: Words = words("Asiakas", "Klient", "Client");
    pub(super) const RECEIVED: Words =
        words("Pyyntö saapunut", "Begäran inkommen", "Request received");
    pub(super) const ANSWERED: Words = words("Vastattu", "Besvarad", "Answered");
    pub(super) const PERIOD: Words = words("Ajanjakso", "Tidsperiod", "Period");
    pub(super) const UNITS: Words = words("Vain yksiköt", "Endast enheterna", "Only the units");
    pub(super) const REQUEST: Words =
        words("Pyynnön tunniste", "Begärans identifikator", "Name of the request");
    pub(super) const COUNT: Words =
        words("Annettuja merkintöjä", "Utlämnade poster", "Entries given");
    pub(super) const INTRODUCTION: Words = words(
        "Tässä kerrotaan, kuka on käyttänyt tietojasi tai saanut niitä, milloin, mihin tarkoitukseen ja millä perusteella. Uusin merkintä on ensin. Lokitietoja ei saa käyttää muuhun tarkoitukseen kuin omien oikeuksiesi selvittämiseen tai toteuttamiseen.",
        "Här framgår vem som har använt eller fått dina uppgifter, när, för vilket ändamål och på vilken grund. Den nyaste posten står först. Logguppgifterna får inte användas för något annat ändamål än för att utreda eller tillgodose dina egna rättigheter.",
        "This tells who has used or received your data, when, for what and on which basis. The newest entry comes first. Log data may be used for no other purpose than to find out about your own rights or to make use of them.",
    );
    pub(super) const NONE: Words = words(
        "Tietojasi ei ole tänä aikana käytetty eikä luovutettu.",
        "Dina uppgifter har inte använts eller lämnats ut under denna tid.",
        "Your data have not been used or disclosed in this time.",
    );
    pub(super) const ENTRIES: Words = words("Merkinnät", "Poster", "Entries");
    pub(super) const WITHHELD: Words = words(
        "Antamatta jätetyt merkinnät",
        "Poster som inte har lämnats ut",
        "Entries that are withheld",
    );
    pub(super) const REFUSED: Words =
        words("Pyyntöön ei suostuta", "Begäran har avslagits", "The request is refused");
    pub(super) const GROUND: Words = words("Peruste", "Grund", "Ground");
    pub(super) const WORDS: Words = words("Perustelu", "Motivering", "Reason");
    pub(super) const RIGHTS: Words = words(
        "Jos epäilet, että tietojasi on käytetty väärin",
        "Om du misstänker att dina uppgifter har missbrukats",
        "If you suspect that your data have been misused",
    );
    pub(super) const RIGHTS_TEXT: Words = words(
        "Voit pyytää rekisterinpitäjältä selvitystä: kerro, mitä merkintää tai aikaa epäily koskee ja miten se syntyi. Voit myös saattaa asian tietosuojavaltuutetun käsiteltäväksi.",
        "Du kan be den personuppgiftsansvariga om en utredning: berätta vilken post eller tid misstanken gäller och hur den har uppstått. Du kan också föra ärendet till dataombudsmannen.",
        "You can ask the controller for an enquiry: say which entry or time you mean and how the suspicion arose. You can also take the matter to the Data Protection Ombudsman.",
    );
    pub(super) const WHEN: Words = words("Aika", "Tid", "Time");
    pub(super) const WHO: Words = words("Kuka", "Vem", "Who");
    pub(super) const WHAT: Words = words("Mitä", "Vad", "What");
    pub(super) const FOR_WHAT: Words = words(
        "Mihin ja millä perusteella",
        "För vad och på vilken grund",
        "For what and on which basis",
    );
    pub(super) const NOT_TOLD: Words = words(
        "Ei kerrota, koska merkintä koskee myös toista henkilöä",
        "Uppges inte, eftersom posten också gäller någon annan",
        "Not told, because the entry is about somebody else as well",
    );
    pub(super) const CONTINUES: Words =
        words("Jatkoa pyynnölle", "Fortsättning på begäran", "Continues the request");
    pub(super) const CONTINUED: Words = words(
        "Vanhemmat merkinnät annetaan pyynnöllä",
        "Äldre poster lämnas ut på begäran",
        "Older entries are given on the request",
    );
    pub(super) const TO_WHOM: Words = words("Saaja", "Mottagare", "Receiver");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LANGUAGES: [Language; 3] = [Language::Fi, Language::Sv, Language::En];

    /// REQ LOG-05
    #[test]
    fn what_the_log_tells_apart_has_words_of_its_own_in_each_language() {
        for language in LANGUAGES {
            let told: BTreeSet<_> =
                Action::ALL.iter().map(|action| used(*action).get(language)).collect();
            assert_eq!(told.len(), Action::ALL.len());
            let grounds: BTreeSet<_> =
                WithholdingGround::ALL.iter().map(|g| ground(*g).get(language)).collect();
            assert_eq!(grounds.len(), WithholdingGround::ALL.len());
        }
    }

    /// REQ LOG-05
    #[test]
    fn every_code_that_stands_in_a_log_has_words() {
        for action_of in Action::ALL {
            assert!(action(OfLog::Use, action_of.as_str()).is_some());
        }
        assert!(action(OfLog::Disclosure, "deliver").is_some());
        for of in ["own", "register_access", "disclosure", "broad", "notice", "request"] {
            assert!(basis(of).is_some(), "{of}");
        }
        assert!(Purpose::ALL.iter().all(|of| purpose(of.as_str()).is_some()));
        assert!([OWN_MATTER, REPRESENTATION].iter().all(|of| purpose(of).is_some()));
        assert_eq!(basis("x"), None);
        assert_eq!(action(OfLog::Use, "x"), None);
    }
}
