//! The moment a run looks from.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::error::{Error, Result};

/// The moment a run looks from: nothing that happened at or after it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsOf {
    instant: Timestamp,
    last_day: Date,
    time_zone: TimeZone,
    is_day: bool,
}

/// How a moment within a day names its folders.
const LABEL_WITHIN_DAY: &str = "%Y-%m-%dT%H%M";

impl AsOf {
    /// Returns the end of a local day.
    ///
    /// # Errors
    /// [`Error::BadDate`] when the calendar ends there.
    pub fn end_of(day: Date, time_zone: &TimeZone) -> Result<Self> {
        let bad = |_| Error::BadDate {
            value: day.to_string(),
        };
        let next = day
            .tomorrow()
            .and_then(|next| next.to_zoned(time_zone.clone()))
            .map_err(bad)?;
        Ok(Self {
            instant: next.timestamp(),
            last_day: day,
            time_zone: time_zone.clone(),
            is_day: true,
        })
    }

    /// Returns an instant; its last complete local day is the one that ended at or before it.
    ///
    /// # Errors
    /// [`Error::BadDate`] when the calendar ends there.
    pub fn at(instant: Timestamp, time_zone: &TimeZone) -> Result<Self> {
        let local: Zoned = instant.to_zoned(time_zone.clone());
        let last_day = local.date().yesterday().map_err(|_| Error::BadDate {
            value: instant.to_string(),
        })?;
        let is_day = local.start_of_day().is_ok_and(|start| start == local);
        Ok(Self {
            instant,
            last_day,
            time_zone: time_zone.clone(),
            is_day,
        })
    }

    /// Reads `2026-09-27` as the end of that day and `2026-09-27T18:00:00+09:00` as that instant; an instant without
    /// offset is local.
    ///
    /// # Errors
    /// [`Error::BadDate`] for anything else.
    pub fn parse(value: &str, time_zone: &TimeZone) -> Result<Self> {
        let value = value.trim();
        if value.len() == 10
            && let Ok(day) = value.parse::<Date>()
        {
            return Self::end_of(day, time_zone);
        }
        if let Ok(instant) = value.parse::<Timestamp>() {
            return Self::at(instant, time_zone);
        }
        let local = value
            .parse::<jiff::civil::DateTime>()
            .and_then(|local| local.to_zoned(time_zone.clone()))
            .map_err(|_| Error::BadDate {
                value: value.to_owned(),
            })?;
        Self::at(local.timestamp(), time_zone)
    }

    /// Returns the start of the hour `now` lies in.
    ///
    /// # Errors
    /// [`Error::BadDate`] when the calendar ends there.
    pub fn hour_of(now: Timestamp, time_zone: &TimeZone) -> Result<Self> {
        let seconds = now.as_second();
        let start = Timestamp::from_second(seconds - seconds.rem_euclid(3600)).map_err(|_| {
            Error::BadDate {
                value: now.to_string(),
            }
        })?;
        Self::at(start, time_zone)
    }

    /// Returns the same moment `days` days earlier, as the end of a local day.
    ///
    /// # Errors
    /// [`Error::BadDate`] when the calendar begins later.
    pub fn days_before(&self, days: i32) -> Result<Self> {
        let day = self
            .last_day
            .checked_sub(i64::from(days).days())
            .map_err(|_| Error::BadDate {
                value: self.last_day.to_string(),
            })?;
        Self::end_of(day, &self.time_zone)
    }

    /// Returns the instant itself.
    pub fn instant(&self) -> Timestamp {
        self.instant
    }

    /// Returns the last complete local day.
    pub fn last_day(&self) -> Date {
        self.last_day
    }

    /// Returns the workspace's time zone.
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// Returns the last complete local day, in days since 1970-01-01.
    pub fn day_number(&self) -> i32 {
        self.last_day
            .since(jiff::civil::date(1970, 1, 1))
            .map_or(0, |span| span.get_days())
    }

    /// Returns the moment of a [`label`](Self::label); `None` for another text.
    pub(crate) fn of_label(label: &str, time_zone: &TimeZone) -> Option<Self> {
        let day = || {
            label
                .parse()
                .ok()
                .and_then(|day| Self::end_of(day, time_zone).ok())
        };
        let within_day = || {
            let time = DateTime::strptime(LABEL_WITHIN_DAY, label).ok()?;
            let instant = time.to_zoned(time_zone.clone()).ok()?.timestamp();
            Self::at(instant, time_zone).ok()
        };
        within_day().or_else(day)
    }

    /// Returns the workspace's time zone as polars knows it.
    pub(crate) fn polars_zone(&self) -> polars::prelude::TimeZone {
        use polars::prelude::TimeZone;
        let name = self.time_zone.iana_name().unwrap_or("UTC");
        TimeZone::opt_try_new(Some(name))
            .ok()
            .flatten()
            .unwrap_or(TimeZone::UTC)
    }

    /// Returns the name of its folders: the day, or day and time of an instant within a day.
    pub fn label(&self) -> String {
        if self.is_day {
            self.last_day.to_string()
        } else {
            self.instant
                .to_zoned(self.time_zone.clone())
                .strftime(LABEL_WITHIN_DAY)
                .to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokyo() -> TimeZone {
        TimeZone::get("Asia/Tokyo").expect("a bundled time zone")
    }

    #[test]
    fn a_day_ends_at_local_midnight() {
        let as_of = AsOf::parse("2026-09-27", &tokyo()).expect("a date");
        assert_eq!(as_of.instant().to_string(), "2026-09-27T15:00:00Z");
        assert_eq!(as_of.label(), "2026-09-27");
        assert_eq!(as_of.days_before(7).expect("a date").label(), "2026-09-20");
    }

    #[test]
    fn an_instant_within_a_day_counts_complete_days_only() {
        let as_of = AsOf::parse("2026-09-27T18:30:00+09:00", &tokyo()).expect("an instant");
        assert_eq!(as_of.last_day().to_string(), "2026-09-26");
        assert_eq!(as_of.label(), "2026-09-27T1830");
        assert_eq!(
            AsOf::parse("2026-09-27T18:30", &tokyo()).expect("local"),
            as_of
        );
    }

    #[test]
    fn midnight_is_the_day_that_ended() {
        let as_of = AsOf::parse("2026-09-28T00:00:00+09:00", &tokyo()).expect("an instant");
        assert_eq!(as_of, AsOf::parse("2026-09-27", &tokyo()).expect("a date"));
    }

    #[test]
    fn rubbish_is_an_error() {
        for value in ["", "yesterday", "2026-13-01", "27.9.2026"] {
            assert!(AsOf::parse(value, &tokyo()).is_err(), "{value}");
        }
    }
}
