//! Orders that seem to be missing, judged by the gaps there were between orders so far.
//!
//! A shop that sells every day and has had no order for a week has not exported them yet, or their files were refused; one that sells
//! once a month is merely quiet. Longer than usual is what exceeds twice the gap that 95 % of the gaps of the year before did not
//! exceed, and the second longest of three years: one earlier outage says nothing, holidays that come again do, if only once a year.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use polars::prelude::*;

use super::calendar::Calendar;
use super::columns::{integers, texts};
use super::day_name;
use super::privacy::is_group;
use super::sales::is_between;
use crate::as_of::AsOf;
use crate::report::figures::{
    CohortCell, MonthFigure, OrderGap, OrderGapKind, SalesWeek, TrackingWeek,
};
use crate::report::periods::day_number;
use crate::schema::{ColumnKind, orders, purchases};

/// Days looked back for the newest order.
const DAYS: i32 = 1_100;
/// Days before the newest order whose gaps are the common ones.
const YEAR: i64 = 365;
/// Days for which a silent shop system is told at least, whatever a period is.
const LATELY: i64 = 28;
/// Gaps from which on it is known what is usual.
const LEAST_GAPS: usize = 8;

/// The reported days as numbers.
#[derive(Debug, Clone, Copy)]
struct Reported {
    from: i64,
    to: i64,
    /// First day of the period before.
    before: i64,
    /// First and last day of the period it is compared with.
    compared: (i64, i64),
    /// Last complete day.
    last: i64,
}

impl Reported {
    /// Whether orders that end on a day end before the period does, and not so long ago that their shop system will have been given up:
    /// within the last two periods, four weeks and twice what is usual.
    fn is_late(self, newest: i64, usual: Usual) -> bool {
        let oldest = self.last - LATELY.max(2 * usual.days);
        newest < self.to && newest >= oldest.min(self.before)
    }

    /// Whether orders lie in the compared period and none in the reported one.
    fn is_compared(self, days: &BTreeSet<i64>, newest: i64) -> bool {
        let (from, to) = self.compared;
        newest < self.from && days.iter().any(|day| (from..=to).contains(day))
    }
}

/// Returns up to when orders are known, where they end before the reported period does and that needs to be told.
pub(super) fn find(
    orders: &LazyFrame,
    calendar: &Calendar,
    as_of: &AsOf,
) -> PolarsResult<Option<OrderGap>> {
    let ordered_at = || orders::ORDERED_AT.expr();
    let now = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    let compared = calendar.periods.compared();
    let compared = (day_number(compared.from), day_number(compared.to));
    let first = calendar.last.saturating_sub(DAYS).min(compared.0);
    let frame = orders
        .clone()
        .filter(calendar.may_lie(ordered_at(), first, calendar.last))
        .filter(ordered_at().lt(now))
        .select([
            orders::SOURCE.expr(),
            calendar.local_day(ordered_at()).alias("__day"),
        ])
        .group_by([orders::SOURCE.expr(), col("__day")])
        .agg([len().alias("__orders")])
        .collect()?;
    let source = texts(&frame, orders::SOURCE.name)?;
    let mut by_source: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for (source, day) in source.into_iter().zip(integers(&frame, "__day")?) {
        by_source.entry(source).or_default().insert(day);
    }
    let days = calendar.periods.days(0);
    let reported = Reported {
        from: i64::from(day_number(days.from)),
        to: i64::from(day_number(days.to)),
        before: i64::from(day_number(calendar.periods.days(1).from)),
        compared: (i64::from(compared.0), i64::from(compared.1)),
        last: i64::from(calendar.last),
    };
    Ok(of_all(&by_source, reported).or_else(|| of_one(&by_source, reported)))
}

