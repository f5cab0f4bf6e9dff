//! What is said: by period, day, hour, platform and aspect.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::calendar::{Calendar, Past};
use super::columns::{floats, integers, lists, texts};
use super::{Input, Window, day_name, heard, journey, words};
use crate::report::figures::{AspectFigure, PlatformFigure, VoiceDay, VoiceFigures, VoiceHour};
use crate::report::flare_ups::is_in_flare_up;
use crate::schema::{alerts, hour_counts, post_scores};

/// Days of volume shown.
const DAYS: i32 = 90;
/// Days of hours shown.
const HOUR_DAYS: i32 = 7;
/// Aspects shown.
const ASPECTS: usize = 10;

/// Opinions of one period.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct VoicePeriod {
    pub posts: i64,
    pub negative: i64,
    pub sentiment: Option<f64>,
}

pub(super) fn opinions(input: &Input) -> LazyFrame {
    input
        .post_scores
        .clone()
        .filter(post_scores::IS_OPINION.expr())
}

fn has_label(label: &'static str) -> Expr {
    post_scores::LABEL
        .expr()
        .eq(lit(label))
        .fill_null(lit(false))
}

/// Returns the mean sentiment as a sum of whole millionths, on which scores lie.
pub(super) fn mean_sentiment() -> Expr {
    let score = || post_scores::SENTIMENT.expr();
    let parts = (score() * lit(1e6))
        .round(0, RoundMode::HalfToEven)
        .cast(DataType::Int64)
        .sum();
    parts.cast(DataType::Float64) / lit(1e6) / score().count().cast(DataType::Float64)
}

/// Returns the last periods and the compared one; empty when nobody said anything in any.
pub(super) fn periods(input: &Input, calendar: &Calendar) -> PolarsResult<Past<VoicePeriod>> {
    let day = calendar.local_day(post_scores::POSTED_AT.expr());
    let frame = opinions(input)
        .filter(calendar.may_be_told(post_scores::POSTED_AT.expr()))
        .with_column(calendar.periods_back(day).alias("__span"))
        .filter(calendar.is_told(col("__span")))
        .group_by([col("__span")])
        .agg([
            len().alias("posts"),
            has_label("negative").sum().alias("negative"),
            mean_sentiment().alias("sentiment"),
        ])
        .collect()?;
    let (span, posts) = (integers(&frame, "__span")?, integers(&frame, "posts")?);
    let (negative, sentiment) = (integers(&frame, "negative")?, floats(&frame, "sentiment")?);
    let rows = span.into_iter().enumerate().map(|(row, span)| {
        let period = VoicePeriod {
            posts: posts[row],
            negative: negative[row],
            sentiment: sentiment[row].filter(|mean| mean.is_finite()),
        };
        (span, period)
    });
    Ok(Past::of(calendar, rows))
}

/// Returns everything that is said.
pub(super) fn voice(
    input: &Input,
    calendar: &Calendar,
    window: &Window,
    smallest: u32,
) -> PolarsResult<VoiceFigures> {
    let (rising_words, falling_words) = words::shifts(input, calendar, smallest)?;
    Ok(VoiceFigures {
        days: days(input, calendar)?,
        hours: hours(input, calendar)?,
        platforms: platforms(input, calendar)?,
        aspects: aspects(input, calendar)?,
        rising_words,
        falling_words,
        topics: heard::topics(input, window, smallest)?,
        shares: heard::shares(input)?,
        journey: journey::said(input, calendar)?,
        ..VoiceFigures::default()
    })
}

