//! Which days a report tells of: the last days, a day, an ISO week or a month, and the period they are compared with.
//!
//! A period of the calendar is reported once it is over: on a Wednesday the week is the one that ended on Sunday.

use jiff::ToSpan;
use jiff::civil::Date;

use super::figures::{Period, PeriodKind};
use crate::error::{Error, Result};

const DAYS_OF_WEEK: i32 = 7;
const MONTHS_OF_YEAR: i32 = 12;

/// Days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Days {
    /// Returns how many days there are.
    #[must_use]
    pub fn count(&self) -> i32 {
        day_number(self.to) - day_number(self.from) + 1
    }
}

/// The reported period, those before it, and the one it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    kind: PeriodKind,
    /// Days of a period that is no month.
    length: i32,
    /// Last day that is known.
    last: Date,
    /// Last day of the reported period.
    end: Date,
    /// How many periods before the reported one the compared one lies.
    compared_back: i32,
    is_compare_chosen: bool,
}

impl Periods {
    /// Returns the periods as seen at the end of `last`; `length` is that of [`PeriodKind::Days`]. They are compared with the one
    /// before, or with the one in which `compare` lies.
    ///
    /// # Errors
    /// [`Error::BadSetting`] when `compare` does not lie before the reported period.
    pub fn new(kind: PeriodKind, length: u32, last: Date, compare: Option<Date>) -> Result<Self> {
        let length = match kind {
            PeriodKind::Days => i32::try_from(length).unwrap_or(i32::MAX).clamp(1, 100_000),
            PeriodKind::Day => 1,
            PeriodKind::Week => DAYS_OF_WEEK,
            PeriodKind::Month => 0,
        };
        let end = match kind {
            PeriodKind::Days | PeriodKind::Day => last,
            PeriodKind::Week => {
                let since_sunday = i64::from(last.weekday().to_sunday_zero_offset());
                last.saturating_sub(since_sunday.days())
            }
            PeriodKind::Month if last == last.last_of_month() => last,
            PeriodKind::Month => last.first_of_month().saturating_sub(1.day()),
        };
        let mut periods = Self {
            kind,
            length,
            last,
            end,
            compared_back: 1,
            is_compare_chosen: false,
        };
        if let Some(day) = compare {
            let back = periods.back_of(day);
            if back < 1 {
                let reported = periods.days(0);
                return Err(Error::BadSetting {
                    key: "report.compare".to_owned(),
                    value: day.to_string(),
                    expected: format!(
                        "a day before the reported period ({} to {})",
                        reported.from, reported.to
                    ),
                });
            }
            periods.compared_back = back;
            periods.is_compare_chosen = back > 1;
        }
        Ok(periods)
    }

    /// Returns what a period is.
    #[must_use]
    pub fn kind(&self) -> PeriodKind {
        self.kind
    }

    /// Returns the days of a period that is no month.
    pub(super) fn length(&self) -> i32 {
        self.length
    }

    /// Returns how many periods before the reported one the compared one lies: 1 for the one before.
    #[must_use]
    pub fn compared_back(&self) -> i32 {
        self.compared_back
    }

    /// Returns the number of the reported month, `12 year + month - 1`.
    pub(super) fn month_number(&self) -> i32 {
        month_number(self.end)
    }

    /// Returns the period so many before the reported one.
    #[must_use]
    pub fn days(&self, back: i32) -> Days {
        if self.kind == PeriodKind::Month {
            let number = self.month_number().saturating_sub(back);
            let from = month(number);
            return Days {
                from,
                to: from.last_of_month(),
            };
        }
        let end = i64::from(day_number(self.end));
        let to = end - i64::from(back) * i64::from(self.length);
        Days {
            from: day(to - i64::from(self.length) + 1),
            to: day(to),
        }
    }

    /// Returns the period it is compared with.
    #[must_use]
    pub fn compared(&self) -> Days {
        self.days(self.compared_back)
    }

    /// Returns how many periods before the reported one a day lies: 0 within it, below that after it.
    #[must_use]
    pub fn back_of(&self, day: Date) -> i32 {
        if self.kind == PeriodKind::Month {
            return self.month_number() - month_number(day);
        }
        (day_number(self.end) - day_number(day)).div_euclid(self.length)
    }

