//! The window of the story, local moments and their spellings.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

/// Seconds of local time (UTC+9) since the first midnight of the window; negative before it.
pub(super) type Moment = i64;

/// Seconds of one day.
pub(super) const DAY: Moment = 86_400;
/// Seconds of one hour.
pub(super) const HOUR: Moment = 3_600;
/// Seconds by which Japan is ahead of UTC.
const JAPAN: Moment = 9 * HOUR;

/// The days of the sample, first to last, both included.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    start: Date,
    dates: Vec<Date>,
}

impl Calendar {
    /// Returns the window of `months` months (at least one, at most 1,200) that ends with `as_of`.
    pub(super) fn new(as_of: Date, months: u32) -> Self {
        let months = i64::from(months.clamp(1, 1_200));
        let start = as_of
            .saturating_sub(months.months())
            .saturating_add(1.day());
        let mut dates = Vec::new();
        let mut date = start;
        while date <= as_of {
            dates.push(date);
            match date.tomorrow() {
                Ok(next) => date = next,
                Err(_) => break,
            }
        }
        if dates.is_empty() {
            dates.push(as_of);
        }
        Self { start, dates }
    }

    /// Returns the number of days.
    pub(super) fn days(&self) -> usize {
        self.dates.len()
    }

    /// Returns the index of the last day.
    pub(super) fn last_day(&self) -> i64 {
        self.dates.len() as i64 - 1
    }

    /// Returns the moment at which the window ends.
    pub(super) fn end(&self) -> Moment {
        self.dates.len() as Moment * DAY
    }

    /// Returns the date of a day index, which may lie outside the window.
    pub(super) fn date(&self, day: i64) -> Date {
        match usize::try_from(day).ok().and_then(|d| self.dates.get(d)) {
            Some(date) => *date,
            None => self
                .start
                .saturating_add(day.clamp(-2_000_000, 2_000_000).days()),
        }
    }

    /// Returns the local date of a moment.
    pub(super) fn date_of(&self, moment: Moment) -> Date {
        self.date(moment.div_euclid(DAY))
    }

    /// Returns the local date and time of a moment.
    pub(super) fn datetime(&self, moment: Moment) -> DateTime {
        let seconds = moment.rem_euclid(DAY);
        self.date_of(moment).at(
            (seconds / HOUR) as i8,
            (seconds / 60 % 60) as i8,
            (seconds % 60) as i8,
            0,
        )
    }

    /// Spells a moment `2026-08-21 12:08:33`.
    pub(super) fn stamp(&self, moment: Moment) -> String {
        let t = self.datetime(moment);
        format!(
            "{} {:02}:{:02}:{:02}",
            t.date(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }

    /// Spells a moment with its offset, `2026-08-21T12:08:33+09:00`.
    pub(super) fn offset_stamp(&self, moment: Moment) -> String {
        let t = self.datetime(moment);
        format!(
            "{}T{:02}:{:02}:{:02}+09:00",
            t.date(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }

    /// Spells a moment in UTC, `2026-08-21T03:08:33.000Z`.
    pub(super) fn utc_stamp(&self, moment: Moment) -> String {
        let t = self.datetime(moment - JAPAN);
        format!(
            "{}T{:02}:{:02}:{:02}.000Z",
            t.date(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }

    /// Returns the milliseconds of a moment since 1970 in UTC.
    pub(super) fn unix_millis(&self, moment: Moment) -> i64 {
        let epoch = Date::constant(1970, 1, 1);
        let days = self
            .start
            .since(epoch)
            .map_or(0, |span| i64::from(span.get_days()));
        (days * DAY + moment - JAPAN) * 1_000
    }

    /// Returns the year, month and day of the month of a day index.
    pub(super) fn month_of(&self, day: i64) -> (i16, u32, u32) {
        let date = self.date(day);
        (
            date.year(),
            date.month().unsigned_abs().into(),
            date.day().unsigned_abs().into(),
        )
    }

    /// Returns 0 for Monday to 6 for Sunday.
    pub(super) fn weekday(&self, day: i64) -> usize {
        match self.date(day).weekday() {
            Weekday::Monday => 0,
            Weekday::Tuesday => 1,
            Weekday::Wednesday => 2,
            Weekday::Thursday => 3,
            Weekday::Friday => 4,
            Weekday::Saturday => 5,
            Weekday::Sunday => 6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_of_two_years_ends_with_the_last_day() {
        let calendar = Calendar::new(Date::constant(2026, 9, 27), 24);
        assert_eq!(calendar.date(0), Date::constant(2024, 9, 28));
        assert_eq!(
            calendar.date(calendar.last_day()),
            Date::constant(2026, 9, 27)
        );
        assert_eq!(calendar.days(), 730);
        assert_eq!(calendar.weekday(calendar.last_day()), 6);
    }

    #[test]
    fn moments_are_spelt_in_local_time_and_in_utc() {
        let calendar = Calendar::new(Date::constant(2026, 9, 27), 24);
        let moment = 8 * HOUR + 5 * 60 + 7;
        assert_eq!(calendar.stamp(moment), "2024-09-28 08:05:07");
        assert_eq!(calendar.offset_stamp(moment), "2024-09-28T08:05:07+09:00");
        assert_eq!(calendar.utc_stamp(moment), "2024-09-27T23:05:07.000Z");
        assert_eq!(calendar.stamp(-1), "2024-09-27 23:59:59");
        assert_eq!(calendar.unix_millis(0), 1_727_449_200_000);
    }

    #[test]
    fn no_month_at_all_still_gives_a_day() {
        assert!(Calendar::new(Date::constant(2026, 9, 27), 0).days() >= 28);
        assert!(Calendar::new(Date::MIN, 24).days() >= 1);
    }
}
