//! An item of a list: who used data, when and where, what stands out, and what was decided on it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;
use varanto_model::Oid;
use varanto_store::use_log::{LogCursor, UseEntry};

use crate::log_page::ShownUser;

/// What a privacy officer decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// The use was right.
    Justified,
    /// It has to be cleared up, such as by asking the user.
    Clarify,
    /// It may be a breach, which is opened.
    Breach,
}

impl Decision {
    pub(super) const ALL: &[Self] = &[Self::Justified, Self::Clarify, Self::Breach];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Justified => "justified",
            Self::Clarify => "clarify",
            Self::Breach => "breach",
        }
    }
}

/// What stands out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Findings {
    /// All that the item itself says.
    Nothing {},
    /// On whose side of a broad right it was.
    Broad { kind: BroadKind },
    /// How many clients.
    Volume(Volume),
    /// Why the client may be of the user's family.
    Kin(Kin),
    /// What had ended.
    AfterEnd(AfterEnd),
    /// Which will it was.
    Will { group: &'static str },
    /// Whether the document was new.
    OwnUnit { first_version: bool },
}

/// On whose side of a broad right an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum BroadKind {
    /// The own staff used the data of others.
    Use,
    /// Own data went to another authority.
    Disclosure,
}

/// How many clients somebody's uses of a day were about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Volume {
    pub(super) clients: u32,
    pub(super) uses: u32,
    /// The median of user-days of the same role in the organisation.
    pub(super) median: f64,
    /// More clients than so many are unusual.
    pub(super) threshold: f64,
}

/// In what user and client are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Kin {
    pub(super) family_name: bool,
    pub(super) home_address: bool,
}

/// The last days of what had ended before the use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct AfterEnd {
    pub(super) case_ended: Option<Date>,
    pub(super) context_ended: Option<Date>,
}

/// The place of an item in its list; the next page starts after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// By its entry.
    Entry(LogCursor),
    /// By organisation, user and day.
    Day(String),
}

/// The place of a user-day as an opaque word.
pub(super) fn day_word(item: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("day/{item}"))
}

/// The user-day that an opaque word stands for.
pub(super) fn read_day_word(word: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    text.strip_prefix("day/").map(str::to_owned)
}

/// An item as it was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// Names it for good: the entry, or organisation, user and day.
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) user_id: String,
    pub(super) user_name: String,
    pub(super) unit: Option<Oid>,
    pub(super) organisation: Oid,
    /// None of a user-day.
    pub(super) action: Option<String>,
    pub(super) documents: Vec<Oid>,
    pub(super) case: Option<Oid>,
    pub(super) special_reason: Option<String>,
    pub(super) ground: Option<String>,
    pub(super) findings: Findings,
    pub(super) place: Place,
}

impl Item {
    /// What was found of an entry.
    pub(super) fn of(entry: &UseEntry, findings: Findings) -> Self {
        Self {
            id: entry.id.to_string(),
            at: entry.at,
            user_id: entry.user_id.clone(),
            user_name: entry.user_name.clone(),
            unit: entry.unit.clone(),
            organisation: entry.organisation.clone(),
            action: Some(entry.action.clone()),
            documents: entry.documents.clone(),
            case: entry.case.clone(),
            special_reason: entry.special_reason.clone(),
            ground: entry.ground.clone(),
            findings,
            place: Place::Entry(entry.cursor()),
        }
    }
}

/// An item as a privacy officer sees it.
#[derive(Serialize)]
pub(super) struct ShownItem {
    id: String,
    list: &'static str,
    at: Timestamp,
    user: ShownUser,
    unit: Option<Oid>,
    organisation: Oid,
    action: Option<String>,
    documents: Vec<Oid>,
    case: Option<Oid>,
    special_reason: Option<String>,
    ground: Option<String>,
    findings: Findings,
    decisions: Vec<ShownDecision>,
}

/// A decision as it is shown.
#[derive(Serialize)]
pub(super) struct ShownDecision {
    pub(super) id: Uuid,
    pub(super) at: Timestamp,
    pub(super) decision: String,
    pub(super) reason: String,
    pub(super) breach: Option<Uuid>,
    pub(super) by: ShownUser,
}

impl Item {
    /// The item as it is shown, with the decisions on it.
    pub(super) fn shown(self, list: &'static str, decisions: Vec<ShownDecision>) -> ShownItem {
        ShownItem {
            id: self.id,
            list,
            at: self.at,
            user: ShownUser { id: self.user_id, name: self.user_name },
            unit: self.unit,
            organisation: self.organisation,
            action: self.action,
            documents: self.documents,
            case: self.case,
            special_reason: self.special_reason,
            ground: self.ground,
            findings: self.findings,
            decisions,
        }
    }
}