    /// Returns how many days the compared period lies back, end to end: segments and values are compared with what they were so
    /// long ago.
    #[must_use]
    pub fn days_back(&self) -> i32 {
        day_number(self.end) - day_number(self.compared().to)
    }

    /// Returns the periods as figures.
    #[must_use]
    pub fn figures(&self) -> Period {
        let (reported, compared) = (self.days(0), self.compared());
        let previous_as_of = i64::from(day_number(self.last)) - i64::from(self.days_back());
        Period {
            kind: self.kind,
            name: name(self.kind, reported),
            from: reported.from.to_string(),
            to: reported.to.to_string(),
            previous_name: name(self.kind, compared),
            previous_from: compared.from.to_string(),
            previous_to: compared.to.to_string(),
            is_compare_chosen: self.is_compare_chosen,
            previous_as_of: day(previous_as_of).to_string(),
            day_count: reported.count().unsigned_abs(),
            previous_day_count: compared.count().unsigned_abs(),
        }
    }
}

/// Returns the name of a period, the same in every language.
fn name(kind: PeriodKind, days: Days) -> String {
    match kind {
        PeriodKind::Days => format!("{}/{}", days.from, days.to),
        PeriodKind::Day => days.to.to_string(),
        PeriodKind::Week => {
            let week = days.to.iso_week_date();
            format!("{:04}-W{:02}", week.year(), week.week())
        }
        PeriodKind::Month => format!("{:04}-{:02}", days.to.year(), days.to.month()),
    }
}

/// Returns the first day of the fiscal year in which a day lies, of years that begin with `start_month` (1..12).
#[must_use]
pub fn fiscal_year_start(day: Date, start_month: u32) -> Date {
    let start = i32::try_from(start_month).unwrap_or(1).clamp(1, 12);
    let months = (i32::from(day.month()) - start).rem_euclid(MONTHS_OF_YEAR);
    month(month_number(day) - months)
}

/// Returns the same day of the year before, the last of February for a day that year does not have.
#[must_use]
pub fn year_before(day: Date) -> Date {
    day.saturating_sub(1.year())
}

/// Returns a day as days since 1970-01-01.
pub(super) fn day_number(day: Date) -> i32 {
    day.since(jiff::civil::date(1970, 1, 1))
        .map_or(0, |span| span.get_days())
}

/// Returns the day of a number; beyond the calendar its last or first day.
fn day(number: i64) -> Date {
    // No calendar has more days; a span of jiff's takes so many.
    let number = number.clamp(-4_000_000, 4_000_000);
    jiff::civil::date(1970, 1, 1).saturating_add(number.days())
}

fn month_number(day: Date) -> i32 {
    i32::from(day.year()) * MONTHS_OF_YEAR + i32::from(day.month()) - 1
}

