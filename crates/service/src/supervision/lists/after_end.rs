//! Uses after the end of the case that they name, or of the context of the user's unit. Pure.
//!
//! What counts is what the documents say now: a use that had its context when it was made is found as well,
//! where it was stored afterwards that the context had ended before.

use varanto_documents::projection::Standing;
use varanto_model::calendar;
use varanto_store::use_log::UseEntry;

use crate::supervision::item::AfterEnd;

/// The purposes that need a context; archivists and privacy officers work without one.
const NEEDING_CONTEXT: &[&str] = &["client_work", "will"];

/// What had ended before the use, by the client's standing in the register that was used.
pub(in crate::supervision) fn after_end(entry: &UseEntry, standing: &Standing) -> Option<AfterEnd> {
    if !entry.purpose.as_deref().is_some_and(|purpose| NEEDING_CONTEXT.contains(&purpose)) {
        return None;
    }
    let day = calendar::day_of(entry.at);
    let case = entry.case.as_ref().and_then(|case| standing.find_case(case));
    let case_ended = case.and_then(|(_, case)| case.last_day()).filter(|last| *last < day);
    let of_unit =
        standing.context_units().filter(|context| entry.unit.as_ref() == Some(context.unit));
    let mut context_ended = None;
    for context in of_unit {
        if context.holds_at(entry.at) {
            context_ended = None;
            break;
        }
        let withdrawn = context.withdrawn_at.filter(|at| *at <= entry.at).map(calendar::day_of);
        let last = context.last.filter(|last| *last < day);
        let ended = match (withdrawn, last) {
            (Some(withdrawn), Some(last)) => Some(withdrawn.min(last)),
            (withdrawn, last) => withdrawn.or(last),
        };
        context_ended = context_ended.max(ended);
    }
    let found = AfterEnd { case_ended, context_ended };
    (case_ended.is_some() || context_ended.is_some()).then_some(found)
}

