//! Sudden rises: when, how much, and in which words, as far as enough authors said them.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::authors::{AUTHOR, by_word, fewest, with_authors, with_one_of};
use super::calendar::Calendar;
use super::columns::{floats, integers, lists, texts};
use super::privacy::counted;
use super::voice::local_hour;
use super::{Input, heard};
use crate::report::figures::{AlertFigure, Counted};
use crate::report::periods::day_number;
use crate::schema::{ColumnKind, alerts, post_scores};

/// Days an alert is shown after its end.
const ALERT_DAYS: i32 = 28;

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

/// Returns whether a flare-up lies in the reported period, however long ago it ended.
pub(super) fn is_in_period(input: &Input, calendar: &Calendar) -> PolarsResult<bool> {
    let days = calendar.periods.days(0);
    let last_hour =
        alerts::ENDED_AT.expr() - lit(1i64).cast(DataType::Duration(TimeUnit::Microseconds));
    let started = calendar.local_day(alerts::STARTED_AT.expr());
    let is_on = alerts::STATE.expr().neq(lit("over"));
    let is_late = calendar
        .local_day(last_hour)
        .gt_eq(lit(day_number(days.from)));
    let frame = input
        .alerts
        .clone()
        .filter(alerts::KIND.expr().eq(lit("flare_up")))
        .filter(started.lt_eq(lit(day_number(days.to))))
        .filter(is_on.or(is_late))
        .select([alerts::ALERT_ID.expr()])
        .collect()?;
    Ok(frame.height() > 0)
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
    let first = lit(*first).cast(ColumnKind::Instant.dtype());
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
