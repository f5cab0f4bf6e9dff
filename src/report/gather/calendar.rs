//! The periods of a report as expressions over days.

use polars::prelude::*;

use super::DAY;
use crate::as_of::AsOf;
use crate::report::figures::PeriodKind;
use crate::report::periods::{Days, Periods, day_number};
use crate::schema::ColumnKind;

/// Periods whose past is shown.
pub(super) const HISTORY: i32 = 12;

/// Days, weeks and periods of a report, all counted back.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    /// Last complete day, in days since 1970-01-01.
    pub(super) last: i32,
    /// Time zone of the days.
    pub(super) time_zone: TimeZone,
    /// The reported period and those before it.
    pub(super) periods: Periods,
}

impl Calendar {
    pub(super) fn new(as_of: &AsOf, periods: Periods) -> Self {
        Self {
            last: as_of.day_number(),
            time_zone: as_of.polars_zone(),
            periods,
        }
    }

    /// Returns the local day of an instant, as a number.
    pub(super) fn local_day(&self, instant: Expr) -> Expr {
        local_day(&self.time_zone, instant)
    }

    /// Returns how many periods before the reported one a day (a number) lies: 0 within it, below that after it.
    pub(super) fn periods_back(&self, day: Expr) -> Expr {
        match self.periods.kind() {
            PeriodKind::Month => {
                let date = day.cast(DataType::Date);
                let year = date.clone().dt().year().cast(DataType::Int32);
                let month = date.dt().month().cast(DataType::Int32);
                lit(self.periods.month_number() + 1) - (year * lit(12) + month)
            }
            _ => {
                let end = day_number(self.periods.days(0).to);
                (lit(end) - day).floor_div(lit(self.periods.length()))
            }
        }
    }

    /// Returns how many periods before the reported one the compared one lies.
    pub(super) fn compared_back(&self) -> i32 {
        self.periods.compared_back()
    }

    /// Whether a number of [`Calendar::periods_back`] is one of the last periods or the compared one.
    pub(super) fn is_told(&self, back: Expr) -> Expr {
        let is_recent = back
            .clone()
            .gt_eq(lit(0))
            .and(back.clone().lt(lit(HISTORY)));
        is_recent.or(back.eq(lit(self.compared_back())))
    }

    /// Whether the local day of an instant may lie between two days (numbers), both included: a day more on either side
    /// covers every time zone.
    ///
    /// What lies far off is left out by this before anything is converted to local days, which is slow.
    pub(super) fn may_lie(&self, instant: Expr, from: i32, to: i32) -> Expr {
        let bound = |day: i64| lit(day * DAY).cast(ColumnKind::Instant.dtype());
        let (from, until) = (i64::from(from) - 1, i64::from(to) + 2);
        instant
            .clone()
            .gt_eq(bound(from))
            .and(instant.lt(bound(until)))
    }

    /// Whether an instant may lie in the reported period or the compared one; see [`Calendar::may_lie`].
    pub(super) fn may_be_of_two(&self, instant: Expr) -> Expr {
        let is_in = |days: Days| {
            let (from, to) = (day_number(days.from), day_number(days.to));
            self.may_lie(instant.clone(), from, to)
        };
        is_in(self.periods.days(0)).or(is_in(self.periods.compared()))
    }

    /// Whether an instant may lie in a period of [`Calendar::is_told`]; see [`Calendar::may_lie`].
    pub(super) fn may_be_told(&self, instant: Expr) -> Expr {
        let oldest = self.periods.days(HISTORY - 1);
        let is_recent = self.may_lie(instant.clone(), day_number(oldest.from), self.end_of(0));
        is_recent.or(self.may_be_of_two(instant))
    }

    /// Returns an instant before either period in every time zone, in microseconds since 1970-01-01 UTC.
    pub(super) fn before_both(&self) -> i64 {
        let first = self.periods.days(0).from.min(self.periods.compared().from);
        (i64::from(day_number(first)) - 1) * DAY
    }

    /// Returns the last day of the period so many before the reported one, as a number.
    pub(super) fn end_of(&self, back: i32) -> i32 {
        day_number(self.periods.days(back).to)
    }

    /// Returns the last day of the weeks shown: of ISO weeks a Sunday, else the last complete day.
    pub(super) fn weeks_end(&self) -> i32 {
        match self.periods.kind() {
            PeriodKind::Week => self.end_of(0),
            _ => self.last,
        }
    }
}

/// Returns the local day of an instant, as a number.
pub(super) fn local_day(time_zone: &TimeZone, instant: Expr) -> Expr {
    instant
        .dt()
        .convert_time_zone(time_zone.clone())
        .dt()
        .date()
        .cast(DataType::Int32)
}

/// Something of each of the last periods, and of the compared one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Past<T> {
    /// Of the last periods, the newest first; empty where nothing is known of any.
    pub(super) newest_first: Vec<T>,
    /// Of the period compared with; absent where nothing is known of any.
    pub(super) compared: Option<T>,
}

