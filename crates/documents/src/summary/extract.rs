//! Making a summary by the rules. The cost is bounded by the sizes of documents and rules.

use std::collections::BTreeSet;

use jiff::civil::Date;
use varanto_model::{Code, Oid, PartialDate};

use super::path::{Path, Place};
use super::rule::{Field, Keep, Part, Rule};
use super::value::{Kind, moment, written};
use super::{
    Entry, Listed, MAX_ENTRIES, MAX_VALUES, Section, SourceDocument, Summary, Texts, Values,
};

/// What the rules take out of the documents on a day.
pub(super) fn summary(rules: &[Rule], documents: &[SourceDocument<'_>], today: Date) -> Summary {
    let mut newest_first: Vec<_> = documents.iter().collect();
    newest_first.sort_by(|a, b| b.age().cmp(&a.age()));
    let mut summary = Summary::default();
    for section in Section::ALL {
        let rules = rules.iter().filter(|rule| rule.section == *section);
        let kept: Vec<_> = rules.map(|rule| (rule, kept(rule, &newest_first, today))).collect();
        *summary.section_mut(*section) = listed(&kept, &newest_first, today);
    }
    summary
}

/// The entries of one section.
fn listed(
    rules: &[(&Rule, Vec<bool>)],
    newest_first: &[&SourceDocument<'_>],
    today: Date,
) -> Listed {
    let mut entries = Vec::new();
    for (place, document) in newest_first.iter().enumerate() {
        for (rule, kept) in rules {
            if kept.get(place) == Some(&true) && entries.len() <= MAX_ENTRIES {
                entries.extend(of_document(rule, document, today));
            }
        }
    }
    let more = entries.len() > MAX_ENTRIES;
    entries.truncate(MAX_ENTRIES);
    Listed { entries, more }
}

/// Which documents count by the rule.
fn kept(rule: &Rule, newest_first: &[&SourceDocument<'_>], today: Date) -> Vec<bool> {
    let counts = |document: &SourceDocument<'_>| {
        let whole = Place::whole(document.content);
        rule.applies_to.covers(document.group, document.type_code)
            && (rule.each.is_some() || Period::in_force(rule, &whole, today).is_some())
    };
    let Keep::LatestPer(parts) = &rule.keep else {
        return newest_first.iter().map(|document| counts(document)).collect();
    };
    let mut seen = BTreeSet::new();
    newest_first.iter().map(|d| counts(d) && seen.insert(told_apart_by(parts, d))).collect()
}

fn told_apart_by<'a>(
    parts: &BTreeSet<Part>,
    document: &SourceDocument<'a>,
) -> (&'a Oid, Option<&'a Code>, Option<&'a Code>) {
    let type_code = document.type_code.filter(|_| parts.contains(&Part::Type));
    let service_task = document.service_task.filter(|_| parts.contains(&Part::ServiceTask));
    (document.controller, type_code, service_task)
}

/// The entries of one document by one rule.
fn of_document(rule: &Rule, document: &SourceDocument<'_>, today: Date) -> Vec<Entry> {
    let whole = Place::whole(document.content);
    let places = rule.each.as_ref().map_or_else(|| vec![whole.clone()], |each| each.places(&whole));
    let entry = |place: &Place<'_>| {
        let period = Period::in_force(rule, place, today)?;
        let Taken { fields, text_withheld } = fields(rule, place, document.texts)?;
        Some(Entry {
            document: document.oid.clone(),
            controller: document.controller.clone(),
            unit: document.unit.cloned(),
            type_code: document.type_code.cloned(),
            service_task: document.service_task.cloned(),
            written_at: document.written_at,
            valid_from: period.first.map(written),
            valid_to: period.last.map(written),
            fields,
            text_withheld,
        })
    };
    places.iter().filter_map(entry).collect()
}

/// What stands at a place.
struct Taken {
    fields: Vec<Values>,
    text_withheld: bool,
}

/// The fields at a place; nothing where there are none, or a needed one is missing.
fn fields(rule: &Rule, place: &Place<'_>, texts: Texts) -> Option<Taken> {
    let mut taken = Taken { fields: Vec::new(), text_withheld: false };
    for field in &rule.fields {
        let is_withheld = texts == Texts::Withheld && matches!(field.kind, Kind::Text(_));
        match values(field, place) {
            Some(_) if is_withheld => taken.text_withheld = true,
            Some(values) => taken.fields.push(values),
            None if field.needed => return None,
            None => {}
        }
    }
    (taken.text_withheld || !taken.fields.is_empty()).then_some(taken)
}

fn values(field: &Field, place: &Place<'_>) -> Option<Values> {
    let mut values = Vec::new();
    let mut more = false;
    for path in &field.at {
        let found = path.places(place).into_iter().filter_map(|place| place.value());
        for value in found.filter_map(|json| field.kind.read(json)) {
            if values.contains(&value) {
                continue;
            }
            if values.len() == MAX_VALUES {
                more = true;
                break;
            }
            values.push(value);
        }
        if !values.is_empty() {
            return Some(Values { name: field.name.clone(), values, more });
        }
    }
    None
}

/// The validity that is told at a place.
struct Period {
    first: Option<PartialDate>,
    last: Option<PartialDate>,
}

impl Period {
    /// The validity told at a place, where it is valid on `day`.
    fn in_force(rule: &Rule, place: &Place<'_>, day: Date) -> Option<Self> {
        let date = |path: &Option<Path>| {
            let places = path.as_ref()?.places(place);
            places.iter().find_map(|place| Some(moment(place.value()?)?.date()))
        };
        let told =
            rule.validity.iter().map(|v| Self { first: date(&v.first), last: date(&v.last) });
        let told = told.into_iter().find(|period| period.first.is_some() || period.last.is_some());
        if told.is_none() && rule.validity_needed {
            return None;
        }
        told.or(Some(Self { first: None, last: None })).filter(|period| period.holds(day))
    }

    /// Is `day` within? Of a month or year that is told, every day is.
    fn holds(&self, day: Date) -> bool {
        self.first.is_none_or(|first| first.first_day() <= day)
            && self.last.is_none_or(|last| day <= last.last_day())
    }
}
