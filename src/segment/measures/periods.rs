//! Weeks, months and years as numbers.

/// Kind of a calendar period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PeriodKind {
    /// Seven days from Monday.
    Week,
    /// Calendar month.
    Month,
    /// Calendar year.
    Year,
    /// All days.
    All,
}

/// Days from Monday, 1969-12-29, to 1970-01-01.
const MONDAY: i64 = 3;

impl PeriodKind {
    /// Returns the name that stands in tables.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
            Self::All => "all",
        }
    }

    /// Returns how many of the newest periods a table has.
    pub(super) fn most(self) -> i64 {
        match self {
            Self::Week => 520,
            Self::Month => 600,
            Self::Year => 200,
            Self::All => 1,
        }
    }

    /// Returns the number of the period that a day, in days since 1970-01-01, lies in.
    pub(super) fn number_of(self, day: i32) -> i64 {
        let day = i64::from(day);
        match self {
            Self::Week => (day + MONDAY).div_euclid(7),
            Self::Month => {
                let (year, month) = year_and_month(day);
                year * 12 + month - 1
            }
            Self::Year => year_and_month(day).0,
            Self::All => 0,
        }
    }

    /// Returns the first day of a period, in days since 1970-01-01; `all` begins at none.
    pub(super) fn first_day(self, number: i64) -> Option<i32> {
        let day = match self {
            Self::Week => number.checked_mul(7)?.checked_sub(MONDAY)?,
            Self::Month => first_of(number.div_euclid(12), number.rem_euclid(12) + 1)?,
            Self::Year => first_of(number, 1)?,
            Self::All => return None,
        };
        i32::try_from(day).ok()
    }
}

/// The numbers of the periods of days, each computed once.
pub(super) struct Numbered {
    kind: PeriodKind,
    /// The first day that is kept, in days since 1970-01-01.
    first_day: i32,
    numbers: Vec<i64>,
}

impl Numbered {
    /// Days that are kept: those of a hundred years.
    const MOST: i32 = 36_525;

    /// Keeps the days from the first to the last, the newest of them where they are too many.
    pub(super) fn of(kind: PeriodKind, first_day: i32, last_day: i32) -> Self {
        let first_day = first_day.max(last_day.saturating_sub(Self::MOST));
        let numbers = (first_day..=last_day).map(|day| kind.number_of(day));
        Self {
            kind,
            first_day,
            numbers: numbers.collect(),
        }
    }

    /// Returns the number of the period of a day, of any.
    pub(super) fn number_of(&self, day: i32) -> i64 {
        let place = i64::from(day) - i64::from(self.first_day);
        let known = usize::try_from(place).ok();
        match known.and_then(|place| self.numbers.get(place)) {
            Some(number) => *number,
            None => self.kind.number_of(day),
        }
    }
}

/// Returns year and month (from 1) of a day of the proleptic Gregorian calendar, counted from 1970-01-01.
///
/// Years begin in March here, so that the leap day is a year's last (Hinnant, "chrono-compatible low-level date
/// algorithms").
fn year_and_month(day: i64) -> (i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = match from_march < 10 {
        true => from_march + 3,
        false => from_march - 9,
    };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month)
}

/// Returns the first day of a month, counted from 1970-01-01.
fn first_of(year: i64, month: i64) -> Option<i64> {
    let year = year.checked_sub(i64::from(month <= 2))?;
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5;
    let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era.checked_mul(146_097)?.checked_add(days - 719_468)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const KINDS: [PeriodKind; 3] = [PeriodKind::Week, PeriodKind::Month, PeriodKind::Year];

    fn day_of(year: i16, month: i8, day: i8) -> i32 {
        let since = date(year, month, day).since(date(1970, 1, 1)).unwrap();
        since.get_days()
    }

    #[test]
    fn periods_begin_on_their_first_day() {
        for (year, month, day) in [(1969, 12, 31), (1970, 1, 1), (2000, 2, 29), (2026, 11, 28)] {
            let of = |kind: PeriodKind| {
                let found = day_of(year, month, day);
                kind.first_day(kind.number_of(found)).unwrap()
            };
            assert_eq!(of(PeriodKind::Month), day_of(year, month, 1));
            assert_eq!(of(PeriodKind::Year), day_of(year, 1, 1));
        }
        let monday = day_of(2026, 11, 23);
        for day in monday..monday + 7 {
            let week = PeriodKind::Week.number_of(day);
            assert_eq!(PeriodKind::Week.first_day(week), Some(monday));
        }
    }

    #[test]
    fn every_day_lies_between_the_first_of_its_period_and_the_next() {
        for kind in KINDS {
            for day in (-150_000..150_000).step_by(17) {
                let number = kind.number_of(day);
                let first = kind.first_day(number).unwrap();
                let next = kind.first_day(number + 1).unwrap();
                assert!((first..next).contains(&day), "{kind:?} {day}");
            }
        }
    }

    #[test]
    fn days_that_are_kept_and_others_have_the_numbers_they_are_given() {
        for kind in KINDS {
            for numbered in [
                Numbered::of(kind, 9_000, 20_000),
                Numbered::of(kind, -106_751_992, 20_000),
                Numbered::of(kind, 20_001, 20_000),
            ] {
                for day in (-40_000..40_000).step_by(13) {
                    assert_eq!(
                        numbered.number_of(day),
                        kind.number_of(day),
                        "{kind:?} {day}"
                    );
                }
            }
        }
    }
}