/// Judges the orders of the whole shop.
fn of_all(by_source: &BTreeMap<String, BTreeSet<i64>>, reported: Reported) -> Option<OrderGap> {
    let days: BTreeSet<i64> = by_source.values().flatten().copied().collect();
    let newest = days.last().copied()?;
    if newest >= reported.to {
        return None;
    }
    let silence = reported.last - newest;
    let usual = Usual::of(&days, newest);
    let kind = match (newest < reported.from, usual) {
        (true, None) => OrderGapKind::Missing,
        (true, Some(usual)) if silence > usual.days => OrderGapKind::Missing,
        (true, Some(_)) => OrderGapKind::Usual,
        (false, Some(usual)) if usual.is_sure && silence > usual.days => OrderGapKind::Early,
        (false, _) => return None,
    };
    // A gap of so many days has one day less without orders.
    let longest = usual.map(|usual| usual.longest);
    let is_longest = kind == OrderGapKind::Usual && longest.is_some_and(|days| silence >= days);
    let earlier: Vec<Silent<'_>> = match kind {
        OrderGapKind::Usual => Vec::new(),
        _ => silent(by_source, reported)
            .into_iter()
            .filter(|one| one.newest < newest && reported.is_late(one.newest, one.usual))
            .collect(),
    };
    let first = earlier.iter().map(|one| one.newest).min();
    Some(OrderGap {
        longest_days: longest.filter(|_| is_longest),
        earlier_sources: earlier.iter().map(|one| one.source.to_owned()).collect(),
        earlier_until: first.map(|day| day_name(before_week(day) as i32)),
        ..gap(newest, kind, None)
    })
}

/// A shop system without orders for longer than is usual of it.
#[derive(Debug, Clone, Copy)]
struct Silent<'a> {
    newest: i64,
    source: &'a str,
    days: &'a BTreeSet<i64>,
    usual: Usual,
}

fn silent(by_source: &BTreeMap<String, BTreeSet<i64>>, reported: Reported) -> Vec<Silent<'_>> {
    let judged = by_source.iter().filter_map(|(source, days)| {
        let newest = days.last().copied()?;
        let usual = Usual::of(days, newest)?;
        let is_silent = usual.is_sure && reported.last - newest > usual.days;
        is_silent.then_some(Silent {
            newest,
            source,
            days,
            usual,
        })
    });
    judged.collect()
}

/// Returns the Sunday before the week of a day.
fn before_week(day: i64) -> i64 {
    // Day 0 was a Thursday.
    day - (day + 3).rem_euclid(7) - 1
}

/// Judges the orders of each shop system by themselves: those of the one that fell silent last. One that ended long ago was given up, and
/// is told where the compared period has orders of it.
fn of_one(by_source: &BTreeMap<String, BTreeSet<i64>>, reported: Reported) -> Option<OrderGap> {
    let ended = silent(by_source, reported).into_iter().filter(|one| {
        reported.is_late(one.newest, one.usual) || reported.is_compared(one.days, one.newest)
    });
    let last = ended.max_by_key(|one| (one.newest, one.source))?;
    let source = Some(last.source.to_owned());
    Some(gap(last.newest, OrderGapKind::Early, source))
}

fn gap(newest: i64, kind: OrderGapKind, source: Option<String>) -> OrderGap {
    OrderGap {
        newest: day_name(newest as i32),
        is_of_week: false,
        kind,
        source,
        longest_days: None,
        earlier_sources: Vec::new(),
        earlier_until: None,
    }
}

/// Tells only the week of the newest order where fewer than `smallest` persons bought on its day. An order nobody can be named for counts
/// as one person's.
pub(super) fn hide_day(
    gap: OrderGap,
    purchases: &LazyFrame,
    smallest: u32,
) -> PolarsResult<OrderGap> {
    let Ok(newest) = gap.newest.parse::<Date>() else {
        return Ok(gap);
    };
    let mut is_meant =
        is_between(day_number(newest), day_number(newest)).and(purchases::IS_RETURN.expr().not());
    if let Some(source) = &gap.source {
        is_meant = is_meant.and(purchases::SOURCE.expr().eq(lit(source.clone())));
    }
    let frame = purchases
        .clone()
        .filter(is_meant)
        .select([purchases::PERSON_ID.expr()])
        .collect()?;
    let persons = texts(&frame, purchases::PERSON_ID.name)?;
    let unnamed = persons.iter().filter(|person| person.is_empty()).count();
    let named: BTreeSet<&String> = persons.iter().filter(|one| !one.is_empty()).collect();
    let buyers = named.len() + unnamed;
    if buyers > 0 && is_group(buyers as u64, u64::from(smallest)) {
        return Ok(gap);
    }
    let since_monday = i64::from(newest.weekday().to_monday_zero_offset());
    let monday = newest.saturating_sub(since_monday.days());
    Ok(OrderGap {
        newest: monday.to_string(),
        is_of_week: true,
        ..gap
    })
}

