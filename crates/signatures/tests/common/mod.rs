//! A test authority with a system and the three cards, at a fixed instant.

use jiff::{SignedDuration, Timestamp};
use varanto_signatures::{
    CardSubject, Issued, KeyKind, TestAuthority, TestSubject, Trust, Validity,
};

pub(crate) const SYSTEM: TestSubject<'static> =
    TestSubject::System { name: "Testilän hyvinvointialue", business_id: "9999000-1" };

pub(crate) const HOLDER: CardSubject<'static> =
    CardSubject { registration_id: "S-1001", family_name: "Esimerkki", given_names: "Maija Åsa" };

pub(crate) fn now() -> Timestamp {
    "2026-09-02T07:15:00Z".parse().unwrap()
}

pub(crate) fn days(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days)
}

pub(crate) fn validity(from_day: i64, to_day: i64) -> Validity {
    Validity { not_before: days(from_day), not_after: days(to_day) }
}

pub(crate) struct World {
    pub(crate) authority: TestAuthority,
    pub(crate) trust: Trust,
}

impl World {
    pub(crate) fn new() -> Self {
        let authority = TestAuthority::create("Test", validity(-3_000, 3_000)).unwrap();
        let trust = trust(&authority);
        Self { authority, trust }
    }

    pub(crate) fn issue(&self, subject: &TestSubject<'_>) -> Issued {
        self.issue_with(subject, KeyKind::P256)
    }

    pub(crate) fn issue_with(&self, subject: &TestSubject<'_>, kind: KeyKind) -> Issued {
        self.authority.issue(subject, kind, validity(-100, 100)).unwrap()
    }
}

/// Trust with lists that are valid from yesterday for a week.
pub(crate) fn trust(authority: &TestAuthority) -> Trust {
    authority.trust(authority.crls(days(-1), days(6)).unwrap()).unwrap()
}