impl<T: Copy + Default> Past<T> {
    /// Sorts what is known by how many periods it lies back; periods nothing is known of are empty.
    pub(super) fn of(calendar: &Calendar, known: impl IntoIterator<Item = (i64, T)>) -> Self {
        let mut past = Self {
            newest_first: Vec::new(),
            compared: None,
        };
        for (back, one) in known {
            if past.newest_first.is_empty() {
                past.newest_first = vec![T::default(); HISTORY as usize];
                past.compared = Some(T::default());
            }
            if back == i64::from(calendar.compared_back()) {
                past.compared = Some(one);
            }
            let place = usize::try_from(back).ok();
            if let Some(place) = place.and_then(|place| past.newest_first.get_mut(place)) {
                *place = one;
            }
        }
        past
    }

    /// Returns the reported period and the compared one, where anything is known.
    pub(super) fn pair(&self) -> Option<[T; 2]> {
        Some([*self.newest_first.first()?, self.compared?])
    }
}

/// A number of each of the last periods, and of the compared one; absent where it is not known or held back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbers {
    pub(super) past: Past<Option<f64>>,
    /// Whether that of the reported period is held back, since too few are behind it.
    pub(super) is_withheld: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn calendar(kind: PeriodKind, compare: Option<jiff::civil::Date>) -> Calendar {
        let tokyo = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
        let as_of = AsOf::parse("2026-09-30", &tokyo).unwrap();
        let periods = Periods::new(kind, 10, as_of.last_day(), compare).unwrap();
        Calendar::new(&as_of, periods)
    }

    #[test]
    fn what_is_left_out_before_days_are_known_is_told_nowhere() {
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Tokyo"] {
            let zone = jiff::tz::TimeZone::get(zone).unwrap();
            let as_of = AsOf::parse("2026-09-30", &zone).unwrap();
            for (kind, compare) in [
                (PeriodKind::Days, None),
                (PeriodKind::Day, Some(date(2024, 2, 29))),
                (PeriodKind::Week, Some(date(2025, 9, 24))),
                (PeriodKind::Month, Some(date(2024, 12, 1))),
            ] {
                let periods = Periods::new(kind, 10, as_of.last_day(), compare).unwrap();
                let calendar = Calendar::new(&as_of, periods);
                let hour = 3_600_000_000_i64;
                let end = as_of.instant().as_microsecond() + 72 * hour;
                let instants: Vec<i64> = (0..24 * 1000).map(|back| end - back * hour).collect();
                let instant = || col("at").cast(ColumnKind::Instant.dtype());
                let back = || calendar.periods_back(calendar.local_day(instant()));
                let is_of_two = back()
                    .eq(lit(0))
                    .or(back().eq(lit(calendar.compared_back())));
                let frame = df!("at" => instants)
                    .unwrap()
                    .lazy()
                    .select([
                        calendar.is_told(back()).alias("told"),
                        calendar.may_be_told(instant()).alias("may_be_told"),
                        is_of_two.alias("two"),
                        calendar.may_be_of_two(instant()).alias("may_be_of_two"),
                    ])
                    .collect()
                    .unwrap();
                let count = |name: &str| {
                    let column = frame.column(name).unwrap().bool().unwrap();
                    column.iter().filter(|is| *is == Some(true)).count()
                };
                let both = |is: &str, may: &str| {
                    let (is, may) = (frame.column(is).unwrap(), frame.column(may).unwrap());
                    let pairs = is.bool().unwrap().iter().zip(may.bool().unwrap().iter());
                    pairs
                        .filter(|(is, may)| *is == Some(true) && *may != Some(true))
                        .count()
                };
                assert_eq!(both("told", "may_be_told"), 0, "{kind:?}");
                assert_eq!(both("two", "may_be_of_two"), 0, "{kind:?}");
                assert!(count("two") > 0 && count("may_be_of_two") < 24 * 1000);
            }
        }
    }

    #[test]
    fn the_expression_counts_as_the_periods_do() {
        let last = day_number(date(2026, 9, 30));
        let days: Vec<i32> = (last - 900..=last).collect();
        for kind in [
            PeriodKind::Days,
            PeriodKind::Day,
            PeriodKind::Week,
            PeriodKind::Month,
        ] {
            let calendar = calendar(kind, None);
            let frame = df!("day" => days.clone())
                .unwrap()
                .lazy()
                .select([calendar.periods_back(col("day")).alias("back")])
                .collect()
                .unwrap();
            let found = crate::report::gather::columns::integers(&frame, "back").unwrap();
            for (number, found) in days.iter().zip(found) {
                let day = date(1970, 1, 1)
                    .checked_add(jiff::Span::new().days(*number))
                    .unwrap();
                assert_eq!(
                    found,
                    i64::from(calendar.periods.back_of(day)),
                    "{kind:?} {day}"
                );
            }
        }
    }

    #[test]
    fn a_compared_period_beyond_the_last_ones_is_kept_beside_them() {
        let calendar = calendar(PeriodKind::Month, Some(date(2025, 9, 1)));
        let past = Past::of(&calendar, [(0, 5), (3, 7), (12, 9), (40, 1)]);
        assert_eq!(past.newest_first.len(), 12);
        assert_eq!((past.newest_first[0], past.newest_first[3]), (5, 7));
        assert_eq!(past.pair(), Some([5, 9]));
        let nothing = Past::<i32>::of(&calendar, []);
        assert_eq!(nothing.pair(), None);
    }
}
