//! How days and instants stand in the stored form of a standing: days as `2026-09-02`, instants in
//! microseconds since 1970. Everything equal has equal bytes.

/// A day.
pub(super) mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the form in which serde calls it")]
    pub(in crate::projection) fn serialize<S: Serializer>(
        day: &Date,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    pub(in crate::projection) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| de::Error::custom("not a day of the calendar"))
    }
}

/// A day that may be unknown.
pub(super) mod maybe_day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Day(#[serde(with = "super::day")] Date);

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "the form in which serde calls it"
    )]
    pub(in crate::projection) fn serialize<S: Serializer>(
        day: &Option<Date>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        day.map(Day).serialize(serializer)
    }

    pub(in crate::projection) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Date>, D::Error> {
        Ok(Option::<Day>::deserialize(deserializer)?.map(|Day(day)| day))
    }
}

/// An instant.
pub(super) mod instant {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    pub(in crate::projection) fn serialize<S: Serializer>(
        instant: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        instant.as_microsecond().serialize(serializer)
    }

    pub(in crate::projection) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        let instant = Timestamp::from_microsecond(i64::deserialize(deserializer)?);
        instant.map_err(|_| de::Error::custom("not an instant of the calendar"))
    }
}

/// An instant that may be unknown.
pub(super) mod maybe_instant {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    #[expect(clippy::ref_option, reason = "the form in which serde calls it")]
    pub(in crate::projection) fn serialize<S: Serializer>(
        instant: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        instant.map(Timestamp::as_microsecond).serialize(serializer)
    }

    pub(in crate::projection) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let microseconds = Option::<i64>::deserialize(deserializer)?;
        let instant = microseconds.map(Timestamp::from_microsecond).transpose();
        instant.map_err(|_| de::Error::custom("not an instant of the calendar"))
    }
}
