//! What was asked of the shop by period, and how soon it was answered.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::Input;
use super::calendar::{Calendar, Numbers, Past};
use super::columns::{floats, integers};
use super::privacy::is_group;
use crate::schema::conversations;

/// How many periods back a conversation was begun.
const SPAN: &str = "__span";

/// Returns the conversations that need an answer and were begun in a period that is told of, with [`SPAN`].
fn asked(input: &Input, calendar: &Calendar) -> LazyFrame {
    let asked_at = || conversations::ASKED_AT.expr();
    let span = calendar.periods_back(calendar.local_day(asked_at()));
    input
        .conversations
        .clone()
        .filter(
            conversations::NEEDS_ANSWER
                .expr()
                .and(calendar.may_be_told(asked_at())),
        )
        .with_column(span.alias(SPAN))
        .filter(calendar.is_told(col(SPAN)))
}

/// Returns how many conversations of the reported period needed an answer, and how many of them got a first one.
pub(super) fn of_period(input: &Input, calendar: &Calendar) -> PolarsResult<(u64, u64)> {
    let is_answered = conversations::FIRST_RESPONSE_MINUTES.expr().is_not_null();
    let frame = asked(input, calendar)
        .filter(col(SPAN).eq(lit(0)))
        .select([len().alias("asked"), is_answered.sum().alias("answered")])
        .collect()?;
    let count = |name: &str| -> PolarsResult<u64> {
        let counts = integers(&frame, name)?;
        Ok(counts.first().map_or(0, |count| count.unsigned_abs()))
    };
    Ok((count("asked")?, count("answered")?))
}

/// Returns the median business minutes to the first answer of what was asked in each period.
///
/// Of fewer answers than the smallest group it would tell how long this or that person waited. Medians cannot be subtracted, so
/// that none is held back but that one.
pub(super) fn response_minutes(
    input: &Input,
    calendar: &Calendar,
    smallest: u32,
) -> PolarsResult<Numbers> {
    let frame = asked(input, calendar)
        .select([col(SPAN), conversations::FIRST_RESPONSE_MINUTES.expr()])
        .filter(conversations::FIRST_RESPONSE_MINUTES.expr().is_not_null())
        .collect()?;
    let spans = integers(&frame, SPAN)?;
    let minutes = floats(&frame, conversations::FIRST_RESPONSE_MINUTES.name)?;
    let mut by_span: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for (span, minutes) in spans.into_iter().zip(minutes) {
        by_span.entry(span).or_default().extend(minutes);
    }
    let rows = by_span
        .into_iter()
        .map(|(span, mut minutes)| (span, minutes.len() as u64, median(&mut minutes)));
    Ok(enough(calendar, rows, smallest))
}

/// Returns the shares of what was asked that was answered within the target; those of fewer conversations than the smallest group
/// are not told, as in the section on conversations.
pub(super) fn within_target(
    input: &Input,
    calendar: &Calendar,
    smallest: u32,
) -> PolarsResult<Numbers> {
    let is_within = || conversations::IS_WITHIN_TARGET.expr();
    let frame = asked(input, calendar)
        .filter(is_within().is_not_null())
        .group_by([col(SPAN)])
        .agg([len().alias("judged"), is_within().sum().alias("within")])
        .collect()?;
    let spans = integers(&frame, SPAN)?;
    let (judged, within) = (integers(&frame, "judged")?, integers(&frame, "within")?);
    let rows = spans.into_iter().zip(judged).zip(within);
    let rows = rows.map(|((span, judged), within)| {
        let share = within as f64 / judged as f64;
        (span, judged.unsigned_abs(), Some(share))
    });
    Ok(enough(calendar, rows, smallest))
}

/// Keeps the numbers that rest on enough conversations, of rows of a period, how many they are and what they tell.
fn enough(
    calendar: &Calendar,
    rows: impl Iterator<Item = (i64, u64, Option<f64>)>,
    smallest: u32,
) -> Numbers {
    let mut is_withheld = false;
    let told = rows.map(|(span, count, number)| {
        let is_told = is_group(count, u64::from(smallest));
        is_withheld |= span == 0 && !is_told;
        (span, number.filter(|_| is_told))
    });
    let past = Past::of(calendar, told);
    Numbers { past, is_withheld }
}

/// Returns the middle value, the mean of the two in the middle of an even number; sorts them.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some((values[half - 1] + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [7.0]), Some(7.0));
        assert_eq!(median(&mut [9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(&mut [9.0, 1.0, 5.0, 6.0]), Some(5.5));
    }
}
