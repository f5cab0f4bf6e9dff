//! What is said: by period, day, hour, platform and aspect.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::authors::{AUTHOR, by_word, fewest, with_authors, with_one_of};
use super::calendar::{Calendar, Past};
use super::columns::{floats, integers, lists, texts};
use super::privacy::counted;
use super::{Input, day_name, heard, journey, words};
use crate::report::figures::{
    AlertFigure, AspectFigure, Counted, PlatformFigure, VoiceDay, VoiceFigures, VoiceHour,
};
use crate::schema::{alerts, hour_counts, post_scores};

/// Days of volume shown.
const DAYS: i32 = 90;
/// Days of hours shown.
const HOUR_DAYS: i32 = 7;
/// Days an alert is shown after its end.
const ALERT_DAYS: i32 = 28;
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
        topics: heard::topics(input, smallest)?,
        shares: heard::shares(input)?,
        journey: journey::said(input, calendar)?,
        ..VoiceFigures::default()
    })
}

fn days(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<VoiceDay>> {
    let frame = opinions(input)
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

fn local_hour(calendar: &Calendar, instant: Expr) -> Expr {
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
    let frame = input
        .hour_counts
        .clone()
        .filter(is_whole_brand())
        .with_column(
            (lit(calendar.last) - calendar.local_day(hour_counts::HOUR.expr())).alias("__back"),
        )
        .filter(col("__back").lt(lit(HOUR_DAYS)))
        .sort(
            [hour_counts::HOUR.name, hour_counts::BRAND.name],
            SortMultipleOptions::default(),
        )
        .with_column(local_hour(calendar, hour_counts::HOUR.expr()).alias("__local"))
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
    let frame = two_periods(input, calendar)
        .select([
            col("__span"),
            post_scores::POSITIVE_ASPECTS.expr(),
            post_scores::NEGATIVE_ASPECTS.expr(),
        ])
        .collect()?;
    let span = integers(&frame, "__span")?;
    let positive = lists(&frame, post_scores::POSITIVE_ASPECTS.name)?;
    let negative = lists(&frame, post_scores::NEGATIVE_ASPECTS.name)?;
    let mut counts: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for (row, span) in span.iter().enumerate() {
        for aspect in &negative[row] {
            counts.entry(aspect).or_default()[if *span == 0 { 1 } else { 2 }] += 1;
        }
        for aspect in positive[row].iter().filter(|_| *span == 0) {
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

/// Returns the alerts that began or ended lately, newest first.
///
/// Numbers of posts are public and told. Words need enough authors within the alert, since it may hold chats and mails as well; how
/// many wrote, how many follow them, and how many of a role spread it are told of enough only.
pub(super) fn alerts(
    input: &Input,
    calendar: &Calendar,
    smallest: u32,
) -> PolarsResult<Vec<AlertFigure>> {
    let last_hour =
        alerts::ENDED_AT.expr() - lit(1i64).cast(DataType::Duration(TimeUnit::Microseconds));
    let frame = input
        .alerts
        .clone()
        .filter(
            (lit(calendar.last) - calendar.local_day(alerts::ENDED_AT.expr())).lt(lit(ALERT_DAYS)),
        )
        .sort(
            [alerts::STARTED_AT.name],
            SortMultipleOptions::default().with_order_descending(true),
        )
        .with_columns([
            local_hour(calendar, alerts::STARTED_AT.expr()).alias("__started"),
            local_hour(calendar, last_hour).alias("__ended"),
            local_hour(calendar, alerts::PEAK_AT.expr()).alias("__peak"),
            local_hour(calendar, alerts::FLARED_AT.expr()).alias("__flared"),
        ])
        .collect()?;
    let (id, kind) = (
        texts(&frame, alerts::ALERT_ID.name)?,
        texts(&frame, alerts::KIND.name)?,
    );
    let (started, ended, peak) = (
        texts(&frame, "__started")?,
        texts(&frame, "__ended")?,
        texts(&frame, "__peak")?,
    );
    let state = texts(&frame, alerts::STATE.name)?;
    let peak_count = integers(&frame, alerts::PEAK_COUNT.name)?;
    let posts = integers(&frame, alerts::POST_COUNT.name)?;
    let expected = floats(&frame, alerts::EXPECTED_COUNT.name)?;
    let share = floats(&frame, alerts::NEGATIVE_SHARE.name)?;
    let authors = integers(&frame, alerts::AUTHOR_COUNT.name)?;
    let spans = Spans {
        brand: texts(&frame, alerts::BRAND.name)?,
        from: integers(&frame, alerts::STARTED_AT.name)?,
        to: integers(&frame, alerts::ENDED_AT.name)?,
    };
    let words = lists(&frame, alerts::WORDS.name)?;
    let words = told_words(input, &spans, &words, smallest)?;
    let flared = texts(&frame, "__flared")?;
    let cause = texts(&frame, alerts::CAUSE.name)?;
    let score = floats(&frame, alerts::SCORE.name)?;
    let reach = integers(&frame, alerts::REACH.name)?;
    let copies = floats(&frame, alerts::COPY_SHARE.name)?;
    let spreaders = lists(&frame, alerts::SPREADERS.name)?;
    let spreaders = heard::spreaders(input, &spreaders, smallest)?;
    let authors: Vec<Counted> = authors
        .into_iter()
        .map(|count| counted(count.unsigned_abs(), u64::from(smallest)))
        .collect();
    Ok((0..frame.height())
        .map(|row| AlertFigure {
            alert_id: id[row].clone(),
            kind: kind[row].clone(),
            started_at: started[row].clone(),
            ended_at: ended[row].clone(),
            peak_at: peak[row].clone(),
            peak_count: peak_count[row].unsigned_abs(),
            post_count: posts[row].unsigned_abs(),
            expected_count: expected[row].unwrap_or(0.0),
            negative_share: share[row].unwrap_or(0.0),
            author_count: authors[row],
            state: state[row].clone(),
            words: words[row].clone(),
            flared_at: Some(flared[row].clone()).filter(|hour| !hour.is_empty()),
            cause: cause[row].clone(),
            score: score[row].filter(|score| score.is_finite()),
            reach: authors[row].told().map(|_| reach[row].unsigned_abs()),
            copy_share: copies[row].unwrap_or(0.0),
            spreaders: spreaders[row].clone(),
        })
        .collect())
}

/// Brands and times of alerts, in microseconds since 1970-01-01 UTC.
struct Spans {
    brand: Vec<String>,
    from: Vec<i64>,
    to: Vec<i64>,
}

/// Returns the words of each alert that enough authors said in it, in opinions or in copies of others'.
fn told_words(
    input: &Input,
    spans: &Spans,
    words: &[Vec<String>],
    smallest: u32,
) -> PolarsResult<Vec<Vec<String>>> {
    let wanted: BTreeSet<&str> = words.iter().flatten().map(String::as_str).collect();
    let (Some(first), false) = (spans.from.iter().min(), wanted.is_empty()) else {
        return Ok(vec![Vec::new(); words.len()]);
    };
    let first = lit(*first).cast(crate::schema::ColumnKind::Instant.dtype());
    let is_heard = post_scores::IS_OPINION
        .expr()
        .or(post_scores::IS_COPY.expr())
        .and(post_scores::POSTED_AT.expr().gt_eq(first));
    let said = input.post_scores.clone().filter(is_heard).select([
        post_scores::PLATFORM.expr(),
        post_scores::PROVIDER.expr(),
        post_scores::ACCOUNT_ID.expr(),
        post_scores::BRAND.expr(),
        post_scores::POSTED_AT.expr(),
        post_scores::WORDS.expr(),
    ]);
    let said = with_one_of(by_word(said), &wanted)?;
    let frame = with_authors(said, input).collect()?;
    let author = texts(&frame, AUTHOR)?;
    let brand = texts(&frame, post_scores::BRAND.name)?;
    let at = integers(&frame, post_scores::POSTED_AT.name)?;
    let word = texts(&frame, post_scores::WORDS.name)?;
    let mut rows_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, word) in word.iter().enumerate() {
        rows_of.entry(word).or_default().push(row);
    }
    let is_told = |alert: usize, word: &str| {
        let rows = rows_of.get(word).map_or(&[][..], Vec::as_slice);
        let is_in = |row: &&usize| {
            brand[**row] == spans.brand[alert]
                && (spans.from[alert]..spans.to[alert]).contains(&at[**row])
        };
        let distinct: BTreeSet<&str> = rows
            .iter()
            .filter(is_in)
            .map(|row| author[*row].as_str())
            .collect();
        distinct.len() as i64 >= fewest(smallest)
    };
    Ok(words
        .iter()
        .enumerate()
        .map(|(alert, words)| {
            let told = words.iter().filter(|word| is_told(alert, word.as_str()));
            told.cloned().collect()
        })
        .collect())
}