/// Returns the last day of which all orders are known for certain, as far as days are told.
pub(super) fn known_until(gap: &OrderGap) -> Option<Date> {
    let newest = gap.newest.parse::<Date>().ok()?;
    let last = match gap.is_of_week {
        true => newest.saturating_sub(1.day()),
        false => newest,
    };
    let earlier = gap.earlier_until.as_ref();
    let earlier = earlier.and_then(|day| day.parse::<Date>().ok());
    Some(earlier.map_or(last, |day| day.min(last)))
}

/// How many days may pass without an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Usual {
    days: i64,
    /// Longest gap of all.
    longest: i64,
    /// Whether there were gaps enough to say so.
    is_sure: bool,
}

impl Usual {
    /// Returns it for days with orders; nothing of one day alone.
    fn of(days: &BTreeSet<i64>, newest: i64) -> Option<Self> {
        let (recent, all) = (gaps(days, newest - YEAR), gaps(days, i64::MIN));
        let count = recent.len();
        let longest = all.last().copied()?;
        if count < LEAST_GAPS {
            return Some(Self {
                days: 2 * recent.last()?,
                longest,
                is_sure: false,
            });
        }
        let common = recent[(count * 95).div_ceil(100) - 1];
        Some(Self {
            days: (2 * common).max(all[all.len() - 2]),
            longest,
            is_sure: true,
        })
    }
}

/// Returns the gaps between days with orders since a day, the shortest first.
fn gaps(days: &BTreeSet<i64>, since: i64) -> Vec<i64> {
    let days: Vec<i64> = days.range(since..).copied().collect();
    let mut gaps: Vec<i64> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    gaps
}

/// Leaves out weeks and months that end after the newest order is told to be.
pub(super) fn cut(gap: &OrderGap, weeks: &mut Vec<SalesWeek>, months: &mut Vec<MonthFigure>) {
    let Some(newest) = known_until(gap) else {
        return;
    };
    weeks.retain(|week| is_week_known(&week.week, newest));
    months.retain(|month| is_month_known(&month.month, 0, newest));
}

/// Leaves out what customers did in weeks and months that end after the newest order: who bought in them seems not to have come back.
pub(super) fn cut_later(
    gap: &OrderGap,
    cohorts: &mut Vec<CohortCell>,
    tracking: &mut Vec<TrackingWeek>,
) {
    let Some(newest) = known_until(gap) else {
        return;
    };
    cohorts.retain(|cell| is_month_known(&cell.cohort, cell.age_months, newest));
    tracking.retain(|week| is_week_known(&week.week, newest));
}

/// Whether the week of a first day ends by a day.
fn is_week_known(first: &str, newest: Date) -> bool {
    let first = first.parse::<Date>();
    first.is_ok_and(|first| day_number(first) + 6 <= day_number(newest))
}