fn days(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<VoiceDay>> {
    let first = calendar.last.saturating_sub(DAYS);
    let frame = opinions(input)
        .filter(calendar.may_lie(post_scores::POSTED_AT.expr(), first, calendar.last))
        .with_column(
            (lit(calendar.last) - calendar.local_day(post_scores::POSTED_AT.expr()))
                .alias("__back"),
        )
        .filter(col("__back").lt(lit(DAYS)).and(col("__back").gt_eq(lit(0))))
        .group_by([col("__back")])
        .agg([
            len().alias("posts"),
            has_label("positive").sum().alias("positive"),
            has_label("negative").sum().alias("negative"),
        ])
        .collect()?;
    let (back, posts) = (integers(&frame, "__back")?, integers(&frame, "posts")?);
    let (positive, negative) = (integers(&frame, "positive")?, integers(&frame, "negative")?);
    let Some(oldest) = back.iter().max() else {
        return Ok(Vec::new());
    };
    let mut days: Vec<VoiceDay> = (0..=*oldest)
        .rev()
        .map(|back| VoiceDay {
            date: day_name(calendar.last - back as i32),
            positive_count: 0,
            neutral_count: 0,
            negative_count: 0,
        })
        .collect();
    for (row, back) in back.iter().enumerate() {
        let day = &mut days[(oldest - back) as usize];
        day.positive_count = positive[row].unsigned_abs();
        day.negative_count = negative[row].unsigned_abs();
        day.neutral_count = (posts[row] - positive[row] - negative[row]).unsigned_abs();
    }
    Ok(days)
}

/// Returns the local hour of an instant, `YYYY-MM-DDTHH:00`.
pub(super) fn local_hour(calendar: &Calendar, instant: Expr) -> Expr {
    instant
        .dt()
        .convert_time_zone(calendar.time_zone.clone())
        .dt()
        .to_string("%Y-%m-%dT%H:00")
}

/// Leaves out the hours of single keywords and topics.
fn is_whole_brand() -> Expr {
    let is_empty = |column: &crate::schema::Column| column.expr().eq(lit(""));
    is_empty(&hour_counts::KEYWORD).and(is_empty(&hour_counts::TOPIC))
}

/// Returns the posts by the hour, of all brands together.
fn hours(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<VoiceHour>> {
    let hour = || hour_counts::HOUR.expr();
    let first = calendar.last.saturating_sub(HOUR_DAYS);
    // The hours of a day that has only begun are shown, too.
    let may_be_shown = calendar.may_lie(hour(), first, calendar.last.saturating_add(1));
    let frame = input
        .hour_counts
        .clone()
        .filter(is_whole_brand().and(may_be_shown))
        .select([
            hour(),
            hour_counts::BRAND.expr(),
            hour_counts::POST_COUNT.expr(),
            hour_counts::NEGATIVE_COUNT.expr(),
            hour_counts::EXPECTED_COUNT.expr(),
        ])
        .with_column((lit(calendar.last) - calendar.local_day(hour())).alias("__back"))
        .filter(col("__back").lt(lit(HOUR_DAYS)))
        .sort(
            [hour_counts::HOUR.name, hour_counts::BRAND.name],
            SortMultipleOptions::default(),
        )
        .with_column(local_hour(calendar, hour()).alias("__local"))
        .collect()?;
    let spans = input
        .alerts
        .clone()
        .select([alerts::STARTED_AT.expr(), alerts::ENDED_AT.expr()])
        .collect()?;
    let (started, ended) = (
        integers(&spans, alerts::STARTED_AT.name)?,
        integers(&spans, alerts::ENDED_AT.name)?,
    );
    let start = integers(&frame, hour_counts::HOUR.name)?;
    let hour = texts(&frame, "__local")?;
    let posts = integers(&frame, hour_counts::POST_COUNT.name)?;
    let negative = integers(&frame, hour_counts::NEGATIVE_COUNT.name)?;
    let expected = floats(&frame, hour_counts::EXPECTED_COUNT.name)?;
    let is_alert = |at: i64| {
        started
            .iter()
            .zip(&ended)
            .any(|(from, to)| (*from..*to).contains(&at))
    };
    let mut hours: Vec<VoiceHour> = Vec::with_capacity(frame.height());
    for (row, at) in start.iter().enumerate() {
        let is_same = row > 0 && start[row - 1] == *at;
        match hours.last_mut().filter(|_| is_same) {
            Some(same) => {
                same.post_count += posts[row].unsigned_abs();
                same.negative_count += negative[row].unsigned_abs();
                same.expected_count += expected[row].unwrap_or(0.0);
            }
            None => hours.push(VoiceHour {
                hour: hour[row].clone(),
                post_count: posts[row].unsigned_abs(),
                negative_count: negative[row].unsigned_abs(),
                expected_count: expected[row].unwrap_or(0.0),
                is_alert: is_alert(*at),
            }),
        }
    }
    Ok(hours)
}

/// Returns opinions with `__span`: 0 in the period, another number in the compared one.
pub(super) fn two_periods(input: &Input, calendar: &Calendar) -> LazyFrame {
    let day = calendar.local_day(post_scores::POSTED_AT.expr());
    let is_compared = col("__span").eq(lit(calendar.compared_back()));
    opinions(input)
        .filter(calendar.may_be_of_two(post_scores::POSTED_AT.expr()))
        .with_column(calendar.periods_back(day).alias("__span"))
        .filter(col("__span").eq(lit(0)).or(is_compared))
}

fn platforms(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<PlatformFigure>> {
    let frame = two_periods(input, calendar)
        .filter(col("__span").eq(lit(0)))
        .group_by([post_scores::PLATFORM.expr()])
        .agg([
            len().cast(DataType::Int64).alias("posts"),
            mean_sentiment().alias("sentiment"),
        ])
        .sort(
            ["posts", post_scores::PLATFORM.name],
            SortMultipleOptions::default().with_order_descending_multi([true, false]),
        )
        .collect()?;
    let (platform, posts) = (
        texts(&frame, post_scores::PLATFORM.name)?,
        integers(&frame, "posts")?,
    );
    let sentiment = floats(&frame, "sentiment")?;
    Ok((0..frame.height())
        .map(|row| PlatformFigure {
            platform: platform[row].clone(),
            post_count: posts[row].unsigned_abs(),
            sentiment_mean: sentiment[row].filter(|mean| mean.is_finite()),
        })
        .collect())
}

fn aspects(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<AspectFigure>> {
    let is_in_flare_up = is_in_flare_up(&input.alerts, calendar.before_both())?;
    let frame = two_periods(input, calendar)
        .with_column(is_in_flare_up.alias("__upset"))
        .select([
            col("__span"),
            col("__upset"),
            post_scores::POSITIVE_ASPECTS.expr(),
            post_scores::NEGATIVE_ASPECTS.expr(),
        ])
        .collect()?;
    let span = integers(&frame, "__span")?;
    let upset = frame.column("__upset")?.bool()?;
    let is_upset: Vec<bool> = upset.iter().map(|is| is == Some(true)).collect();
    let positive = lists(&frame, post_scores::POSITIVE_ASPECTS.name)?;
    let negative = lists(&frame, post_scores::NEGATIVE_ASPECTS.name)?;
    let mut counts: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for (row, span) in span.iter().enumerate() {
        for aspect in &negative[row] {
            counts.entry(aspect).or_default()[if *span == 0 { 1 } else { 2 }] += 1;
        }
        let is_praise = *span == 0 && !is_upset[row];
        for aspect in positive[row].iter().filter(|_| is_praise) {
            counts.entry(aspect).or_default()[0] += 1;
        }
    }
    let mut aspects: Vec<AspectFigure> = counts
        .into_iter()
        .filter(|(_, counts)| counts[0] + counts[1] > 0)
        .map(|(aspect, [positive, negative, before])| AspectFigure {
            aspect: aspect.to_owned(),
            positive_count: positive,
            negative_count: negative,
            previous_negative_count: before,
        })
        .collect();
    aspects.sort_by_key(|aspect| std::cmp::Reverse(aspect.positive_count + aspect.negative_count));
    aspects.truncate(ASPECTS);
    Ok(aspects)
}
