//! What a client asks for, as it is registered and kept sealed: whose entries, of which time and units, how
//! the request came and how the requester's identity was proven (CIT-06).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use varanto_model::reader::{self, Members, instant, parsed, text, word};
use varanto_model::{
    ClientIdentifier, Faults, Language, Oid, PersonalIdentityCode, Pointer, TemporaryIdentifier,
    calendar, person,
};
use varanto_store::use_log::LogCursor;

use super::due::free_from;
use crate::Error;
use crate::use_context::UseContext;

/// The most units that a request names.
const MAX_UNITS: usize = 100;

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Channel {
    Electronic,
    Letter,
    InPerson,
    Other,
}

impl Channel {
    const ALL: &[Self] = &[Self::Electronic, Self::Letter, Self::InPerson, Self::Other];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Electronic => "electronic",
            Self::Letter => "letter",
            Self::InPerson => "in-person",
            Self::Other => "other",
        }
    }
}

/// How it was made sure who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Identification {
    StrongAuthentication,
    IdentityDocument,
    Other,
}

impl Identification {
    const ALL: &[Self] = &[Self::StrongAuthentication, Self::IdentityDocument, Self::Other];

    const fn as_str(self) -> &'static str {
        match self {
            Self::StrongAuthentication => "strong-authentication",
            Self::IdentityDocument => "identity-document",
            Self::Other => "other",
        }
    }
}

/// The days whose entries are asked for, the first and the last one included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AskedPeriod {
    pub(super) from: Date,
    pub(super) to: Date,
}

impl AskedPeriod {
    /// The first instant within, and the first one after.
    pub(super) fn instants(self) -> Result<(Timestamp, Timestamp), Error> {
        let bounds = || Ok((calendar::start_of(self.from)?, calendar::end_of(self.to)?));
        bounds()
            .map_err(|_: calendar::OutOfCalendar| Error::Internal("a day is out of the calendar"))
    }
}

/// Whose entries are asked for. Has no `Debug`: it names a person.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct AskedClient {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    temporary_id: Option<String>,
}

impl AskedClient {
    fn of(client: &ClientIdentifier) -> Self {
        match client {
            ClientIdentifier::PersonalIdentityCode(code) => {
                Self { id: Some(code.expose().to_owned()), temporary_id: None }
            }
            ClientIdentifier::Temporary(temporary) => {
                Self { id: None, temporary_id: Some(temporary.expose().to_owned()) }
            }
        }
    }

    /// The identifier by which the client is found.
    pub(super) fn identifier(&self) -> Result<ClientIdentifier, Error> {
        let code = self.id.as_deref().and_then(|id| PersonalIdentityCode::parse(id).ok());
        let temporary = self.temporary_id.as_deref();
        let temporary = temporary.and_then(|id| TemporaryIdentifier::parse(id).ok());
        let temporary = temporary.map(ClientIdentifier::Temporary);
        let client = code.map(ClientIdentifier::PersonalIdentityCode).or(temporary);
        client.ok_or(Error::Internal("a log request names no client"))
    }

    /// The identifier as text.
    pub(super) fn text(&self) -> &str {
        self.id.as_deref().or(self.temporary_id.as_deref()).unwrap_or_default()
    }
}

/// That a request is the rest of another one, which was answered up to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Continued {
    /// The other request.
    pub(super) request: Uuid,
    /// When the entry was noted after which the rest begins.
    pub(super) at: Timestamp,
    /// That entry.
    pub(super) entry: Uuid,
}

impl Continued {
    /// The place after which the rest begins.
    pub(super) const fn place(self) -> LogCursor {
        LogCursor { at: self.at, id: self.entry }
    }
}

/// What is kept sealed of a request. Has no `Debug`: it names a person.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Details {
    pub(super) client: AskedClient,
    pub(super) channel: Channel,
    pub(super) identified_by: Identification,
    pub(super) period: AskedPeriod,
    /// Why entries are asked for that are older than two years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason_for_older: Option<String>,
    /// Only the uses in these units; of all where it is empty.
    pub(super) units: Vec<Oid>,
    /// The language in which the answer is given.
    pub(super) language: Language,
    /// Whose rest it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) continues: Option<Continued>,
}

impl Details {
    /// Does the request reach further back than it may without a reason?
    pub(super) fn is_older(&self, received_on: Date) -> bool {
        self.period.from < free_from(received_on)
    }
}

/// A request as it is to be registered.
pub(super) struct Wanted {
    pub(super) used: UseContext,
    pub(super) client: ClientIdentifier,
    pub(super) received_at: Timestamp,
    pub(super) details: Details,
}

impl Wanted {
    pub(super) fn read(value: &Value, faults: &mut Faults) -> Option<Self> {
        let mut m = Members::of(value, &Pointer::root(), faults)?;
        let used = m.optional("context", faults, UseContext::read).unwrap_or_default();
        let client = m.required("client", faults, person::client_sought);
        let received_at = m.required("received_at", faults, instant);
        let channel = m.required("channel", faults, word(Channel::ALL, Channel::as_str));
        let identified_by = word(Identification::ALL, Identification::as_str);
        let identified_by = m.required("identified_by", faults, identified_by);
        let at = (m.place("period"), m.place("reason_for_older"));
        let period = m.optional("period", faults, period).unwrap_or_default();
        let reason_for_older = m.optional("reason_for_older", faults, text(1_000));
        let units = m.list("units", MAX_UNITS, faults, reader::oid);
        let language = m.optional("language", faults, language).unwrap_or_default();
        m.finish(faults);
        let received_at = received_at?;
        let received_on = calendar::day_of(received_at);
        let details = Details {
            client: AskedClient::of(client.as_ref()?),
            channel: channel?,
            identified_by: identified_by?,
            period: within(period, received_on, &at.0, faults)?,
            reason_for_older,
            units,
            language,
            continues: None,
        };
        match (details.is_older(received_on), &details.reason_for_older) {
            (true, None) => {
                let why = "what is older than two years is asked for with a reason";
                faults.add(at.1, "reason-required", why);
            }
            (false, Some(_)) => {
                let why = "nothing older than two years is asked for";
                faults.add(at.1, "not-wanted", why);
            }
            _ => {}
        }
        Some(Self { used, client: client?, received_at, details })
    }
}