/// Returns the first day of a month by its number; beyond the calendar its first day.
fn month(number: i32) -> Date {
    let year = i16::try_from(number.div_euclid(MONTHS_OF_YEAR));
    let month = i8::try_from(number.rem_euclid(MONTHS_OF_YEAR) + 1);
    match (year, month) {
        (Ok(year), Ok(month)) => Date::new(year, month, 1).unwrap_or(Date::MIN),
        _ => Date::MIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn periods(kind: PeriodKind, last: &str, compare: Option<&str>) -> Periods {
        Periods::new(kind, 7, date(last), compare.map(date)).unwrap()
    }

    fn told(periods: &Periods) -> [String; 3] {
        let figures = periods.figures();
        [figures.name, figures.previous_name, figures.previous_as_of]
    }

    #[test]
    fn days_are_counted_back_from_the_last_one() {
        let periods = periods(PeriodKind::Days, "2026-09-23", None);
        assert_eq!(
            told(&periods),
            [
                "2026-09-17/2026-09-23",
                "2026-09-10/2026-09-16",
                "2026-09-16"
            ]
        );
        assert_eq!(periods.days_back(), 7);
    }

    #[test]
    fn a_week_is_reported_once_it_is_over_and_has_its_iso_name() {
        let named = |last: &str| told(&periods(PeriodKind::Week, last, None))[0].clone();
        assert_eq!(named("2026-11-29"), "2026-W48");
        assert_eq!(named("2026-11-28"), "2026-W47");
        // 2026 has 53 weeks: the last one ends on 3 January, which is a Sunday.
        assert_eq!(named("2027-01-03"), "2026-W53");
        assert_eq!(named("2025-01-05"), "2025-W01");
    }

    #[test]
    fn a_month_is_reported_once_it_is_over() {
        let of = |last: &str| told(&periods(PeriodKind::Month, last, None));
        assert_eq!(of("2026-09-27"), ["2026-08", "2026-07", "2026-08-27"]);
        assert_eq!(of("2026-08-31"), ["2026-08", "2026-07", "2026-07-31"]);
        assert_eq!(of("2024-02-29"), ["2024-02", "2024-01", "2024-01-31"]);
        assert_eq!(of("2026-01-05"), ["2025-12", "2025-11", "2025-12-05"]);
    }

    #[test]
    fn a_chosen_day_stands_for_its_period() {
        let month = periods(PeriodKind::Month, "2026-09-30", Some("2025-09-12"));
        assert_eq!(told(&month), ["2026-09", "2025-09", "2025-09-30"]);
        assert_eq!(month.compared_back(), 12);
        assert!(month.figures().is_compare_chosen);
        assert_eq!(month.figures().previous_day_count, 30);
        let week = periods(PeriodKind::Week, "2026-09-27", Some("2025-09-24"));
        assert_eq!(told(&week)[1], "2025-W39");
        let day = periods(PeriodKind::Day, "2026-09-27", Some("2026-09-20"));
        assert_eq!(told(&day), ["2026-09-27", "2026-09-20", "2026-09-20"]);
        // The one before is nothing special.
        let before = periods(PeriodKind::Month, "2026-09-30", Some("2026-08-01"));
        assert!(!before.figures().is_compare_chosen);
    }

    #[test]
    fn what_is_not_earlier_cannot_be_compared_with() {
        for (kind, compare) in [
            (PeriodKind::Month, "2026-08-01"),
            (PeriodKind::Month, "2027-01-01"),
            (PeriodKind::Week, "2026-09-27"),
            (PeriodKind::Day, "2026-09-28"),
            (PeriodKind::Days, "2026-09-22"),
        ] {
            let found = Periods::new(kind, 7, date("2026-09-27"), Some(date(compare)));
            match found {
                Err(Error::BadSetting { key, value, .. }) => {
                    assert_eq!((key.as_str(), value.as_str()), ("report.compare", compare));
                }
                other => panic!("{kind:?} {compare}: {other:?}"),
            }
        }
    }

    #[test]
    fn fiscal_years_begin_where_they_are_said_to() {
        let start = |day: &str, month| fiscal_year_start(date(day), month).to_string();
        assert_eq!(start("2026-03-31", 4), "2025-04-01");
        assert_eq!(start("2026-04-01", 4), "2026-04-01");
        assert_eq!(start("2026-12-31", 1), "2026-01-01");
        assert_eq!(start("2026-11-30", 12), "2025-12-01");
        assert_eq!(year_before(date("2024-02-29")).to_string(), "2023-02-28");
    }

    #[test]
    fn the_ends_of_the_calendar_do_no_harm() {
        for last in [Date::MIN, Date::MAX] {
            for kind in [
                PeriodKind::Days,
                PeriodKind::Day,
                PeriodKind::Week,
                PeriodKind::Month,
            ] {
                let periods = Periods::new(kind, 3660, last, None).unwrap();
                assert!(periods.figures().day_count > 0, "{kind:?}");
                let _ = (fiscal_year_start(last, 4), year_before(last));
            }
        }
    }

    proptest! {
        #[test]
        fn periods_follow_one_another_and_know_their_days(
            number in -30_000i64..60_000,
            length in 1u32..400,
            back in 0i32..60,
            kind in prop_oneof![
                Just(PeriodKind::Days),
                Just(PeriodKind::Day),
                Just(PeriodKind::Week),
                Just(PeriodKind::Month),
            ],
        ) {
            let last = day(number);
            let periods = Periods::new(kind, length, last, None).unwrap();
            let (this, before) = (periods.days(back), periods.days(back + 1));
            prop_assert_eq!(before.to.tomorrow().unwrap(), this.from);
            prop_assert_eq!(periods.back_of(this.from), back);
            prop_assert_eq!(periods.back_of(this.to), back);
            prop_assert!(periods.days(0).to <= last);
            prop_assert!(periods.days_back() > 0);
            prop_assert_eq!(periods.days(0).to.tomorrow().map(|next| periods.back_of(next)).unwrap(), -1);
        }
    }
}
