//! The periods of a report as expressions over days.

use polars::prelude::*;

use crate::as_of::AsOf;
use crate::report::figures::PeriodKind;
use crate::report::periods::{Periods, day_number};

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
