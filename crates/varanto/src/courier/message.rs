//! The mail that tells a controller of a suspected breach: one text in Finnish, Swedish and English.
//!
//! It says that there is something to look at, where, and by when; nobody's name but the controller's stands in
//! it. Its Message-ID is that of the parcel, so that one that came twice can be told.

use std::fmt::Write as _;

use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{Address, error::Error as MessageError};
use uuid::Uuid;
use varanto_model::{Language, calendar};
use varanto_service::SentNotice;

/// The subject, which is the same for every breach.
const SUBJECT: &str =
    "Epäilty tietoturvaloukkaus / Misstänkt personuppgiftsincident / Suspected data breach";

/// The mail of a parcel.
pub(super) fn message(
    id: Uuid,
    (from, to): (&Address, &Address),
    notice: &SentNotice,
) -> Result<Message, MessageError> {
    Message::builder()
        .message_id(Some(format!("<{id}@{}>", from.domain())))
        .from(Mailbox::new(Some("Varanto".to_owned()), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(SUBJECT)
        // RFC 3834: nobody's holiday is to be answered to us. RFC 3282: the languages.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", "fi, sv, en"))
        .header(ContentType::TEXT_PLAIN)
        .body(text(notice))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// The words of one language.
struct Words {
    language: Language,
    /// Before and after the name of the controller.
    suspected: [&'static str; 2],
    by_person: &'static str,
    by_transfer: &'static str,
    by_supervision: &'static str,
    opened: &'static str,
    due: &'static str,
    link: &'static str,
    others: &'static str,
    closing: &'static str,
    /// The form of days, with what stands between a day and the hour.
    day: &'static str,
    /// What stands between hours and minutes.
    colon: char,
}

const WORDS: [Words; 3] = [
    Words {
        language: Language::Fi,
        suspected: ["Rekisterinpitäjän ", " tietoihin epäillään kohdistuneen tietoturvaloukkaus."],
        by_person: "Epäilystä ilmoitti ammattihenkilö.",
        by_transfer: "Asiakirja oli tallennettu väärän rekisterinpitäjän rekisteriin.",
        by_supervision: "Epäily syntyi käytön valvonnassa.",
        opened: "Kirjattu",
        due: "Valvontaviranomaiselle ilmoitettava, jos ilmoitusvelvollisuus on, viimeistään",
        link: "Tarkemmat tiedot ja toimien kirjaaminen",
        others: "Muitakin epäilyjä voi odottaa: katso kaikki, joiden käsittelyä ei ole päätetty.",
        closing: "Tämä on automaattinen viesti. Älä lähetä henkilötietoja vastauksena siihen.",
        day: "%-d.%-m.%Y klo ",
        colon: '.',
    },
    Words {
        language: Language::Sv,
        suspected: ["En personuppgiftsincident misstänks gälla uppgifter hos ", "."],
        by_person: "En yrkesutbildad person anmälde misstanken.",
        by_transfer: "En handling hade lagrats i fel personuppgiftsansvarigs register.",
        by_supervision: "Misstanken uppkom vid övervakningen av användningen.",
        opened: "Antecknad",
        due: "Ska vid anmälningsplikt anmälas till tillsynsmyndigheten senast",
        link: "Närmare uppgifter och anteckning av åtgärder",
        others: "Andra misstankar kan vänta: se alla vars handläggning inte är avslutad.",
        closing: "Detta är ett automatiskt meddelande. Svara inte på det med personuppgifter.",
        day: "%-d.%-m.%Y kl. ",
        colon: '.',
    },
    Words {
        language: Language::En,
        suspected: ["A breach of personal data of ", " is suspected."],
        by_person: "A professional reported the suspicion.",
        by_transfer: "A document had been stored in the register of the wrong controller.",
        by_supervision: "The suspicion arose when use was supervised.",
        opened: "Noted",
        due: "Where it must be notified, the supervisory authority is to be told by",
        link: "Particulars, and where to note what is done",
        others: "Others may wait: look at all that are not closed.",
        closing: "This is an automatic message. Do not answer it with personal data.",
        day: "%Y-%m-%d ",
        colon: ':',
    },
];

impl Words {
    fn source(&self, source: &str) -> Option<&'static str> {
        match source {
            "person" => Some(self.by_person),
            "wrong-register" => Some(self.by_transfer),
            "supervision" => Some(self.by_supervision),
            // The link tells what it came of.
            _ => None,
        }
    }

    /// Time in Finland.
    fn shown(&self, at: Timestamp) -> String {
        let (hour, minute) = calendar::hour_and_minute_of(at);
        let day = calendar::day_of(at).strftime(self.day);
        format!("{day}{hour:02}{}{minute:02}", self.colon)
    }
}

fn text(notice: &SentNotice) -> String {
    let parts = WORDS.each_ref().map(|words| part(words, notice));
    parts.join("\n---\n\n")
}

fn part(words: &Words, notice: &SentNotice) -> String {
    let name = notice.controller_name.as_ref().map(|name| name.get(words.language));
    let name = name.unwrap_or(notice.controller.as_str());
    let [before, after] = words.suspected;
    let mut text = format!("{before}{name}{after}\n");
    if let Some(source) = words.source(&notice.source) {
        let _ = writeln!(text, "{source}");
    }
    let (opened, due) = (words.shown(notice.opened_at), words.shown(notice.due_at));
    let _ = write!(
        text,
        "\n{}: {opened}\n{}: {due}\n{}:\n{}\n\n{}\n\n{}\n",
        words.opened, words.due, words.link, notice.link, words.others, words.closing
    );
    text
}

#[cfg(test)]
mod tests {
    use varanto_model::{LocalText, Oid};

    use super::*;

    fn notice(source: &str) -> SentNotice {
        SentNotice {
            to: "officer".to_owned(),
            breach: Uuid::from_u128(7),
            controller: Oid::parse("1.2.246.10.99990001.19.1").unwrap(),
            controller_name: Some(LocalText {
                fi: "Koekunta".to_owned(),
                sv: Some("Provkommun".to_owned()),
                en: None,
            }),
            source: source.to_owned(),
            opened_at: "2026-11-22T12:30:00Z".parse().unwrap(),
            due_at: "2026-11-25T12:30:00Z".parse().unwrap(),
            link: "https://localhost/v1/breaches/7".to_owned(),
            register_link: "https://localhost/v1/breaches/search".to_owned(),
        }
    }

    /// REQ LOG-07
    #[test]
    fn the_text_tells_in_three_languages_where_to_look_and_by_when() {
        let text = text(&notice("wrong-register"));
        let parts: Vec<_> = text.split("\n---\n\n").collect();
        assert_eq!(parts.len(), 3);
        let wanted = [
            ("Koekunta", "22.11.2026 klo 14.30", "25.11.2026 klo 14.30", "väärän"),
            ("Provkommun", "22.11.2026 kl. 14.30", "25.11.2026 kl. 14.30", "fel"),
            ("Koekunta", "2026-11-22 14:30", "2026-11-25 14:30", "wrong"),
        ];
        for (part, (name, opened, due, source)) in parts.into_iter().zip(wanted) {
            for word in [name, opened, due, source, "https://localhost/v1/breaches/7"] {
                assert!(part.contains(word), "{word}: {part}");
            }
        }
    }

    /// REQ LOG-07: a source that is not known here is left to the link.
    #[test]
    fn each_source_has_its_words() {
        let of = |source| text(&notice(source));
        let texts = ["person", "wrong-register", "supervision", "else"].map(of);
        for (n, text) in texts.iter().enumerate() {
            assert!(texts.iter().skip(n + 1).all(|other| other != text), "{text}");
        }
        assert!(!of("else").contains("else"));
    }

    /// REQ LOG-07: a repeat is known by its Message-ID, and the whole is plain ASCII on the wire.
    #[test]
    fn the_same_parcel_has_the_same_message_id() {
        let [from, to] = ["varanto@repository.example", "officer@controller.example"]
            .map(|address| address.parse::<Address>().unwrap());
        let of = |id: u128| {
            let id = Uuid::from_u128(id);
            let message = message(id, (&from, &to), &notice("person")).unwrap();
            String::from_utf8(message.formatted()).unwrap()
        };
        let wanted = "Message-ID: <00000000-0000-0000-0000-000000000001@repository.example>\r\n";
        assert!(of(1).contains(wanted) && !of(2).contains(wanted));
        assert!(of(1).is_ascii());
        for header in ["Auto-Submitted: auto-generated\r\n", "Content-Language: fi, sv, en\r\n"] {
            assert!(of(1).contains(header), "{}", of(1));
        }
    }
}
