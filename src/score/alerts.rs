//! Runs of unusual hours.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::hours::{HOUR, Hour};
use super::posts::{self, Scored};
use crate::as_of::AsOf;
use crate::config::AlertConfig;
use crate::schema::{ColumnKind, alerts};
use crate::text::Label;

/// Hours without an unusual one after which an alert is no longer burning, and no longer cooling.
const BURNING_HOURS: i64 = 3;
const COOLING_HOURS: i64 = 72;
/// Words named per alert.
const MOST_WORDS: usize = 8;
/// Fewest posts of an alert that a word must stand in to be named.
const FEWEST_POSTS_OF_WORD: usize = 3;
/// Hours before an alert that its words are compared with.
const COMPARED_HOURS: i64 = 56 * 24;

/// One alert.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alert {
    id: String,
    is_flare_up: bool,
    state: &'static str,
    started_at: i64,
    ended_at: i64,
    peak_at: i64,
    peak_count: i64,
    post_count: i64,
    expected: f64,
    negative_count: i64,
    author_count: i64,
    words: Vec<String>,
}

impl Alert {
    fn negative_share(&self) -> f64 {
        if self.post_count == 0 {
            0.0
        } else {
            self.negative_count as f64 / self.post_count as f64
        }
    }
}

/// Returns the alerts, oldest first.
pub(super) fn find(
    scored: &[Scored],
    hours: &[Hour],
    config: &AlertConfig,
    as_of: &AsOf,
    brand: &str,
) -> Vec<Alert> {
    let is_unusual = |hour: &Hour| {
        hour.post_count >= i64::from(config.min_posts)
            && hour.tail_prob.is_some_and(|prob| prob < config.tail_prob)
    };
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (place, _) in hours
        .iter()
        .enumerate()
        .filter(|(_, hour)| is_unusual(hour))
    {
        match runs.last_mut() {
            Some((_, last)) if place - *last <= config.gap_hours as usize + 1 => *last = place,
            _ => runs.push((place, place)),
        }
    }
    runs.into_iter()
        .map(|(first, last)| describe(scored, &hours[first..=last], config, as_of, brand))
        .collect()
}

