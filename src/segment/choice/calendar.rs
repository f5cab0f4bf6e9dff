//! The calendar of opportunities: months or weeks, of which each is one opportunity to buy.

use crate::math::lifetime_value::DAYS_PER_MONTH;
use crate::segment::lifetime::DAYS_PER_WEEK;

/// How long an opportunity lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::segment) enum Period {
    /// Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
}

impl Period {
    /// Returns the mean length in days.
    pub(in crate::segment) fn days(self) -> f64 {
        match self {
            Self::Week => DAYS_PER_WEEK,
            Self::Month => DAYS_PER_MONTH,
        }
    }

    /// Returns the number of the period in which a day (since 1970-01-01) lies.
    pub(super) fn of(self, day: i64) -> i64 {
        match self {
            // The first of January 1970 was a Thursday.
            Self::Week => (day + 3).div_euclid(7),
            Self::Month => month_of(day),
        }
    }

    /// Returns the first day of a period.
    pub(super) fn first_day(self, number: i64) -> i64 {
        match self {
            Self::Week => 7 * number - 3,
            Self::Month => first_of_month(number),
        }
    }

    /// Returns the last day of a period.
    pub(super) fn last_day(self, number: i64) -> i64 {
        self.first_day(number + 1) - 1
    }

    /// Returns the days of a period.
    pub(super) fn length(self, number: i64) -> i64 {
        self.first_day(number + 1) - self.first_day(number)
    }

    /// Returns how many opportunities have passed by the end of a day since a first purchase, whose own period is none; of
    /// the running one the part that is over.
    pub(in crate::segment) fn elapsed(self, first_day: i64, day: i64) -> f64 {
        let running = self.of(day);
        let over = (day - self.first_day(running) + 1) as f64 / self.length(running) as f64;
        let whole = running - self.of(first_day) - 1;
        (whole as f64 + over).max(0.0)
    }
}

/// Days from the first of March of the year 0 to 1970-01-01.
const TO_1970: i64 = 719_468;
/// Days of four hundred years, after which the calendar repeats itself.
const DAYS_OF_ERA: i64 = 146_097;

/// Returns the month of a day of the Gregorian calendar, counted from March of the year 0.
fn month_of(day: i64) -> i64 {
    let day = day + TO_1970;
    let (era, day) = (day.div_euclid(DAYS_OF_ERA), day.rem_euclid(DAYS_OF_ERA));
    // Years that begin in March end with the leap day.
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    (400 * era + year) * 12 + (5 * day + 2) / 153
}

/// Returns the first day of a month counted in the same way.
fn first_of_month(number: i64) -> i64 {
    let (year, month) = (number.div_euclid(12), number.rem_euclid(12));
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day = 365 * year + year / 4 - year / 100 + (153 * month + 2) / 5;
    era * DAYS_OF_ERA + day - TO_1970
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::{Date, Weekday, date};

    use super::*;

    fn date_of(day: i64) -> Date {
        date(1970, 1, 1).checked_add(day.days()).unwrap()
    }

    #[test]
    fn periods_are_those_of_the_calendar() {
        let first = date(1970, 1, 1);
        for start in [date(1899, 12, 20), date(1999, 12, 20), date(2023, 12, 20)] {
            let from = i64::from(start.since(first).unwrap().get_days());
            for day in from..from + 500 {
                let today = date_of(day);
                let month = Period::Month.of(day);
                assert_eq!(
                    date_of(Period::Month.first_day(month)),
                    today.first_of_month()
                );
                assert_eq!(
                    date_of(Period::Month.last_day(month)),
                    today.last_of_month()
                );
                assert_eq!(
                    Period::Month.length(month),
                    i64::from(today.days_in_month()),
                    "{today}"
                );
                let week = Period::Week.of(day);
                let monday = Period::Week.first_day(week);
                assert_eq!(date_of(monday).weekday(), Weekday::Monday);
                assert!((monday..monday + 7).contains(&day), "{today}");
                assert_eq!(Period::Week.last_day(week), monday + 6);
            }
        }
    }

    #[test]
    fn parts_of_an_opportunity_pass_day_by_day() {
        // Thursday the first of January 1970.
        assert_eq!(Period::Week.elapsed(0, 0), 0.0);
        assert_eq!(Period::Week.elapsed(0, 3), 0.0);
        assert_eq!(Period::Week.elapsed(0, 4), 1.0 / 7.0);
        assert_eq!(Period::Week.elapsed(0, 17), 2.0);
        assert_eq!(Period::Month.elapsed(10, 30), 0.0);
        // The last of February.
        assert_eq!(Period::Month.elapsed(10, 58), 1.0);
        assert_eq!(Period::Month.elapsed(10, 44), 0.5);
    }
}