/// Whether the month so many after another, `YYYY-MM`, ends by a day.
fn is_month_known(month: &str, later: u32, newest: Date) -> bool {
    let first = format!("{month}-01").parse::<Date>();
    first.is_ok_and(|first| {
        let last = first.saturating_add(i64::from(later).months());
        last.last_of_month() <= newest
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A week from day 400 to 406, the last complete one.
    const REPORTED: Reported = Reported {
        from: 400,
        to: 406,
        before: 393,
        compared: (393, 399),
        last: 406,
    };

    type Told = Option<(i64, OrderGapKind, Option<String>)>;

    fn told(sources: &[(&str, Vec<i64>)]) -> Told {
        told_of(REPORTED, sources)
    }

    fn told_of(reported: Reported, sources: &[(&str, Vec<i64>)]) -> Told {
        let by_source: BTreeMap<String, BTreeSet<i64>> = sources
            .iter()
            .map(|(source, days)| ((*source).to_owned(), days.iter().copied().collect()))
            .collect();
        let found = of_all(&by_source, reported).or_else(|| of_one(&by_source, reported))?;
        let newest: Date = found.newest.parse().unwrap();
        Some((i64::from(day_number(newest)), found.kind, found.source))
    }

    fn daily(until: i64) -> Vec<i64> {
        (100..=until).collect()
    }

    #[test]
    fn a_shop_that_sells_every_day_misses_orders_after_three_days() {
        let of = |until| told(&[("ec", daily(until))]).map(|(newest, kind, _)| (newest, kind));
        assert_eq!(of(399), Some((399, OrderGapKind::Missing)));
        assert_eq!(of(200), Some((200, OrderGapKind::Missing)));
        assert_eq!(of(403), Some((403, OrderGapKind::Early)));
        assert_eq!(of(404), None);
        assert_eq!(of(406), None);
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn a_quiet_shop_is_quiet_and_misses_nothing() {
        let every = |step: usize, until: i64| -> Vec<i64> { (40..=until).step_by(step).collect() };
        // Every 12 days, the last on day 388: the next would have come in the period.
        let found = told(&[("ec", every(12, 390))]);
        assert_eq!(found, Some((388, OrderGapKind::Usual, None)));
        // Orders within the period are not early there.
        assert_eq!(told(&[("ec", every(12, 400))]), None);
        // Five times as long is no gap any more.
        let found = told(&[("ec", every(12, 346))]);
        assert_eq!(found, Some((340, OrderGapKind::Missing, None)));
        // Of two orders nobody can say what is usual.
        let found = told(&[("ec", vec![390, 396])]);
        assert_eq!(found, Some((396, OrderGapKind::Usual, None)));
        let found = told(&[("ec", vec![396])]);
        assert_eq!(found, Some((396, OrderGapKind::Missing, None)));
        assert_eq!(told(&[("ec", vec![390, 391, 401])]), None);
    }

    #[test]
    fn a_gap_longer_than_all_before_is_not_said_to_have_been_before() {
        let longest = |days: Vec<i64>| {
            let by_source = BTreeMap::from([("ec".to_owned(), days.into_iter().collect())]);
            let gap = of_all(&by_source, REPORTED).unwrap();
            assert_eq!(gap.kind, OrderGapKind::Usual);
            gap.longest_days
        };
        let every = |step: usize, until: i64| -> Vec<i64> { (40..=until).step_by(step).collect() };
        // Silent for 18 days, where every twelfth had orders.
        assert_eq!(longest(every(12, 388)), Some(12));
        // 30 days passed between two orders once, so 18 are nothing new.
        let mut days = every(12, 340);
        days.push(370);
        days.push(388);
        assert_eq!(longest(days), None);
    }

    #[test]
    fn holidays_are_usual_and_one_outage_is_not() {
        let without = |holidays: &[i64]| -> Vec<i64> {
            let is_closed = |day: &i64| {
                holidays
                    .iter()
                    .any(|first| (*first..first + 6).contains(day))
            };
            daily(400)
                .into_iter()
                .filter(|day| !is_closed(day))
                .collect()
        };
        // Six days without an order: once it happened before, or twice.
        let once = told(&[("ec", without(&[200]))]);
        assert_eq!(once, Some((400, OrderGapKind::Early, None)));
        assert_eq!(told(&[("ec", without(&[150, 200]))]), None);
    }

    #[test]
    fn a_closure_that_comes_once_a_year_is_usual() {
        let without = |closed: &[i64]| -> Vec<i64> {
            let is_open = |day: &i64| !closed.iter().any(|first| (*first..first + 6).contains(day));
            (-700..=400).filter(is_open).collect()
        };
        // Six days in this year, in the one before and in the one before that.
        assert_eq!(told(&[("ec", without(&[36, -329]))]), None);
        let once = told(&[("ec", without(&[36]))]);
        assert_eq!(once, Some((400, OrderGapKind::Early, None)));
    }

    #[test]
    fn one_of_two_shop_systems_ends_by_itself() {
        let found = told(&[("ec", daily(398)), ("store", daily(406))]);
        let source = Some("ec".to_owned());
        assert_eq!(found, Some((398, OrderGapKind::Early, source)));
        // Given up long ago, and quiet.
        assert_eq!(told(&[("ec", daily(377)), ("store", daily(406))]), None);
        let fairs = vec![100, 200, 300, 398];
        assert_eq!(told(&[("fair", fairs), ("store", daily(406))]), None);
    }

    #[test]
    fn a_silent_shop_system_is_told_for_weeks_also_of_a_day() {
        let day = Reported {
            from: 406,
            to: 406,
            before: 405,
            compared: (405, 405),
            last: 406,
        };
        let ec = || Some("ec".to_owned());
        let of = |until| told_of(day, &[("ec", daily(until)), ("store", daily(406))]);
        assert_eq!(of(403), Some((403, OrderGapKind::Early, ec())));
        assert_eq!(of(378), Some((378, OrderGapKind::Early, ec())));
        assert_eq!(of(377), None);
        // One that sells every twelve days is silent after 24 and told until 48.
        let every = |until: i64| -> Vec<i64> { (4..=until).step_by(12).collect() };
        let of = |until| told_of(day, &[("ec", every(until)), ("store", daily(406))]);
        assert_eq!(of(364), Some((364, OrderGapKind::Early, ec())));
        assert_eq!(of(352), None);
    }

    #[test]
    fn a_shop_system_that_was_given_up_is_told_where_the_compared_period_has_orders_of_it() {
        let last_year = Reported {
            compared: (141, 147),
            ..REPORTED
        };
        let systems = [("ec", daily(200)), ("store", daily(406))];
        assert_eq!(told(&systems), None);
        let ec = Some("ec".to_owned());
        let found = told_of(last_year, &systems);
        assert_eq!(found, Some((200, OrderGapKind::Early, ec)));
        let before = [("ec", daily(140)), ("store", daily(406))];
        assert_eq!(told_of(last_year, &before), None);
    }

    #[test]
    fn a_shop_system_that_ended_before_the_others_is_named_and_moves_what_is_known() {
        let of = |systems: [(&str, i64); 2]| {
            let days = systems
                .map(|(source, until)| (source.to_owned(), daily(until).into_iter().collect()));
            of_all(&BTreeMap::from(days), REPORTED).unwrap()
        };
        let gap = of([("ec", 390), ("store", 399)]);
        assert_eq!(gap.newest, day_name(399));
        assert_eq!(gap.earlier_sources, ["ec"]);
        // Day 390 is a Tuesday.
        assert_eq!(gap.earlier_until, Some(day_name(388)));
        assert_eq!(known_until(&gap).map(day_number), Some(388));
        let gap = of([("ec", 399), ("store", 399)]);
        assert!(gap.earlier_sources.is_empty());
        assert_eq!(known_until(&gap).map(day_number), Some(399));
        // Given up long ago.
        let gap = of([("ec", 300), ("store", 399)]);
        assert_eq!((gap.earlier_sources.len(), gap.earlier_until), (0, None));
    }

    #[test]
    fn weeks_and_months_that_are_not_whole_are_left_out() {
        let week = |first: &str| SalesWeek {
            week: first.to_owned(),
            order_count: None,
            new_minor: None,
            repeat_minor: None,
            total_minor: 1,
        };
        let mut weeks = vec![week("2026-09-14"), week("2026-09-21")];
        let mut months = crate::report::charts::fixture::shop().months;
        months.truncate(2);
        months[0].month = "2026-08".to_owned();
        months[1].month = "2026-09".to_owned();
        let gap = OrderGap {
            newest: "2026-09-26".to_owned(),
            is_of_week: false,
            kind: OrderGapKind::Early,
            source: None,
            longest_days: None,
            earlier_sources: Vec::new(),
            earlier_until: None,
        };
        cut(&gap, &mut weeks, &mut months);
        assert_eq!(weeks.len(), 1);
        assert_eq!(weeks[0].week, "2026-09-14");
        assert_eq!(months.len(), 1);
    }

    #[test]
    fn who_cannot_be_known_to_have_come_back_is_not_counted_as_lost() {
        let shop = crate::report::charts::fixture::shop();
        let of = |cohort: &str, age_months: u32| CohortCell {
            cohort: cohort.to_owned(),
            age_months,
            ..shop.cohorts[0].clone()
        };
        let mut cohorts = vec![
            of("2026-06", 0),
            of("2026-06", 1),
            of("2026-06", 2),
            of("2026-06", 3),
            of("2026-08", 1),
            of("2025-12", 8),
        ];
        let week = |first: &str| TrackingWeek {
            week: first.to_owned(),
            actual_count: 1.0,
            expected_count: 2.0,
        };
        let mut tracking = vec![week("2026-09-19"), week("2026-09-20"), week("2026-09-21")];
        let gap = OrderGap {
            newest: "2026-09-26".to_owned(),
            is_of_week: false,
            kind: OrderGapKind::Missing,
            source: None,
            longest_days: None,
            earlier_sources: Vec::new(),
            earlier_until: None,
        };
        cut_later(&gap, &mut cohorts, &mut tracking);
        let left: Vec<(&str, u32)> = cohorts
            .iter()
            .map(|cell| (cell.cohort.as_str(), cell.age_months))
            .collect();
        let june = "2026-06";
        assert_eq!(left, [(june, 0), (june, 1), (june, 2), ("2025-12", 8)]);
        assert_eq!(tracking.len(), 2);
    }
}