fn describe(
    scored: &[Scored],
    hours: &[Hour],
    config: &AlertConfig,
    as_of: &AsOf,
    brand: &str,
) -> Alert {
    let started_at = hours.first().map_or(0, |hour| hour.start);
    let ended_at = hours.last().map_or(0, |hour| hour.start + HOUR);
    let peak = hours
        .iter()
        .max_by_key(|hour| (hour.post_count, -hour.start));
    let during: Vec<&Scored> = heard_between(scored, started_at, ended_at).collect();
    let negative_count = during
        .iter()
        .filter(|post| post.label() == Some(Label::Negative))
        .count() as i64;
    let authors: BTreeSet<_> = during
        .iter()
        .map(|post| (&post.row.platform, &post.row.account_id))
        .collect();
    let post_count = during.len() as i64;
    let peak_at = peak.map_or(started_at, |hour| hour.start);
    let quiet_hours = (as_of.instant().as_microsecond() - ended_at).div_euclid(HOUR);
    let stamp =
        jiff::Timestamp::from_microsecond(started_at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    Alert {
        id: format!("{brand}@{}", stamp.strftime("%Y-%m-%dT%HZ")),
        is_flare_up: post_count > 0
            && negative_count as f64 >= config.negative_share * post_count as f64,
        state: match quiet_hours {
            hours if hours > COOLING_HOURS => "over",
            hours if hours > BURNING_HOURS => "cooling",
            _ if peak_at + HOUR == ended_at => "building",
            _ => "burning",
        },
        started_at,
        ended_at,
        peak_at,
        peak_count: peak.map_or(0, |hour| hour.post_count),
        post_count,
        expected: hours.iter().filter_map(|hour| hour.expected).sum(),
        negative_count,
        author_count: authors.len() as i64,
        words: telling_words(
            &during,
            heard_between(scored, started_at - COMPARED_HOURS * HOUR, started_at),
        ),
    }
}

fn heard_between(scored: &[Scored], from: i64, to: i64) -> impl Iterator<Item = &Scored> {
    scored
        .iter()
        .filter(move |post| post.is_heard() && (from..to).contains(&post.row.posted_at))
}

/// Returns the words whose share of posts rose most, by the z-score of their log-odds.
fn telling_words<'a>(during: &[&Scored], before: impl Iterator<Item = &'a Scored>) -> Vec<String> {
    let (mut before_count, mut seen) = (0.0_f64, BTreeMap::<String, (f64, f64)>::new());
    for post in during {
        for word in post.analysis.iter().flat_map(posts::words) {
            seen.entry(word).or_default().0 += 1.0;
        }
    }
    for post in before {
        before_count += 1.0;
        for word in post.analysis.iter().flat_map(posts::words) {
            if let Some(counts) = seen.get_mut(&word) {
                counts.1 += 1.0;
            }
        }
    }
    let during_count = during.len() as f64;
    let mut words: Vec<(f64, String)> = seen
        .into_iter()
        .filter(|(_, counts)| counts.0 >= FEWEST_POSTS_OF_WORD as f64)
        .map(|(word, (now, then))| {
            let odds = |count: f64, of: f64| ((count + 0.5) / (of - count + 0.5)).ln();
            let deviation = (1.0 / (now + 0.5) + 1.0 / (then + 0.5)).sqrt();
            (
                (odds(now, during_count) - odds(then, before_count.max(then))) / deviation,
                word,
            )
        })
        .filter(|(z, _)| *z > 1.96)
        .collect();
    words.sort_by(|left, right| {
        right
            .0
            .total_cmp(&left.0)
            .then_with(|| left.1.cmp(&right.1))
    });
    words
        .into_iter()
        .take(MOST_WORDS)
        .map(|(_, word)| word)
        .collect()
}

/// Returns the table `alerts`.
pub(super) fn frame(found: &[Alert], brand: &str) -> PolarsResult<DataFrame> {
    let text = |column: crate::schema::Column, value: fn(&Alert) -> &str| {
        Column::new(
            column.small_name(),
            found.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let whole = |column: crate::schema::Column, value: fn(&Alert) -> i64| {
        Column::new(
            column.small_name(),
            found.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let decimal = |column: crate::schema::Column, value: fn(&Alert) -> f64| {
        Column::new(
            column.small_name(),
            found.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let instant = ColumnKind::Instant.dtype();
    DataFrame::new(
        found.len(),
        vec![
            text(alerts::ALERT_ID, |alert| &alert.id),
            Column::new(alerts::BRAND.small_name(), vec![brand; found.len()]),
            text(alerts::KIND, |alert| {
                if alert.is_flare_up {
                    "flare_up"
                } else {
                    "volume"
                }
            }),
            text(alerts::STATE, |alert| alert.state),
            whole(alerts::STARTED_AT, |alert| alert.started_at).cast(&instant)?,
            whole(alerts::ENDED_AT, |alert| alert.ended_at).cast(&instant)?,
            whole(alerts::PEAK_AT, |alert| alert.peak_at).cast(&instant)?,
            whole(alerts::PEAK_COUNT, |alert| alert.peak_count),
            whole(alerts::POST_COUNT, |alert| alert.post_count),
            decimal(alerts::EXPECTED_COUNT, |alert| alert.expected),
            whole(alerts::NEGATIVE_COUNT, |alert| alert.negative_count),
            decimal(alerts::NEGATIVE_SHARE, Alert::negative_share),
            whole(alerts::AUTHOR_COUNT, |alert| alert.author_count),
            posts::list(alerts::WORDS, found.iter().map(|alert| alert.words.clone())),
        ],
    )
}