/// Had the user's unit no context to the client?
pub(in crate::supervision) fn without_context(entry: &UseEntry, standing: &Standing) -> bool {
    let mut contexts = standing.context_units();
    !contexts.any(|context| entry.unit.as_ref() == Some(context.unit) && context.holds_at(entry.at))
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use serde_json::json;
    use uuid::Uuid;
    use varanto_model::Oid;
    use varanto_store::use_log::Outcome;

    use super::*;

    const UNIT: &str = "1.2.246.10.99990001.10.1";
    const ORGANISER: &str = "1.2.246.10.99990001.10.0";
    const CASE: &str = "1.2.246.10.99990001.14.2026.7";

    fn oid(text: &str) -> Oid {
        Oid::parse(text).unwrap()
    }

    /// A use of the case by the unit.
    fn used(at: &str) -> UseEntry {
        UseEntry {
            id: Uuid::nil(),
            at: at.parse().unwrap(),
            controller: oid("1.2.246.10.99990001.19.0"),
            client: Some(Uuid::nil()),
            action: "read".to_owned(),
            outcome: Outcome::Permitted,
            basis: Some("own".to_owned()),
            purpose: Some("client_work".to_owned()),
            user_id: "S-1001".to_owned(),
            user_name: "Esimerkki, Maija".to_owned(),
            unit: Some(oid(UNIT)),
            organisation: oid(ORGANISER),
            role: None,
            authentication: "system".to_owned(),
            documents: vec![],
            case: Some(oid(CASE)),
            special_reason: None,
            ground: None,
            rules: vec![],
            parameters: None,
            request_id: None,
            certificate: None,
        }
    }

    /// A case that is closed on a day, and a clientship with these last days of the unit.
    fn standing(closed: Option<&str>, lasts: &[Option<&str>], withdrawn: Option<i64>) -> Standing {
        let units: Vec<_> = lasts
            .iter()
            .map(|last| {
                json!({
                    "part": "organiser", "unit": UNIT, "first": "2026-01-01", "last": last,
                    "until": last, "withdrawn": withdrawn
                })
            })
            .collect();
        let derived = json!({
            "cases": {"1.2.1": {
                "keeper": ORGANISER, "case": CASE, "organiser": ORGANISER, "task": "20",
                "name": "1", "state": "1", "opened": "2026-01-01", "closed_on": closed
            }},
            "clientships": {"1.2.2": {
                "keeper": ORGANISER, "organiser": ORGANISER, "first": "2026-01-01", "units": units
            }},
        });
        serde_json::from_value(derived).unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn found(at: &str, standing: &Standing) -> Option<(Option<Date>, Option<Date>)> {
        after_end(&used(at), standing).map(|found| (found.case_ended, found.context_ended))
    }

    /// REQ LOG-06
    #[test]
    fn the_last_day_belongs_to_the_case_and_to_the_context() {
        let both = standing(Some("2026-09-10"), &[Some("2026-09-10")], None);
        // Midnight is that of Helsinki.
        assert_eq!(found("2026-09-10T20:59:59Z", &both), None);
        let ended = (Some(day("2026-09-10")), Some(day("2026-09-10")));
        assert_eq!(found("2026-09-10T21:00:00Z", &both), Some(ended));
        let goes_on = standing(None, &[None], None);
        assert_eq!(found("2026-09-12T12:00:00Z", &goes_on), None);
    }

    /// REQ LOG-06
    #[test]
    fn a_context_that_goes_on_beside_one_that_ended_counts() {
        let at = "2026-09-12T12:00:00Z";
        assert_eq!(found(at, &standing(None, &[Some("2026-09-01"), None], None)), None);
        assert_eq!(found(at, &standing(None, &[None, Some("2026-09-01")], None)), None);
        let latest = standing(None, &[Some("2026-09-01"), Some("2026-09-05")], None);
        assert_eq!(found(at, &latest), Some((None, Some(day("2026-09-05")))));
        assert_eq!(found(at, &standing(None, &[], None)), None, "there was none to end");
    }

    /// REQ LOG-06
    #[test]
    fn a_unit_that_was_taken_out_of_the_document_has_no_context_any_more() {
        let at = "2026-09-12T12:00:00Z";
        let instant: jiff::Timestamp = "2026-09-11T12:00:00Z".parse().unwrap();
        let withdrawn = standing(None, &[None], Some(instant.as_microsecond()));
        assert_eq!(found(at, &withdrawn), Some((None, Some(day("2026-09-11")))));
        assert_eq!(found("2026-09-11T11:00:00Z", &withdrawn), None);
    }

    /// REQ LOG-06
    #[test]
    fn archivists_and_privacy_officers_need_no_context() {
        let ended = standing(Some("2026-09-10"), &[Some("2026-09-10")], None);
        for purpose in ["archive", "supervision"] {
            let entry =
                UseEntry { purpose: Some(purpose.to_owned()), ..used("2026-09-12T12:00:00Z") };
            assert_eq!(after_end(&entry, &ended), None);
        }
        let for_will =
            UseEntry { purpose: Some("will".to_owned()), ..used("2026-09-12T12:00:00Z") };
        assert!(after_end(&for_will, &ended).is_some());
    }

    /// REQ LOG-06
    #[test]
    fn there_is_a_context_where_the_unit_has_one_at_the_moment_of_use() {
        let standing = standing(None, &[Some("2026-09-10")], None);
        assert!(!without_context(&used("2026-09-10T12:00:00Z"), &standing));
        assert!(without_context(&used("2026-09-12T12:00:00Z"), &standing));
        assert!(without_context(&used("2025-12-31T12:00:00Z"), &standing));
        assert!(without_context(&used("2026-09-10T12:00:00Z"), &Standing::default()));
        let elsewhere = UseEntry { unit: Some(oid(ORGANISER)), ..used("2026-09-10T12:00:00Z") };
        assert!(without_context(&elsewhere, &standing));
    }
}
