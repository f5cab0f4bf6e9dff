//! Time that counts: how many minutes the shop was open between two instants.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use polars::prelude::{DataFrame, PolarsResult};

use super::holidays;
use crate::config::BusinessHoursConfig;
use crate::schema;
use crate::score::brand::folded;

/// Days after the as-of instant for which it is known when the shop opens.
const DAYS_AHEAD: i64 = 400;
const DAY: i64 = 86_400_000_000;

/// The open times of a shop, in microseconds since 1970-01-01 UTC.
///
/// They are laid out once as spans of instants with the open time before each, so that the time between any two instants is
/// a difference of two look-ups, however far they lie apart. Clock changes are in the spans: a day open around the clock has
/// 23, 24 or 25 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::score) struct Opening {
    spans: Vec<Stretch>,
}

/// One stretch of open time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    start: i64,
    end: i64,
    /// Open time before `start`.
    before: i64,
}

impl Opening {
    /// Lays out the open times from the local day of `first` to 400 days after `as_of`.
    ///
    /// Hours belong to the day they begin on: a night before a closed day is open to its end after midnight.
    pub(in crate::score) fn new(
        hours: &BusinessHoursConfig,
        closed: &BTreeSet<Date>,
        zone: &TimeZone,
        first: i64,
        as_of: i64,
    ) -> Self {
        let day_of = |micros: i64| zone.to_datetime(timestamp(micros)).date();
        let first = day_of(first.min(as_of));
        let last = day_of(as_of.saturating_add(DAYS_AHEAD * DAY));
        let weekdays: Vec<_> = jiff::civil::Weekday::Monday
            .cycle_forward()
            .take(7)
            .map(|weekday| (weekday, hours.ranges(weekday)))
            .collect();
        let mut found: Vec<(i64, i64)> = Vec::new();
        let mut year = None;
        let mut holidays = Vec::new();
        // The night before the first day may reach into it.
        let mut day = first.yesterday().unwrap_or(first);
        while day <= last {
            if hours.holidays && year != Some(day.year()) {
                year = Some(day.year());
                holidays = holidays::of_year(day.year());
            }
            if !closed.contains(&day) && holidays.binary_search(&day).is_err() {
                let ranges = weekdays
                    .iter()
                    .find(|(weekday, _)| *weekday == day.weekday())
                    .map_or(&[][..], |(_, ranges)| ranges.as_slice());
                for range in ranges {
                    let start = instant(day, range.start, zone);
                    let end = instant(day, range.end, zone);
                    if let (Some(start), Some(end)) = (start, end)
                        && start < end
                    {
                        found.push((start, end));
                    }
                }
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        Self {
            spans: merged(found),
        }
    }

    /// Returns the open time from `from` to `to`, 0 when `to` is not later.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        if to <= from {
            return 0;
        }
        self.until(to) - self.until(from)
    }

    /// Returns the instant at which the open time since `from` reaches `micros` (above 0); `None` when it does not within
    /// the days laid out.
    pub(super) fn after(&self, from: i64, micros: i64) -> Option<i64> {
        let wanted = self.until(from).saturating_add(micros);
        let place = self
            .spans
            .partition_point(|span| span.before + (span.end - span.start) < wanted);
        let span = self.spans.get(place)?;
        Some(span.start + (wanted - span.before))
    }

    /// Returns the open time before an instant.
    fn until(&self, instant: i64) -> i64 {
        let begun = self.spans.partition_point(|span| span.start < instant);
        match begun.checked_sub(1).and_then(|place| self.spans.get(place)) {
            Some(span) => span.before + (instant.min(span.end) - span.start),
            None => 0,
        }
    }
}

/// Sorts spans, joins those that touch and sums up.
fn merged(mut found: Vec<(i64, i64)>) -> Vec<Stretch> {
    found.sort_unstable();
    let mut spans: Vec<Stretch> = Vec::with_capacity(found.len());
    for (start, end) in found {
        match spans.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => {
                let before = spans
                    .last()
                    .map_or(0, |last| last.before + (last.end - last.start));
                spans.push(Stretch { start, end, before });
            }
        }
    }
    spans
}

/// Returns the instant `minute` minutes after midnight by the clock on the wall, which may lie on the next day.
fn instant(day: Date, minute: u16, zone: &TimeZone) -> Option<i64> {
    let (day, minute) = match minute.checked_sub(24 * 60) {
        Some(after) => (day.tomorrow().ok()?, after),
        None => (day, minute),
    };
    let (hour, minute) = (
        i8::try_from(minute / 60).ok()?,
        i8::try_from(minute % 60).ok()?,
    );
    if hour > 23 {
        return None;
    }
    let local = day.at(hour, minute, 0, 0);
    Some(zone.to_timestamp(local).ok()?.as_microsecond())
}

fn timestamp(micros: i64) -> Timestamp {
    let end = if micros < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_microsecond(micros).unwrap_or(end)
}

/// Returns the days of the table `holidays` whose names have one of `words`, widths and case folded.
///
/// The table holds events and national holidays too; only what is named as a closing day closes the shop.
///
/// # Errors
/// When the frame lacks a column.
pub(in crate::score) fn closing_days(
    table: &DataFrame,
    words: &[String],
) -> PolarsResult<BTreeSet<Date>> {
    let words: Vec<String> = words
        .iter()
        .map(|word| folded(word))
        .filter(|word| !word.is_empty())
        .collect();
    let days = table.column(schema::holidays::DAY.name)?.date()?;
    let names = table.column(schema::holidays::NAME.name)?.str()?;
    let epoch = jiff::civil::date(1970, 1, 1);
    Ok((0..table.height())
        .filter(|row| {
            let name = folded(names.get(*row).unwrap_or_default());
            words.iter().any(|word| name.contains(word.as_str()))
        })
        .filter_map(|row| {
            let span = Span::new().try_days(i64::from(days.phys.get(row)?)).ok()?;
            epoch.checked_add(span).ok()
        })
        .collect())
}