/// The days of a period, as far as they are said.
fn period(
    value: &Value,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<(Option<Date>, Option<Date>)> {
    let mut m = Members::of(value, at, faults)?;
    let from = m.optional("from", faults, reader::day);
    let to = m.optional("to", faults, reader::day);
    m.finish(faults);
    Some((from, to))
}

/// The period of a request: two years back where nothing else is asked for, and up to the day on which the
/// request came at most.
fn within(
    (from, to): (Option<Date>, Option<Date>),
    received_on: Date,
    at: &Pointer,
    faults: &mut Faults,
) -> Option<AskedPeriod> {
    let to = to.unwrap_or(received_on);
    let from = from.unwrap_or_else(|| free_from(received_on));
    if to > received_on {
        let why = "entries are asked for up to the day on which the request came";
        faults.add(at.member("to"), "after-receipt", why);
    } else if to < from {
        faults.add(at.clone(), "reversed", "the last day is before the first one");
    } else if calendar::start_of(from).is_err() {
        faults.add(at.member("from"), "not-a-day", "a day of the calendar is wanted here");
    } else {
        return Some(AskedPeriod { from, to });
    }
    None
}

/// A language of the service.
fn language(value: &Value, at: &Pointer, faults: &mut Faults) -> Option<Language> {
    let wanted = "`fi`, `sv` or `en` is wanted here";
    parsed(value, at, faults, "not-in-list", |code| Language::parse(code).ok_or(wanted))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn read(changes: &Value) -> Result<Details, Vec<(String, &'static str)>> {
        let mut body = json!({
            "client": {"id": "010594Y9032"},
            "received_at": "2026-09-10T23:30:00+03:00",
            "channel": "letter",
            "identified_by": "identity-document",
        });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let mut faults = Faults::none();
        let read = Wanted::read(&body, &mut faults);
        let found = faults.as_slice().iter().map(|f| (f.pointer.to_string(), f.code)).collect();
        if faults.is_empty() { Ok(read.unwrap().details) } else { Err(found) }
    }

    fn fault(changes: &Value) -> Vec<(String, &'static str)> {
        read(changes).err().unwrap()
    }

    /// REQ LOG-05
    #[test]
    fn two_years_back_are_asked_for_where_nothing_else_is_said() {
        let details = read(&json!({})).unwrap();
        let expected = AskedPeriod { from: date(2024, 9, 10), to: date(2026, 9, 10) };
        assert_eq!((details.period, details.language), (expected, Language::Fi));
        let details = read(&json!({"period": {"from": "2025-01-01"}})).unwrap();
        assert_eq!(details.period, AskedPeriod { from: date(2025, 1, 1), ..expected });
    }

    /// REQ LOG-05
    #[test]
    fn what_is_older_than_two_years_is_asked_for_only_with_a_reason() {
        let older = json!({"from": "2024-09-09"});
        let missing = [("/reason_for_older".to_owned(), "reason-required")];
        assert_eq!(fault(&json!({"period": older})), missing);
        let with_reason = json!({"period": older, "reason_for_older": "Epäilen väärinkäyttöä"});
        assert!(read(&with_reason).unwrap().is_older(date(2026, 9, 10)));
        let idle = json!({"period": {"from": "2024-09-10"}, "reason_for_older": "Syy"});
        assert_eq!(fault(&idle), [("/reason_for_older".to_owned(), "not-wanted")]);
    }

    /// REQ LOG-05, CIT-06
    #[test]
    fn every_fault_of_a_request_is_named() {
        let to = |day: &str| json!({"period": {"to": day}});
        assert_eq!(fault(&to("2026-09-11")), [("/period/to".to_owned(), "after-receipt")]);
        assert_eq!(fault(&to("2024-09-01")), [("/period".to_owned(), "reversed")]);
        let wrong = json!({"channel": "pigeon", "language": "de", "identified_by": null, "x": 1});
        let places: Vec<_> = fault(&wrong).into_iter().map(|(at, _)| at).collect();
        assert_eq!(places, ["/channel", "/identified_by", "/language", "/x"]);
    }

    /// REQ LOG-05
    #[test]
    fn a_kept_request_leads_to_the_same_client() {
        let kept = serde_json::to_vec(&read(&json!({})).unwrap()).unwrap();
        let details: Details = serde_json::from_slice(&kept).unwrap();
        let code = PersonalIdentityCode::parse("010594Y9032").unwrap();
        let expected = ClientIdentifier::PersonalIdentityCode(code);
        assert_eq!(details.client.identifier().unwrap(), expected);
        assert_eq!(details.client.text(), "010594Y9032");
    }
}
